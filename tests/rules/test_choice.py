"""Teachers' choices: exactly three, at least two dimensions, inside the school's scope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.choice import (
    ChoiceFault,
    Chooser,
    Finding,
    Replacement,
    Scope,
    judge_choice,
    judge_swap,
)
from bot.policy.points import Catalogue, Dimension, Point

RULE, CATALOGUE = load_plan().choice, load_catalogue()
CODES = [point.code for point in CATALOGUE]
SCOPE = frozenset({"A1", "A2", "A5", "B9"})  # all four dimensions, two environments

SMALL = Catalogue(
    [
        Point(code="A1", name="学情", dimension=Dimension.ANALYSIS, subjects=("数学",)),
        Point(code="A2", name="资源", dimension=Dimension.DESIGN, stages=("幼儿园",)),
        Point(code="A3", name="导入", dimension=Dimension.GUIDANCE),
        Point(code="A4", name="讲授", dimension=Dimension.GUIDANCE),
        Point(code="A5", name="总结", dimension=Dimension.GUIDANCE),
        Point(code="B1", name="量规", dimension=Dimension.ASSESSMENT, subjects=("语文",)),
    ]
)


def verdict(text, **chooser):
    return judge_choice(text.split(), Chooser(**chooser), RULE, CATALOGUE)


def test_three_points_in_two_dimensions_are_allowed():
    found = verdict("B2 A5 A6")

    assert found.allowed
    assert found.codes == ("A5", "A6", "B2")
    assert (found.warnings, found.mended, found.swap) == ((), (), None)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("A5 A6 A7", Finding(ChoiceFault.DIMENSIONS, ("A5", "A6", "A7"))),
        ("A5 B2", Finding(ChoiceFault.TOO_FEW, ("A5", "B2"))),
        ("A5 B2 C1 C4", Finding(ChoiceFault.TOO_MANY, ("A5", "B2", "C1", "C4"))),
        ("A5 A5 B2", Finding(ChoiceFault.REPEATED, ("A5",))),
        ("A5 A14 B2", Finding(ChoiceFault.UNKNOWN, ("A14",))),
        ("", Finding(ChoiceFault.TOO_FEW, ())),
    ],
)
def test_every_refusal_says_what_is_wrong_and_once(text, finding):
    assert verdict(text).refusals == (finding,)


def test_one_swap_mends_three_points_of_one_dimension():
    # A3 is the first point that a Chinese primary teacher's subject is named at
    found = verdict("A5 A6 A7", subject="语文", stage="小学")

    assert found.swap == Replacement("A7", "A3")
    assert found.mended == ("A3", "A5", "A6")


def test_a_code_that_does_not_exist_is_what_is_replaced():
    assert verdict("A5 A14 B2").swap.old == "A14"


def test_a_missing_third_is_added_and_a_fourth_is_left_out():
    assert verdict("A5 B2").swap.old is None
    assert verdict("A1 A5 B2 C1").swap == Replacement("C1", None)


@pytest.mark.parametrize(
    ("subject", "stage", "new"),
    [
        ("小学语文", "", "B1"),
        ("数学", "", "A1"),
        ("", "幼儿园", "A2"),
        ("", "", "A1"),
        ("美术", "小学", "A1"),
    ],
)
def test_the_swap_suits_the_persons_subject_and_stage(subject, stage, new):
    found = judge_choice(("A3", "A4", "A5"), Chooser(subject=subject, stage=stage), RULE, SMALL)

    assert found.swap == Replacement("A5", new)


def test_outside_the_scope_is_a_warning_before_it_is_filed():
    found = verdict("A1 A5 B2", scope=Scope(SCOPE, filed=False))

    assert found.allowed
    assert found.warnings == (Finding(ChoiceFault.OUTSIDE_SCOPE, ("B2",)),)
    assert found.swap == Replacement("B2", "A2")


def test_outside_the_scope_is_refused_once_it_is_filed():
    found = verdict("A1 A5 B2", scope=Scope(SCOPE, filed=True))

    assert found.refusals == (Finding(ChoiceFault.OUTSIDE_SCOPE, ("B2",)),)
    assert found.warnings == ()
    assert found.swap == Replacement("B2", "A2")


def test_where_one_swap_is_not_enough_the_nearest_choice_is_given_whole():
    found = verdict("A5 A6 B2", scope=Scope(SCOPE, filed=True))

    assert found.swap is None
    assert found.mended == ("A1", "A2", "A5")


def test_a_certified_point_cannot_be_dropped():
    found = verdict("A1 A6 B2", chosen=("A1", "A5", "B2"), certified=("A5",))

    assert found.refusals == (Finding(ChoiceFault.CERTIFIED, ("A5",)),)
    assert found.mended == ("A1", "A5", "A6")


def test_a_certified_point_stays_though_it_lies_outside_the_scope():
    found = verdict("A1 A2 B2", chosen=("B2",), certified=("B2",), scope=Scope(SCOPE, filed=True))

    assert found.allowed


def test_dropping_a_point_with_evidence_asks_for_confirmation():
    found = verdict("A1 A6 B2", chosen=("A1", "A5", "B2"), submitted=("A1", "A5"))

    assert found.allowed
    assert found.confirm == ("A5",)


@given(st.lists(st.sampled_from([*CODES, "A14", "C8"]), max_size=5), st.booleans(), st.booleans())
def test_what_mends_a_choice_is_itself_allowed(given_codes, scoped, filed):
    scope = Scope(SCOPE | {"C1", "A6"}, filed) if scoped else None
    chooser = Chooser(subject="数学", stage="初中", scope=scope)
    found = judge_choice(given_codes, chooser, RULE, CATALOGUE)

    if found.allowed and not found.warnings:
        assert found.mended == ()
    else:
        again = judge_choice(found.mended, chooser, RULE, CATALOGUE)
        assert again.allowed
        assert again.warnings == ()
        if found.swap is not None:
            assert set(found.mended) - set(given_codes) <= {found.swap.new}


@given(st.sets(st.sampled_from(CODES), min_size=3, max_size=3))
def test_only_three_points_of_one_dimension_are_refused(codes):
    found = judge_choice(codes, Chooser(), RULE, CATALOGUE)

    assert found.allowed == (len(CATALOGUE.dimensions(codes)) > 1)
    assert found.allowed or found.swap is not None


MINE = ("A5", "A6", "B2")


def swapped(old, new, **changes):
    return judge_swap(old, new, Chooser(**{"chosen": MINE, **changes}), RULE, CATALOGUE)


def test_a_point_can_be_changed():
    found = swapped("A6", "C1")

    assert found.allowed
    assert found.codes == ("A5", "B2", "C1")
    assert found.confirm == ()


def test_a_change_after_a_submission_asks_for_confirmation():
    assert swapped("A6", "C1", submitted=("A6",)).confirm == ("A6",)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("A7", "C1", Finding(ChoiceFault.NOT_CHOSEN, ("A7",))),
        ("A6", "A5", Finding(ChoiceFault.ALREADY_CHOSEN, ("A5",))),
        ("A6", "A6", Finding(ChoiceFault.ALREADY_CHOSEN, ("A6",))),
        ("A6", "A14", Finding(ChoiceFault.UNKNOWN, ("A14",))),
        ("B2", "A7", Finding(ChoiceFault.DIMENSIONS, ("A5", "A6", "A7"))),
    ],
)
def test_a_change_that_is_refused_says_why_and_once(old, new, finding):
    assert swapped(old, new).refusals == (finding,)


def test_a_certified_point_cannot_be_changed():
    found = swapped("A5", "C1", certified=("A5",))

    assert found.refusals == (Finding(ChoiceFault.CERTIFIED, ("A5",)),)
    assert found.codes == MINE
    assert found.swap is None


def test_another_point_is_suggested_for_the_one_that_does_not_do():
    assert swapped("B2", "A7", scope=Scope(SCOPE | {"A6"}, filed=True)).swap == Replacement("B2", "A1")
