"""Certified points; the ledger and the standings follow from them (storage.settling)."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from bot.policy.people import PersonState
from bot.policy.standing import Grade
from storage.tables import certification, person


class NewCertification(NamedTuple):
    """One point of one person, certified at `at` (epoch milliseconds)."""

    person_id: int
    code: str
    grade: Grade
    at: int


def certify(connection: Connection, certified: Iterable[NewCertification]) -> None:
    """Raises IntegrityError for a point that is certified already."""
    rows = [
        {"person_id": one.person_id, "code": one.code, "grade": one.grade.value, "certified_at": one.at}
        for one in certified
    ]
    if rows:
        connection.execute(insert(certification), rows)


def end(connection: Connection, person_id: int, code: str, *, at: int) -> None:
    """A point that was reopened is certified no longer; the row stays as history."""
    connection.execute(
        update(certification)
        .where(
            certification.c.person_id == person_id,
            certification.c.code == code,
            certification.c.ended_at.is_(None),
        )
        .values(ended_at=at)
    )


def excellent_of(connection: Connection, school_id: int) -> int:
    """How many 优秀 the active roster of a school has."""
    return _count(connection, school_id, certification.c.grade == Grade.EXCELLENT.value)


def certified_of(connection: Connection, school_id: int) -> int:
    """How many certified points the active roster of a school has, whatever their grade."""
    return _count(connection, school_id)


def _count(connection: Connection, school_id: int, *conditions: ColumnElement[bool]) -> int:
    found = connection.scalar(
        select(func.count())
        .select_from(certification)
        .join(person, person.c.id == certification.c.person_id)
        .where(
            person.c.school_id == school_id,
            person.c.state == PersonState.ACTIVE.value,
            certification.c.ended_at.is_(None),
            *conditions,
        )
    )
    return int(found or 0)
