"""Runs of imports: staged first, then applied in pieces, finished after a crash, one at a time."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from storage.database import Database
from storage.tables import import_row, import_run

_ADVISORY_LOCK = 0x696D706F  # any number that nothing else in the database uses


class ImportUnderWay(Exception):
    """Another process is importing into the same database."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows come from."""

    kind: str  # a value of bot.imports.kinds.Kind
    file_name: str
    file_hash: str  # SHA-256 of its bytes


@dataclass(frozen=True, slots=True)
class Run:
    """One import that was confirmed."""

    run_id: int
    kind: str
    file_name: str
    as_of: date | None
    state: str  # "staged", "applying", "applied"
    counts: dict[str, Any]


@contextmanager
def only_import(database: Database) -> Iterator[None]:
    """Held by one process at a time, and let go by its death. Raises ImportUnderWay at once."""
    if database.is_sqlite:
        with _lock_file(Path(str(database.url.database) + "-import")):
            yield
        return
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_LOCK}):
            raise ImportUnderWay
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})


@contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    """A lock on every system that SQLite runs on: the write lock of an empty database beside the real one."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise ImportUnderWay from error
        yield
        lock.rollback()


def begin(connection: Connection, source: Source, as_of: date | None, now_ms: int, *, actor: str = "") -> int:
    """A run in state "staged"; returns its id."""
    result = connection.execute(
        insert(import_run).values(
            kind=source.kind,
            file_name=source.file_name[:255],
            file_hash=source.file_hash,
            as_of=as_of,
            state="staged",
            counts={},
            started_at=now_ms,
            actor=actor,
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def stage(connection: Connection, run_id: int, first: int, pieces: Sequence[list[dict[str, Any]]]) -> None:
    """Keeps pieces of the work, numbered from `first`."""
    connection.execute(
        insert(import_row),
        [
            {"import_id": run_id, "number": number, "content": piece}
            for number, piece in enumerate(pieces, first)
        ],
    )


def start_applying(connection: Connection, run_id: int, counts: dict[str, Any]) -> None:
    """From here on the run is finished whatever happens."""
    connection.execute(
        update(import_run).where(import_run.c.id == run_id).values(state="applying", counts=counts)
    )


def drop_piece(connection: Connection, run_id: int, number: int) -> None:
    """In the transaction that applied it: a piece is either still there or done, never both."""
    connection.execute(
        delete(import_row).where(import_row.c.import_id == run_id, import_row.c.number == number)
    )


def finish(connection: Connection, run_id: int, counts: dict[str, Any], now_ms: int) -> None:
    connection.execute(
        update(import_run)
        .where(import_run.c.id == run_id)
        .values(state="applied", counts=counts, finished_at=now_ms)
    )


def unfinished(connection: Connection) -> tuple[Run, ...]:
    """Oldest first."""
    rows = connection.execute(
        select(
            import_run.c.id,
            import_run.c.kind,
            import_run.c.file_name,
            import_run.c.as_of,
            import_run.c.state,
            import_run.c.counts,
        )
        .where(import_run.c.state != "applied")
        .order_by(import_run.c.id)
    )
    return tuple(Run(*row) for row in rows)


def piece_numbers(connection: Connection, run_id: int) -> tuple[int, ...]:
    """What is left to apply, in order."""
    return tuple(
        connection.scalars(
            select(import_row.c.number).where(import_row.c.import_id == run_id).order_by(import_row.c.number)
        )
    )


def pieces_left(connection: Connection) -> int | None:
    """Of the import that is being applied; None where none is."""
    run_id = connection.scalar(select(import_run.c.id).where(import_run.c.state == "applying").limit(1))
    if run_id is None:
        return None
    return connection.scalar(
        select(func.count()).select_from(import_row).where(import_row.c.import_id == run_id)
    )


def read_piece(connection: Connection, run_id: int, number: int) -> list[dict[str, Any]]:
    content = connection.scalar(
        select(import_row.c.content).where(import_row.c.import_id == run_id, import_row.c.number == number)
    )
    return content or []


def discard(connection: Connection, run_id: int) -> None:
    """A run that was never confirmed whole: nothing of it was applied."""
    connection.execute(delete(import_row).where(import_row.c.import_id == run_id))
    connection.execute(delete(import_run).where(import_run.c.id == run_id))
