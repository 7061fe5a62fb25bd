"""Which snapshot of online hours is somebody's newest."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from bot.policy.plan import Hours
from storage.crowd import CHUNK
from storage.snapshots import Latest, latest_snapshots
from storage.tables import online_snapshot, school
from tests.storage.test_standings import add_people

DAYS = tuple(date(2024, 5, day) for day in (12, 19, 26))
MANY = CHUNK * 2


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        connection.execute(insert(school).values(id=1, name="示例县第一小学", kind="primary"))
        add_people(connection, range(1, MANY + 1))
        yield connection


def put(connection, rows):
    connection.execute(
        insert(online_snapshot),
        [
            {"person_id": who, "as_of": day, "online_hours": hours, "counts": counts}
            for who, day, hours, counts in rows
        ],
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # emptied each time
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(DAYS), st.integers(0, 5_000), st.booleans()),
        min_size=1,
        max_size=12,
    ),
    asked=st.sets(st.integers(1, 4)),
    counts=st.booleans(),
)
def test_it_is_of_the_last_day_and_of_one_day_the_one_imported_last(connection, rows, asked, counts):
    connection.execute(delete(online_snapshot))
    put(connection, rows)
    newest = {}
    for place, (who, day, hours, counted) in enumerate(rows):
        if counted is counts and who in asked:
            newest[who] = max(newest.get(who, ()), (day, place, hours))

    assert latest_snapshots(connection, asked, counts=counts) == {
        who: Latest(day, Hours(hours), "") for who, (day, _, hours) in newest.items()
    }


def test_more_people_than_one_statement_takes_are_found_and_nobody_else(connection):
    put(connection, [(who, day, who, True) for who in range(1, MANY + 1) for day in DAYS])
    asked = range(1, MANY, 2)

    found = latest_snapshots(connection, asked, counts=True)

    assert found == {who: Latest(DAYS[-1], Hours(who), "") for who in asked}
