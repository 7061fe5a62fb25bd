"""Which runs are due at a moment, given what is on record: no timer has to survive anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum, unique

from bot.policy.calendar import SHANGHAI, days_left
from bot.policy.plan import Day, Job, Plan

LOOK_BACK_DAYS = 31  # a run that was missed longer ago is nobody's concern any more
MOST_TRIES = 3
_LOOK_AHEAD_DAYS = 366
TO_PEOPLE = frozenset({"leader-summary"})
"""Jobs whose messages nobody hears on a day off: the next workday is their day instead."""
EXPECTED_WITHIN = timedelta(hours=2)

_WEEKDAYS = (Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY, Day.SATURDAY, Day.SUNDAY)
_DAY = timedelta(days=1)


@unique
class Outcome(StrEnum):
    """What came of a run; every one of them is final."""

    DONE = "done"
    NOTHING = "nothing"  # it ran, and there was nothing to do
    SKIPPED = "skipped"  # it was not run in time, and is not run any more
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One job of the timetable."""

    job: Job
    again: timedelta | None = None  # so long after it has run it runs again, until its time is over
    present: bool = False  # it looks at how things are: the next run makes up for one that was missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run on record; instants are epoch milliseconds of the real clock."""

    holder: str
    leased_until: int
    tries: int  # begun by the timetable; 0 = never
    again_at: int  # not before
    finished: bool
    outcome: Outcome | None  # of the last time that it came to an end
    detail: str = ""  # of its end, or why the last try failed
    by_hand: bool = False  # the timetable has not been there


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of one job."""

    runs: Mapping[date, Run]
    since: date | None  # the first day that the timetable has anything on record; None = it has just begun


@unique
class Due(StrEnum):
    """What is to be done about a slot."""

    RUN = "run"
    MISSED = "missed"  # its time is over, and it has not come to an end: the office is told
    OFF = "off"  # the plan has it switched off; on record, so that switching it on looks back at nothing
    BEFORE = "before"  # its time was over when the timetable began


def runs_on(job: Job, day: date, plan: Plan) -> bool:
    """Whether the job has a slot on the day."""
    to_people, workday = job.name in TO_PEOPLE, plan.workdays.is_workday(day)
    if to_people and not workday:
        return False
    stands_for = _with_days_off_before(day, plan) if to_people else (day,)
    if any(_is_named(job, one) for one in stands_for):
        return True
    return workday and (Day.WORKDAYS in job.days or _is_before_due(job, day, plan))


def window(job: Job, day: date) -> tuple[datetime, datetime]:
    """From when on a slot is run, and up to when it is made up; both belong to it.

    Without `until` that is the end of the day, and two hours at least.
    """
    opens = datetime.combine(day, job.at, SHANGHAI)
    if job.until is not None:
        return opens, datetime.combine(day, job.until, SHANGHAI)
    return opens, max(opens + EXPECTED_WITHIN, datetime.combine(day, time.max, SHANGHAI))


def next_opening(job: Job, plan: Plan, now: datetime) -> datetime | None:
    """When it is run next by itself; None where it is off, or has no slot within a year."""
    if not job.on:
        return None
    for days_on in range(_LOOK_AHEAD_DAYS):
        day = now.date() + days_on * _DAY
        opens, _ = window(job, day)
        if opens > now and runs_on(job, day, plan):
            return opens
    return None


def due(entry: Entry, plan: Plan, now: datetime, real_ms: int, record: Record) -> list[tuple[date, Due]]:
    """Slots that something is to be done about, the oldest first; `now` by the programme's clock."""
    found = list(_found(entry, plan, now, real_ms, record))
    # One day on record is enough to say when the timetable has begun.
    before = [day for day, what in found if what is Due.BEFORE]
    return [(day, what) for day, what in found if what is not Due.BEFORE or day == before[-1]]


def _found(
    entry: Entry, plan: Plan, now: datetime, real_ms: int, record: Record
) -> Iterator[tuple[date, Due]]:
    for days_ago in range(LOOK_BACK_DAYS, -1, -1):
        day = now.date() - days_ago * _DAY
        opens, closes = window(entry.job, day)
        if now < opens or not runs_on(entry.job, day, plan):
            continue
        run = record.runs.get(day)
        what = _unheard_of(entry, day, now <= closes, record.since) if run is None else None
        if run is not None and run.leased_until <= real_ms:
            what = _known(entry, run, now <= closes, real_ms)
        if what is not None:
            yield day, what


def _unheard_of(entry: Entry, day: date, is_open: bool, since: date | None) -> Due | None:  # noqa: FBT001
    if is_open:
        return Due.RUN if entry.job.on else Due.OFF
    if entry.again is not None:
        return None
    if since is None:
        return Due.BEFORE
    if day < since:
        return None
    return Due.MISSED if entry.job.on else Due.OFF


def _known(entry: Entry, run: Run, is_open: bool, real_ms: int) -> Due | None:  # noqa: FBT001
    """Of a run that nobody holds."""
    if run.finished:
        # Somebody who was early takes nobody's turn: what has come to pass since is still to be done.
        again = run.by_hand or (entry.again is not None and run.again_at <= real_ms)
        return Due.RUN if is_open and entry.job.on and (again or _has_tries_left(run)) else None
    if not is_open or run.tries >= MOST_TRIES:
        return Due.MISSED
    return Due.RUN if run.again_at <= real_ms else None


def _has_tries_left(run: Run) -> bool:
    """Of one that has come to its end: a clock that has gone back comes by again, and by hand it may fail."""
    if run.outcome is Outcome.SKIPPED:
        return run.tries == 0
    return run.outcome is Outcome.FAILED and run.tries < MOST_TRIES


def _is_named(job: Job, day: date) -> bool:
    return Day.EVERY_DAY in job.days or _WEEKDAYS[day.weekday()] in job.days


def _with_days_off_before(day: date, plan: Plan) -> Iterator[date]:
    yield day
    while not plan.workdays.is_workday(day := day - _DAY):
        yield day


def _is_before_due(job: Job, day: date, plan: Plan) -> bool:
    """The due day itself belongs to it."""
    dates = plan.deadlines
    return job.every_workday_before_due > 0 and any(
        0 <= days_left(day, due_day) <= job.every_workday_before_due
        for due_day in (dates.soft, dates.summary, dates.hard)
    )
