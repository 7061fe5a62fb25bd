"""Suggestions: legal, inside the scope, different, and the same every time."""

from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.points import Catalogue, Dimension, Point
from bot.policy.suitability import by_suitability, recommend

RULE, CATALOGUE = load_plan().choice, load_catalogue()
CODES = [point.code for point in CATALOGUE]


def test_three_choices_share_no_point_where_there_are_enough():
    choices = recommend(CATALOGUE, None, "语文", "小学", rule=RULE)

    assert len({code for choice in choices for code in choice}) == 9


def test_a_scope_of_four_points_still_gives_three_choices():
    choices = recommend(CATALOGUE, frozenset({"A1", "A2", "A5", "B9"}), "", "", rule=RULE)

    assert len(set(choices)) == 3


def test_fewer_choices_where_there_are_no_more():
    # A5 and A6 stay; only A1 brings a second dimension
    assert recommend(CATALOGUE, frozenset({"A1", "A7", "A8"}), "", "", ("A5", "A6"), rule=RULE) == (
        ("A1", "A5", "A6"),
    )
    assert recommend(CATALOGUE, frozenset({"A5", "A6", "A7"}), "", "", rule=RULE) == ()


def test_three_certified_points_leave_nothing_to_choose():
    assert recommend(CATALOGUE, None, "", "", ("A1", "A5", "B2"), rule=RULE) == (("A1", "A5", "B2"),)


def test_points_made_for_the_subject_come_first_and_those_for_others_last():
    points = [
        Point(code="A1", name="甲", dimension=Dimension.DESIGN, subjects=("英语",)),
        Point(code="A2", name="乙", dimension=Dimension.DESIGN),
        Point(code="A3", name="丙", dimension=Dimension.DESIGN, subjects=("体育", "音乐")),
    ]

    ordered = by_suitability(Catalogue(points), "初中体育", "")

    assert [point.code for point in ordered] == ["A3", "A2", "A1"]


def test_an_unknown_subject_changes_nothing():
    assert [point.code for point in by_suitability(CATALOGUE, "", "")] == CODES
    assert [point.code for point in by_suitability(CATALOGUE, "驾驶", "夜校")] == CODES


@given(
    st.none() | st.frozensets(st.sampled_from(CODES)),
    st.sampled_from(["", "语文", "体育", "小学数学"]),
    st.sampled_from(["", "幼儿园", "初中"]),
    st.lists(st.sampled_from(CODES), max_size=3, unique=True),
)
def test_every_suggestion_is_legal(scope, subject, stage, keep):
    choices = recommend(CATALOGUE, scope, subject, stage, keep, rule=RULE)

    assert choices == recommend(CATALOGUE, scope, subject, stage, keep, rule=RULE)
    assert len(set(choices)) == len(choices) <= 3
    for choice in choices:
        assert len(set(choice)) == 3
        assert len(CATALOGUE.dimensions(choice)) >= 2
        assert set(keep) <= set(choice)
        assert scope is None or set(choice) <= scope.union(keep)
