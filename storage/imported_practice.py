"""Practice hours that schools' own ledgers brought in: rows of the ledger by their natural key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.policy.plan import Hours, PracticeSource
from storage.tables import practice_entry

_IMPORTED = PracticeSource.IMPORTED.value


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """A row that counts: no reversal, and not reversed."""

    entry_id: int
    hours: Hours


def live_entries(connection: Connection) -> dict[tuple[int, str], LiveEntry]:
    """By person and natural key."""
    reversals = select(practice_entry.c.reverses_id).where(practice_entry.c.reverses_id.is_not(None))
    rows = connection.execute(
        select(
            practice_entry.c.id,
            practice_entry.c.person_id,
            practice_entry.c.reference,
            practice_entry.c.practice_hours,
        )
        .where(practice_entry.c.source == _IMPORTED)
        .where(practice_entry.c.reverses_id.is_(None), practice_entry.c.id.not_in(reversals))
        .order_by(practice_entry.c.id)
    )
    return {(person, reference): LiveEntry(i, Hours(hours)) for i, person, reference, hours in rows}


def add_entries(
    connection: Connection, changes: Sequence[dict[str, Any]], import_id: int, now_ms: int
) -> None:
    """Each change: id, reference, hours, note, reverses, reversed_hours (`bot.imports.hours_plan`).

    A reversal carries the import's number: that tells it from one that a change of the source made.
    """
    shared = {"source": _IMPORTED, "import_id": import_id, "entered_at": now_ms}
    rows = []
    for change in changes:
        row = {**shared, "person_id": change["id"], "reference": change["reference"], "note": change["note"]}
        if change["reverses"] is not None:
            rows.append(
                {**row, "practice_hours": -change["reversed_hours"], "reverses_id": change["reverses"]}
            )
        if change["hours"]:
            rows.append({**row, "practice_hours": change["hours"], "reverses_id": None})
    if rows:
        connection.execute(insert(practice_entry), rows)
