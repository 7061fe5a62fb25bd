"""The section [workdays] of the plan file."""

from datetime import date

import pytest
from chinese_calendar import constants

from bot.plan_file import PlanFault, load_plan


@pytest.fixture
def read(tmp_path):
    def load(text):
        path = tmp_path / "plan.toml"
        path.write_text(text, "utf-8")
        return load_plan(path).workdays

    return load


def test_without_corrections_the_state_councils_table_holds():
    workdays = load_plan().workdays

    assert workdays.off == frozenset(constants.holidays)
    assert workdays.on == frozenset(constants.workdays)
    assert workdays.knows(date(2024, 5, 1))


def test_the_countys_own_days_off_and_on_win(read):
    # 7 June 2024 is a Friday, the day of the 高考; 10 June is 端午.
    workdays = read("[workdays]\noff = [2024-06-07]\non = [2024-06-10, 2024-06-08]")

    assert not workdays.is_workday(date(2024, 6, 7))
    assert workdays.is_workday(date(2024, 6, 8))
    assert workdays.is_workday(date(2024, 6, 10))
    assert not workdays.is_workday(date(2024, 6, 9))
    assert workdays.is_workday(date(2024, 5, 11))  # the rest of the table still holds


def test_a_worked_saturday_may_be_given_back(read):
    assert not read("[workdays]\noff = [2024-05-11]").is_workday(date(2024, 5, 11))


def test_a_year_that_the_plan_speaks_of_is_known(read):
    workdays = read("[workdays]\noff = [2060-05-03]")

    assert workdays.knows(date(2060, 5, 3))
    assert not workdays.is_workday(date(2060, 5, 3))
    assert not load_plan().workdays.knows(date(2060, 5, 3))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('off = ["2024-06-07"]', "workdays.off[1]: 应为日期，例如 2024-05-30，不加引号"),
        ("off = [2024-06-07T08:00:00]", "workdays.off[1]: 应为日期，例如 2024-05-30，不加引号"),
        ("on = [2024-06-08, 3]", "workdays.on[2]: 应为日期，例如 2024-05-30，不加引号"),
        ("on = 2024-06-08", "workdays.on: 应为列表，写在方括号里"),
        ("of = []", "workdays.of: 没有这一项，是不是 workdays.off？"),
    ],
)
def test_a_fault_names_its_key_and_what_to_write(read, text, fault):
    with pytest.raises(PlanFault) as caught:
        read(f"[workdays]\n{text}")

    assert caught.value.faults == (fault,)


def test_workdays_judge_nobody(read, tmp_path):
    path = tmp_path / "other.toml"
    path.write_text("[workdays]\noff = [2024-06-07]", "utf-8")

    assert load_plan(path).version == load_plan().version
