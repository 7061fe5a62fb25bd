"""The audit log as the office reads it: newest first, by actor, person, action and day, however long it has become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from storage.tables import audit, person, school

LOOKED_THROUGH: Final = 200_000
"""So many rows are looked at for one page, so that a rare filter takes no longer than a common one."""
_SLACK: Final = 1_000
"""Rows of one moment are numbered in the order in which their transactions asked, not in that of their instants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The filters of the page; None = not filtered. Instants in epoch milliseconds of the real clock."""

    actor: str | None = None
    person_id: int | None = None
    action: str | None = None
    since: int | None = None
    until: int | None = None  # not included
    before: int | None = None  # ids below this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the log."""

    id: int
    at: int
    actor: str
    action: str
    person_id: int | None
    person: str  # "" = it concerns nobody in particular
    school: str
    detail: Mapping[str, Any]
    trace: str


@dataclass(frozen=True, slots=True)
class Page:
    """`before`: where older rows begin, None = there are none."""

    lines: tuple[Line, ...]
    before: int | None


def lines(connection: Connection, sought: Sought, *, most: int) -> Page:
    """Among `LOOKED_THROUGH` rows; about one person among all, which an index finds."""
    newest: int = connection.scalar(select(func.max(audit.c.id))) or 0
    top = newest + 1 if sought.before is None else min(sought.before, newest + 1)
    bottom = 1
    if sought.until is not None:
        top = min(top, _first_at(connection, sought.until, newest) + _SLACK)
    if sought.since is not None:
        bottom = max(1, _first_at(connection, sought.since, newest) - _SLACK)
    floor = bottom if sought.person_id is not None else max(bottom, top - LOOKED_THROUGH)
    rows = connection.execute(
        select(
            audit.c.id, audit.c.at, audit.c.actor, audit.c.action, audit.c.person_id,
            audit.c.detail, audit.c.trace, person.c.name, school.c.name.label("school_name"),
        )
        .select_from(audit)
        .outerjoin(person, person.c.id == audit.c.person_id)
        .outerjoin(school, school.c.id == person.c.school_id)
        .where(audit.c.id < top, audit.c.id >= floor, *_filters(sought))
        .order_by(audit.c.id.desc())
        .limit(most + 1)
    ).all()  # fmt: skip
    shown = tuple(
        Line(
            id=row.id,
            at=row.at,
            actor=row.actor,
            action=row.action,
            person_id=row.person_id,
            person=row.name or "",
            school=row.school_name or "",
            detail=row.detail,
            trace=row.trace,
        )
        for row in rows[:most]
    )
    if len(rows) > most:
        return Page(shown, rows[most - 1].id)
    return Page(shown, floor if floor > bottom else None)


def _filters(sought: Sought) -> list[Any]:
    columns = audit.c
    given = [
        (sought.actor, columns.actor == sought.actor),
        (sought.person_id, columns.person_id == sought.person_id),
        (sought.action, columns.action == sought.action),
        (sought.since, columns.at >= sought.since if sought.since is not None else None),
        (sought.until, columns.at < sought.until if sought.until is not None else None),
    ]
    return [condition for value, condition in given if value is not None]


def _first_at(connection: Connection, at: int, newest: int) -> int:
    """About the first id of a row that is not older than this: ids and instants rise together."""
    low, high = 1, newest + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            select(audit.c.id, audit.c.at)
            .where(and_(audit.c.id >= middle, audit.c.id < high))
            .order_by(audit.c.id)
            .limit(1)
        ).first()
        if row is None or row.at >= at:  # numbers that were drawn and never used
            high = middle
        else:
            low = row.id + 1
    return low


def people_called(connection: Connection, written: str) -> tuple[int, ...]:
    """Those with this 人员编号, else those of this name; the oldest of the roster first, at most ten."""
    exact = connection.scalars(select(person.c.id).where(person.c.staff_no == written)).all()
    if exact:
        return tuple(exact)
    named = select(person.c.id).where(person.c.name == written).order_by(person.c.id).limit(10)
    return tuple(connection.scalars(named))


def described(connection: Connection, person_ids: Sequence[int]) -> list[str]:
    """Each with 人员编号, or its end where that is hidden, and school."""
    rows = connection.execute(
        select(person.c.staff_no, person.c.staff_no_tail, school.c.name)
        .join_from(person, school, school.c.id == person.c.school_id)
        .where(person.c.id.in_(person_ids))
        .order_by(person.c.id)
    )
    return [f"{'尾号 ' + tail if tail else staff_no}（{at}）" for staff_no, tail, at in rows]
