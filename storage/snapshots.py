"""Online hours as the training platform gave them, by as-of date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, ScalarSelect, delete, func, insert, select, update

from bot.policy.plan import Hours
from storage.bulk import insert_rows
from storage.crowd import among, chunks
from storage.import_reversals import counts_still
from storage.import_tables import import_reversal
from storage.tables import fact, import_run, online_snapshot, person

ONLINE_AS_OF = "online_as_of"  # the county's 数据截至: the newest as-of that was applied


@dataclass(frozen=True, slots=True)
class Latest:
    """The snapshot of a person that counts, or would if somebody accepted it."""

    as_of: date
    hours: Hours
    verdict: str


def newest(*, counts: bool = True, without: int | None = None) -> ScalarSelect[Any]:
    """The id of `person`'s snapshot of the newest as-of, and of one day the one imported last; for a join.

    Looked up person by person along the index: a term leaves a hundred snapshots of everybody. `without`: as if
    this import had not been.
    """
    candidate = online_snapshot.alias("candidate")
    others = (
        () if without is None else (candidate.c.import_id.is_(None) | (candidate.c.import_id != without),)
    )
    return (
        select(candidate.c.id)
        .where(
            candidate.c.person_id == person.c.id,
            candidate.c.counts.is_(counts),
            counts_still(candidate.c.import_id),
            *others,
        )
        .order_by(candidate.c.as_of.desc(), candidate.c.id.desc())
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )


def latest_snapshots(
    connection: Connection, person_ids: Iterable[int], *, counts: bool, without: int | None = None
) -> dict[int, Latest]:
    """By person, as `newest` says; those of whom there is none are left out."""
    columns = online_snapshot.c
    statement = (
        select(columns.person_id, columns.as_of, columns.online_hours, columns.verdict)
        .select_from(person)
        .join(online_snapshot, columns.id == newest(counts=counts, without=without))
    )
    return {
        who: Latest(as_of, Hours(hours), verdict)
        for some in chunks(person_ids)
        for who, as_of, hours, verdict in connection.execute(statement.where(among(person.c.id, some)))
    }


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
