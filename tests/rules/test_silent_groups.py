"""When a group's silence is a fault, through weekends, holidays and the days worked instead."""

from datetime import date

import pytest

from bot.policy.silent_groups import Cause, Due, is_silent
from bot.workdays_file import load_workdays

WORKDAYS = load_workdays((), ())
MON, TUE, WED, THU, FRI = (date(2024, 5, day) for day in range(20, 25))


@pytest.mark.parametrize(
    ("last", "first_due", "today", "silent"),
    [
        (MON, TUE, WED, False),  # only Tuesday is missing
        (MON, TUE, THU, True),  # Tuesday and Wednesday
        (MON, MON, WED, False),  # a second message of Monday is missing, and Tuesday
        (MON, WED, THU, False),  # nothing was due on Tuesday
        (MON, WED, FRI, True),
        (date(2024, 1, 2), THU, THU, False),  # nothing was due for months; what is due today may still come
        (FRI, date(2024, 5, 27), date(2024, 5, 28), False),  # over the weekend
        (FRI, date(2024, 5, 27), date(2024, 5, 29), True),
        # Labour Day 2024: off from 1 to 5 May, 28 April (a Sunday) and 11 May (a Saturday) are worked.
        (date(2024, 4, 30), date(2024, 5, 6), date(2024, 5, 7), False),
        (date(2024, 4, 30), date(2024, 5, 6), date(2024, 5, 8), True),
        (date(2024, 4, 26), date(2024, 4, 28), date(2024, 4, 29), False),
        (date(2024, 4, 26), date(2024, 4, 28), date(2024, 4, 30), True),  # Sunday and Monday
    ],
)
def test_two_workdays_without_what_was_due_are_a_fault(last, first_due, today, silent):
    assert is_silent(last, first_due, today, WORKDAYS, 2) == silent


@pytest.mark.parametrize(
    ("refused", "tried", "cause"),
    [
        (True, True, Cause.REFUSED),
        (False, True, Cause.UNANSWERED),
        (False, False, Cause.NOT_TRIED),
    ],
)
def test_the_likely_cause_is_what_the_platform_has_said(refused, tried, cause):
    assert Due(messages=1, first_at=0, refused=refused, tried=tried).cause is cause
