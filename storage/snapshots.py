"""Online hours as the training platform gave them, by as-of date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.policy.plan import Hours
from storage.bulk import insert_rows
from storage.tables import fact, online_snapshot

ONLINE_AS_OF = "online_as_of"  # the county's 数据截至: the newest as-of that was applied


@dataclass(frozen=True, slots=True)
class Latest:
    """The snapshot of a person that counts, or would if somebody accepted it."""

    as_of: date
    hours: Hours
    verdict: str


def latest_snapshots(connection: Connection, *, counts: bool) -> dict[int, Latest]:
    """By person: the newest as-of, and of one day the one imported last."""
    rows = connection.execute(
        select(
            online_snapshot.c.person_id,
            online_snapshot.c.as_of,
            online_snapshot.c.online_hours,
            online_snapshot.c.verdict,
        )
        .where(online_snapshot.c.counts.is_(counts))
        .order_by(online_snapshot.c.as_of, online_snapshot.c.id)
    )
    # Later rows overwrite earlier ones: what stays is the newest.
    return {person: Latest(as_of, Hours(hours), verdict) for person, as_of, hours, verdict in rows}


def add_snapshots(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Each row: person_id, as_of, online_hours, verdict, import_id, counts."""
    insert_rows(connection, online_snapshot, rows)


def online_as_of(connection: Connection) -> date | None:
    """The county's 数据截至; None before the first import."""
    value = connection.scalar(select(fact.c.value).where(fact.c.name == ONLINE_AS_OF))
    return None if value is None else date.fromisoformat(value)


def advance_online_as_of(connection: Connection, as_of: date) -> None:
    """Never goes back: an older file that was forced does not make the county's data older."""
    known = online_as_of(connection)
    if known is None:
        connection.execute(insert(fact).values(name=ONLINE_AS_OF, value=as_of.isoformat()))
    elif as_of > known:
        connection.execute(update(fact).where(fact.c.name == ONLINE_AS_OF).values(value=as_of.isoformat()))
