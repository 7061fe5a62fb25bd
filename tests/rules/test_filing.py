"""How far a slot of a school is, out of its versions."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.policy.filing import PAPERS, FilingState, Slot, SlotStanding, filing_due, standing_of

WAITING, FILED, RETURNED = FilingState.HANDED_IN, FilingState.FILED, FilingState.RETURNED


@dataclass(frozen=True)
class Version:
    state: FilingState


def of(*states):
    """Newest first."""
    return standing_of([Version(state) for state in states])


@pytest.mark.parametrize(
    ("states", "filed", "missing", "waiting", "returned"),
    [
        ((), False, True, False, False),
        ((WAITING,), False, False, True, False),
        ((FILED,), True, False, False, False),
        ((RETURNED,), False, False, False, True),
        ((WAITING, FILED), True, False, True, False),  # a newer version waits, the older one is in force
        ((RETURNED, FILED), True, False, False, False),  # nothing is owed: the older one is in force
        ((WAITING, RETURNED), False, False, True, False),
    ],
)
def test_the_newest_version_decides_and_what_was_filed_stays(states, filed, missing, waiting, returned):
    standing = of(*states)

    assert (standing.filed, standing.missing, standing.waiting, standing.returned) == (
        filed,
        missing,
        waiting,
        returned,
    )


@given(st.lists(st.sampled_from(FilingState), max_size=6))
def test_a_slot_that_is_not_filed_is_somebodys_turn_and_only_one_sides(states):
    standing = of(*states)

    assert not (standing.schools_turn and standing.waiting)
    assert standing.filed or standing.schools_turn or standing.waiting


def test_the_scope_stands_beside_the_four_papers():
    assert (Slot.SCOPE, *PAPERS) == tuple(Slot)


def test_filings_are_due_on_the_last_day_of_the_first_stage():
    assert filing_due(load_plan(None)).isoformat() == "2024-03-17"


def test_a_standing_is_a_value():
    assert of(FILED) == SlotStanding(filed=True, newest=FILED)
