"""Which backups stay, and what a bot may have said between a backup and its restoring."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.policy.plan import BackupRule, Plan
from bot.policy.timetable import LOOK_BACK_DAYS, runs_on, window

SAY_SOMETHING: Final = frozenset({"daily-ranking", "leader-summary", "reminders"})
"""Jobs of the plan whose second run would be heard a second time."""


def not_kept(taken: Sequence[datetime], rule: BackupRule, today: date) -> list[datetime]:
    """Of those that there are, what may go: the newest of each day and week stays, the newest of all in any case."""
    newest_first = sorted(taken, reverse=True)
    kept = set(newest_first[:1])
    days: set[date] = set()
    weeks: set[date] = set()
    for one in newest_first:
        day = one.date()
        monday = day - timedelta(days=day.weekday())
        if day > today - timedelta(days=rule.keep_days) and day not in days:
            kept.add(one)
        if monday > today - timedelta(weeks=rule.keep_weeks, days=today.weekday()) and monday not in weeks:
            kept.add(one)
        days.add(day)
        weeks.add(monday)
    return [one for one in newest_first if one not in kept]


def may_have_run(plan: Plan, taken: datetime, now: datetime) -> Iterator[tuple[str, date]]:
    """Runs that came up in between and were heard by somebody, by the programme's clock; the oldest first."""
    first = max(taken.date(), now.date() - timedelta(days=LOOK_BACK_DAYS)) - timedelta(days=1)
    jobs = [job for job in plan.jobs if job.on and job.name in SAY_SOMETHING]
    for days in range((now.date() - first).days + 1):
        day = first + timedelta(days=days)
        for job in jobs:
            opens, closes = window(job, day)
            # Also what was under way when the backup was made.
            if runs_on(job, day, plan) and opens <= now and closes >= taken:
                yield job.name, day
