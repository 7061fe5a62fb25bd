"""今天: what the office looks at first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot.jobs.registry import HOUSE, JOBS
from bot.pages.visit import Outcome, Shown, Visit
from bot.policy.calendar import end_of, programme_day
from bot.policy.people import PersonState
from bot.policy.school import OWN_STEPS, STEPS, Band, SchoolRate, band_of
from bot.policy.standing import Step, completion_unit
from bot.policy.timetable import next_opening
from handlers.status import read_status
from messages.texts.timetable import job_word
from messages.texts.unit_words import BANDS, STEP_NAMES, excluded
from storage import rankings
from storage import today as figures
from storage.today import Unit

_ALARM_DAYS: Final = 7
_MOST_ALARMS: Final = 8
_MOST_JOBS: Final = 4
_DAY_MS: Final = 24 * 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The figures of everybody who counts."""

    rate: SchoolRate
    steps: tuple[tuple[Step, str, int], ...]
    behind: int  # whose next step is their own
    without_online: int
    bands: tuple[tuple[str, int, SchoolRate, int], ...]  # 学段, schools, rate, schools that are complete
    excluded: str
    unranked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day of the plan that is still to come."""

    day: date
    what: str
    left: int


def today(visit: Visit) -> Outcome:
    connection, plan = visit.connection, visit.plan
    last = plan.workdays.last_waiting_more_than(plan.review.waiting_workdays, visit.today)
    queue = figures.queue(connection, waited_before=end_of(last))
    units = figures.units(connection)
    since = visit.real_ms - _ALARM_DAYS * _DAY_MS
    return Shown(
        "office/today.html",
        "今天",
        {
            "county": _county(visit, units),
            "importing": rankings.import_under_way(connection),
            "stage": programme_day(visit.today, plan).stage,
            "status": read_status(connection, plan, visit.now, visit.real_ms),
            "queue": queue,
            "oldest": None if queue.oldest_at is None else visit.time(queue.oldest_at),
            "appeals": figures.open_appeals(connection),
            "filings": figures.filings(connection, {one.school_id for one in units if one.ranked}),
            "files": figures.files_waiting(connection),
            "alarms": figures.alarms(connection, since=since, most=_MOST_ALARMS),
            "deadlines": _deadlines(visit),
            "jobs": _next_jobs(visit),
        },
    )


def _county(visit: Visit, units: Sequence[Unit]) -> County | None:
    """None while nobody counts."""
    unit = completion_unit(visit.plan.requirement)
    ranked = [one for one in units if one.ranked]
    if not ranked:
        return None
    counted = {one.school_id for one in ranked}
    states = Counter[PersonState]()
    for school_id, state, people in figures.others(visit.connection):
        states[state] += people if school_id in counted else 0
    left_out = tuple((state, states[state]) for state in PersonState if states[state])
    people_at = dict(zip(Step, map(sum, zip(*(one.at for one in ranked), strict=True)), strict=True))
    rate = replace(_rate(ranked, unit), excluded=left_out)
    return County(
        rate=rate,
        steps=tuple((step, STEP_NAMES[step], people_at[step]) for step in STEPS),
        behind=sum(people_at[step] for step in OWN_STEPS),
        without_online=sum(one.without_online for one in ranked),
        bands=tuple(_bands(ranked, unit)),
        excluded=excluded(rate),
        unranked=len(units) - len(ranked),
    )


def _rate(units: Sequence[Unit], unit: int) -> SchoolRate:
    return SchoolRate(
        done=sum(one.done for one in units),
        active=sum(one.active for one in units),
        completion=sum(one.completion for one in units),
        unit=unit,
    )


def _bands(units: Sequence[Unit], unit: int) -> list[tuple[str, int, SchoolRate, int]]:
    found = []
    for band in Band:
        here = [one for one in units if band_of(one.kind) is band]
        if here:
            complete = sum(one.done == one.active for one in here)
            found.append((BANDS[band], len(here), _rate(here, unit), complete))
    return found


def _deadlines(visit: Visit) -> list[Deadline]:
    dates = visit.plan.deadlines
    named = (
        (dates.soft, "交微能力点材料"),
        (dates.summary, "交学校总结和案例"),
        (dates.hard, "学时和认证全部完成"),
    )
    coming = sorted((day, what) for day, what in named if day >= visit.today)
    return [Deadline(day=day, what=what, left=(day - visit.today).days) for day, what in coming]


def _next_jobs(visit: Visit) -> list[tuple[datetime, str]]:
    """Of the plan and of the house, but for those that look every few minutes."""
    house = [entry.job for entry in HOUSE if entry.again is None]
    coming = (
        (opens, job_word(job.name))
        for job in (*visit.plan.jobs, *house)
        if job.name in JOBS and (opens := next_opening(job, visit.plan, visit.now)) is not None
    )
    return sorted(coming)[:_MOST_JOBS]
