"""Statements of the hot path, compiled once and given to the driver as they are.

SQLAlchemy spends 15–30 µs on a statement around the 3–10 µs that the database needs for it; a submission has a
dozen. What goes through here is what Core would have sent, within the same transaction, and fails as Core would.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

Row = tuple[Any, ...]


class Prepared:
    """A statement whose values are bound by name and need no conversion: numbers and texts in, numbers and texts out."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {}

    def all(self, connection: Connection, **values: Any) -> list[Row]:
        """Every row of the answer."""
        return list(self._run(connection, values).fetchall())

    def changed(self, connection: Connection, **values: Any) -> int:
        """How many rows were changed."""
        return int(self._run(connection, values).rowcount)

    def changed_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """As `changed`, once for each; how many rows were changed in all."""
        if not rows:
            return 0
        text, arranged = self._for(connection)
        return driven_many(connection, text, [arranged(row) for row in rows])

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        text, arranged = self._for(connection)
        return driven(connection, text, arranged(values))

    def _for(self, connection: Connection) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _compile(self._statement, connection)
        return self._compiled[name]


def driven(connection: Connection, text: str, values: Any) -> Any:
    """The driver's cursor after it has executed this; its errors are raised as SQLAlchemy's."""
    raw = _in_transaction(connection)
    try:
        return raw.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_ours(connection, text, error) from error


def driven_many(connection: Connection, text: str, values: Sequence[Any]) -> int:
    """As `driven`, once for each row of values; how many rows were changed in all."""
    cursor = _in_transaction(connection).cursor()
    try:
        cursor.executemany(text, values)
        return int(cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_ours(connection, text, error) from error
    finally:
        cursor.close()


def _in_transaction(connection: Connection) -> Any:
    """The driver's connection, within a transaction as Core's first statement would have begun one."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection


def _compile(statement: Executable, connection: Connection) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
    assert isinstance(statement, ClauseElement)
    compiled: Any = statement.compile(dialect=connection.dialect)
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    order = compiled.positiontup
    if order is None:
        return str(compiled), lambda values: {**fixed, **values}
    return str(compiled), lambda values: tuple(
        values[name] if name in values else fixed[name] for name in order
    )


def _as_ours(connection: Connection, text: str, error: Exception) -> Exception:
    dialect = connection.dialect
    return DBAPIError.instance(text, None, error, dialect.loaded_dbapi.Error, dialect=dialect)
