"""Filings: two who decide come one after the other; the county is read in a constant number of statements."""

import threading

import pytest
from sqlalchemy import event

from bot.policy.filing import FilingState, Slot
from storage import filings
from storage.schools import hold_school
from storage.tables import person, school

SCHOOLS = 3


@pytest.fixture
def county(database):
    """Three schools with one person each, and one filing of the first."""
    with database.writing() as connection:
        for number in range(1, SCHOOLS + 1):
            connection.execute(
                school.insert().values(id=number, name=f"示例县第{number}小学", kind="primary")
            )
            connection.execute(
                person.insert().values(id=number, staff_no=f"T{number}", name="示例甲", school_id=number)
            )
        filings.hand_in(
            connection,
            school_id=1,
            slot=Slot.DEVELOPMENT,
            content="https://www.example.com",
            person_id=1,
            at=0,
        )
    return database


def test_the_second_of_two_who_decide_reads_what_the_first_decided(county):
    seen, started = [], threading.Event()

    def second():
        started.set()
        with county.writing() as connection:
            hold_school(connection, 1)
            seen.append(filings.find(connection, 1).state)

    thread = threading.Thread(target=second)
    with county.writing() as connection:
        hold_school(connection, 1)
        thread.start()
        started.wait(5)
        thread.join(0.2)
        assert seen == []  # it waits
        filings.decide(connection, 1, FilingState.FILED, person_id=2, at=1)
    thread.join(5)

    assert seen == [FilingState.FILED]


def test_the_whole_county_costs_two_statements(county):
    statements = []
    with county.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        found = filings.county_slots(connection)

    assert len([one for one in statements if one.startswith("SELECT")]) == 2
    assert [one.school_id for one in found] == [1, 2, 3]
    assert [one.slots[Slot.DEVELOPMENT].waiting for one in found] == [True, False, False]


def test_a_number_beyond_the_column_is_no_filing(county):
    with county.reading() as connection:
        assert filings.find(connection, 2**63) is None
        assert filings.find(connection, 2) is None
