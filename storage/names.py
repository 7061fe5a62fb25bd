"""Names of people and places, for those who know only their ids."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, select

from bot.policy.people import Whereabouts
from storage.crowd import pieces
from storage.tables import person, school, teaching_group


def names_of(connection: Connection, person_ids: Iterable[int]) -> dict[int, str]:
    return _names(connection, person, person_ids)


def school_names(connection: Connection, school_ids: Iterable[int]) -> dict[int, str]:
    return _names(connection, school, school_ids)


def place_names(connection: Connection, who: Whereabouts) -> tuple[str, str]:
    """The names of the school and of the group; "" without one."""
    of_school, of_group = connection.execute(
        select(school.c.name, teaching_group.c.name)
        .join_from(school, teaching_group, teaching_group.c.id == who.group_id, isouter=True)
        .where(school.c.id == who.school_id)
    ).one()
    return of_school, of_group or ""


def _names(connection: Connection, table: Table, ids: Iterable[int]) -> dict[int, str]:
    return {
        row[0]: row[1]
        for piece in pieces(ids)
        for row in connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(piece)))
    }
