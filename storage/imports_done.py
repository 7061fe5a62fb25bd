"""Imports that were applied: the list of them, what one has written, and what stands on it by now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Select, select

from storage.columns import metadata
from storage.import_tables import file_preview, import_reversal
from storage.names import names_of
from storage.tables import account, audit, import_run, online_snapshot, person, practice_entry, role

# What an import itself makes of a person, and what hangs on everybody: none of it is a reason to keep somebody.
_OF_ITSELF: Final = frozenset(
    {
        *("standing", "person_state_change", "audit", "outbox", "binding_code", "page_session", "entry_link"),
        *("role", "account", "received_file", "file_preview", "import_reversal"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One import that was applied; instants by the programme's clock."""

    import_id: int
    kind: str  # a value of bot.imports.kinds.Kind
    file_name: str
    file_hash: str
    as_of: date | None
    counts: dict[str, Any]
    started_at: int
    finished_at: int
    actor: str  # as the audit names them; "" = before that was kept
    decided_by: int | None  # who approved it on a page
    reversal_state: str | None  # storage.import_reversals.State
    reverts: int | None  # the import that this one takes back


class LedgerRow(NamedTuple):
    """What an import has entered."""

    entry_id: int
    person_id: int
    reference: str
    hours: int
    note: str
    reverses_id: int | None


def newest(connection: Connection, *, most: int, before: int | None = None) -> tuple[Done, ...]:
    """Newest first. `before`: older than this one."""
    query = _query().order_by(import_run.c.id.desc()).limit(most)
    if before is not None:
        query = query.where(import_run.c.id < before)
    return tuple(Done(**row) for row in connection.execute(query).mappings())


def find(connection: Connection, import_id: int) -> Done | None:
    row = connection.execute(_query().where(import_run.c.id == import_id)).mappings().first()
    return None if row is None else Done(**row)


def names_of_actors(connection: Connection, several: Iterable[Done]) -> dict[str, str]:
    """What the actors of these imports are called."""
    actors = {one.actor for one in several if one.actor.startswith("person:")}
    ids = {int(actor.removeprefix("person:")): actor for actor in actors}
    names = names_of(connection, ids)
    return {actor: names[person_id] for person_id, actor in ids.items() if person_id in names} | {
        "operator": "服务器命令行",
        "": "—",
    }


def people_of_snapshots(connection: Connection, import_id: int) -> tuple[int, ...]:
    """Whose hours an import has brought, those that do not count left out; by id."""
    query = (
        select(online_snapshot.c.person_id)
        .where(online_snapshot.c.import_id == import_id, online_snapshot.c.counts)
        .order_by(online_snapshot.c.person_id)
    )
    return tuple(connection.scalars(query))


def ledger_rows(connection: Connection, import_id: int) -> tuple[LedgerRow, ...]:
    columns = practice_entry.c
    query = (
        select(
            columns.id,
            columns.person_id,
            columns.reference,
            columns.practice_hours,
            columns.note,
            columns.reverses_id,
        )
        .where(columns.import_id == import_id)
        .order_by(columns.id)
    )
    return tuple(LedgerRow._make(row) for row in connection.execute(query))


def written(connection: Connection, done: Done) -> tuple[tuple[int | None, dict[str, Any]], ...]:
    """Person (None = nobody in particular) and detail of everything that the audit has of a list's import."""
    query = (
        select(audit.c.person_id, audit.c.detail)
        .where(
            audit.c.action == f"import {done.kind}",
            audit.c.at.between(done.started_at, done.finished_at),
            audit.c.detail["import"].as_integer() == done.import_id,
        )
        .order_by(audit.c.id)
    )
    return tuple(
        (person_id, detail) for person_id, detail in connection.execute(query) if "file" not in detail
    )


def roles_of_run(
    connection: Connection, done: Done
) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Roles of rosters that began in the time of this import, and those that ended in it."""
    columns = (role.c.id, role.c.person_id, role.c.role, role.c.ended_at)
    of_roster = select(*columns).where(role.c.source == "roster")
    begun = of_roster.where(
        role.c.granted_at.between(done.started_at, done.finished_at), role.c.ended_at.is_(None)
    )
    ended = of_roster.where(role.c.ended_at.between(done.started_at, done.finished_at))
    return _mappings(connection, begun), _mappings(connection, ended)


def accounts_of_run(connection: Connection, done: Done) -> tuple[dict[str, Any], ...]:
    """Accounts that a roster bound in the time of this import."""
    query = select(account.c.id, account.c.person_id, account.c.platform).where(
        account.c.source == "roster", account.c.bound_at.between(done.started_at, done.finished_at)
    )
    return _mappings(connection, query)


def people_with_something(connection: Connection, person_ids: Iterable[int]) -> frozenset[int]:
    """Of these, whoever has anything on file but what a roster itself brings."""
    wanted = frozenset(person_ids)
    found = _referring(connection, person.c.id, wanted, _OF_ITSELF)
    for table in (role, account):
        query = select(table.c.person_id).where(table.c.source != "roster").distinct()
        found |= set(connection.scalars(query)) & wanted
    return frozenset(found)


def schools_with_something(connection: Connection, school_ids: Iterable[int]) -> frozenset[int]:
    """Of these, whichever anything refers to."""
    from_school = metadata.tables["school"].c.id
    return frozenset(_referring(connection, from_school, frozenset(school_ids), frozenset()))


def _referring(
    connection: Connection, to: Column[int], wanted: frozenset[int], leaving_out: frozenset[str]
) -> set[int]:
    """One look at each table that refers to it, whichever there are: people of one import have neighbouring ids."""
    found: set[int] = set()
    if not wanted:
        return found
    for table in metadata.tables.values():
        for column in table.columns:
            if table.name not in leaving_out and any(key.column is to for key in column.foreign_keys):
                query = select(column).where(column.between(min(wanted), max(wanted))).distinct()
                found |= set(connection.scalars(query)) & wanted
    return found


def _query() -> Select[Any]:
    takes_back = import_reversal.alias("takes_back")
    return (
        select(
            import_run.c.id.label("import_id"),
            import_run.c.kind,
            import_run.c.file_name,
            import_run.c.file_hash,
            import_run.c.as_of,
            import_run.c.counts,
            import_run.c.started_at,
            import_run.c.finished_at,
            import_run.c.actor,
            file_preview.c.decided_by,
            import_reversal.c.state.label("reversal_state"),
            takes_back.c.import_id.label("reverts"),
        )
        .outerjoin(file_preview, file_preview.c.import_id == import_run.c.id)
        .outerjoin(import_reversal, import_reversal.c.import_id == import_run.c.id)
        .outerjoin(takes_back, takes_back.c.run_id == import_run.c.id)
        .where(import_run.c.state == "applied")
    )


def _mappings(connection: Connection, query: Select[Any]) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in connection.execute(query).mappings())
