"""Acceptance: what is owed, how units are added up, which school is meant."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.policy.acceptance import HandedIn, Owed, due_months, owed, provisional
from bot.policy.filing import FilingState, Slot, SlotStanding
from bot.policy.people import PersonState, SchoolKind
from bot.policy.school import STEPS, Band, Tally, band_of, progress, together
from bot.policy.school_named import named
from bot.policy.standing import Step

PLAN = load_plan()
UNIT = 22_500
FILED = SlotStanding(filed=True, newest=FilingState.FILED)


def handed_in(**changes):
    whole = HandedIn(
        filings=dict.fromkeys(Slot, FILED),
        summary=True,
        bulletins={"2024-03": 3, "2024-04": 3, "2024-05": 3},
        groups=3,
        cases=frozenset(),
    )
    return replace(whole, **changes)


MONTHS = ("2024-03", "2024-04", "2024-05")


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2024, 3, 31), ()),
        (date(2024, 4, 1), ("2024-03",)),
        (date(2024, 5, 30), ("2024-03", "2024-04")),
        (date(2024, 5, 31), MONTHS),  # the stage ends on 30 May
        (date(2024, 6, 30), MONTHS),
    ],
)
def test_a_bulletin_is_due_once_its_month_is_over(today, months):
    assert due_months(PLAN, today) == months


def test_nothing_is_owed_when_everything_has_come_and_cases_are_no_duty():
    found = owed(handed_in(), MONTHS)

    assert found == Owed(slots=(), summary=False, bulletins=())
    assert found.nothing


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"summary": False}, Owed(slots=(), summary=True, bulletins=())),
        (
            {"filings": {slot: FILED for slot in Slot if slot is not Slot.RESEARCH}},
            Owed(slots=(Slot.RESEARCH,), summary=False, bulletins=()),
        ),
        (
            {"filings": dict.fromkeys(Slot, SlotStanding(filed=False, newest=FilingState.HANDED_IN))},
            Owed(slots=tuple(Slot), summary=False, bulletins=()),
        ),
        (  # a newer version waits, the filed one stays in force
            {"filings": dict.fromkeys(Slot, SlotStanding(filed=True, newest=FilingState.HANDED_IN))},
            Owed(slots=(), summary=False, bulletins=()),
        ),
        (
            {"bulletins": {"2024-03": 3, "2024-04": 1}},
            Owed(slots=(), summary=False, bulletins=(("2024-04", 2), ("2024-05", 3))),
        ),
        ({"bulletins": {}, "groups": 0}, Owed(slots=(), summary=False, bulletins=())),
    ],
)
def test_what_is_owed(changes, expected):
    assert owed(handed_in(**changes), MONTHS) == expected


def test_figures_are_provisional_before_the_last_day():
    assert provisional(date(2024, 6, 29), date(2024, 6, 30))
    assert not provisional(date(2024, 6, 30), date(2024, 6, 30))


NAMES = {1: ("示例县第一小学", "一小"), 2: ("示例县第二小学", ""), 3: ("示例县第一小学附属幼儿园", "")}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("示例县第一小学", (1,)),  # exactly, although another name has it too
        ("一小", (1,)),
        ("第一小学", (1, 3)),
        ("示例县 第二小学", (2,)),
        ("（第二小学）", (2,)),
        ("幼儿园", (3,)),
        ("三小", ()),
        ("，", ()),
    ],
)
def test_which_school_is_meant(written, found):
    assert named(written, NAMES) == found


def test_bands_as_the_ranking_has_them():
    assert {band: [kind for kind in SchoolKind if band_of(kind) is band] for band in Band} == {
        Band.KINDERGARTEN: [SchoolKind.KINDERGARTEN],
        Band.PRIMARY: [SchoolKind.PRIMARY],
        Band.JUNIOR: [SchoolKind.JUNIOR, SchoolKind.NINE_YEAR],
        Band.SENIOR: [SchoolKind.SENIOR, SchoolKind.COMPLETE, SchoolKind.VOCATIONAL],
        Band.OTHER: [SchoolKind.SPECIAL, SchoolKind.QUALITY, SchoolKind.OTHER],
    }


def tally(state=PersonState.ACTIVE, step=Step.NONE, people=1, **changes):
    return Tally(state=state, step=step, people=people, completion=changes.pop("completion", 0), **changes)


def test_progress_counts_active_people_and_their_steps_in_order():
    found = progress(
        [
            tally(people=2, completion=2 * UNIT, certified=6, excellent=1, as_of=date(2024, 5, 20)),
            tally(step=Step.HOURS, people=3, completion=30_000, certified=2, without_online=1),
            tally(step=Step.WAITING, people=4),
            tally(step=Step.NO_CHOICE),
            tally(PersonState.RETIRED, Step.NO_CHOICE, 5, as_of=date(2024, 5, 27), certified=3, excellent=3),
        ],
        UNIT,
    )

    assert (found.rate.done, found.rate.active, found.rate.completion) == (2, 10, 75_000)
    assert found.rate.excluded == ((PersonState.RETIRED, 5),)
    assert found.steps == ((Step.NO_CHOICE, 1), (Step.WAITING, 4), (Step.HOURS, 3))
    assert (found.missing, found.behind) == (8, 4)  # waiting for a reviewer is not 落后
    assert (found.certified, found.excellent, found.without_online) == (8, 1, 1)
    assert found.as_of == date(2024, 5, 20)
    assert progress([tally(PersonState.EXEMPT)], UNIT) is None


TALLIES = st.lists(
    st.builds(
        tally,
        st.sampled_from(PersonState),
        st.sampled_from(Step),
        st.integers(1, 9),
        completion=st.integers(0, UNIT),
        certified=st.integers(0, 5),
        excellent=st.integers(0, 5),
        without_online=st.integers(0, 5),
        as_of=st.none() | st.dates(date(2024, 3, 1), date(2024, 6, 30)),
    ),
    max_size=8,
)


@given(units=st.lists(TALLIES, max_size=5))
def test_units_together_are_what_their_people_are_in_one_unit(units):
    """Units with nobody active are left out, with whoever is away from them."""
    kept = [tallies for tallies in units if progress(tallies, UNIT) is not None]

    apart = together(progress(tallies, UNIT) for tallies in kept)

    assert apart == progress([one for tallies in kept for one in tallies], UNIT)


@given(tallies=TALLIES)
def test_people_who_are_missing_are_the_sum_of_their_steps(tallies):
    found = progress(tallies, UNIT)

    if found is not None:
        assert found.missing == sum(found.at(step) for step in STEPS)
        assert found.rate.complete == (found.missing == 0)
