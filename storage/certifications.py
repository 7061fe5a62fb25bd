"""Certified points; the ledger and the standings follow from them (storage.settling)."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, insert, update

from bot.policy.standing import Grade
from storage.tables import certification


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
