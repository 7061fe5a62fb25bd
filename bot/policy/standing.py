"""Where a teacher stands: what counts, what is missing, whether it is done (rules, section 1)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique
from math import lcm
from typing import Final

from bot.policy.people import PersonState
from bot.policy.plan import Hours, Plan, Requirement
from bot.policy.points import Catalogue

RULES: Final = 1
"""Raised with every rule of this module that changes: everybody is judged anew at the next start."""


@unique
class Grade(StrEnum):
    """Both certify."""

    PASS = "pass"  # noqa: S105  合格
    EXCELLENT = "excellent"  # 优秀


@unique
class Evidence(StrEnum):
    """How far the evidence for a chosen point is."""

    NONE = "none"
    WAITING = "waiting"  # 待审
    RETURNED = "returned"  # 退回
    CERTIFIED = "certified"


@unique
class Step(StrEnum):
    """The first step that is missing; people are listed under exactly one."""

    NO_ACCOUNT = "no_account"  # 没账号
    NO_CHOICE = "no_choice"  # 没选点
    NO_EVIDENCE = "no_evidence"  # 没交
    RETURNED = "returned"  # 退回
    WAITING = "waiting"  # 待审: not the person's own step
    HOURS = "hours"  # 学时不足
    NONE = "none"  # done


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a standing is derived from."""

    state: PersonState
    has_study_account: bool
    online: Hours | None  # None = no data, which is not 0
    online_as_of: date | None
    practice: Hours  # the sum of the ledger
    chosen: tuple[str, ...]  # codes, in catalogue order
    certified: tuple[str, ...]  # codes, in order of certification
    evidence: tuple[tuple[str, Evidence], ...] = ()  # of chosen points that have any


def with_evidence(facts: Facts, code: str, state: Evidence | None) -> Facts:
    """The same facts after the evidence for a chosen point has come so far; None = nothing is open there."""
    found = dict(facts.evidence)
    found.pop(code, None)
    if state is not None:
        found[code] = state
    return replace(facts, evidence=tuple((one, found[one]) for one in facts.chosen if one in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What is missing, each on its own: surplus in one never makes up for another."""

    online: Hours
    practice: Hours
    together: Hours
    points: int
    dimensions: int

    @property
    def none(self) -> bool:
        return not (self.online or self.practice or self.together or self.points or self.dimensions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The verdict on one person under one plan."""

    active: bool
    done: bool
    gaps: Gaps
    completion: int  # numerator over `completion_unit`
    step: Step


def completion_unit(requirement: Requirement) -> int:
    """The common denominator of completions: mean of three parts, each over its own target."""
    return 3 * lcm(requirement.online, requirement.practice, requirement.points)


def known_points(certified: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Certified points that count: a code that the catalogue has dropped has no dimension any more."""
    return tuple(code for code in certified if code in catalogue)


def completion(online: Hours | None, practice: Hours, certified: int, requirement: Requirement) -> int:
    """Mean of min(online, 25)/25, min(practice, 25)/25 and min(points, 3)/3, as an exact numerator.

    No online data counts as 0.
    """
    parts = (
        (online or 0, requirement.online),
        (practice, requirement.practice),
        (certified, requirement.points),
    )
    third = completion_unit(requirement) // 3
    return sum(min(have, target) * (third // target) for have, target in parts)


def gaps(facts: Facts, requirement: Requirement, catalogue: Catalogue) -> Gaps:
    return _gaps(facts, known_points(facts.certified, catalogue), requirement, catalogue)


def _gaps(facts: Facts, certified: tuple[str, ...], requirement: Requirement, catalogue: Catalogue) -> Gaps:
    online = facts.online or 0
    return Gaps(
        online=Hours(max(0, requirement.online - online)),
        practice=Hours(max(0, requirement.practice - facts.practice)),
        together=Hours(max(0, requirement.together - online - facts.practice)),
        points=max(0, requirement.points - len(certified)),
        dimensions=max(0, requirement.dimensions - len(catalogue.dimensions(certified))),
    )


def standing(facts: Facts, plan: Plan, catalogue: Catalogue) -> Standing:
    requirement = plan.requirement
    certified = known_points(facts.certified, catalogue)
    missing = _gaps(facts, certified, requirement, catalogue)
    return Standing(
        active=facts.state is PersonState.ACTIVE,
        done=missing.none,
        gaps=missing,
        completion=completion(facts.online, facts.practice, len(certified), requirement),
        step=_step(facts, missing, plan),
    )


def _step(facts: Facts, missing: Gaps, plan: Plan) -> Step:
    if missing.none:
        return Step.NONE
    if not facts.has_study_account and facts.online is None:
        return Step.NO_ACCOUNT
    if missing.points or missing.dimensions:
        return _evidence_step(facts, plan)
    return Step.HOURS


def _evidence_step(facts: Facts, plan: Plan) -> Step:
    """The first step towards the missing points."""
    if len(set(facts.chosen) | set(facts.certified)) < plan.choice.points:
        return Step.NO_CHOICE
    evidence = dict(facts.evidence)
    certified = set(facts.certified)
    open_states = [evidence.get(code, Evidence.NONE) for code in facts.chosen if code not in certified]
    for state, step in (
        (Evidence.NONE, Step.NO_EVIDENCE),
        (Evidence.RETURNED, Step.RETURNED),
        (Evidence.WAITING, Step.WAITING),
    ):
        if state in open_states:
            return step
    # Everything chosen is certified and still too few dimensions: another point must be chosen.
    return Step.NO_CHOICE
