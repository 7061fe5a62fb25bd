"""Many people at a time: in chunks, and held against other writers."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from storage.tables import person

CHUNK = 500  # people in one statement: far below every limit of parameters

MOST_PARAMETERS = 10_000
"""PostgreSQL takes 65,535 in one statement, SQLite 32,766."""


def chunks(person_ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """Each id once, in one order for all writers, so that two of them never wait for each other in a ring."""
    ordered = iter(sorted(set(person_ids)))
    while chunk := list(islice(ordered, CHUNK)):
        yield chunk


def pieces(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """Each id once, ascending, for a statement that names them all: a province has more groups than parameters."""
    ordered = iter(sorted(set(ids)))
    while piece := list(islice(ordered, MOST_PARAMETERS)):
        yield piece


def among(column: ColumnElement[int], person_ids: Sequence[int]) -> ColumnElement[bool]:
    """`column` is one of `person_ids`, in ascending order and each once, as `chunks` gives them.

    People of one import have neighbouring ids: a range costs SQLAlchemy nothing, 500 parameters a millisecond.
    """
    if person_ids and person_ids[-1] - person_ids[0] + 1 == len(person_ids):
        return column.between(person_ids[0], person_ids[-1])
    return column.in_(person_ids)


def held(statement: Select[Any]) -> Select[Any]:
    """A statement on `person` that makes others who derive for the same people wait.

    On PostgreSQL two transactions could otherwise each derive from what the other has not committed yet.
    FOR NO KEY UPDATE, because FOR UPDATE would wait for everybody who merely refers to a person.
    SQLite has one writer at a time and leaves the clause out.
    """
    return statement.with_for_update(key_share=True, of=person)


def hold(connection: Connection, person_ids: Sequence[int]) -> bool:
    """Whether what was read of these people before may be out of date: never where there is one writer."""
    if connection.dialect.name == "sqlite":
        return False
    connection.execute(
        held(select(person.c.id).where(among(person.c.id, person_ids)).order_by(person.c.id))
    ).all()
    return True
