"""How 合格率 went from posted ranking to posted ranking, of a school or of all that take part."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Integer, and_, cast, func, select

from storage.delivery_tables import ranking_row, ranking_snapshot
from storage.snapshots import online_as_of

MOST_DAYS = 300


class Posted(NamedTuple):
    """What a ranking said; `active` 0: the school was not part of it."""

    day: date
    done: int
    active: int


def posted_between(connection: Connection, first: date, before: date) -> bool:
    """Whether there is a ranking of a day from `first` on, and before `before`."""
    days = ranking_snapshot.c.day
    found = select(ranking_snapshot.c.id).where(days >= first, days < before).limit(1)
    return connection.scalar(found) is not None


def online_data_of(connection: Connection, day: date) -> date | None:
    """数据截至 of the online hours in the newest ranking of a day; of one that is not on record yet, as it is now."""
    snapshot = (
        select(ranking_snapshot.c.as_of)
        .where(ranking_snapshot.c.day == day)
        .order_by(ranking_snapshot.c.version.desc())
        .limit(1)
    )
    posted = connection.execute(snapshot).one_or_none()
    return online_as_of(connection) if posted is None else posted.as_of


def trend(
    connection: Connection, school_id: int | None, *, until: date, most: int = MOST_DAYS
) -> tuple[Posted, ...]:
    """The last so many days up to `until`, ascending, each as it was corrected last. None = everybody."""
    newest = (
        select(ranking_snapshot.c.day, func.max(ranking_snapshot.c.version).label("version"))
        .where(ranking_snapshot.c.day <= until)
        .group_by(ranking_snapshot.c.day)
        .order_by(ranking_snapshot.c.day.desc())
        .limit(most)
        .subquery("newest")
    )
    heads = (
        select(ranking_snapshot.c.id, ranking_snapshot.c.day)
        .join(
            newest,
            and_(
                ranking_snapshot.c.day == newest.c.day,
                ranking_snapshot.c.version == newest.c.version,
            ),
        )
        .subquery("heads")
    )
    theirs = heads.c.id == ranking_row.c.snapshot_id
    if school_id is not None:
        theirs = and_(theirs, ranking_row.c.school_id == school_id)
    rows = connection.execute(
        select(
            heads.c.day,
            # A sum of integers is a BIGINT on PostgreSQL; of no rows it is NULL.
            cast(func.coalesce(func.sum(ranking_row.c.done), 0), Integer),
            cast(func.coalesce(func.sum(ranking_row.c.active), 0), Integer),
        )
        .select_from(heads.outerjoin(ranking_row, theirs))
        .group_by(heads.c.day)
        .order_by(heads.c.day)
    )
    return tuple(Posted(*row) for row in rows)
