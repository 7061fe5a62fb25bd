"""Who leads which school, and which schools the office has reminded on a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, select

from storage.delivery_tables import outbox
from storage.roles import LEAD_WORDS
from storage.tables import role


def leads_by_school(connection: Connection) -> dict[int, tuple[int, ...]]:
    """校长 and 学校管理员 of every school that has any, in order of id."""
    found: dict[int, set[int]] = {}
    rows = connection.execute(
        select(role.c.school_id, role.c.person_id).where(
            role.c.role.in_(LEAD_WORDS), role.c.ended_at.is_(None), role.c.school_id.is_not(None)
        )
    )
    for school_id, person_id in rows:
        found.setdefault(school_id, set()).add(person_id)
    return {school_id: tuple(sorted(people)) for school_id, people in found.items()}


def reminder_key(school_id: int, day: date) -> str:
    """Of the notice, which `storage.notices.note` completes by the person."""
    return f"acceptance/{school_id}/{day.isoformat()}"


def reminded_on(connection: Connection, leads: Mapping[int, Sequence[int]], day: date) -> frozenset[int]:
    """Schools of which any of these leads has been reminded on that day."""
    keys = {
        f"{reminder_key(school_id, day)}/{person_id}": school_id
        for school_id, people in leads.items()
        for person_id in people
    }
    known: Iterable[str] = connection.scalars(select(outbox.c.key).where(outbox.c.key.in_(list(keys))))
    return frozenset(keys[key] for key in known)
