"""Online hours as the training platform gave them, by as-of date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.policy.plan import Hours
from storage.bulk import insert_rows
from storage.import_reversals import counts_still
from storage.import_tables import import_reversal
from storage.tables import fact, import_run, online_snapshot

ONLINE_AS_OF = "online_as_of"  # the county's 数据截至: the newest as-of that was applied


@dataclass(frozen=True, slots=True)
class Latest:
    """The snapshot of a person that counts, or would if somebody accepted it."""

    as_of: date
    hours: Hours
    verdict: str


def latest_snapshots(
    connection: Connection, *, counts: bool, without: int | None = None
) -> dict[int, Latest]:
    """By person: the newest as-of, and of one day the one imported last. `without`: as if this import had not been."""
    imported = online_snapshot.c.import_id
    others = () if without is None else (imported.is_(None) | (imported != without),)
    rows = connection.execute(
        select(
            online_snapshot.c.person_id,
            online_snapshot.c.as_of,
            online_snapshot.c.online_hours,
            online_snapshot.c.verdict,
        )
        .where(online_snapshot.c.counts.is_(counts), counts_still(imported), *others)
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


def settle_online_as_of(connection: Connection) -> None:
    """After an import was taken back: the newest day that was applied and still counts; none, where there is none."""
    reversals = select(import_reversal.c.import_id).where(import_reversal.c.run_id.is_not(None))
    applied = connection.scalar(
        select(func.max(import_run.c.as_of)).where(
            import_run.c.state == "applied", import_run.c.id.not_in(reversals)
        )
    )
    without_import = connection.scalar(
        select(func.max(online_snapshot.c.as_of)).where(
            online_snapshot.c.import_id.is_(None), online_snapshot.c.counts
        )
    )
    connection.execute(delete(fact).where(fact.c.name == ONLINE_AS_OF))
    days = [day for day in (applied, without_import) if day is not None]
    if days:
        connection.execute(insert(fact).values(name=ONLINE_AS_OF, value=max(days).isoformat()))
