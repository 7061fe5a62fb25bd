"""Roles given and taken by hand; what the roster says is written by the import (storage.roster)."""

from sqlalchemy import ColumnElement, Connection, select, update

from bot.policy.people import Grant
from storage import conversations
from storage.tables import account, role


def give_role(connection: Connection, person_id: int, grant: Grant, *, at: int) -> bool:
    """False when the person has exactly this role already. `at` in epoch milliseconds."""
    held = select(role.c.id).where(*_same(person_id, grant)).limit(1)
    if connection.execute(held).fetchone() is not None:
        return False
    connection.execute(
        role.insert().values(
            person_id=person_id,
            role=grant.role.value,
            school_id=grant.school_id,
            group_id=grant.group_id,
            source="grant",
            granted_at=at,
        )
    )
    return True


def end_role(connection: Connection, person_id: int, grant: Grant, *, at: int) -> frozenset[str]:
    """Where the ended role came from: "grant", "roster", both, or nothing when there was none.

    One from the roster comes back with the next import, unless the file has changed too.
    """
    same = _same(person_id, grant)
    sources = frozenset(connection.scalars(select(role.c.source).where(*same)))
    connection.execute(update(role).where(*same).values(ended_at=at))
    if sources:
        conversations.forget(connection, account.c.person_id == person_id)
    return sources


def _same(person_id: int, grant: Grant) -> tuple[ColumnElement[bool], ...]:
    return (
        role.c.person_id == person_id,
        role.c.role == grant.role.value,
        role.c.school_id.is_not_distinct_from(grant.school_id),
        role.c.group_id.is_not_distinct_from(grant.group_id),
        role.c.ended_at.is_(None),
    )
