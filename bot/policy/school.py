"""How far a school is (rules, section 6): exact fractions over its active roster."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from bot.policy.people import PersonState


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the roster, as the standing row says."""

    state: PersonState
    done: bool
    completion: int  # numerator over the plan's completion unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRate:
    """k/n of a unit or of several; `active` is never 0."""

    done: int
    active: int
    completion: int  # sum of the active people's numerators
    unit: int  # `policy.standing.completion_unit`
    excluded: tuple[tuple[PersonState, int], ...] = ()  # shown beside the figure; only states that occur
    ranked: bool = True  # 参与排名

    @property
    def rate(self) -> Fraction:
        """合格率."""
        return Fraction(self.done, self.active)

    @property
    def mean_completion(self) -> Fraction:
        """平均完成度; no online data counts as 0."""
        return Fraction(self.completion, self.active * self.unit)


def school_rate(members: Iterable[Member], unit: int, *, ranked: bool = True) -> SchoolRate | None:
    """None for a unit with nobody active: it is left out."""
    states: Counter[PersonState] = Counter()
    done = completion = 0
    for member in members:
        states[member.state] += 1
        if member.state is PersonState.ACTIVE:
            done += member.done
            completion += member.completion
    active = states.pop(PersonState.ACTIVE, 0)
    if not active:
        return None
    return SchoolRate(
        done=done,
        active=active,
        completion=completion,
        unit=unit,
        excluded=_in_order(states),
        ranked=ranked,
    )


def county_rate(schools: Iterable[SchoolRate]) -> SchoolRate | None:
    """The county's total; units that are not ranked are not in it. None where nothing is left."""
    ranked = [school for school in schools if school.ranked]
    if not ranked:
        return None
    units = {school.unit for school in ranked}
    if len(units) > 1:
        raise ValueError("completions of different plans cannot be added")
    states: Counter[PersonState] = Counter()
    for school in ranked:
        states.update(dict(school.excluded))
    return SchoolRate(
        done=sum(school.done for school in ranked),
        active=sum(school.active for school in ranked),
        completion=sum(school.completion for school in ranked),
        unit=units.pop(),
        excluded=_in_order(states),
    )


def _in_order(states: Counter[PersonState]) -> tuple[tuple[PersonState, int], ...]:
    return tuple((state, states[state]) for state in PersonState if states[state])
