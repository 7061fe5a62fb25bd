"""Everybody with their figures, school by school, live or as they were frozen: read as a stream."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, or_, select

from bot.policy.people import PersonState
from bot.policy.standing import Grade, Step
from storage.freezes import Freeze
from storage.tables import certification, person, school, teaching_group
from storage.unit_standings import frozen_rows, live_rows
from storage.work_tables import frozen_standing

ROWS_AT_ONCE = 2000
"""So many are held in memory; on PostgreSQL they come through a cursor of the server."""


_STATES = {state.value: state for state in PersonState}
_STEPS = {step.value: step for step in Step}


class Line(NamedTuple):
    """One person. Tuples, because there may be hundreds of thousands."""

    person_id: int
    school_id: int
    school: str
    group: str  # 教研组; "" without one
    name: str
    staff_no: str
    staff_no_tail: str
    state: PersonState
    online: int | None  # hundredths; None = no data
    online_as_of: date | None
    practice: int
    certified: tuple[str, ...]
    done: bool
    completion: int  # numerator over `policy.standing.completion_unit`
    step: Step


class Certificate(NamedTuple):
    """One certified point."""

    school_id: int
    person_id: int
    code: str
    grade: Grade
    at: int  # epoch milliseconds


class SchoolPeople(NamedTuple):
    """One school's people by group (without one: last) and name, and what each was certified for."""

    school_id: int
    people: Sequence[Line]
    certificates: dict[int, list[Certificate]]


def by_school(
    connection: Connection,
    *,
    freeze: Freeze | None = None,
    school_id: int | None = None,
    active: bool = True,
) -> Iterator[SchoolPeople]:
    """Of one school or of all, by the schools' ids: no more than one school is in memory.

    `active`: those who count, or the others, of whom no certificates are read.
    """
    certificates = _Held(_certificates(connection, freeze, school_id) if active else iter(()))
    everybody = _lines(connection, freeze, school_id, active=active)
    for found, lines in groupby(everybody, key=lambda line: line.school_id):
        yield SchoolPeople(found, sorted(lines, key=_place), certificates.of(found))


def counted_states(
    connection: Connection, *, freeze: Freeze | None = None, school_id: int | None = None
) -> dict[PersonState, int]:
    """How many people are in each state."""
    source = person if freeze is None else frozen_standing
    wanted = [] if freeze is None else [frozen_standing.c.freeze_id == freeze.freeze_id]
    if school_id is not None:
        wanted.append(source.c.school_id == school_id)
    rows = connection.execute(select(source.c.state, func.count()).where(*wanted).group_by(source.c.state))
    return {PersonState(state): people for state, people in rows}


def _place(line: Line) -> tuple[bool, str, str, int]:
    # Not by the database, whose collation would decide about Chinese names.
    return not line.group, line.group, line.name, line.person_id


class _Held:
    """A stream by school, of which the schools are asked for in the same order."""

    def __init__(self, certificates: Iterator[Certificate]) -> None:
        self._schools = groupby(certificates, key=lambda one: one.school_id)
        self._next = next(self._schools, None)

    def of(self, school_id: int) -> dict[int, list[Certificate]]:
        found: dict[int, list[Certificate]] = {}
        while self._next is not None and self._next[0] <= school_id:
            if self._next[0] == school_id:
                for one in self._next[1]:
                    found.setdefault(one.person_id, []).append(one)
            self._next = next(self._schools, None)
        return found


def _lines(
    connection: Connection, freeze: Freeze | None, school_id: int | None, *, active: bool
) -> Iterator[Line]:
    everybody = (live_rows() if freeze is None else frozen_rows(freeze.freeze_id)).subquery("everybody")
    columns = everybody.c
    statement = (
        select(
            columns.person_id,
            columns.school_id,
            school.c.name,
            func.coalesce(teaching_group.c.name, ""),
            person.c.name,
            person.c.staff_no,
            person.c.staff_no_tail,
            columns.state,
            columns.online_hours,
            columns.online_as_of,
            columns.practice_hours,
            columns.certified,
            columns.done,
            columns.completion,
            columns.next_step,
        )
        .join_from(everybody, person, person.c.id == columns.person_id)
        .join(school, school.c.id == columns.school_id)
        .outerjoin(teaching_group, teaching_group.c.id == person.c.group_id)
        .where(
            columns.state == PersonState.ACTIVE.value if active else columns.state != PersonState.ACTIVE.value
        )
        .order_by(columns.school_id, columns.person_id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if school_id is not None:
        statement = statement.where(columns.school_id == school_id)
    yield from map(_line, connection.execute(statement))


def _line(row: Any) -> Line:
    *who, state, online, as_of, practice, certified, done, completion, step = row
    codes = tuple(certified.split())
    return Line._make(
        (*who, _STATES[state], online, as_of, practice, codes, bool(done), completion, _STEPS[step])
    )


def _certificates(
    connection: Connection, freeze: Freeze | None, school_id: int | None
) -> Iterator[Certificate]:
    """Those that held, or at the moment of the freeze, in order of certification."""
    statement = _held_now() if freeze is None else _held_at(freeze)
    home = person.c.school_id if freeze is None else frozen_standing.c.school_id
    if school_id is not None:
        statement = statement.where(home == school_id)
    statement = statement.order_by(
        home, certification.c.person_id, certification.c.certified_at, certification.c.id
    )
    grades = {grade.value: grade for grade in Grade}
    for row in connection.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)):
        found, person_id, code, grade, at = tuple(row)
        yield Certificate(found, person_id, code, grades[grade], at)


def _held_now() -> Select[Any]:
    return (
        select(
            person.c.school_id,
            certification.c.person_id,
            certification.c.code,
            certification.c.grade,
            certification.c.certified_at,
        )
        .join_from(certification, person, person.c.id == certification.c.person_id)
        .where(certification.c.ended_at.is_(None))
    )


def _held_at(freeze: Freeze) -> Select[Any]:
    at = freeze.frozen_at
    return (
        select(
            frozen_standing.c.school_id,
            certification.c.person_id,
            certification.c.code,
            certification.c.grade,
            certification.c.certified_at,
        )
        .join_from(
            certification,
            frozen_standing,
            and_(
                frozen_standing.c.person_id == certification.c.person_id,
                frozen_standing.c.freeze_id == freeze.freeze_id,
            ),
        )
        .where(
            certification.c.certified_at <= at,
            or_(certification.c.ended_at.is_(None), certification.c.ended_at > at),
        )
    )
