"""The ledger of practice hours: rows are added or reversed, never edited."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.policy import practice
from bot.policy.plan import Hours, Plan, PracticeSource
from bot.policy.practice import Entry
from storage.crowd import among, chunks, hold
from storage.tables import certification, practice_entry


def entries_of(connection: Connection, person_id: int) -> tuple[Entry, ...]:
    """One person's whole ledger, in order of entry."""
    return tuple(_ledgers(connection, [person_id]).get(person_id, ()))


def derive(connection: Connection, person_ids: Iterable[int], plan: Plan, now_ms: int) -> int:
    """Adds what the rule says for these people's certified points; returns how many rows that took.

    Standings are not touched: `storage.standings.rewrite` comes after.
    """
    added = 0
    for chunk in chunks(person_ids):
        hold(connection, chunk)
        rows = list(_due(connection, chunk, plan, now_ms))
        if rows:
            connection.execute(insert(practice_entry), rows)
        added += len(rows)
    return added


def _due(
    connection: Connection, person_ids: Sequence[int], plan: Plan, now_ms: int
) -> Iterator[dict[str, Any]]:
    certified = certified_codes(connection, person_ids)
    ledgers = _ledgers(connection, person_ids)
    for person_id in person_ids:
        codes, entries = certified.get(person_id, ()), ledgers.get(person_id, ())
        if not codes and not entries:
            continue
        for entry in practice.derive(codes, entries, plan.practice):
            yield {
                "person_id": person_id,
                "practice_hours": entry.hours,
                "source": entry.source.value,
                "reference": entry.reference,
                "note": entry.note,
                "reverses_id": entry.reverses,
                "import_id": entry.import_id,
                "entered_at": now_ms,
            }


def certified_codes(connection: Connection, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """By person, in order of certification; who has none is left out."""
    statement = (
        select(certification.c.person_id, certification.c.code)
        .where(among(certification.c.person_id, person_ids), certification.c.ended_at.is_(None))
        .order_by(certification.c.person_id, certification.c.certified_at, certification.c.id)
    )
    codes: dict[int, list[str]] = {}
    for person_id, code in connection.execute(statement).all():
        codes.setdefault(person_id, []).append(code)
    return codes


def _ledgers(connection: Connection, person_ids: Sequence[int]) -> dict[int, list[Entry]]:
    columns = practice_entry.c
    statement = (
        select(
            columns.person_id,
            columns.id,
            columns.practice_hours,
            columns.source,
            columns.reference,
            columns.note,
            columns.reverses_id,
            columns.import_id,
            columns.entered_at,
        )
        .where(among(columns.person_id, person_ids))
        .order_by(columns.person_id, columns.id)
    )
    ledgers: dict[int, list[Entry]] = {}
    for row in connection.execute(statement).all():
        entry = Entry(
            id=row.id,
            hours=Hours(row.practice_hours),
            source=PracticeSource(row.source),
            reference=row.reference,
            note=row.note,
            reverses=row.reverses_id,
            import_id=row.import_id,
            entered_at=row.entered_at,
        )
        ledgers.setdefault(row.person_id, []).append(entry)
    return ledgers
