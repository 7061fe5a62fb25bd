"""Names of people and places, for those who know only their ids."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from bot.policy.people import Whereabouts
from storage.tables import person, school, teaching_group


def names_of(connection: Connection, person_ids: Iterable[int]) -> dict[int, str]:
    rows = connection.execute(
        select(person.c.id, person.c.name).where(person.c.id.in_(sorted(set(person_ids))))
    )
    return {row[0]: row[1] for row in rows}


def school_names(connection: Connection, school_ids: Iterable[int]) -> dict[int, str]:
    rows = connection.execute(
        select(school.c.id, school.c.name).where(school.c.id.in_(sorted(set(school_ids))))
    )
    return {row[0]: row[1] for row in rows}


def place_names(connection: Connection, who: Whereabouts) -> tuple[str, str]:
    """The names of the school and of the group; "" without one."""
    of_school, of_group = connection.execute(
        select(school.c.name, teaching_group.c.name)
        .join_from(school, teaching_group, teaching_group.c.id == who.group_id, isouter=True)
        .where(school.c.id == who.school_id)
    ).one()
    return of_school, of_group or ""
