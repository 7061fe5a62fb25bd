"""Leases: one process at a time."""

import pytest

from storage.leases import release, take


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


def test_who_comes_first_holds_it(connection):
    assert take(connection, "links", "a", at=0, until=100)
    assert not take(connection, "links", "b", at=99, until=199)
    assert take(connection, "other", "b", at=99, until=199)


def test_the_holder_may_prolong_it(connection):
    take(connection, "links", "a", at=0, until=100)

    assert take(connection, "links", "a", at=50, until=150)
    assert not take(connection, "links", "b", at=120, until=220)


def test_it_runs_out(connection):
    take(connection, "links", "a", at=0, until=100)

    assert take(connection, "links", "b", at=100, until=200)
    assert not take(connection, "links", "a", at=150, until=250)


def test_it_can_be_given_back_by_its_holder_only(connection):
    take(connection, "links", "a", at=0, until=100)

    release(connection, "links", "b")
    assert not take(connection, "links", "b", at=1, until=101)
    release(connection, "links", "a")
    assert take(connection, "links", "b", at=1, until=101)


def test_of_two_processes_one_gets_it(database):
    from concurrent.futures import ThreadPoolExecutor

    def attempt(holder):
        with database.writing() as connection:
            return take(connection, "links", str(holder), at=0, until=100)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
