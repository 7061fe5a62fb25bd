"""The ledger in the database."""

from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select, update

from bot.plan_file import load_plan
from bot.policy.plan import PracticeSource
from storage.ledger import derive, entries_of
from storage.tables import certification, import_run, person, practice_entry, school

PLAN = load_plan()
IMPORTED_PLAN = replace(PLAN, practice=replace(PLAN.practice, source=PracticeSource.IMPORTED))


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        connection.execute(insert(school).values(id=1, name="示例小学", kind="primary"))
        connection.execute(
            insert(person),
            [{"id": n, "staff_no": f"S{n}", "name": f"示例{n}", "school_id": 1} for n in range(1, 4)],
        )
        yield connection


def certify(connection, person_id, code, at):
    connection.execute(
        insert(certification).values(person_id=person_id, code=code, grade="pass", certified_at=at)
    )


def reopen(connection, person_id, code, at):
    connection.execute(
        update(certification)
        .where(certification.c.person_id == person_id, certification.c.code == code)
        .values(ended_at=at)
    )


def total(connection, person_id):
    return connection.scalar(
        select(func.coalesce(func.sum(practice_entry.c.practice_hours), 0)).where(
            practice_entry.c.person_id == person_id
        )
    )


def test_points_bring_hours_in_order_of_certification(connection):
    certify(connection, 1, "B2", 30)
    certify(connection, 1, "A5", 10)
    certify(connection, 1, "A1", 20)

    assert derive(connection, [1], PLAN, 99) == 3
    assert [(entry.reference, entry.hours, entry.entered_at) for entry in entries_of(connection, 1)] == [
        ("A5", 800, 99),
        ("A1", 800, 99),
        ("B2", 900, 99),
    ]


def test_deriving_again_adds_nothing(connection):
    certify(connection, 1, "A5", 10)
    derive(connection, [1], PLAN, 1)

    assert derive(connection, [1, 2], PLAN, 2) == 0


def test_a_reopened_point_is_reversed_and_the_later_ones_move_up(connection):
    for at, code in enumerate(("A1", "A5", "B2")):
        certify(connection, 1, code, at)
    derive(connection, [1], PLAN, 1)
    before = entries_of(connection, 1)
    reopen(connection, 1, "A1", 50)

    # −8 (A1), −9 (B2), +8 (B2): 25 → 16
    assert derive(connection, [1], PLAN, 2) == 3
    after = entries_of(connection, 1)
    assert after[:3] == before
    assert [(entry.reference, entry.hours, entry.reverses) for entry in after[3:]] == [
        ("A1", -800, before[0].id),
        ("B2", -900, before[2].id),
        ("B2", 800, None),
    ]
    assert total(connection, 1) == 1600


def test_many_people_at_once_each_get_their_own(connection):
    certify(connection, 1, "A1", 1)
    certify(connection, 3, "A1", 1)
    certify(connection, 3, "A5", 2)

    assert derive(connection, [3, 2, 1, 3], PLAN, 1) == 3
    assert [total(connection, one) for one in (1, 2, 3)] == [800, 0, 1600]


def test_changing_the_source_and_back_keeps_every_row(connection):
    connection.execute(
        insert(import_run).values(
            id=7,
            kind="practice-hours",
            file_name="台账.xlsx",
            file_hash="0",
            state="applied",
            counts={},
            started_at=1,
        )
    )
    connection.execute(
        insert(practice_entry).values(
            person_id=1,
            practice_hours=1200,
            source="imported",
            reference="row 1",
            note="教研活动",
            import_id=7,
            entered_at=1,
        )
    )
    certify(connection, 1, "A1", 1)

    derive(connection, [1], PLAN, 2)
    assert total(connection, 1) == 800
    derive(connection, [1], IMPORTED_PLAN, 3)
    assert total(connection, 1) == 1200
    last = entries_of(connection, 1)[-1]
    assert (last.reference, last.note, last.import_id, last.entered_at) == ("row 1", "教研活动", 7, 3)
    assert [entry.hours for entry in entries_of(connection, 1)] == [1200, -1200, 800, -800, 1200]


def test_nobody_has_no_ledger(connection):
    assert entries_of(connection, 2) == ()
    assert derive(connection, [], PLAN, 1) == 0
