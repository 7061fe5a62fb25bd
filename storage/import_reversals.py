"""Imports that are taken back: asked for, done, and what of theirs counts no more.

    asked ── the background thread ──▶ done | stale

Nothing that an import wrote is deleted. From the moment that a reversal has its own run, the snapshots of the import
that it takes back count no more; ledgers get reversals, lists get their former values by that run.
"""

from dataclasses import dataclass
from enum import StrEnum, unique

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from storage.import_tables import import_reversal
from storage.tables import import_run


@unique
class State(StrEnum):
    """The last one may be asked for anew."""

    ASKED = "asked"
    DONE = "done"
    STALE = "stale"  # by now it would have been something else than what was shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """That an import is taken back."""

    import_id: int
    asked_by: int
    asked_at: int  # epoch milliseconds of the real clock
    reason: str
    mark: str  # of what was shown when it was asked for
    state: State
    run_id: int | None


_COLUMNS = tuple(import_reversal.c[name] for name in Reversal.__dataclass_fields__)


def counts_still(import_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether what an import wrote has not been taken back; also of what no import wrote."""
    return ~exists().where(
        import_reversal.c.import_id == import_id, import_reversal.c.run_id.is_not(None)
    ).correlate_except(import_reversal)


def ask(  # noqa: PLR0913  the columns of the table
    connection: Connection, import_id: int, *, by: int, at: int, reason: str, mark: str
) -> bool:
    """False where somebody else has asked for it already."""
    connection.execute(
        delete(import_reversal).where(
            import_reversal.c.import_id == import_id,
            import_reversal.c.state == State.STALE.value,
            import_reversal.c.run_id.is_(None),
        )
    )
    if of_import(connection, import_id) is not None:
        return False
    connection.execute(
        insert(import_reversal).values(
            import_id=import_id,
            asked_by=by,
            asked_at=at,
            reason=reason,
            mark=mark,
            state=State.ASKED.value,
        )
    )
    return True


def of_import(connection: Connection, import_id: int) -> Reversal | None:
    return _one(connection, import_reversal.c.import_id == import_id)


def of_run(connection: Connection, run_id: int) -> Reversal | None:
    """What this run takes back; None for an ordinary import."""
    return _one(connection, import_reversal.c.run_id == run_id)


def next_asked(connection: Connection) -> Reversal | None:
    """The oldest that waits."""
    return _one(connection, import_reversal.c.state == State.ASKED.value)


def begins(connection: Connection, import_id: int, run_id: int) -> None:
    """In the transaction from which on the run is finished whatever happens."""
    connection.execute(
        update(import_reversal).where(import_reversal.c.import_id == import_id).values(run_id=run_id)
    )


def ends(connection: Connection, import_id: int, state: State) -> None:
    connection.execute(
        update(import_reversal).where(import_reversal.c.import_id == import_id).values(state=state.value)
    )


def is_written(connection: Connection, reversal: Reversal) -> bool:
    """Whether its run was finished, here or after a crash."""
    if reversal.run_id is None:
        return False
    state = connection.scalar(select(import_run.c.state).where(import_run.c.id == reversal.run_id))
    return bool(state == "applied")


def _one(connection: Connection, which: ColumnElement[bool]) -> Reversal | None:
    query = select(*_COLUMNS).where(which).order_by(import_reversal.c.asked_at, import_reversal.c.import_id)
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else Reversal(**{**row, "state": State(row["state"])})
