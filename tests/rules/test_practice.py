"""The ledger of practice hours."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.policy.plan import Hours, PracticeSource
from bot.policy.practice import Entry, NewEntry, derive, granted

RULE = load_plan().practice
IMPORTED_RULE = replace(RULE, source=PracticeSource.IMPORTED)
CODES = ("A1", "A5", "B2", "C4", "B9")


def enter(ledger, new):
    """As the database does: ids go up, nothing that stands is touched."""
    first = len(ledger) + 1
    return (
        *ledger,
        *(
            Entry(
                id=first + place,
                hours=one.hours,
                source=one.source,
                reference=one.reference,
                note=one.note,
                reverses=one.reverses,
                import_id=one.import_id,
            )
            for place, one in enumerate(new)
        ),
    )


def imported(reference, hours, import_id=1):
    return NewEntry(
        hours=Hours(hours), source=PracticeSource.IMPORTED, reference=reference, import_id=import_id
    )


def total(ledger):
    return sum(entry.hours for entry in ledger)


def reversed_twice(ledger):
    ids = [entry.reverses for entry in ledger if entry.reverses is not None]
    return len(ids) != len(set(ids))


@pytest.mark.parametrize(("points", "hours"), [(0, 0), (1, 800), (2, 1600), (3, 2500), (4, 2500), (5, 2500)])
def test_points_bring_8_16_25_25(points, hours):
    # 8, 8 + 8 = 16, 8 + 8 + 9 = 25, and nothing after the third
    assert total(enter((), derive(CODES[:points], (), RULE))) == hours


def test_a_ledger_that_is_right_gets_no_new_rows():
    ledger = enter((), derive(CODES[:3], (), RULE))

    assert derive(CODES[:3], ledger, RULE) == ()


def test_reopening_the_first_of_three_moves_the_third_up():
    ledger = enter((), derive(("A1", "A5", "B2"), (), RULE))

    # A5 keeps its 8; B2 had 9 and now brings 8: −8 (A1) − 9 (B2) + 8 (B2), so 25 → 16
    assert derive(("A5", "B2"), ledger, RULE) == (
        NewEntry(hours=Hours(-800), source=PracticeSource.CERTIFICATION, reference="A1", reverses=1),
        NewEntry(hours=Hours(-900), source=PracticeSource.CERTIFICATION, reference="B2", reverses=3),
        NewEntry(hours=Hours(800), source=PracticeSource.CERTIFICATION, reference="B2"),
    )


def test_reopening_the_last_only_reverses_it():
    ledger = enter((), derive(("A1", "A5"), (), RULE))

    assert derive(("A1",), ledger, RULE) == (
        NewEntry(hours=Hours(-800), source=PracticeSource.CERTIFICATION, reference="A5", reverses=2),
    )


def test_a_fourth_point_takes_the_place_of_a_reopened_one():
    ledger = enter((), derive(("A1", "A5", "B2", "C4"), (), RULE))

    after = enter(ledger, derive(("A1", "A5", "C4"), ledger, RULE))

    assert total(after) == 2500
    assert [(entry.reference, entry.hours) for entry in after[3:]] == [("B2", -900), ("C4", 900)]


def test_under_imported_certification_grants_nothing():
    assert granted(CODES[:3], IMPORTED_RULE) == ()
    assert derive(CODES[:3], (), IMPORTED_RULE) == ()


def test_under_imported_the_rows_of_files_stay():
    ledger = enter((), (imported("row 1", 1200),))

    assert derive(CODES[:2], ledger, IMPORTED_RULE) == ()


def test_changing_to_imported_takes_granted_hours_back():
    ledger = enter((), derive(CODES[:2], (), RULE))

    after = enter(ledger, derive(CODES[:2], ledger, IMPORTED_RULE))

    assert [entry.hours for entry in after] == [800, 800, -800, -800]


def test_changing_the_source_to_and_fro_brings_the_rows_of_files_back():
    ledger = enter((), (replace(imported("row 1", 1200, import_id=7), note="教研活动"),))
    for _ in range(3):
        ledger = enter(ledger, derive(CODES[:1], ledger, RULE))
        assert total(ledger) == 800
        ledger = enter(ledger, derive(CODES[:1], ledger, IMPORTED_RULE))
        assert total(ledger) == 1200
    assert (ledger[-1].reference, ledger[-1].note, ledger[-1].import_id) == ("row 1", "教研活动", 7)


def test_a_row_that_a_later_file_took_back_does_not_come_again():
    ledger = enter((), (imported("row 1", 1200), imported("row 2", 300)))
    ledger = enter(ledger, (replace(imported("row 1", -1200, import_id=2), reverses=1),))

    ledger = enter(ledger, derive((), ledger, RULE))
    ledger = enter(ledger, derive((), ledger, IMPORTED_RULE))

    assert total(ledger) == 300


def test_two_equal_rows_both_come_back():
    ledger = enter((), (imported("row", 200), imported("row", 200)))

    ledger = enter(ledger, derive((), ledger, RULE))
    ledger = enter(ledger, derive((), ledger, IMPORTED_RULE))

    assert total(ledger) == 400


def test_a_changed_grant_is_entered_anew():
    ledger = enter((), derive(("A1", "A5"), (), RULE))
    other = replace(RULE, grants=(Hours(800), Hours(900), Hours(800)))

    after = enter(ledger, derive(("A1", "A5"), ledger, other))

    assert [entry.hours for entry in after] == [800, 800, -800, 900]


@given(st.lists(st.sampled_from(CODES), max_size=25))
def test_whatever_is_certified_and_reopened_the_sum_is_that_of_so_many_points(events):
    ledger, certified = (), []
    for code in events:  # a code that is certified is reopened, any other is certified
        certified = [one for one in certified if one != code] if code in certified else [*certified, code]
        before = ledger
        ledger = enter(ledger, derive(certified, ledger, RULE))

        assert total(ledger) == sum(RULE.grants[: len(certified)])
        assert ledger[: len(before)] == before
        assert not reversed_twice(ledger)


@given(st.lists(st.sampled_from((*CODES, "source", "file")), max_size=25))
def test_the_sum_always_follows_the_source(events):
    ledger, certified, rows, rule = (), [], 0, RULE
    for event in events:
        if event == "source":
            rule = IMPORTED_RULE if rule is RULE else RULE
        elif event == "file":
            if rule is RULE:
                continue  # refused
            rows += 1
            ledger = enter(ledger, (imported(f"row {rows % 2}", 150),))
        elif event in certified:
            certified.remove(event)
        else:
            certified.append(event)
        ledger = enter(ledger, derive(certified, ledger, rule))

        expected = sum(RULE.grants[: len(certified)]) if rule is RULE else 150 * rows
        assert total(ledger) == expected
        assert not reversed_twice(ledger)
