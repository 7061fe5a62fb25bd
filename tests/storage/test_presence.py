"""Who serves the database is known while they do, and for a minute after they were killed."""

import time

import pytest

from bot import presence as saying
from bot.clock import SystemClock
from storage import presence
from storage.presence import Process
from tests.kit.patience import PATIENCE_SECONDS

OLD, NEW = Process("0.8.0", "one:12"), Process("0.9.0", "two:7")


def test_each_process_is_seen_until_its_lease_runs_out(database):
    with database.writing() as connection:
        presence.is_here(connection, "a", OLD, at=0, until=60_000)
        presence.is_here(connection, "b", NEW, at=0, until=60_000)
        presence.is_here(connection, "b", NEW, at=20_000, until=80_000)
        assert presence.alive(connection, at=59_999) == (OLD, NEW)
        assert presence.alive(connection, at=60_000) == (NEW,)
        presence.has_left(connection, "b")
        assert presence.alive(connection, at=60_000) == ()


@pytest.mark.one_database
def test_a_running_process_says_which_version_it_is_and_when_it_leaves(database):
    clock = SystemClock()

    def seen():
        with database.reading() as connection:
            return presence.alive(connection, at=clock.real_ms())

    with saying.present(database, clock):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not seen() and time.monotonic() < deadline:
            time.sleep(0.01)
        (process,) = seen()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while seen() and time.monotonic() < deadline:
        time.sleep(0.01)

    assert process.version == saying.program_version()
    assert seen() == ()
