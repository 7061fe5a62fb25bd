"""Days of the programme."""

from dataclasses import replace
from datetime import date

import pytest

from bot.plan_file import load_plan
from bot.policy.calendar import Lateness, Phase, day_of, days_left, end_of, lateness, programme_day

PLAN = load_plan()


@pytest.mark.parametrize(
    ("day", "phase", "number"),
    [
        (date(2024, 2, 29), Phase.BEFORE, None),
        (date(2024, 3, 1), Phase.STAGE, 1),
        (date(2024, 3, 17), Phase.STAGE, 1),
        (date(2024, 3, 18), Phase.STAGE, 2),
        (date(2024, 5, 30), Phase.STAGE, 2),
        (date(2024, 5, 31), Phase.GRACE, 2),
        (date(2024, 6, 1), Phase.STAGE, 3),
        (date(2024, 6, 30), Phase.STAGE, 3),
        (date(2024, 7, 1), Phase.AFTER, None),
    ],
)
def test_every_day_has_its_place(day, phase, number):
    found = programme_day(day, PLAN)

    assert found.phase is phase
    assert (found.stage and found.stage.number) == number


def test_days_left_count_the_due_day_itself():
    assert days_left(date(2024, 6, 28), date(2024, 6, 30)) == 2
    assert days_left(date(2024, 6, 30), date(2024, 6, 30)) == 0
    assert days_left(date(2024, 7, 1), date(2024, 6, 30)) == -1


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 5, 30), Lateness.IN_TIME),
        (date(2024, 5, 31), Lateness.IN_TIME),  # grace
        (date(2024, 6, 1), Lateness.AFTER_SOFT),
        (date(2024, 6, 30), Lateness.AFTER_SOFT),
        (date(2024, 7, 1), Lateness.OVERDUE),
    ],
)
def test_evidence_is_late_after_the_grace_and_overdue_after_the_end(day, expected):
    assert lateness(day, PLAN.deadlines) is expected


def test_without_a_day_of_grace_stages_follow_each_other():
    days = replace(PLAN.deadlines, grace=PLAN.deadlines.soft)

    assert lateness(date(2024, 5, 31), days) is Lateness.AFTER_SOFT


def test_a_day_ends_at_midnight_in_shanghai():
    # 2024-06-30T16:00:00Z is midnight in Shanghai: 1719763200 seconds
    assert end_of(date(2024, 6, 30)) == 1_719_763_200_000
    assert day_of(1_719_763_199_999) == date(2024, 6, 30)
    assert day_of(1_719_763_200_000) == date(2024, 7, 1)
