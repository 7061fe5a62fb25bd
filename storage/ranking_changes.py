"""What was put right behind a posted ranking: by imports that correct, by 重开, and by hand."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, select

from storage.import_tables import import_reversal
from storage.tables import audit, import_run, online_snapshot, person, person_state_change, practice_entry

REOPENED = "evidence.reopened"  # as handlers.reopen records it
BY_HAND = ("online.uncounted", "online.counted", "practice.reversed", "person.state")
"""As the corrections of a person's page are recorded."""
_ONLINE, _PRACTICE = "online-hours", "practice-hours"


@dataclass(frozen=True, slots=True)
class Corrections:
    """Schools whose figures were put right, and by what."""

    by_import: frozenset[int]
    by_reopening: frozenset[int]
    by_hand: frozenset[int]
    lists: bool  # schools or people were imported: who takes part, and where, may be otherwise


def corrections_since(
    connection: Connection, *, last_import: int, last_audit: int, as_of: date | None
) -> Corrections:
    """Since these ids. Online hours that are newer than `as_of`, and practice hours that come on top, are news."""
    runs = connection.execute(
        select(
            import_run.c.id,
            import_run.c.kind,
            import_run.c.as_of,
            import_run.c.started_at,
            import_run.c.finished_at,
        ).where(import_run.c.id > last_import, import_run.c.state == "applied")
    ).all()
    online = [run.id for run in runs if run.kind == _ONLINE and not _is_news(run.as_of, as_of)]
    # What is taken back was counted when it was posted, whatever day it was of.
    online += connection.scalars(
        select(import_reversal.c.import_id).where(
            import_reversal.c.run_id.in_([run.id for run in runs if run.kind == _ONLINE]),
            import_reversal.c.import_id <= last_import,
        )
    )
    practice = [run.id for run in runs if run.kind == _PRACTICE]
    lists = [run for run in runs if run.kind not in {_ONLINE, _PRACTICE}]
    by_import = _schools_of(connection, online_snapshot.c.person_id, online_snapshot.c.import_id.in_(online))
    by_import |= _schools_of(
        connection,
        practice_entry.c.person_id,
        practice_entry.c.import_id.in_(practice) & practice_entry.c.reverses_id.is_not(None),
    )
    for run in lists:
        moved = person_state_change.c.at.between(run.started_at, run.finished_at)
        by_import |= _schools_of(connection, person_state_change.c.person_id, moved)
    later = audit.c.id > last_audit
    return Corrections(
        by_import=by_import,
        by_reopening=_schools_of(connection, audit.c.person_id, later & (audit.c.action == REOPENED)),
        by_hand=_schools_of(connection, audit.c.person_id, later & audit.c.action.in_(BY_HAND)),
        lists=bool(lists),
    )


def _is_news(as_of: date | None, posted: date | None) -> bool:
    return as_of is not None and (posted is None or as_of > posted)


def _schools_of(
    connection: Connection, person_id: ColumnElement[int], which: ColumnElement[bool]
) -> frozenset[int]:
    """Where the people of these rows are now."""
    return frozenset(
        connection.scalars(
            select(person.c.school_id).where(person.c.id.in_(select(person_id).where(which))).distinct()
        )
    )
