"""Days of the programme: stages, what is left until a due day, how late something is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, unique
from zoneinfo import ZoneInfo

from bot.policy.plan import Deadlines, Plan, Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")


@unique
class Phase(StrEnum):
    """Of the whole programme."""

    BEFORE = "before"  # the programme has not begun
    STAGE = "stage"
    GRACE = "grace"  # the day between two stages; belongs to the one before it
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class ProgrammeDay:
    """Where a day lies; `stage` is None before and after the programme."""

    phase: Phase
    stage: Stage | None


@unique
class Lateness(StrEnum):
    """Of evidence (rules, section 5)."""

    IN_TIME = "in_time"
    AFTER_SOFT = "after_soft"  # 已过提交日
    OVERDUE = "overdue"  # 逾期


def day_of(now_ms: int) -> date:
    """The day in Shanghai at an instant."""
    return datetime.fromtimestamp(now_ms / 1000, SHANGHAI).date()


def end_of(day: date) -> int:
    """The first millisecond that no longer belongs to the day."""
    midnight = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    return int(midnight.astimezone(UTC).timestamp()) * 1000


def programme_day(day: date, plan: Plan) -> ProgrammeDay:
    if day < plan.stages[0].first:
        return ProgrammeDay(Phase.BEFORE, None)
    for stage in reversed(plan.stages):
        if stage.first <= day:
            break
    if day <= stage.last:
        return ProgrammeDay(Phase.STAGE, stage)
    if stage.last < day <= plan.deadlines.grace:
        return ProgrammeDay(Phase.GRACE, stage)
    return ProgrammeDay(Phase.AFTER, None)


def days_left(today: date, due: date) -> int:
    """0 on the due day itself, which still counts to its end; negative afterwards."""
    return (due - today).days


def lateness(day: date, deadlines: Deadlines) -> Lateness:
    """Of something handed in on that day."""
    if day > deadlines.hard:
        return Lateness.OVERDUE
    if day > deadlines.grace:
        return Lateness.AFTER_SOFT
    return Lateness.IN_TIME
