"""How far a school is (rules, section 6): exact fractions over its active roster."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from fractions import Fraction

from bot.policy.people import PersonState, SchoolKind
from bot.policy.standing import Step


@unique
class Band(StrEnum):
    """Schools are shown beside their like (rules, section 7)."""

    KINDERGARTEN = "kindergarten"  # 幼儿园
    PRIMARY = "primary"  # 小学
    JUNIOR = "junior"  # 初中, with 九年一贯制
    SENIOR = "senior"  # 高中, with 完全中学 and 中职
    OTHER = "other"  # 其他


_BANDS = {
    SchoolKind.KINDERGARTEN: Band.KINDERGARTEN,
    SchoolKind.PRIMARY: Band.PRIMARY,
    SchoolKind.JUNIOR: Band.JUNIOR,
    SchoolKind.NINE_YEAR: Band.JUNIOR,
    SchoolKind.SENIOR: Band.SENIOR,
    SchoolKind.COMPLETE: Band.SENIOR,
    SchoolKind.VOCATIONAL: Band.SENIOR,
}

# In the order of the way to go: people are listed under the first step that is missing.
STEPS = (Step.NO_ACCOUNT, Step.NO_CHOICE, Step.NO_EVIDENCE, Step.RETURNED, Step.WAITING, Step.HOURS)
# 落后: the next step is the person's own, not a reviewer's.
OWN_STEPS = tuple(step for step in STEPS if step is not Step.WAITING)


def band_of(kind: SchoolKind) -> Band:
    return _BANDS.get(kind, Band.OTHER)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the roster, as the standing row says, or several who are alike."""

    state: PersonState
    done: bool
    completion: int  # numerator over the plan's completion unit; of several people their sum
    people: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """People of one unit who are alike in state and step: how many, and what they have together."""

    state: PersonState
    step: Step
    people: int
    completion: int  # sum of the numerators
    certified: int = 0  # points
    excellent: int = 0  # of these
    without_online: int = 0  # people of whom the training platform has sent nothing
    as_of: date | None = None  # the newest of their online data

    @property
    def done(self) -> bool:
        return self.step is Step.NONE


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

    @property
    def complete(self) -> bool:
        """The goal: 合格率 100 %."""
        return self.done == self.active


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the active people of a unit are, and where the others are held up."""

    rate: SchoolRate
    steps: tuple[tuple[Step, int], ...]  # in the order of `STEPS`, only those that occur
    certified: int  # points
    excellent: int  # of these
    without_online: int  # people
    as_of: date | None  # the newest of their online data; None = there is none

    @property
    def missing(self) -> int:
        """People who are not done."""
        return self.rate.active - self.rate.done

    @property
    def behind(self) -> int:
        """落后: those whose next step is their own."""
        return sum(people for step, people in self.steps if step in OWN_STEPS)

    def at(self, step: Step) -> int:
        return dict(self.steps).get(step, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Somebody who is not done, as a list names them."""

    person_id: int
    name: str
    school_id: int
    group: str  # 教研组; "" without one
    step: Step
    tail: str  # of the mobile or staff number
    alike: bool  # somebody else who is active in the school has the same name
    alike_in_group: bool  # even in the same group


def school_rate(members: Iterable[Member], unit: int, *, ranked: bool = True) -> SchoolRate | None:
    """None for a unit with nobody active: it is left out."""
    states: Counter[PersonState] = Counter()
    done = completion = 0
    for member in members:
        states[member.state] += member.people
        if member.state is PersonState.ACTIVE:
            done += member.people if member.done else 0
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


def progress(tallies: Iterable[Tally], unit: int, *, ranked: bool = True) -> Progress | None:
    """None for a unit with nobody active: it is left out."""
    everybody = tuple(tallies)
    rate = school_rate(
        (Member(one.state, one.done, one.completion, one.people) for one in everybody), unit, ranked=ranked
    )
    if rate is None:
        return None
    active = [one for one in everybody if one.state is PersonState.ACTIVE]
    steps: Counter[Step] = Counter()
    for one in active:
        steps[one.step] += one.people
    return Progress(
        rate=rate,
        steps=tuple((step, steps[step]) for step in STEPS if steps[step]),
        certified=sum(one.certified for one in active),
        excellent=sum(one.excellent for one in active),
        without_online=sum(one.without_online for one in active),
        as_of=max((one.as_of for one in active if one.as_of is not None), default=None),
    )


def together(units: Iterable[Progress]) -> Progress | None:
    """Several units as one; those that are not ranked are not in it. None where nothing is left."""
    ranked = [unit for unit in units if unit.rate.ranked]
    rate = county_rate(unit.rate for unit in ranked)
    if rate is None:
        return None
    steps: Counter[Step] = Counter()
    for unit in ranked:
        steps.update(dict(unit.steps))
    return Progress(
        rate=rate,
        steps=tuple((step, steps[step]) for step in STEPS if steps[step]),
        certified=sum(unit.certified for unit in ranked),
        excellent=sum(unit.excellent for unit in ranked),
        without_online=sum(unit.without_online for unit in ranked),
        as_of=max((unit.as_of for unit in ranked if unit.as_of is not None), default=None),
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
