"""How figures are written everywhere."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.texts.wording import as_of, full_day, hours, live, masked, number, percent, tail


@pytest.mark.parametrize(
    ("hundredths", "written"),
    [
        (0, "0 学时"),
        (1850, "18.5 学时"),
        (2500, "25 学时"),
        (1005, "10.05 学时"),
        (5, "0.05 学时"),
        (100000, "1000 学时"),
        (-850, "-8.5 学时"),
    ],
)
def test_hours_have_no_trailing_zeros(hundredths, written):
    assert hours(hundredths) == written


@given(st.integers(0, 10_000_000))
def test_a_written_number_of_hours_is_exactly_the_stored_one(hundredths):
    whole, _, rest = number(hundredths).partition(".")

    assert int(whole) * 100 + int(rest.ljust(2, "0") or 0) == hundredths
    assert not rest.endswith("0")


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),  # 0.05 % goes up
        (1, 2001, "0.0%"),
        (5, 5, "100.0%"),
        (0, 7, "0.0%"),
    ],
)
def test_shares_are_rounded_half_up_to_one_decimal(part, whole, written):
    assert percent(part, whole) == written


def test_days_carry_their_weekday():
    assert full_day(date(2024, 5, 30)) == "5月30日（周四）"
    assert full_day(date(2024, 6, 30)) == "6月30日（周日）"


def test_figures_say_as_of_when():
    today = date(2024, 5, 21)

    assert as_of(date(2024, 5, 20), today).plain == (
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )
    assert as_of(today, today).plain == "数据截至 5月21日（周二）"
    assert as_of(None, today).plain == "还没有线上数据；实践和认证数据截至 5月21日（周二）"
    assert live(today).plain == "数据截至 5月21日（周二）"


def test_of_numbers_and_accounts_only_a_part_is_shown():
    assert tail("5678") == "尾号 5678"
    assert masked("zhangsan") == "z…n"
    assert masked("ab") == "…"
