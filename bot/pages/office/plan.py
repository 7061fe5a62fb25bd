"""方案: every value with its meaning and where it comes from, and the day's calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final

from bot.jobs.registry import HOUSE, JOBS
from bot.pages.visit import Outcome, Shown, Visit
from bot.plan_sections import TABLES
from bot.plan_source import PlanSource, meanings, title
from bot.policy.calendar import Phase, programme_day
from bot.policy.plan import Hours, Plan
from bot.policy.timetable import runs_on, window
from messages.texts.timetable import job_word
from messages.texts.wording import clock_time, full_day, hours, listed

_HOURS: Final = frozenset(
    {"requirement.online", "requirement.practice", "requirement.together", "practice.grants"}
)
_LOOK_AHEAD_DAYS: Final = 30
_MOST_DAYS_OFF: Final = 8
_PHASES: Final = {
    Phase.BEFORE: "工程还没有开始",
    Phase.GRACE: "宽限日，算在前一阶段",
    Phase.AFTER: "各阶段已经结束",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of the plan."""

    key: str  # as the file has it
    meaning: str
    value: str
    own: bool  # somebody's own file gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the file."""

    name: str
    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The day of the visit, and the days off that come next."""

    day: str
    is_workday: bool
    made_workday: bool  # a weekend that is worked
    where: str  # in the programme
    known_year: bool
    days_off: tuple[str, ...]
    jobs: tuple[tuple[datetime, str, bool], ...]  # at, word, whether its time is over


def plan(visit: Visit) -> Outcome:
    source = visit.ground.plan_source
    return Shown(
        "office/plan.html",
        "方案",
        {
            "plan": visit.plan,
            "source": source,
            "parts": list(_sections(visit.plan, source)),
            "calendar": _calendar(visit),
        },
    )


def _sections(plan: Plan, source: PlanSource) -> Iterator[Section]:
    words = meanings()
    for name, model in TABLES.items():
        keys = [(f"{name}.{field}", value_of(plan, name, field)) for field in model.model_fields]
        yield _section(name, title(name), keys, words, source)
        if name == "choice":
            yield _stages(plan, source)
    for job in plan.jobs:
        name = f"jobs.{job.name}"
        fields = ("at", "days", "until", "every_workday_before_due")
        given = [(field, getattr(job, field)) for field in fields]
        keys = [
            (f"{name}.{field}", value) for field, value in (("on", job.on), *given) if value or field == "on"
        ]
        yield _section(name, f"{title('jobs')}：{job_word(job.name)}", keys, words, source)


def _section(name: str, heading: str, keys: list[tuple[str, Any]], words: Any, source: PlanSource) -> Section:
    values = tuple(
        Value(key=key, meaning=_meaning(key, words), value=_said(key, value), own=source.gives(key))
        for key, value in keys
    )
    return Section(name=name, title=heading, values=values)


def _stages(plan: Plan, source: PlanSource) -> Section:
    own = source.gives("stages")
    values = tuple(
        Value(
            key=f"stages[{number}]",
            meaning=f"第 {stage.number} 阶段",
            value=f"{stage.name}，{stage.first.isoformat()} 至 {stage.last.isoformat()}",
            own=own,
        )
        for number, stage in enumerate(plan.stages, start=1)
    )
    return Section(name="stages", title=title("stages"), values=values)


def value_of(plan: Plan, section: str, field: str) -> Any:
    """What holds, of any key of the file's tables."""
    if (section, field) == ("ranking", "mode"):
        return plan.ranking_mode
    if section == "ranking":
        return getattr(plan, f"ranking_{field}")
    if (section, field) == ("review", "excellent_percent"):
        return plan.excellent_percent
    holders = {
        "programme": plan,
        "conversation": plan,
        "deadline": plan.deadlines,
        "announcements": plan.announcements,
        "reminders": plan.reminders,
    }
    return getattr(holders.get(section) or getattr(plan, section), field)


def _meaning(key: str, words: Any) -> str:
    found: str = words.get(key, "")
    if found:
        return found
    section, _, field = key.rpartition(".")
    of_others = (
        meaning
        for known, meaning in words.items()
        if known.startswith("jobs.") and known.endswith(f".{field}")
    )
    return next(of_others, field) if section.startswith("jobs.") else field


def _said(key: str, value: Any) -> str:  # noqa: PLR0911 - a kind of value each
    if key in _HOURS:
        return listed(hours(Hours(one)) for one in (value if isinstance(value, tuple) else (value,)))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, time):
        return clock_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | frozenset):
        return (
            listed(_said("", one) for one in (sorted(value) if isinstance(value, frozenset) else value))
            or "没有"
        )
    return str(value) or "没有"


def _calendar(visit: Visit) -> Calendar:
    today, workdays = visit.today, visit.plan.workdays
    where = programme_day(today, visit.plan)
    stage = where.stage
    said = _PHASES.get(where.phase, "")
    if stage is not None:
        said = f"第 {stage.number} 阶段“{stage.name}”" + (f"（{said}）" if said else "")
    coming = (today + timedelta(days=number) for number in range(1, _LOOK_AHEAD_DAYS + 1))
    off = [full_day(day) for day in coming if not workdays.is_workday(day)]
    return Calendar(
        day=full_day(today),
        is_workday=workdays.is_workday(today),
        made_workday=today in workdays.on,
        where=said,
        known_year=workdays.knows(today),
        days_off=tuple(off[:_MOST_DAYS_OFF]),
        jobs=tuple(_jobs(visit)),
    )


def _jobs(visit: Visit) -> list[tuple[datetime, str, bool]]:
    house = [entry.job for entry in HOUSE if entry.again is None]
    found = []
    for job in (*visit.plan.jobs, *house):
        if job.name in JOBS and job.on and runs_on(job, visit.today, visit.plan):
            opens, _ = window(job, visit.today)
            found.append((opens, job_word(job.name), opens <= visit.now))
    return sorted(found)
