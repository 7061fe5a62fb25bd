"""A day without a year is meant in the programme, whenever it is asked about."""

from datetime import date

import pytest

from messages.understanding.dates import Calendar

SPRING = (date(2024, 3, 1), date(2024, 6, 30))
SCHOOL_YEAR = (date(2024, 9, 1), date(2025, 6, 30))


@pytest.mark.parametrize("today", [None, date(2024, 5, 20), date(2026, 11, 22)])
def test_a_day_of_a_programme_within_one_year_has_its_year(today):
    calendar = Calendar(today, SPRING)

    assert calendar.day("5月20日") == "2024-05-20"
    assert calendar.day("5.20") == "2024-05-20"
    assert calendar.month("4月") == "2024-04"


@pytest.mark.parametrize(
    ("said", "expected"), [("9月1日", "2024-09-01"), ("12月31日", "2024-12-31"), ("1月1日", "2025-01-01")]
)
def test_a_programme_over_the_new_year_has_two_years(said, expected):
    assert Calendar(date(2024, 10, 1), SCHOOL_YEAR).day(said) == expected


def test_a_year_that_was_said_stands():
    assert Calendar(None, SPRING).day("2023年5月20日") == "2023-05-20"
