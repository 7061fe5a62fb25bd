"""When the links that were looked at before are looked at again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.policy.plan import Day, Job, Plan
from bot.policy.workdays import Workdays

JOB = "link-check"
_WEEKDAYS = (Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY, Day.SATURDAY, Day.SUNDAY)
# A little less than a week and a day: a round takes time, and links keep to the round that they were in.
_WELL = timedelta(days=6, hours=12)
_ILL = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Round:
    """Links last looked at before these instants (epoch milliseconds, real clock) are due."""

    well_before: int  # of those that were in order
    ill_before: int  # of those that were not


def job_of(plan: Plan) -> Job:
    return next(job for job in plan.jobs if job.name == JOB)


def current_round(job: Job, workdays: Workdays, now: datetime, real_ms: int) -> Round | None:
    """The round that began last, by the programme's clock; None when there is none, or its time is over.

    A round has no memory: a link that it has been to is simply not due any more. So one that was missed or
    cut off is made up whenever the bot runs again, until `job.until` or the next one.
    """
    for days_ago in range(8):
        day = now.date() - timedelta(days=days_ago)
        began = datetime.combine(day, job.at, now.tzinfo)
        if began <= now and _runs_on(job, day, workdays):
            if job.until is not None and now > datetime.combine(day, job.until, now.tzinfo):
                return None
            return round_from(real_ms - _milliseconds(now - began))
    return None


def round_from(began_ms: int) -> Round:
    """A round that began at an instant of the real clock."""
    return Round(began_ms - _milliseconds(_WELL), began_ms - _milliseconds(_ILL))


def _runs_on(job: Job, day: date, workdays: Workdays) -> bool:
    return (
        Day.EVERY_DAY in job.days
        or _WEEKDAYS[day.weekday()] in job.days
        or (Day.WORKDAYS in job.days and workdays.is_workday(day))
    )


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
