"""What comes at night or on a day off waits for the next morning of a workday."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.policy.plan import Quiet
from bot.policy.quiet import may_disturb, next_allowed
from bot.policy.workdays import Workdays

NIGHT = Quiet(start=time(20), end=time(7), reminder_workdays=3)
# 端午节 on Monday, 10 June 2024; Saturday, 11 May was worked instead of a day of 劳动节.
YEAR = Workdays(frozenset({date(2024, 6, 10)}), frozenset({date(2024, 5, 11)}), frozenset({2024}))


def at(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (at(2024, 5, 20, 9, 30), at(2024, 5, 20, 9, 30)),
        (at(2024, 5, 20, 6, 59), at(2024, 5, 20, 7, 0)),
        (at(2024, 5, 20, 20, 0), at(2024, 5, 21, 7, 0)),
        (at(2024, 5, 24, 21, 0), at(2024, 5, 27, 7, 0)),  # Friday night
        (at(2024, 6, 8, 10, 0), at(2024, 6, 11, 7, 0)),  # Saturday, Sunday and a Monday off
        (at(2024, 5, 10, 23, 0), at(2024, 5, 11, 7, 0)),  # a Saturday worked
    ],
)
def test_it_waits_for_the_morning_of_the_next_workday(moment, allowed):
    assert next_allowed(moment, NIGHT, YEAR) == allowed


@given(minutes=st.integers(0, 366 * 24 * 60))
def test_it_is_never_earlier_never_quiet_and_stays_where_it_is(minutes):
    moment = at(2024, 1, 1) + timedelta(minutes=minutes)
    allowed = next_allowed(moment, NIGHT, YEAR)
    assert allowed >= moment
    assert may_disturb(allowed, NIGHT, YEAR)
    assert next_allowed(allowed, NIGHT, YEAR) == allowed
    # Nothing in between would have done: every whole hour is quiet.
    for hours in range(int((allowed - moment) / timedelta(hours=1))):
        assert not may_disturb(moment + timedelta(hours=hours), NIGHT, YEAR)
