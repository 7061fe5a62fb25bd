"""A school's scope."""

from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.points import Dimension, Environment
from bot.policy.scope import MissingDimension, judge_scope

RULE, CATALOGUE = load_plan().choice, load_catalogue()
CODES = [point.code for point in CATALOGUE]


def verdict(text):
    return judge_scope(text.split(), RULE, CATALOGUE)


def test_four_points_can_be_enough():
    found = verdict("B9 A1 A2 A5")

    assert found.allowed
    assert found.codes == ("A1", "A2", "A5", "B9")
    assert found.addition == ()


def test_without_a1_and_b1_exactly_these_are_named():
    found = verdict("A2 A5 B9 C1")

    assert not found.allowed
    assert found.missing == (MissingDimension(Dimension.ANALYSIS, ("A1", "B1")),)
    assert (found.dimensions_short, found.environments_short) == (1, 0)
    assert found.addition == ("A1",)


def test_one_environment_is_not_enough():
    found = verdict("A1 A2 A5 A11")

    assert found.missing == ()
    assert found.environments_short == 1
    assert found.absent_environments == (Environment.BLENDED, Environment.SMART)
    assert len(found.addition) == 1
    assert found.addition[0][0] != "A"


def test_one_point_may_mend_both():
    # 学情分析 and a second letter are missing: B1 brings both
    assert verdict("A2 A5 A11").addition == ("B1",)


def test_unknown_codes_refuse_it_and_are_named():
    found = verdict("A1 A2 A5 B9 C8")

    assert not found.allowed
    assert found.unknown == ("C8",)


@given(st.lists(st.sampled_from(CODES), max_size=10))
def test_what_is_added_mends_it(codes):
    found = judge_scope(codes, RULE, CATALOGUE)

    assert judge_scope([*codes, *found.addition], RULE, CATALOGUE).allowed
    assert len(found.addition) <= found.dimensions_short + found.environments_short
    assert bool(found.addition) != found.allowed
