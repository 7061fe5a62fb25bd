"""Single people and lists of them, as the operator asks for them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from bot.policy.people import PersonState, Role, SchoolKind
from storage.tables import person, role, school, teaching_group


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person of the roster."""

    person_id: int
    staff_no: str  # as stored: hashed where the office uses identity or mobile numbers
    staff_no_tail: str  # last four, only for hashed ones
    name: str
    school_id: int
    school_name: str
    group_id: int | None
    group_name: str  # "" without a group
    state: PersonState
    mobile_tail: str  # last four digits, "" where none is known

    @property
    def shown_number(self) -> str:
        """人员编号 as it may be shown."""
        return f"****{self.staff_no_tail}" if self.staff_no_tail else self.staff_no


@dataclass(frozen=True, slots=True)
class NamedSchool:
    """A school found by its name or short name."""

    school_id: int
    name: str
    kind: SchoolKind


_PEOPLE = (
    select(
        person.c.id,
        person.c.staff_no,
        person.c.staff_no_tail,
        person.c.name,
        person.c.school_id,
        school.c.name,
        person.c.group_id,
        teaching_group.c.name,
        person.c.state,
        person.c.mobile_tail,
    )
    .select_from(person)
    .join(school, school.c.id == person.c.school_id)
    .outerjoin(teaching_group, teaching_group.c.id == person.c.group_id)
)


def find_person(connection: Connection, staff_no: str) -> RosterEntry | None:
    """By 人员编号 as stored (storage.identifiers.Identifiers.stored)."""
    return next(iter(_entries(connection, _PEOPLE.where(person.c.staff_no == staff_no))), None)


def list_people(connection: Connection, school_id: int | None = None) -> tuple[RosterEntry, ...]:
    """Everybody, or everybody of one school, by school and 人员编号."""
    query = _PEOPLE.order_by(school.c.id, person.c.staff_no, person.c.id)
    return _entries(connection, query if school_id is None else query.where(person.c.school_id == school_id))


def people_named(
    connection: Connection, name: str, school_ids: Collection[int] | None
) -> tuple[RosterEntry, ...]:
    """Of exactly this name in these schools; None = in the whole county."""
    query = _PEOPLE.where(person.c.name == name).order_by(school.c.id, person.c.staff_no, person.c.id)
    return _entries(
        connection, query if school_ids is None else query.where(person.c.school_id.in_(sorted(school_ids)))
    )


def somebody(connection: Connection, held: Role) -> RosterEntry | None:
    """The first active person in the order of the roster who holds this role, and whose 人员编号 can be typed.

    A TEACHER here is somebody without any other role, best with a 教研组.
    """
    holds = exists().where(and_(role.c.person_id == person.c.id, role.c.ended_at.is_(None)))
    conditions: list[ColumnElement[bool]] = [
        person.c.state == PersonState.ACTIVE.value,
        person.c.staff_no_tail == "",
        ~holds if held is Role.TEACHER else holds.where(role.c.role == held.value),
    ]
    query = _PEOPLE.where(*conditions).order_by(person.c.group_id.is_(None), person.c.id).limit(1)
    return next(iter(_entries(connection, query)), None)


def schools_named(connection: Connection, name: str) -> tuple[NamedSchool, ...]:
    """The school of exactly this name; else those of exactly this short name."""
    rows = connection.execute(
        select(school.c.id, school.c.name, school.c.kind)
        .where(or_(school.c.name == name, and_(school.c.short_name == name, school.c.short_name != "")))
        .order_by(school.c.id)
    )
    found = tuple(NamedSchool(school_id, full, SchoolKind(kind)) for school_id, full, kind in rows)
    return tuple(one for one in found if one.name == name) or found


def roles_by_person(connection: Connection) -> dict[int, tuple[Role, ...]]:
    """The roles that have not ended, each once, in the order of `Role`; people without any are absent."""
    found: dict[int, set[Role]] = {}
    held = select(role.c.person_id, role.c.role).where(role.c.ended_at.is_(None))
    for person_id, word in connection.execute(held):
        found.setdefault(person_id, set()).add(Role(word))
    return {person_id: tuple(one for one in Role if one in roles) for person_id, roles in found.items()}


def _entries(connection: Connection, query: Select[Any]) -> tuple[RosterEntry, ...]:
    return tuple(
        RosterEntry(
            person_id, staff_no, tail, name, school_id, school_name, group_id, group or "",
            PersonState(state), mobile_tail,
        )
        for person_id, staff_no, tail, name, school_id, school_name, group_id, group, state, mobile_tail
        in connection.execute(query)
    )  # fmt: skip
