"""A lane: one thread with one held connection, which commits whatever gathered while the last commit ran.

Hops between threads and commits are what costs, not queries: a lane pays for both once a batch. SQLite has
one lane, because it has one writer; PostgreSQL has several, chosen by sender, so that the messages of one
person stay in order.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.database import Database, hold_for_writing, is_outage
from storage.fault_points import FaultPoint, reached

log = structlog.get_logger()

MAX_BATCH = 64
RETRY_SECONDS = 0.2
MOST_TURNS = 8  # of the event loop, before a lane is woken all the same

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)


class Work(Protocol[T_contra, R]):
    """What a lane does with what it is given; each call is one transaction."""

    def together(self, connection: Connection, items: Sequence[T_contra]) -> list[R]:
        """All of them, or raise and leave nothing."""
        ...

    def failed(self, connection: Connection, item: T_contra, error: Exception) -> R:
        """In a fresh transaction, after `item` alone has raised."""
        ...


class Lane(Generic[T, R]):
    """Give it items from the event loop, get a future for each. `stop` finishes what was given."""

    def __init__(
        self,
        name: str,
        database: Database,
        work: Work[T, R],
        committed: Callable[[Connection], None] = lambda _connection: None,
    ) -> None:
        """`committed` is called in the lane's thread after the results of a batch are on their way."""
        self._database = database
        self._work = work
        self._committed = committed
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._wake = threading.Event()
        self._stopping = False
        self._wake_scheduled = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread.start()

    def submit(self, item: T) -> "asyncio.Future[R]":
        assert self._loop is not None, "the lane has not been started"
        future: asyncio.Future[R] = self._loop.create_future()
        self._waiting.append((item, future))
        if not self._wake_scheduled:
            self._wake_scheduled = True
            self._loop.call_soon(self._wake_thread, len(self._waiting), MOST_TURNS)
        return future

    def _wake_thread(self, seen: int, turns_left: int) -> None:
        """Once a turn of the loop has brought nothing new: what comes together goes into one batch."""
        assert self._loop is not None
        waiting = len(self._waiting)
        if waiting > seen and turns_left:
            self._loop.call_soon(self._wake_thread, waiting, turns_left - 1)
            return
        self._wake_scheduled = False
        self._wake.set()

    @property
    def backlog(self) -> int:
        """How many items no batch has taken up yet."""
        return len(self._waiting)

    def stop(self, timeout: float) -> None:
        """Returns when everything given is done, or after `timeout` seconds."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    # ── in the lane's thread ──

    def _run(self) -> None:
        connection: Connection | None = None
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
                connection = self._settle(connection, batch)
            if self._stopping and not self._waiting:
                if connection is not None:
                    connection.close()
                return

    def _settle(
        self, connection: Connection | None, batch: list[tuple[T, "asyncio.Future[R]"]]
    ) -> Connection | None:
        """Does the batch, whatever it takes; while the database is out of reach it tries again."""
        items = [item for item, _ in batch]
        while True:
            try:
                if connection is None:
                    connection = self._connect()
                results = self._do(connection, items)
            except DBAPIError as error:
                if not is_outage(error):
                    raise
                log.warning("database out of reach", error=type(error.orig).__name__)
                connection = self._give_up(connection)
                if self._stopping:
                    return None  # what is waiting stays in the journal
                time.sleep(RETRY_SECONDS)
            else:
                self._deliver(list(zip((future for _, future in batch), results, strict=True)))
                self._committed(connection)
                return connection

    def _connect(self) -> Connection:
        connection = self._database.engine.connect()
        hold_for_writing(connection)
        return connection

    @staticmethod
    def _give_up(connection: Connection | None) -> None:
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _do(self, connection: Connection, items: list[T]) -> Sequence[R | Exception]:
        try:
            with connection.begin():
                results = self._work.together(connection, items)
                reached(FaultPoint.BATCH_COMMITS)
            reached(FaultPoint.BATCH_COMMITTED)
        except Exception as error:  # the border on the way in: one person's fault must not stop the lane
            if isinstance(error, DBAPIError) and is_outage(error):
                raise
            if len(items) == 1:
                return [self._fail(connection, items[0], error)]
        else:
            return results
        # Somebody in the batch has hit a bug: once more one by one, so that only that one is affected.
        return [result for item in items for result in self._do(connection, [item])]

    def _fail(self, connection: Connection, item: T, error: Exception) -> R | Exception:
        try:
            with connection.begin():
                apology = self._work.failed(connection, item, error)
                reached(FaultPoint.APOLOGY_COMMITS)
            reached(FaultPoint.APOLOGY_COMMITTED)
        except Exception as second:  # the same border: not even the apology could be recorded
            if isinstance(second, DBAPIError) and is_outage(second):
                raise
            log.exception("a failure could not be recorded")
            return second
        return apology

    def _deliver(self, done: list[tuple["asyncio.Future[R]", R | Exception]]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(_resolve, done)


def _resolve(done: list[tuple["asyncio.Future[R]", R | Exception]]) -> None:
    for future, result in done:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
