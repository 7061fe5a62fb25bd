"""教研组: their names, their people, and where their people stand."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, or_, select

from bot.policy.evidence import EvidenceState
from bot.policy.people import LEADS, Grant, Role
from storage.crowd import pieces
from storage.tables import certification, person, school, standing, teaching_group
from storage.work_tables import evidence


@dataclass(frozen=True, slots=True)
class Group:
    """A 教研组 with its school."""

    group_id: int
    name: str
    school_id: int
    school_name: str


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Of the group's active people."""

    people: int
    done: int
    points: int  # certified
    waiting: int  # submissions


def groups_among(connection: Connection, group_ids: Iterable[int]) -> tuple[Group, ...]:
    """In the order of their ids."""
    found = (
        select(teaching_group.c.id, teaching_group.c.name, school.c.id, school.c.name)
        .join(school, school.c.id == teaching_group.c.school_id)
        .order_by(teaching_group.c.id)
    )
    return tuple(
        Group(*row)
        for piece in pieces(group_ids)
        for row in connection.execute(found.where(teaching_group.c.id.in_(piece)))
    )


def groups_of_school(connection: Connection, school_id: int) -> tuple[Group, ...]:
    rows = connection.execute(
        select(teaching_group.c.id, teaching_group.c.name, school.c.id, school.c.name)
        .join(school, school.c.id == teaching_group.c.school_id)
        .where(school.c.id == school_id)
        .order_by(teaching_group.c.id)
    )
    return tuple(Group(*row) for row in rows)


def figures_of(connection: Connection, group_id: int) -> GroupFigures:
    members = select(person.c.id).join(standing, standing.c.person_id == person.c.id)
    active = members.where(person.c.group_id == group_id, standing.c.active)
    people, done = connection.execute(
        select(func.count(), func.count(case((standing.c.done, 1))))
        .select_from(person)
        .join(standing, standing.c.person_id == person.c.id)
        .where(person.c.group_id == group_id, standing.c.active)
    ).one()
    points = connection.scalar(
        select(func.count()).where(certification.c.person_id.in_(active), certification.c.ended_at.is_(None))
    )
    waiting = connection.scalar(
        select(func.count()).where(
            evidence.c.person_id.in_(active), evidence.c.state == EvidenceState.WAITING.value
        )
    )
    return GroupFigures(people, done, points or 0, waiting or 0)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the roster, with where they belong."""

    person_id: int
    name: str
    school_id: int
    group_id: int | None


def members_led(connection: Connection, grants: Iterable[Grant]) -> tuple[Member, ...]:
    """Everybody of the groups and schools that these grants lead."""
    groups = [one.group_id for one in grants if one.role is Role.LEADER and one.group_id is not None]
    schools = [one.school_id for one in grants if one.role in LEADS and one.school_id is not None]
    rows = connection.execute(
        select(person.c.id, person.c.name, person.c.school_id, person.c.group_id)
        .where(or_(person.c.group_id.in_(groups), person.c.school_id.in_(schools)))
        .order_by(person.c.id)
    )
    return tuple(Member(*row) for row in rows)
