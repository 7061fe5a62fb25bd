"""What a school hands in for filing (备案), and how far it is (rules, section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Protocol

from bot.policy.plan import Plan


@unique
class Slot(StrEnum):
    """What a filing is about; the scope stands beside the four papers."""

    SCOPE = "scope"  # 本校范围
    DEVELOPMENT = "development"  # 发展规划
    RESEARCH = "research"  # 研修方案
    ASSESSMENT = "assessment"  # 考核方案
    IMPLEMENTATION = "implementation"  # 实施方案


PAPERS = (Slot.DEVELOPMENT, Slot.RESEARCH, Slot.ASSESSMENT, Slot.IMPLEMENTATION)
"""Handed in as a link."""


@unique
class FilingState(StrEnum):
    """未交 has no row."""

    HANDED_IN = "handed_in"  # 已交
    FILED = "filed"  # 已备案
    RETURNED = "returned"  # 退回


class Stated(Protocol):
    """A version of which only the state matters here."""

    @property
    def state(self) -> FilingState: ...


@dataclass(frozen=True, slots=True)
class SlotStanding:
    """How far one slot of one school is. What was filed stays in force until a newer version is."""

    filed: bool  # some version is in force
    newest: FilingState | None  # None = 没交

    @property
    def missing(self) -> bool:
        return self.newest is None

    @property
    def waiting(self) -> bool:
        """For the project office, also where only a newer version waits."""
        return self.newest is FilingState.HANDED_IN

    @property
    def returned(self) -> bool:
        """Sent back, with nothing in force: the school has to mend it."""
        return self.newest is FilingState.RETURNED and not self.filed

    @property
    def schools_turn(self) -> bool:
        return self.missing or self.returned


def standing_of(versions: Sequence[Stated]) -> SlotStanding:
    """`versions` of one slot, newest first."""
    return SlotStanding(
        filed=any(version.state is FilingState.FILED for version in versions),
        newest=versions[0].state if versions else None,
    )


def filing_due(plan: Plan) -> date:
    """Filings belong to the first stage; what comes later is taken and marked."""
    return plan.stages[0].last
