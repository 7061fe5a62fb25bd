"""Standings in the database."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.explanation import Snapshot
from bot.policy.people import PersonState
from bot.policy.plan import Hours
from bot.policy.standing import Facts
from storage.crowd import CHUNK
from storage.standings import Difference, differences, facts_of, record_of, rewrite
from storage.tables import (
    certification,
    choice,
    online_snapshot,
    person,
    practice_entry,
    school,
    standing,
)

PLAN, CATALOGUE = load_plan(), load_catalogue()
MAY_12, MAY_19, MAY_26 = date(2024, 5, 12), date(2024, 5, 19), date(2024, 5, 26)


def add_people(connection, numbers, **changes):
    connection.execute(
        insert(person),
        [
            {
                "id": n,
                "staff_no": f"S{n}",
                "name": f"示例{n}",
                "school_id": 1,
                "study_account": f"a{n}",
                **changes,
            }
            for n in numbers
        ],
    )


def add_snapshot(connection, person_id, as_of, hours, *, counts=True):
    connection.execute(
        insert(online_snapshot).values(person_id=person_id, as_of=as_of, online_hours=hours, counts=counts)
    )


def add_choice(connection, person_id, codes, ended_at=None):
    for code in codes:
        connection.execute(
            insert(choice).values(person_id=person_id, code=code, chosen_at=1, ended_at=ended_at)
        )


def add_certified(connection, person_id, codes):
    for at, code in enumerate(codes):
        connection.execute(
            insert(certification).values(person_id=person_id, code=code, grade="pass", certified_at=at)
        )


def add_hours(connection, person_id, *hours):
    for one in hours:
        connection.execute(
            insert(practice_entry).values(
                person_id=person_id,
                practice_hours=one,
                source="certification",
                reference="A1",
                entered_at=1,
            )
        )


def stored(connection, person_id):
    return connection.execute(select(standing).where(standing.c.person_id == person_id)).one_or_none()


@pytest.fixture
def county(database):
    with database.writing() as connection:
        connection.execute(
            insert(school), [{"id": n, "name": f"示例{n}小", "kind": "primary"} for n in (1, 2)]
        )
        add_people(connection, [1, 2, 3])
    return database


@pytest.fixture
def connection(county):
    with county.writing() as connection:
        yield connection


def test_a_standing_is_derived_from_everything_on_file(connection):
    add_snapshot(connection, 1, MAY_12, 1000)
    add_snapshot(connection, 1, MAY_19, 1850)
    add_choice(connection, 1, ("B2", "A10", "A5"))
    add_choice(connection, 1, ("A2",), ended_at=5)
    add_certified(connection, 1, ("B2", "A5"))
    add_hours(connection, 1, 800, 800, 900, -900)

    rewrite(connection, [1], PLAN, CATALOGUE)

    # 1850 × 3 + 1600 × 3 + 2 × 2500 of 22500
    assert tuple(stored(connection, 1)) == (
        1,
        1,
        True,
        1850,
        MAY_19,
        1600,
        "A5 A10 B2",
        "B2 A5",
        "",
        False,
        15_350,
        "no_evidence",
        PLAN.version,
    )


def test_a_person_without_any_facts_has_no_data_and_not_zero(connection):
    add_people(connection, [9], study_account=None)

    rewrite(connection, [9], PLAN, CATALOGUE)

    row = stored(connection, 9)
    assert (row.online_hours, row.online_as_of, row.practice_hours) == (None, None, 0)
    assert (row.done, row.completion, row.next_step) == (False, 0, "no_account")


def test_who_has_everything_is_done(connection):
    add_snapshot(connection, 1, MAY_19, 2500)
    add_choice(connection, 1, ("A1", "A5", "B2"))
    add_certified(connection, 1, ("A1", "A5", "B2"))
    add_hours(connection, 1, 800, 800, 900)

    rewrite(connection, [1], PLAN, CATALOGUE)

    row = stored(connection, 1)
    assert (row.done, row.completion, row.next_step) == (True, 22_500, "none")


def test_a_second_rewrite_replaces_the_row(connection):
    rewrite(connection, [1], PLAN, CATALOGUE)
    connection.execute(update(person).where(person.c.id == 1).values(state="retired", school_id=2))
    add_snapshot(connection, 1, MAY_19, 300)
    rewrite(connection, [1], PLAN, CATALOGUE)

    row = stored(connection, 1)
    assert (row.school_id, row.active, row.online_hours) == (2, False, 300)


def test_only_the_people_asked_for_are_rewritten_and_unknown_ones_left_out(connection):
    rewrite(connection, [2, 2, 77], PLAN, CATALOGUE)

    assert connection.scalars(select(standing.c.person_id)).all() == [2]


@pytest.mark.parametrize(
    ("snapshots", "hours"),
    [
        ([(MAY_26, 900, True), (MAY_19, 1000, True)], 900),  # newest as-of, whenever it was imported
        ([(MAY_19, 1000, True), (MAY_26, 900, False)], 1000),  # a drop that nobody accepted
        ([(MAY_19, 1000, True), (MAY_19, 900, True)], 900),  # one day: the one imported last
        ([(MAY_19, 0, True)], 0),
        ([(MAY_19, 1000, False)], None),
    ],
)
def test_the_newest_snapshot_that_counts_is_taken(connection, snapshots, hours):
    for as_of, online, counts in snapshots:
        add_snapshot(connection, 1, as_of, online, counts=counts)

    assert facts_of(connection, [1])[1].online == hours


def test_facts_of_several_people(connection):
    add_snapshot(connection, 2, MAY_19, 100)
    add_certified(connection, 1, ("C4", "A1"))
    plain = Facts(
        state=PersonState.ACTIVE,
        has_study_account=True,
        online=None,
        online_as_of=None,
        practice=Hours(0),
        chosen=(),
        certified=(),
    )

    assert facts_of(connection, [1, 2, 77]) == {
        1: replace(plain, certified=("C4", "A1")),
        2: replace(plain, online=Hours(100), online_as_of=MAY_19),
    }


def test_a_record_holds_what_counts_and_what_does_not(connection):
    add_snapshot(connection, 1, MAY_12, 1000)
    add_snapshot(connection, 1, MAY_19, 900, counts=False)
    add_hours(connection, 1, 800)

    found = record_of(connection, 1)

    assert [(one.as_of, one.hours, one.counts) for one in found.snapshots] == [
        (MAY_12, 1000, True),
        (MAY_19, 900, False),
    ]
    assert isinstance(found.snapshots[0], Snapshot)
    assert [entry.hours for entry in found.ledger] == [800]
    assert (found.facts.online, found.facts.practice) == (1000, 800)
    with pytest.raises(KeyError):
        record_of(connection, 77)


def test_nothing_differs_after_a_rewrite(connection):
    add_snapshot(connection, 1, MAY_19, 1850)
    rewrite(connection, [1, 2, 3], PLAN, CATALOGUE)

    assert differences(connection, PLAN, CATALOGUE) == ()


def test_what_differs_is_named_column_by_column(connection):
    rewrite(connection, [1, 2, 3], PLAN, CATALOGUE)
    connection.execute(update(standing).where(standing.c.person_id == 2).values(done=True))
    connection.execute(delete(standing).where(standing.c.person_id == 3))

    found = differences(connection, PLAN, CATALOGUE)

    assert found == (Difference(2, (("done", True, False),)), Difference(3, ()))


def test_another_plan_differs_in_its_version(connection):
    rewrite(connection, [1], PLAN, CATALOGUE)

    found = differences(connection, replace(PLAN, version="other"), CATALOGUE)

    assert found[0] == Difference(1, (("rule_version", PLAN.version, "other"),))


def test_more_people_than_one_chunk(connection):
    numbers = list(range(10, 10 + CHUNK + 3))
    add_people(connection, numbers)
    add_snapshot(connection, numbers[-1], MAY_19, 700)

    rewrite(connection, reversed(numbers), PLAN, CATALOGUE)

    assert stored(connection, numbers[-1]).online_hours == 700
    assert len(connection.execute(select(standing.c.person_id)).all()) == CHUNK + 3
    assert [one.person_id for one in differences(connection, PLAN, CATALOGUE)] == [1, 2, 3]


def test_two_transactions_that_change_one_person_do_not_lose_each_others_facts(county):
    """The second waits for the first, and derives from what both have written."""
    first_wrote, second_wrote = threading.Event(), threading.Event()

    def second():
        first_wrote.wait(10)
        with county.writing() as connection:  # on SQLite this is where it waits
            add_hours(connection, 1, 800)
            second_wrote.set()
            rewrite(connection, [1], PLAN, CATALOGUE)

    thread = threading.Thread(target=second)
    thread.start()
    with county.writing() as connection:
        add_snapshot(connection, 1, MAY_19, 1850)
        first_wrote.set()
        if not county.is_sqlite:
            assert second_wrote.wait(10)
        rewrite(connection, [1], PLAN, CATALOGUE)
    thread.join(10)

    with county.reading() as connection:
        row = stored(connection, 1)
    assert (row.online_hours, row.practice_hours) == (1850, 800)
