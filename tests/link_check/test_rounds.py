"""When links are looked at again."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.link_check.rounds import Round, current_round, job_of
from bot.plan_file import load_plan
from bot.policy.plan import Day

PLAN = load_plan()
JOB = job_of(PLAN)  # 02:30 每天
SHANGHAI = ZoneInfo("Asia/Shanghai")
REAL_MS = 1_800_000_000_000
DAY_MS, HOUR_MS = 86_400_000, 3_600_000


def at(day, hour, minute=0):
    return datetime(2024, 5, day, hour, minute, tzinfo=SHANGHAI)


def began(job, now):
    """How long ago, in milliseconds."""
    found = current_round(job, PLAN.workdays, now, REAL_MS)
    return None if found is None else REAL_MS - found.ill_before - 12 * HOUR_MS


def test_the_switch_is_off_until_the_office_turns_it_on():
    assert not JOB.on


def test_a_round_looks_after_a_week_and_sooner_where_something_was_wrong():
    # 5 hours after the round began
    assert current_round(JOB, PLAN.workdays, at(21, 7, 30), REAL_MS) == Round(
        well_before=REAL_MS - 5 * HOUR_MS - 6 * DAY_MS - 12 * HOUR_MS,
        ill_before=REAL_MS - 5 * HOUR_MS - 12 * HOUR_MS,
    )


@pytest.mark.parametrize(
    ("days", "now", "hours_ago"),
    [
        ((Day.EVERY_DAY,), at(21, 2, 30), 0),
        ((Day.EVERY_DAY,), at(21, 2, 29), 23.983333333333334),
        ((Day.TUESDAY,), at(21, 3, 30), 1),  # 2024-05-21 is a Tuesday
        ((Day.TUESDAY,), at(20, 2, 30), 6 * 24),
        ((Day.MONDAY, Day.FRIDAY), at(19, 2, 30), 2 * 24),
        # Saturday the 11th is worked instead of a day of the May holiday; Sunday the 12th is free.
        ((Day.WORKDAYS,), at(11, 2, 30), 0),
        ((Day.WORKDAYS,), at(12, 2, 30), 24),
        # 1 to 5 May are free; the 30th of April was the last workday.
        ((Day.WORKDAYS,), at(5, 2, 30), 5 * 24),
    ],
)
def test_the_last_round_began_on_a_day_of_the_job(days, now, hours_ago):
    assert began(replace(JOB, days=days), now) == round(hours_ago * HOUR_MS)


def test_a_missed_round_is_made_up_until_the_job_says_so():
    job = replace(JOB, until=time(6))

    assert began(job, at(21, 6)) == round(3.5 * HOUR_MS)
    assert began(job, at(21, 6) + timedelta(seconds=1)) is None
    assert began(JOB, at(21, 23)) == round(20.5 * HOUR_MS)
