"""验收: what a school still owes, and how its figures are called before the programme is over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.policy.filing import Slot, SlotStanding
from bot.policy.paper import RESEARCH_STAGE, PaperKind, bulletin_months
from bot.policy.plan import Plan
from bot.policy.quota import Quota
from bot.policy.school import Band, Progress

FEW = 10  # up to so many people a school's lead is told by name


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What has come from one school, of the papers that acceptance asks for."""

    filings: Mapping[Slot, SlotStanding]
    summary: bool
    bulletins: Mapping[str, int]  # by month: of how many groups
    groups: int  # that have anybody active
    cases: frozenset[PaperKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is missing; cases are no duty."""

    slots: tuple[Slot, ...]  # not 已备案
    summary: bool
    bulletins: tuple[tuple[str, int], ...]  # month, and how many groups have none

    @property
    def nothing(self) -> bool:
        return not (self.slots or self.summary or self.bulletins)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolResult:
    """One school at acceptance."""

    school_id: int
    name: str
    band: Band
    ranked: bool  # 参与排名: others are not in the county's total
    progress: Progress
    quota: Quota
    owed: Owed
    cases: frozenset[PaperKind]


def due_months(plan: Plan, today: date) -> tuple[str, ...]:
    """Months of the second stage ("2024-04") that are over: of each a 简报 is due from every group."""
    return tuple(month for month in bulletin_months(plan) if _last_day(month, plan) < today)


def owed(handed_in: HandedIn, months: Iterable[str]) -> Owed:
    bulletins = ((month, handed_in.groups - handed_in.bulletins.get(month, 0)) for month in months)
    return Owed(
        slots=tuple(
            slot for slot in Slot if slot not in handed_in.filings or not handed_in.filings[slot].filed
        ),
        summary=not handed_in.summary,
        bulletins=tuple((month, groups) for month, groups in bulletins if groups > 0),
    )


def provisional(today: date, last: date) -> bool:
    """Before the programme's last day the figures are called 阶段数."""
    return today < last


def _last_day(month: str, plan: Plan) -> date:
    """Of the month, or of the stage of bulletins where it ends in that month."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    ends = (stage.last for stage in plan.stages if stage.number == RESEARCH_STAGE)
    return min(last, next(ends, plan.stages[-1].last))
