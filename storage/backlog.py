"""How much waits to be sent and since when, and when jobs came to their ends: for whoever watches the bot."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select

from storage.delivery_tables import chat_group, job_run, outbox

PEOPLE: Final = "people"

# Written out, not bound: SQLite uses an index on part of a table only where it sees that this is the part.
_QUEUED = outbox.c.state == literal_column("'queued'")
_ON_ITS_WAY = and_(
    outbox.c.done_at.is_(None), outbox.c.parcel.is_not(None), outbox.c.state == literal_column("'leased'")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`to`: `PEOPLE`, or the `bot.policy.outgoing.Way` of the groups. Times in epoch milliseconds."""

    to: str
    count: int
    oldest_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEnd:
    """When a job last came to such an end, in epoch milliseconds; `outcome`: of `bot.policy.timetable`."""

    job: str
    outcome: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What has not been sent yet, the groups to which nothing is sent any more, and how jobs have ended."""

    waiting: tuple[Waiting, ...]
    stopped_groups: int
    groups: int  # bound
    jobs: tuple[LastEnd, ...] = ()


def backlog(connection: Connection) -> Backlog:
    waiting: dict[str, Waiting] = {}
    for one in (*_waiting(connection, _QUEUED), *_waiting(connection, _ON_ITS_WAY)):
        other = waiting.get(one.to)
        waiting[one.to] = one if other is None else _together(one, other)
    groups, stopped = connection.execute(
        select(func.count(), func.count(chat_group.c.stopped_at)).where(chat_group.c.ended_at.is_(None))
    ).one()
    return Backlog(
        waiting=tuple(one for _, one in sorted(waiting.items())),
        stopped_groups=stopped,
        groups=groups,
        jobs=_last_ends(connection),
    )


def _last_ends(connection: Connection) -> tuple[LastEnd, ...]:
    columns = job_run.c
    rows = connection.execute(
        select(columns.job, columns.outcome, func.max(columns.finished_at))
        .where(columns.finished_at.is_not(None))
        .group_by(columns.job, columns.outcome)
        .order_by(columns.job, columns.outcome)
    )
    return tuple(LastEnd(job=job, outcome=outcome, at=at) for job, outcome, at in rows)


def _waiting(connection: Connection, which: ColumnElement[bool]) -> list[Waiting]:
    way = func.coalesce(chat_group.c.way, literal_column(f"'{PEOPLE}'"))
    rows = connection.execute(
        select(way, func.count(), func.min(outbox.c.noted_at))
        .select_from(outbox.outerjoin(chat_group, chat_group.c.id == outbox.c.group_id))
        .where(which)
        .group_by(way)
    )
    return [Waiting(to=to, count=count, oldest_at=oldest) for to, count, oldest in rows]


def _together(one: Waiting, other: Waiting) -> Waiting:
    return Waiting(to=one.to, count=one.count + other.count, oldest_at=min(one.oldest_at, other.oldest_at))
