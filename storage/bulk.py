"""Many rows in one statement, past what the statement builder does for each row (a third of an import's time)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, text

from storage.database import Database, hold_for_writing
from storage.prepared import driven_many

_USUAL_CHECKPOINTS = "PRAGMA wal_autocheckpoint = 1000"  # SQLite's default, in pages
# How a connection writes in pieces, and how it is given back.
_SQLITE_PIECES = (
    # Pieces touch the same pages of the indexes again and again: fewer checkpoints copy them less often.
    ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 4000"),
    ("PRAGMA synchronous = FULL", _USUAL_CHECKPOINTS),
)
_POSTGRES_PIECES = (("SET synchronous_commit = off",), ("SET synchronous_commit = on",))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """All rows have the same keys, the names of columns; nothing happens without rows."""
    if rows:
        columns = tuple(rows[0])
        _write(connection, table, columns, [tuple([row[column] for column in columns]) for row in rows], "")


def put_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], key: str) -> None:
    """Whole rows, in the order of the table's columns; a row whose `key` is there already is replaced."""
    if rows:
        _write(connection, table, tuple(column.name for column in table.columns), rows, key)


def _write(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], key: str
) -> None:
    statement, processors = _statement(connection.dialect, table, columns, key)
    values = [_processed(row, processors) for row in rows] if processors else list(rows)
    driven_many(connection, statement, values)


def _processed(
    row: tuple[Any, ...], processors: tuple[tuple[int, Callable[[Any], Any]], ...]
) -> tuple[Any, ...]:
    cells = list(row)
    for index, process in processors:
        cells[index] = process(cells[index])
    return tuple(cells)


@cache
def _statement(
    dialect: Dialect, table: Table, columns: tuple[str, ...], key: str
) -> tuple[str, tuple[tuple[int, Callable[[Any], Any]], ...]]:
    """The statement, and what the driver cannot store as it is, by place."""
    mark = "?" if dialect.name == "sqlite" else "%s"
    marks = ", ".join(mark for _ in columns)
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column) for column in columns)
    processors = tuple(
        (index, process)
        for index, column in enumerate(columns)
        if (process := table.c[column].type.dialect_impl(dialect).bind_processor(dialect)) is not None
    )
    changes = ", ".join(f"{quote(column)} = excluded.{quote(column)}" for column in columns if column != key)
    replacing = f" ON CONFLICT ({quote(key)}) DO UPDATE SET {changes}" if key else ""
    # Only names of our own tables go into the text; values never do.
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks}){replacing}", processors  # noqa: S608


@contextmanager
def writing_in_pieces(database: Database) -> Iterator[Connection]:
    """A connection whose commits need not survive a power cut one by one; use `connection.begin()` for each.

    They stay in order, so that a power cut loses the last ones only, and the next commit of anybody that is
    durable (`Database.writing`) makes all of them durable. For work that is staged and can be taken up again.
    """
    relaxed, durable = _SQLITE_PIECES if database.is_sqlite else _POSTGRES_PIECES
    with database.engine.connect() as connection:
        _outside_transaction(connection, relaxed)
        hold_for_writing(connection)
        try:
            yield connection
        finally:
            connection.rollback()
            _outside_transaction(connection, durable)


def checkpoint_as_usual(connection: Connection) -> None:
    """Somebody else is writing too: SQLite's log must stay short, or their next commit has to empty it."""
    if connection.dialect.name == "sqlite":
        _outside_transaction(connection, (_USUAL_CHECKPOINTS,))


def _outside_transaction(connection: Connection, statements: tuple[str, ...]) -> None:
    if connection.dialect.name == "sqlite":
        # Not through `connection.execute`, which would begin a transaction first.
        raw: Any = connection.connection.driver_connection
        for statement in statements:
            raw.execute(statement)
        return
    for statement in statements:
        connection.execute(text(statement))
    connection.commit()
