"""When a teacher is done, and how far everybody is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.people import PersonState
from bot.policy.plan import Hours
from bot.policy.standing import Evidence, Facts, Gaps, Step, completion_unit, standing

PLAN, CATALOGUE = load_plan(), load_catalogue()
UNIT = completion_unit(PLAN.requirement)
CODES = [point.code for point in CATALOGUE]
THREE = ("A1", "A5", "B2")  # 学情分析, 学法指导, 教学设计


def facts(**changes):
    plain = Facts(
        state=PersonState.ACTIVE,
        has_study_account=True,
        online=None,
        online_as_of=None,
        practice=Hours(0),
        chosen=(),
        certified=(),
    )
    return replace(plain, **changes)


def judged(**changes):
    return standing(facts(**changes), PLAN, CATALOGUE)


def test_the_common_denominator():
    # targets 2500, 2500 and 3: the least common multiple is 7500, the mean of three parts makes 22500
    assert UNIT == 22_500


@pytest.mark.parametrize(
    ("online", "practice", "certified", "done", "completion"),
    [
        # 25/25 + 25/25 + 3/3 = 3 of 3
        (2500, 2500, THREE, True, 22_500),
        # 40 + 10 = 50 together, and still 10/25 of the practice: 7500 + 3000 + 7500
        (4000, 1000, THREE, False, 18_000),
        # 24.99 is not 25: 2499 × 3 + 7500 + 7500
        (2499, 2500, THREE, False, 22_497),
        # 3 × 8.33 = 24.99, the classic: 7500 + 2499 × 3 + 7500
        (2500, 2499, THREE, False, 22_497),
        # 12.5/25 + 8/25 + 1/3: 3750 + 2400 + 2500
        (1250, 800, ("A5",), False, 8_650),
        # no data counts as 0, the others stay: 0 + 4800 + 5000
        (None, 1600, ("A5", "B2"), False, 9_800),
        # nothing at all
        (None, 0, (), False, 0),
        # more of everything is not more than all: 3 × 7500
        (6000, 3000, (*THREE, "C4"), True, 22_500),
        # three certified points in 学法指导 alone: every part is full, one dimension is missing
        (2500, 2500, ("A5", "A6", "A7"), False, 22_500),
    ],
)
def test_worked_examples(online, practice, certified, done, completion):
    found = judged(online=online, practice=practice, certified=certified, chosen=certified)

    assert (found.done, found.completion) == (done, completion)


def test_every_gap_stands_for_itself():
    # 25 − 18.5 = 6.5; 25 − 8 = 17; 50 − 18.5 − 8 = 23.5; 3 − 1; 2 − 1
    assert judged(online=1850, practice=800, certified=("A5",)).gaps == Gaps(
        online=650, practice=1700, together=2350, points=2, dimensions=1
    )


def test_a_surplus_closes_the_gap_together_and_no_other():
    assert judged(online=4000, practice=1000, certified=THREE).gaps == Gaps(
        online=0, practice=1500, together=0, points=0, dimensions=0
    )


def test_more_hours_together_than_both_parts_can_be_required():
    plan = replace(PLAN, requirement=replace(PLAN.requirement, together=Hours(6000)))

    found = standing(
        facts(online=Hours(2500), practice=Hours(2500), certified=THREE, chosen=THREE), plan, CATALOGUE
    )

    assert (found.done, found.gaps.together, found.step) == (False, 1000, Step.HOURS)


def test_a_certified_code_that_the_catalogue_does_not_have_counts_nowhere():
    found = judged(online=2500, practice=2500, certified=("A1", "A5", "D1"), chosen=("A1", "A5", "D1"))

    # 7500 + 7500 + 2/3 of 7500
    assert (found.done, found.gaps.points, found.completion) == (False, 1, 20_000)


@pytest.mark.parametrize("state", [state for state in PersonState if state is not PersonState.ACTIVE])
def test_only_active_people_count_in_the_rate(state):
    assert judged().active
    assert not judged(state=state).active


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"has_study_account": False}, Step.NO_ACCOUNT),
        ({"has_study_account": False, "online": 0}, Step.NO_CHOICE),  # in the platform's file: has one
        ({}, Step.NO_CHOICE),
        ({"chosen": THREE[:2]}, Step.NO_CHOICE),
        ({"chosen": THREE}, Step.NO_EVIDENCE),
        ({"chosen": THREE[:2], "certified": ("B2",)}, Step.NO_EVIDENCE),  # certified, though not chosen
        (
            {"chosen": THREE, "evidence": (("A1", Evidence.RETURNED), ("A5", Evidence.WAITING))},
            Step.NO_EVIDENCE,  # B2 has nothing yet
        ),
        (
            {
                "chosen": THREE,
                "certified": ("B2",),
                "evidence": (("A1", Evidence.RETURNED), ("A5", Evidence.WAITING)),
            },
            Step.RETURNED,
        ),
        (
            {"chosen": THREE, "certified": ("A1", "B2"), "evidence": (("A5", Evidence.WAITING),)},
            Step.WAITING,
        ),
        ({"chosen": THREE, "certified": THREE, "practice": 2500, "online": 2400}, Step.HOURS),
        ({"chosen": ("A5", "A6", "A7"), "certified": ("A5", "A6", "A7")}, Step.NO_CHOICE),
        ({"chosen": THREE, "certified": THREE, "practice": 2500, "online": 2500}, Step.NONE),
    ],
)
def test_people_are_listed_under_the_first_step_that_is_missing(changes, step):
    assert judged(**changes).step is step


people = st.builds(
    facts,
    has_study_account=st.booleans(),
    online=st.none() | st.integers(0, 6000),
    practice=st.integers(0, 4000),
    chosen=st.lists(st.sampled_from(CODES), max_size=4, unique=True).map(tuple),
    certified=st.lists(st.sampled_from(CODES), max_size=5, unique=True).map(tuple),
)


@given(people)
def test_completion_is_whole_exactly_when_every_part_is_reached(person):
    found = standing(person, PLAN, CATALOGUE)
    reached = (
        person.online is not None
        and person.online >= 2500
        and person.practice >= 2500
        and len(person.certified) >= 3
    )

    assert (found.completion == UNIT) == reached
    assert 0 <= found.completion <= UNIT


@given(people)
def test_who_is_done_is_complete_and_has_no_next_step(person):
    found = standing(person, PLAN, CATALOGUE)

    assert found.done == found.gaps.none == (found.step is Step.NONE)
    assert not found.done or found.completion == UNIT


@given(st.integers(0, 100_000), st.integers(0, 2499))
def test_no_surplus_online_makes_up_for_practice(online, practice):
    assert not judged(online=online, practice=practice, certified=THREE, chosen=THREE).done


@given(people, st.integers(0, 3000), st.integers(0, 3000), st.sampled_from(CODES))
def test_more_of_anything_is_never_less(person, online, practice, code):
    more = replace(
        person,
        online=(person.online or 0) + online,
        practice=person.practice + practice,
        certified=tuple(dict.fromkeys((*person.certified, code))),
    )
    before, after = (standing(one, PLAN, CATALOGUE) for one in (person, more))

    assert after.completion >= before.completion
    assert after.done >= before.done
