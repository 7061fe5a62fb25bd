"""Connections and transactions: the same code on SQLite and PostgreSQL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

READ_BUSY_MS = 5_000
LOG_PAGES = 16_000  # 64 MB
WRITE_WAIT_SECONDS = 30.0
_READS_ONLY = "reads only"
PROGRAM = "yanxiu-assistant"
"""As PostgreSQL shows its sessions."""
# A network that has swallowed its end is noticed after 25 s; Linux alone waits a quarter of an hour, or two hours.
_NOTICES_SILENCE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class Unreachable(Exception):
    """The database cannot be opened; the message says what to do."""


class Database:
    """An engine with the two kinds of transaction that exist here: `reading` and `writing`.

    SQLite: WAL, foreign keys, synchronous=FULL (a commit survives a power cut), and every writing
    transaction is BEGIN IMMEDIATE, because a transaction that reads first and writes later fails at once
    with SQLITE_BUSY_SNAPSHOT when another one wrote in between, whatever the timeout.
    """

    def __init__(self, url: str) -> None:
        self.url = driver_url(url)
        self.engine = _engine(self.url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state and changes nothing."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, and rolled back whole when anything is raised."""
        with self.engine.connect() as connection:
            hold_for_writing(connection)
            with connection.begin():
                yield connection

    def checkpoint(self) -> None:
        """Copies SQLite's log into the file without keeping writers waiting; elsewhere nothing.

        In the connection that commits it would cost every few hundredth message ten milliseconds.
        """
        if self.is_sqlite:
            with self.engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        self.engine.dispose()

    @property
    def address(self) -> str:
        """The file, or where the server is: never with a user or password."""
        if self.is_sqlite:
            return self.url.database or ""
        port = f":{self.url.port}" if self.url.port else ""
        return f"{self.url.host or ''}{port}/{self.url.database or ''}"


def is_writable(connection: Connection) -> bool:
    """Whether the server takes writes at all: a standby reads happily."""
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off"
    path = connection.engine.url.database
    return path is not None and _may_write(path)


def _may_write(path: str) -> bool:
    """The file, and what lies beside it: whoever else has made that may have kept it for themselves."""
    return all(os.access(one, os.W_OK) for one in (path, f"{path}-wal", f"{path}-shm") if Path(one).exists())


def hold_for_writing(connection: Connection) -> None:
    """Makes every later transaction of this connection a writing one."""
    connection.execution_options(writing=True)
    if connection.dialect.name == "sqlite":
        # From here on `_began` does the waiting, and nothing can be busy once it has the lock.
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA busy_timeout = 1")


# SQLite's primary result codes for "not now" and "not reachable", as opposed to a mistake in a statement.
_SQLITE_OUTAGE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)
# PostgreSQL's SQLSTATE classes: connection, transaction rollback (deadlock), resources, operator intervention.
# and 25006, which a server that has become a standby answers to every write.
_POSTGRES_OUTAGE = ("08", "40", "53", "57", "58", "25006")


def is_outage(error: DBAPIError) -> bool:
    """Whether the same statement may succeed later without anybody mending the program."""
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_OUTAGE
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no answer from the server at all
        return isinstance(error, OperationalError)
    return str(state).startswith(_POSTGRES_OUTAGE)


def driver_url(url: str) -> URL:
    """With the driver that the project has chosen. Raises Unreachable."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Unreachable(
            "看不懂这个地址，要写成 sqlite:///var/bot.db 或 postgresql://用户:密码@主机/库名"
        ) from None
    if "@" in f"{parsed.host}{parsed.database}" and not parsed.drivername.startswith("sqlite"):
        # What stands there is a piece of the password, and addresses are shown.
        raise Unreachable("用户名或密码里的 @ 要写成 %40，: 要写成 %3A，/ 要写成 %2F")
    match parsed.drivername:
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise Unreachable("SQLite 需要一个文件，例如 sqlite:///var/bot.db")
            return parsed.set(query={})
    raise Unreachable(f"不支持 {parsed.drivername} 数据库，请用 sqlite:/// 或 postgresql://")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        hide_parameters=True,  # an error's message must not quote what somebody wrote
        connect_args={
            "connect_timeout": 5,
            "application_name": PROGRAM,
            "client_encoding": "utf8",  # whatever the server and PGCLIENTENCODING say
            **_NOTICES_SILENCE,
        },
    )


def _sqlite_engine(url: URL) -> Engine:
    assert url.database, "`driver_url` has looked"
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=4,
        hide_parameters=True,  # as above
        # The lane's thread uses a connection that another thread may have opened; never two at once.
        connect_args={"check_same_thread": False, "timeout": READ_BUSY_MS / 1000, "cached_statements": 256},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "checkin", _leave_as_found)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    # The module must not open transactions by itself; `_begin_sqlite` does.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {READ_BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -16000",
        # Copying the log into the file is `checkpoint`'s work; this is for when nobody calls it.
        f"wal_autocheckpoint = {LOG_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    # What is opened without the right to write never gets it, nor does whoever opens the file beside it: not kept.
    (_, _, path), *_ = connection.execute("PRAGMA database_list")
    record.info[_READS_ONLY] = not _may_write(path)


def _leave_as_found(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
    if connection is None:
        return
    if record.info.get(_READS_ONLY):
        record.invalidate()
    else:
        connection.execute(f"PRAGMA busy_timeout = {READ_BUSY_MS}")


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("writing"):
        connection.exec_driver_sql("BEGIN")
        return
    raw: Any = connection.connection.driver_connection
    if not _began(raw):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what callers expect


def _began(raw: sqlite3.Connection) -> bool:
    """BEGIN IMMEDIATE that looks every millisecond whether the lock is free; False after half a minute.

    SQLite's own busy handler sleeps up to 100 ms at a time, and would starve the lane behind an import
    that commits every few milliseconds.
    """
    deadline = time.monotonic() + WRITE_WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                return False
        else:
            return True
    return False
