"""How far a thousand different teachers are; everybody in a generated province is one of them.

What is stored as their standing comes from the real rules, judged once for each, and so is everybody's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from bot.policy.evidence import EvidenceState
from bot.policy.people import PersonState
from bot.policy.plan import Hours, Plan
from bot.policy.points import Catalogue
from bot.policy.standing import Evidence, Facts, Grade, standing
from storage.standings import evidence_column

PERIOD: Final = 1_009
"""A prime, so that the people of a school are as different as those of the province."""
NOW: Final = 1_716_170_400_000  # 2024-05-20 10:00
DAY_MS: Final = 86_400_000
_AS_OF: Final = tuple(date(2024, 5, 19) - timedelta(weeks=weeks) for weeks in (2, 1, 0))
_OPEN: Final = {EvidenceState.WAITING: Evidence.WAITING, EvidenceState.RETURNED: Evidence.RETURNED}
_GRADES: Final = {EvidenceState.PASSED: Grade.PASS, EvidenceState.EXCELLENT: Grade.EXCELLENT}


@dataclass(frozen=True, slots=True)
class Paper:
    """A submission; of one that was handed in anew the first version was returned."""

    code: str
    state: EvidenceState
    version: int
    submitted_at: int
    decided_at: int | None

    @property
    def grade(self) -> Grade | None:
        return _GRADES.get(self.state)


@dataclass(frozen=True, slots=True)
class Archetype:
    """Everything that is on file about such a teacher."""

    facts: Facts
    snapshots: tuple[tuple[date, int], ...]
    choices: tuple[tuple[str, int, int | None], ...]  # code, chosen at, ended at
    papers: tuple[Paper, ...]  # in the order in which they were decided

    @property
    def ledger(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.grade is not None]

    def standing(self, plan: Plan, catalogue: Catalogue) -> dict[str, object]:
        """A row of `standing` but for whose it is."""
        verdict = standing(self.facts, plan, catalogue)
        return {
            "active": verdict.active,
            "online_hours": self.facts.online,
            "online_as_of": self.facts.online_as_of,
            "practice_hours": self.facts.practice,
            "chosen": " ".join(self.facts.chosen),
            "certified": " ".join(self.facts.certified),
            "evidence": evidence_column(self.facts),
            "done": verdict.done,
            "completion": verdict.completion,
            "next_step": verdict.step.value,
            "rule_version": plan.version,
        }


def archetypes(plan: Plan, catalogue: Catalogue) -> tuple[Archetype, ...]:
    """Always the same ones, for the same plan and catalogue."""
    random = Random(20240520)
    in_order = [point.code for point in catalogue]
    return tuple(_archetype(random, plan, catalogue, in_order) for _ in range(PERIOD))


def _archetype(random: Random, plan: Plan, catalogue: Catalogue, in_order: Sequence[str]) -> Archetype:
    states = random.choices(tuple(PersonState), (940, 25, 10, 10, 15))
    diligence = random.random()
    snapshots = _snapshots(random, diligence)
    chosen = _chosen(random, catalogue, in_order) if diligence > 0.08 else ()
    begun = NOW - random.randrange(50, 80) * DAY_MS
    choices: list[tuple[str, int, int | None]] = [(code, begun, None) for code in chosen]
    if chosen and random.random() < 0.1:  # has exchanged a point
        dropped = next(code for code in in_order if code not in chosen)
        choices.append((dropped, begun - DAY_MS, begun))
    papers = _papers(random, chosen, diligence)
    certified = [paper.code for paper in papers if paper.grade is not None]
    open_papers = {paper.code: _OPEN[paper.state] for paper in papers if paper.state in _OPEN}
    facts = Facts(
        state=states[0],
        has_study_account=random.random() > 0.03,
        online=Hours(snapshots[-1][1]) if snapshots else None,
        online_as_of=snapshots[-1][0] if snapshots else None,
        practice=Hours(sum(plan.practice.grants[: len(certified)])),
        chosen=chosen,
        certified=tuple(certified),
        evidence=tuple((code, open_papers[code]) for code in chosen if code in open_papers),
    )
    return Archetype(facts, snapshots, tuple(choices), papers)


def _snapshots(random: Random, diligence: float) -> tuple[tuple[date, int], ...]:
    """Three weeks that only ever grow; one in twenty is not in the platform's file."""
    if random.random() < 0.05:
        return ()
    newest = round((random.random() + 2 * diligence) * 1_500)
    return tuple((as_of, newest * part // 10) for as_of, part in zip(_AS_OF, (7, 9, 10), strict=True))


def _chosen(random: Random, catalogue: Catalogue, in_order: Sequence[str]) -> tuple[str, ...]:
    """Three points of at least two dimensions, in the catalogue's order."""
    while True:
        codes = random.sample(in_order, 3)
        if len(catalogue.dimensions(codes)) > 1:
            return tuple(sorted(codes, key=in_order.index))


def _papers(random: Random, chosen: Sequence[str], diligence: float) -> tuple[Paper, ...]:
    found = []
    for code in chosen:
        if random.random() > diligence * 1.3:
            continue
        state = random.choices(tuple(EvidenceState), (18, 55, 12, 12, 3))[0]
        submitted = NOW - random.randrange(20, 40) * DAY_MS + random.randrange(DAY_MS)
        waits = state in {EvidenceState.WAITING, EvidenceState.WITHDRAWN}
        decided = None if waits else submitted + random.randrange(1, 10) * DAY_MS + random.randrange(DAY_MS)
        found.append(Paper(code, state, 2 if random.random() < 0.15 else 1, submitted, decided))
    return tuple(sorted(found, key=lambda paper: (paper.decided_at or NOW, paper.code)))
