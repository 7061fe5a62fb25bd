"""Schools: reading all of them, and writing many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.policy.people import SchoolKind
from storage.tables import school


@dataclass(frozen=True, slots=True)
class School:
    """One unit of the county."""

    school_id: int
    name: str
    short_name: str
    code: str
    kind: SchoolKind
    parent: str  # 上级单位, as written
    ranked: bool


_ALL = select(
    school.c.id,
    school.c.name,
    school.c.short_name,
    school.c.code,
    school.c.kind,
    school.c.parent,
    school.c.ranked,
).order_by(school.c.id)
_UPDATE = (
    update(school)
    .where(school.c.id == bindparam("school_id"))
    .values(
        {column: bindparam(column) for column in ("name", "short_name", "code", "kind", "parent", "ranked")}
    )
)


def all_schools(connection: Connection) -> tuple[School, ...]:
    return tuple(
        School(i, name, short, code, SchoolKind(kind), parent, ranked)
        for i, name, short, code, kind, parent, ranked in connection.execute(_ALL)
    )


def add_schools(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Each row has every column but the id."""
    if rows:
        connection.execute(insert(school), rows)


def change_schools(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Each row has `school_id` and every column."""
    if rows:
        connection.execute(_UPDATE, rows)


def remove_schools(connection: Connection, school_ids: Sequence[int]) -> None:
    """Only of schools that nothing refers to: the database refuses any other."""
    if school_ids:
        connection.execute(delete(school).where(school.c.id.in_(school_ids)))


def hold_school(connection: Connection, school_id: int) -> None:
    """Others who give 优秀 in this school wait: two must not take the last one. Hold people before schools."""
    connection.execute(
        select(school.c.id).where(school.c.id == school_id).with_for_update(key_share=True)
    ).all()
