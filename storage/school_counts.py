"""How many of each school are active and done, and how far they are together: what effects are computed from."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, cast, func, select

from storage.crowd import among, chunks
from storage.tables import standing


class Count(NamedTuple):
    """Active people together."""

    active: int = 0
    done: int = 0
    completion: int = 0  # sum of numerators over `policy.standing.completion_unit`


class Judged(NamedTuple):
    """What a stored standing says of one person."""

    school_id: int
    active: bool
    done: bool
    completion: int


def by_school(connection: Connection) -> dict[int, Count]:
    """Of all schools with anybody active."""
    query = (
        select(
            standing.c.school_id,
            func.count(),
            cast(func.sum(cast(standing.c.done, Integer)), Integer),
            cast(func.sum(standing.c.completion), BigInteger),
        )
        .where(standing.c.active)
        .group_by(standing.c.school_id)
    )
    return {school_id: Count(*found) for school_id, *found in connection.execute(query)}


def judged(connection: Connection, person_ids: list[int]) -> dict[int, Judged]:
    """By person; who has no standing yet is left out."""
    found: dict[int, Judged] = {}
    columns = standing.c
    for chunk in chunks(person_ids):
        rows = connection.execute(
            select(
                columns.person_id, columns.school_id, columns.active, columns.done, columns.completion
            ).where(among(columns.person_id, chunk))
        )
        found |= {person_id: Judged(*rest) for person_id, *rest in rows}
    return found
