"""Nobody is written to unasked between 20:00 and 07:00, nor on days off (rules, section 8)."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.policy.plan import Quiet
from bot.policy.quiet import may_disturb
from bot.policy.workdays import Workdays

NIGHT = Quiet(start=time(20), end=time(7), reminder_workdays=3)
NOON = Quiet(start=time(12), end=time(14), reminder_workdays=3)
# 端午节 on Monday, 10 June 2024; Saturday, 11 May was worked instead of a day of 劳动节.
YEAR = Workdays(frozenset({date(2024, 6, 10)}), frozenset({date(2024, 5, 11)}), frozenset({2024}))


def at(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (at(2024, 5, 20, 6, 59, 59), False),
        (at(2024, 5, 20, 7, 0), True),
        (at(2024, 5, 20, 19, 59, 59), True),
        (at(2024, 5, 20, 20, 0), False),
        (at(2024, 5, 21, 0, 0), False),
        (at(2024, 5, 18, 10, 0), False),  # a Saturday
        (at(2024, 6, 10, 10, 0), False),  # a Monday off
        (at(2024, 5, 11, 10, 0), True),  # a Saturday worked
    ],
)
def test_the_quiet_time_begins_with_its_first_minute_and_ends_before_its_last(moment, allowed):
    assert may_disturb(moment, NIGHT, YEAR) is allowed


@pytest.mark.parametrize(
    ("hour", "allowed"), [(0, True), (11, True), (12, False), (13, False), (14, True), (23, True)]
)
def test_a_quiet_time_may_lie_within_a_day(hour, allowed):
    assert may_disturb(at(2024, 5, 20, hour), NOON, YEAR) is allowed


@given(moment=st.datetimes(timezones=st.just(SHANGHAI)), start=st.times(), end=st.times())
def test_a_time_and_its_opposite_leave_no_minute_out(moment, start, end):
    """What is quiet from start to end is not quiet from end to start."""
    if start == end:
        return
    there, back = (Quiet(start=a, end=b, reminder_workdays=3) for a, b in ((start, end), (end, start)))
    always = Workdays(frozenset(), frozenset({moment.date()}), frozenset())

    assert may_disturb(moment, there, always) is not may_disturb(moment, back, always)
