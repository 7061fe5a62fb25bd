"""A school's rate."""

from fractions import Fraction

import pytest

from bot.policy.people import PersonState
from bot.policy.school import Member, SchoolRate, county_rate, school_rate

UNIT = 22_500


def active(completion, *, done=False):
    return Member(PersonState.ACTIVE, done, completion)


def test_people_who_are_not_active_are_listed_and_not_counted():
    found = school_rate(
        [
            active(UNIT, done=True),
            active(9_800),
            active(0),
            Member(PersonState.RETIRED, done=True, completion=UNIT),
            Member(PersonState.DEFERRED, done=False, completion=100),
            Member(PersonState.RETIRED, done=False, completion=0),
        ],
        UNIT,
    )

    assert found == SchoolRate(
        done=1,
        active=3,
        completion=32_300,  # 22500 + 9800 + 0
        unit=UNIT,
        excluded=((PersonState.DEFERRED, 1), (PersonState.RETIRED, 2)),
    )
    assert found.rate == Fraction(1, 3)
    assert found.mean_completion == Fraction(32_300, 3 * UNIT)


def test_rates_are_compared_exactly():
    third = school_rate([active(UNIT, done=True), active(0), active(0)], UNIT)
    two_sixths = school_rate([active(UNIT, done=True)] * 2 + [active(0)] * 4, UNIT)

    assert third.rate == two_sixths.rate


def test_a_unit_with_nobody_active_is_left_out():
    assert school_rate([Member(PersonState.EXEMPT, done=False, completion=0)], UNIT) is None
    assert school_rate([], UNIT) is None


def test_units_that_are_not_ranked_are_not_in_the_countys_total():
    schools = [
        school_rate([active(UNIT, done=True), active(0)], UNIT),
        school_rate([active(UNIT, done=True), Member(PersonState.RETIRED, done=False, completion=0)], UNIT),
        school_rate([active(0)], UNIT, ranked=False),
    ]

    assert county_rate(schools) == SchoolRate(
        done=2, active=3, completion=2 * UNIT, unit=UNIT, excluded=((PersonState.RETIRED, 1),)
    )
    assert county_rate(schools[2:]) is None


def test_completions_of_different_plans_are_not_added():
    with pytest.raises(ValueError, match="different plans"):
        county_rate([school_rate([active(0)], 3), school_rate([active(0)], 6)])
