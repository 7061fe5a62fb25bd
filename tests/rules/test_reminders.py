"""Who is reminded on which days: before the dates, three workdays apart, never in quiet times."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.policy.people import PersonState
from bot.policy.quiet import may_disturb
from bot.policy.reminders import (
    Hold,
    Remindable,
    again_on,
    forbidden_around,
    hearing,
    hold,
    is_too_soon,
    reminder_days,
)
from bot.policy.standing import Step

PLAN = load_plan(None)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BEHIND = Remindable(
    state=PersonState.ACTIVE, step=Step.NO_CHOICE, has_account=True, paused_until=None, reminded_on=()
)
TUESDAY = date(2024, 5, 21)


def moments(first, last):
    days, times = st.dates(first, last), st.times()
    return st.builds(lambda day, at: datetime.combine(day, at, SHANGHAI), days, times)


def may(day):
    return date(2024, 5, day)


def june(day):
    return date(2024, 6, day)


def with_quiet_days(*days):
    return replace(PLAN, reminders=replace(PLAN.reminders, quiet_days=days))


def days_of(plan):
    return reminder_days(plan.deadlines, plan.reminders, plan.workdays)


def test_reminders_go_out_ten_five_two_and_no_days_before_the_dates():
    """25 May is a Saturday, 30 June a Sunday: the Fridays before them."""
    assert days_of(PLAN) == (
        *(may(20), may(24), may(28), may(30)),  # the soft date, 30 May
        *(june(20), june(25), june(28)),  # the hard date, 30 June
    )


def test_a_day_of_exams_moves_the_reminder_to_the_workday_before_it():
    plan = with_quiet_days(june(25), june(24), june(28))
    # 25 June → 24 is quiet too → 23 and 22 are a weekend → Friday the 21st
    assert days_of(plan)[-3:] == (june(20), june(21), june(27))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"state": PersonState.DEFERRED}, Hold.NOT_ACTIVE),
        ({"state": PersonState.TRANSFERRED}, Hold.NOT_ACTIVE),
        ({"state": PersonState.RETIRED}, Hold.NOT_ACTIVE),
        ({"state": PersonState.EXEMPT}, Hold.NOT_ACTIVE),
        ({"step": Step.NONE}, Hold.DONE),
        ({"step": Step.WAITING}, Hold.WAITING),
        *(({"step": step}, None) for step in (Step.NO_ACCOUNT, Step.NO_EVIDENCE, Step.RETURNED, Step.HOURS)),
        ({"has_account": False}, Hold.UNREACHABLE),
        ({"paused_until": TUESDAY}, Hold.PAUSED),
        ({"paused_until": may(20)}, None),
        ({"reminded_on": (TUESDAY,)}, Hold.LATELY),
        ({"reminded_on": (may(16),)}, None),
        ({"state": PersonState.RETIRED, "step": Step.NONE, "has_account": False}, Hold.NOT_ACTIVE),
        ({"paused_until": TUESDAY, "reminded_on": (TUESDAY,)}, Hold.PAUSED),
    ],
)
def test_who_is_not_reminded_and_the_first_reason_why(changed, why):
    assert hold(replace(BEHIND, **changed), TUESDAY, PLAN) is why


@pytest.mark.parametrize(
    ("reminded_on", "again"),
    [
        (may(20), may(23)),  # Monday → Thursday
        (may(21), may(24)),
        (may(22), may(27)),  # Thursday, Friday, Monday
        (may(24), may(29)),  # Monday, Tuesday, Wednesday
        (june(6), june(12)),  # Friday, (端午 8 to 10 June) Tuesday, Wednesday
        (date(2024, 4, 26), date(2024, 4, 30)),  # Sunday 28 is worked: 28, 29, 30
        (date(2024, 4, 30), may(8)),  # (1 to 5 May are off) 6, 7, 8
    ],
)
def test_somebody_is_reminded_again_after_three_workdays(reminded_on, again):
    assert again_on(reminded_on, PLAN) == again
    assert not is_too_soon((reminded_on,), again, PLAN)
    assert is_too_soon((reminded_on,), again - timedelta(days=1), PLAN)


def test_after_exams_somebody_may_be_reminded_again():
    plan = with_quiet_days(may(23), may(24))
    assert again_on(may(20), plan) == may(27)


def test_one_that_will_be_heard_on_monday_forbids_another_before_it():
    assert forbidden_around(may(23), PLAN) == (may(21), may(27))  # 21, 22, 23 and 23, 24, (weekend) 27
    assert is_too_soon((may(27),), may(23), PLAN)
    assert not is_too_soon((may(28),), may(23), PLAN)


@given(day=st.dates(date(2024, 4, 1), date(2024, 7, 10)), other=st.integers(-30, 30))
def test_what_is_looked_up_around_a_day_is_what_forbids_another(day, other):
    near = day + timedelta(days=other)
    first, last = forbidden_around(day, PLAN)
    assert is_too_soon((near,), day, PLAN) == (first <= near <= last)


@given(
    runs=st.lists(moments(date(2024, 4, 1), date(2024, 7, 10)), max_size=60),
    apart=st.integers(1, 6),
)
def test_whatever_runs_whenever_nobody_is_reminded_twice_within_so_many_workdays(runs, apart):
    """Also by a clock that goes back: `runs` are in any order."""
    plan = replace(PLAN, quiet=replace(PLAN.quiet, reminder_workdays=apart))
    reminded: list[date] = []
    for now in runs:
        day = hearing(now, plan.quiet, plan.workdays).day
        if hold(replace(BEHIND, reminded_on=tuple(reminded)), day, plan) is None:
            reminded.append(day)

    reminded.sort()
    for before, after in pairwise(reminded):
        both = sum(
            plan.workdays.is_workday(before + timedelta(days=n)) for n in range((after - before).days + 1)
        )
        assert both > apart  # workdays from the one to the other, both of them counted
    assert bool(reminded) == bool(runs)


@given(
    now=moments(date(2024, 1, 1), date(2024, 12, 1)),
    start=st.times(),
    end=st.times(),
)
def test_a_reminder_is_heard_at_the_next_allowed_minute_and_never_in_quiet_hours(now, start, end):
    quiet = replace(PLAN.quiet, start=start, end=end)
    if start == end:
        return
    heard = hearing(now, quiet, PLAN.workdays)

    assert may_disturb(heard.at, quiet, PLAN.workdays)
    assert (heard.at == now) == may_disturb(now, quiet, PLAN.workdays)
    assert heard.at >= now
    last = heard.until - timedelta(microseconds=1)
    assert may_disturb(last, quiet, PLAN.workdays)
    assert last.date() == heard.day


def test_at_four_it_is_worth_hearing_until_eight_and_on_friday_night_on_monday():
    four = datetime(2024, 5, 24, 16, 0, tzinfo=SHANGHAI)
    at_once = hearing(four, PLAN.quiet, PLAN.workdays)
    assert (at_once.at, at_once.until) == (four, four.replace(hour=20))

    held = hearing(four.replace(hour=21), PLAN.quiet, PLAN.workdays)
    assert (held.at, held.until) == (
        datetime(2024, 5, 27, 7, 0, tzinfo=SHANGHAI),
        datetime(2024, 5, 27, 20, 0, tzinfo=SHANGHAI),
    )
