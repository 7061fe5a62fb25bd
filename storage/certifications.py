"""Certified points in bulk; the ledger and the standings follow from them (storage.ledger, storage.standings)."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, insert

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
