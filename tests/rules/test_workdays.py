"""Workdays of China: the plain week, corrected by what the State Council decides."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.workdays import Workdays
from bot.workdays_file import load_workdays

TABLE = load_workdays((), ())
PLAIN = Workdays(off=frozenset(), on=frozenset(), years=frozenset())
DAYS_2024 = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def may(day):
    return date(2024, 5, day)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 4, 28), True),  # a Sunday, worked for the holiday of May
        (date(2024, 4, 30), True),
        *((may(day), False) for day in range(1, 6)),  # 1 to 5 May
        (may(6), True),
        (may(10), True),
        (may(11), True),  # a Saturday, worked for the holiday of May
        (may(12), False),  # a Sunday
        (may(18), False),  # a plain Saturday
        (date(2024, 6, 7), True),
        (date(2024, 6, 10), False),  # 端午, a Monday
        (date(2024, 6, 11), True),
        (date(2024, 2, 4), True),  # a Sunday, worked for 春节
        (date(2024, 10, 1), False),
    ],
)
def test_days_off_and_days_worked_instead(day, worked):
    assert TABLE.is_workday(day) is worked


def test_a_year_without_a_table_has_plain_weeks_and_says_so():
    far = date(2060, 5, 3)  # a Monday

    assert not TABLE.knows(far)
    assert TABLE.knows(may(1))
    assert TABLE.is_workday(far)
    assert not TABLE.is_workday(date(2060, 5, 1))  # a Saturday
    assert TABLE.is_workday(date(2060, 10, 1))  # a Friday: nobody has decided yet


@pytest.mark.parametrize(
    ("day", "today", "waited"),
    [
        (may(20), may(20), 0),
        (may(20), may(21), 1),  # Monday to Tuesday
        (may(17), may(20), 1),  # Friday to Monday
        (may(18), may(20), 1),  # Saturday to Monday
        # From Tuesday, 30 April: 6, 7, 8, 9, 10 and Saturday the 11th are worked.
        (date(2024, 4, 30), may(11), 6),
        (date(2024, 4, 30), may(12), 6),
        (may(21), may(20), 0),  # not yet
    ],
)
def test_waiting_is_counted_in_workdays(day, today, waited):
    assert TABLE.since(day, today) == waited


@given(DAYS_2024, st.integers(0, 60))
def test_waiting_grows_by_one_with_every_workday(day, later):
    today = day + timedelta(days=later)
    tomorrow = today + timedelta(days=1)

    assert TABLE.since(day, tomorrow) - TABLE.since(day, today) == TABLE.is_workday(tomorrow)


@given(DAYS_2024, st.integers(0, 15), st.sampled_from([TABLE, PLAIN]))
def test_the_last_day_of_those_that_wait_too_long_is_exactly_that(today, workdays, table):
    last = table.last_waiting_more_than(workdays, today)

    assert table.since(last, today) > workdays
    assert table.since(last + timedelta(days=1), today) <= workdays


@given(DAYS_2024, DAYS_2024, st.integers(0, 15))
def test_what_came_up_to_that_day_waits_too_long_and_nothing_else(came, today, workdays):
    waits = TABLE.since(came, today) > workdays

    assert waits == (came <= TABLE.last_waiting_more_than(workdays, today))


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2024, 5, 20), None),
        (date(2025, 10, 31), None),
        (date(2025, 11, 1), 2026),
        (date(2025, 12, 29), 2026),
        (date(2026, 1, 1), 2026),  # nobody has done anything
        (date(2023, 11, 6), None),
    ],
)
def test_next_years_table_is_missed_from_november_on(today, missing):
    table = Workdays(off=frozenset(), on=frozenset(), years=frozenset({2023, 2024, 2025}))

    assert table.missing_year(today) == missing


def test_one_day_in_the_plan_is_enough_to_know_a_year():
    assert load_workdays([date(2060, 1, 1)], []).missing_year(date(2060, 5, 3)) is None
