"""冻结: everybody's figures as they were at one moment; at most one freeze is active."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import person
from storage.unit_standings import frozen_rows, live_rows
from storage.work_tables import freeze, frozen_standing

# What acceptance counts. The day of the online data and the next step move without any figure moving.
_FIGURES = (
    "school_id",
    "state",
    "online_hours",
    "practice_hours",
    "certified",
    "excellent",
    "done",
    "completion",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """The one that is active."""

    freeze_id: int
    frozen_by: int
    name: str  # of whoever froze
    frozen_at: int  # epoch milliseconds
    reason: str


def active_freeze(connection: Connection) -> Freeze | None:
    """None while nothing is frozen."""
    row = connection.execute(
        select(freeze.c.id, freeze.c.frozen_by, person.c.name, freeze.c.frozen_at, freeze.c.reason)
        .join(person, person.c.id == freeze.c.frozen_by)
        .where(freeze.c.active.is_(True))
    ).fetchone()
    if row is None:
        return None
    return Freeze(
        freeze_id=row.id,
        frozen_by=row.frozen_by,
        name=row.name,
        frozen_at=row.frozen_at,
        reason=row.reason,
    )


def freeze_everybody(connection: Connection, *, person_id: int, reason: str, at: int) -> int | None:
    """How many people were frozen, in one statement that sees one state; None if a freeze is active already."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    # Two who confirm at once: the second waits here for the first, and then finds its row.
    freeze_id = connection.scalar(
        dialect.insert(freeze)
        .values(active=True, frozen_by=person_id, frozen_at=at, reason=reason)
        .on_conflict_do_nothing(index_elements=["active"])
        .returning(freeze.c.id)
    )
    if freeze_id is None:
        return None
    everybody = live_rows().subquery("everybody")
    columns = [column.name for column in frozen_standing.c if column.name != "freeze_id"]
    connection.execute(
        insert(frozen_standing).from_select(
            ["freeze_id", *columns],
            select(literal(freeze_id), *(everybody.c[name] for name in columns)),
        )
    )
    return frozen_people(connection, freeze_id)


def lift(connection: Connection, freeze_id: int, *, person_id: int, reason: str, at: int) -> bool:
    """Whether it was still active; its rows stay."""
    lifted = connection.execute(
        update(freeze)
        .where(freeze.c.id == freeze_id, freeze.c.active.is_(True))
        .values(active=None, lifted_by=person_id, lifted_at=at, lift_reason=reason)
    )
    return lifted.rowcount > 0


def frozen_people(connection: Connection, freeze_id: int) -> int:
    return _count(connection, frozen_standing.c.freeze_id == freeze_id)


def changed_since(connection: Connection, freeze_id: int, school_id: int | None = None) -> int:
    """How many people have other figures now than those frozen, whoever has come since included.

    With a school: those who were counted there, or would be now.
    """
    now, then = live_rows().subquery("now"), frozen_rows(freeze_id).subquery("then")
    differs = or_(
        then.c.person_id.is_(None), *(now.c[name].is_distinct_from(then.c[name]) for name in _FIGURES)
    )
    of_school = (
        () if school_id is None else (or_(now.c.school_id == school_id, then.c.school_id == school_id),)
    )
    found = connection.scalar(
        select(func.count())
        .select_from(now)
        .outerjoin(then, then.c.person_id == now.c.person_id)
        .where(differs, *of_school)
    )
    return int(found or 0)


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).select_from(frozen_standing).where(condition)) or 0)
