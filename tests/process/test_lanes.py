"""A lane settles what it is given in order, and one bad item hurts nobody else."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import insert, select

from bot.lanes import Lane
from storage.database import Database
from storage.tables import fact
from tests.kit.patience import PATIENCE_SECONDS


class Notes:
    """Writes each item into the database; items that begin with "bad" raise after writing."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def together(self, connection, items):
        self.gate.wait(5)
        self.batches.append(list(items))
        for item in items:
            connection.execute(insert(fact).values(name=item, value=""))
            if item.startswith("bad"):
                raise ValueError(item)
        return [f"did {item}" for item in items]

    def failed(self, connection, item, error):
        if item.startswith("bad bad"):
            raise error
        connection.execute(insert(fact).values(name=f"sorry {item}", value=""))
        return f"sorry {item}"


@pytest.fixture
async def notes():
    return Notes()


@pytest.fixture
async def lane(database, notes):
    lane = Lane("test", database, notes)
    lane.start(asyncio.get_running_loop())
    yield lane
    await asyncio.to_thread(lane.stop, 5)


def names(database):
    with database.reading() as connection:
        return set(connection.execute(select(fact.c.name)).scalars())


async def test_items_that_gather_are_settled_in_one_transaction(lane, notes, database):
    futures = [lane.submit(f"item {number}") for number in range(5)]

    assert await asyncio.gather(*futures) == [f"did item {number}" for number in range(5)]
    assert notes.batches == [[f"item {number}" for number in range(5)]]


async def test_a_bad_item_is_rolled_back_and_the_others_are_not(lane, database):
    results = await asyncio.gather(*(lane.submit(item) for item in ("one", "bad", "two")))

    assert results == ["did one", "sorry bad", "did two"]
    assert names(database) == {"one", "sorry bad", "two"}


async def test_an_item_whose_failure_cannot_be_recorded_raises_and_the_lane_goes_on(lane, database):
    first, second = lane.submit("bad bad"), lane.submit("good")

    with pytest.raises(ValueError, match="bad bad"):
        await first
    assert await second == "did good"
    assert names(database) == {"good"}


async def test_what_waits_while_a_batch_runs_becomes_the_next_batch(lane, notes):
    notes.gate.clear()
    first = lane.submit("first")
    await asyncio.sleep(0.05)
    rest = [lane.submit(f"rest {number}") for number in range(3)]
    await asyncio.sleep(0)
    notes.gate.set()

    await asyncio.gather(first, *rest)
    assert notes.batches == [["first"], ["rest 0", "rest 1", "rest 2"]]


async def test_stopping_finishes_what_was_given(database, notes):
    lane = Lane("test", database, notes)
    lane.start(asyncio.get_running_loop())
    futures = [lane.submit(f"item {number}") for number in range(200)]
    await asyncio.sleep(0)

    await asyncio.to_thread(lane.stop, 5)

    await asyncio.gather(*futures)
    assert len(names(database)) == 200


async def test_after_each_commit_somebody_is_told_in_the_lanes_thread(database, notes):
    found = []

    def committed(connection):
        with database.reading() as other:
            found.append((threading.current_thread().name, len(other.execute(select(fact.c.name)).all())))

    lane = Lane("test", database, notes, committed)
    lane.start(asyncio.get_running_loop())
    await asyncio.gather(*(lane.submit(item) for item in ("one", "bad", "two")))
    await asyncio.to_thread(lane.stop, 5)

    assert found == [("lane-test", 3)]


async def test_a_locked_database_is_waited_for(tmp_path, sqlite_template, notes, monkeypatch):
    monkeypatch.setattr("storage.database.WRITE_WAIT_SECONDS", 0.05)
    path = tmp_path / "locked.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    lane = Lane("test", database, notes)
    lane.start(asyncio.get_running_loop())

    future = lane.submit("patient")
    await asyncio.sleep(0.3)
    assert not future.done()
    other.execute("COMMIT")
    other.close()

    assert await asyncio.wait_for(future, PATIENCE_SECONDS) == "did patient"
    await asyncio.to_thread(lane.stop, 5)
    database.close()
