"""Chosen and certified points of one teacher; a change ends the old row, so that history stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.policy.standing import Grade
from storage.tables import certification, choice


@dataclass(frozen=True, slots=True)
class Certified:
    """One certified point."""

    code: str
    grade: Grade
    at: int  # epoch milliseconds


def active_choice(connection: Connection, person_id: int) -> frozenset[str]:
    return frozenset(
        connection.scalars(
            select(choice.c.code).where(choice.c.person_id == person_id, choice.c.ended_at.is_(None))
        )
    )


def replace_choice(connection: Connection, person_id: int, codes: Sequence[str], *, at: int) -> None:
    """Makes `codes` the active choice; what stays chosen keeps its row. `at` in epoch milliseconds."""
    before = active_choice(connection, person_id)
    dropped = before - set(codes)
    if dropped:
        connection.execute(
            update(choice)
            .where(
                choice.c.person_id == person_id,
                choice.c.ended_at.is_(None),
                choice.c.code.in_(sorted(dropped)),
            )
            .values(ended_at=at)
        )
    added = [code for code in codes if code not in before]
    if added:
        connection.execute(
            choice.insert(), [{"person_id": person_id, "code": code, "chosen_at": at} for code in added]
        )


def certified_points(connection: Connection, person_id: int) -> tuple[Certified, ...]:
    """In order of certification, the reopened ones left out."""
    rows = connection.execute(
        select(certification.c.code, certification.c.grade, certification.c.certified_at)
        .where(certification.c.person_id == person_id, certification.c.ended_at.is_(None))
        .order_by(certification.c.certified_at, certification.c.id)
    )
    return tuple(Certified(code, Grade(grade), at) for code, grade, at in rows)
