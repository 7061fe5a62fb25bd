"""Every job by its name: those of the plan, and the house's own with their times."""

from collections.abc import Mapping
from datetime import time, timedelta

from bot.jobs.announcements import announcements_due
from bot.jobs.backup import backup
from bot.jobs.calendar import calendar
from bot.jobs.daily_ranking import daily_ranking
from bot.jobs.job import JobFunction
from bot.jobs.leader_summary import leader_summary
from bot.jobs.link_check import link_check
from bot.jobs.ranking_correction import ranking_correction
from bot.jobs.reminders import reminders
from bot.jobs.retention import retention
from bot.jobs.silent_groups import silent_groups
from bot.policy.plan import Day, Job
from bot.policy.timetable import Entry

JOBS: Mapping[str, JobFunction] = {
    "daily-ranking": daily_ranking,
    "leader-summary": leader_summary,
    "link-check": link_check,
    "reminders": reminders,
    "retention": retention,
    "backup": backup,
    "calendar": calendar,
    "announcements": announcements_due,
    "ranking-correction": ranking_correction,
    "silent-groups": silent_groups,
}

RUNS_BY_ITSELF = frozenset({"link-check"})
"""Has a thread of its own that keeps the plan's times (`bot.link_check.watching`): here only by hand."""

LOOKS_AT_NOW = frozenset({"retention", "backup"})
"""Of the plan's jobs: what one run leaves undone the next one does, so a machine that is off at night misses nothing."""

HOUSE = (
    Entry(
        job=Job(name="announcements", on=True, at=time(0), days=(Day.EVERY_DAY,)),
        again=timedelta(minutes=1),
        present=True,
    ),
    Entry(job=Job(name="calendar", on=True, at=time(8, 30), days=(Day.EVERY_DAY,)), present=True),
    Entry(job=Job(name="silent-groups", on=True, at=time(9), days=(Day.WORKDAYS,)), present=True),
    Entry(
        job=Job(
            name="ranking-correction", on=True, at=time(18, 5), until=time(23, 55), days=(Day.EVERY_DAY,)
        ),
        again=timedelta(minutes=5),
        present=True,
    ),
)
"""Jobs that no plan needs to name."""
