"""What may have been said between a backup and its restoring."""

from dataclasses import replace
from datetime import date, datetime

from bot.clock import SHANGHAI
from bot.plan_file import load_plan
from bot.policy.backups import may_have_run

PLAN = load_plan(None)
RANKING = "daily-ranking"


def at(month, day, hour):
    return datetime(2024, month, day, hour, tzinfo=SHANGHAI)


def days(taken, now, job=RANKING):
    return [day for name, day in may_have_run(PLAN, taken, now) if name == job]


def test_what_came_up_in_between_may_have_been_said():
    # Friday 17 May 12:00 to Tuesday 21 May 19:00: at 18:00 on Friday, Monday and Tuesday
    assert days(at(5, 17, 12), at(5, 21, 19)) == [date(2024, 5, 17), date(2024, 5, 20), date(2024, 5, 21)]


def test_what_is_still_to_come_today_is_run():
    assert days(at(5, 20, 12), at(5, 20, 17)) == []


def test_what_was_under_way_when_the_backup_was_made_counts_too():
    assert days(at(5, 20, 19), at(5, 20, 20)) == [date(2024, 5, 20)]
    assert days(at(5, 20, 21), at(5, 20, 22)) == []  # its time was over at 20:00


def test_jobs_that_say_nothing_are_not_asked_for():
    names = {name for name, _ in may_have_run(PLAN, at(5, 1, 0), at(5, 28, 0))}
    assert names == {RANKING, "leader-summary", "reminders"}


def test_what_is_off_has_said_nothing():
    off = replace(PLAN, jobs=tuple(replace(job, on=False) for job in PLAN.jobs))
    assert list(may_have_run(off, at(5, 17, 12), at(5, 21, 19))) == []
