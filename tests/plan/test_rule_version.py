"""The version by which people are judged follows the points and the rules as well: whoever was judged by others is judged anew."""

from importlib.resources import files
from pathlib import Path

import pytest

from bot.plan_file import load_plan
from bot.points_file import PointsFault, load_catalogue

BUILT_IN = files("bot").joinpath("data", "points.toml").read_text("utf-8")


@pytest.fixture
def plan_with(tmp_path):
    """The plan of a county that has these points."""

    def load(points):
        (tmp_path / "points.toml").write_text(points, "utf-8")
        (tmp_path / "plan.toml").write_text('[programme]\npoints_file = "points.toml"', "utf-8")
        return load_plan(tmp_path / "plan.toml")

    return load


def changed(old, new):
    assert BUILT_IN.count(old) >= 1
    return BUILT_IN.replace(old, new, 1)


@pytest.mark.parametrize(
    "points",
    [
        changed('dimension = "学情分析"', 'dimension = "教学设计"'),
        BUILT_IN[: BUILT_IN.index('[[points]]\ncode = "C7"')],  # one that was certified may count no more
    ],
)
def test_other_points_are_another_version(plan_with, points):
    assert plan_with(points).version != load_plan().version


@pytest.mark.parametrize(
    "points", [BUILT_IN, changed('aliases = ["学情"]', "aliases = []"), changed("的学情分析", "学情分析")]
)
def test_names_and_what_people_call_a_point_judge_nobody(plan_with, points):
    assert plan_with(points).version == load_plan().version


def test_rules_that_were_changed_in_the_code_are_another_version(monkeypatch):
    before = load_plan().version
    monkeypatch.setattr("bot.rule_version.RULES", 2)

    assert load_plan().version != before


def test_a_points_file_that_is_wrong_is_not_the_plans_fault(plan_with):
    plan = plan_with("[[points]]\ncode = 5")

    with pytest.raises(PointsFault):
        load_catalogue(Path(plan.points_file))
