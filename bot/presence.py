"""Says that this process serves the database, for as long as it does; a thread of its own that nobody waits for."""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.version import program_version
from storage import presence
from storage.database import Database
from storage.presence import Process

EVERY_S: Final = 20.0
LEASE_MS: Final = 60_000


@contextmanager
def present(database: Database, clock: Clock, every_s: float = EVERY_S) -> Iterator[None]:
    """Whatever the database does, the process stays; what could not be said is said the next time."""
    left = threading.Event()
    thread = threading.Thread(
        target=_say, args=(database, clock, left, every_s), name="presence", daemon=True
    )
    thread.start()
    yield
    left.set()
    thread.join(1.0)  # a database that is away keeps nobody from stopping: the lease runs out


def _say(database: Database, clock: Clock, left: threading.Event, every_s: float) -> None:
    key = secrets.token_hex(8)
    process = Process(program_version(), f"{socket.gethostname()[:40]}:{os.getpid()}")
    while not left.is_set():
        at = clock.real_ms()
        with suppress(DBAPIError), database.writing() as connection:
            presence.is_here(connection, key, process, at=at, until=at + LEASE_MS)
        left.wait(every_s)
    with suppress(DBAPIError), database.writing() as connection:
        presence.has_left(connection, key)
