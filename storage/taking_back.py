"""Copies that platforms are asked to take back (`storage.recalls`): by one process at a time, then settled."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, text, update

from storage.announcement_tables import recall
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.recalls import WITHDRAWN, why_not

LEASE_MS: Final = 120_000
_LONGEST_WHY: Final = 300
_OPEN = text("recall.done_at IS NULL")  # literally, as the index has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One row; the caller's until `leased_until`, once it is leased."""

    id: int
    group_id: int | None
    receipts: tuple[str, ...]  # one for each page
    tries: int  # with this one
    doubtful: bool  # it may have been taken back before
    leased_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What has become of it: gone, given up, or not yet (`again_at`)."""

    copy: Copy
    taken_back: bool = False
    reason: str = ""  # of `storage.recalls`, or the platform's code
    why: str = ""  # the code in words, for the office
    again_at: int | None = None
    doubtful: bool = False  # with `again_at`


def is_due(connection: Connection, outlet: str, now: int) -> bool:
    """Whether there is something to ask its platform for."""
    return connection.scalar(_rows(outlet, now, recall.c.outbox_id).limit(1)) is not None


def due(connection: Connection, outlet: str, *, most: int, now: int) -> list[Copy]:
    """At most so many, locked: with each copy all those of the same message, which is asked for once."""
    columns = (outbox.c.id, outbox.c.group_id, outbox.c.receipt, recall.c.tries, recall.c.doubtful)
    rows = connection.execute(
        _rows(outlet, now, *columns, recall.c.leased_until)
        .order_by(outbox.c.group_id, outbox.c.receipt, outbox.c.id)
        .limit(most)
        .with_for_update(of=recall)
    ).all()
    if len(rows) == most and rows[0].receipt != rows[-1].receipt:  # there may be more of the last one
        rows = [row for row in rows if row.receipt != rows[-1].receipt]
    return [
        Copy(
            id=row.id,
            group_id=row.group_id,
            receipts=tuple(json.loads(row.receipt)),
            tries=row.tries + 1,
            doubtful=row.doubtful or row.leased_until > 0,  # a process died with it
            leased_until=now + LEASE_MS,
        )
        for row in rows
    ]


def lease(connection: Connection, copies: Iterable[Copy]) -> None:
    rows = [{"of": one.id, "until": one.leased_until, "tried": one.tries} for one in copies]
    if rows:
        connection.execute(_LEASE, sorted(rows, key=_by_id))


def settle(connection: Connection, outcomes: Iterable[Outcome], *, at: int) -> None:
    """Nothing for rows that somebody else holds by now."""
    rows = [_settled(one, at) for one in outcomes]
    if rows:
        connection.execute(_SETTLE, sorted(rows, key=_by_id))


def is_hopeless(connection: Connection, now: int) -> bool:
    """Whether `end_hopeless` would find something."""
    return connection.scalar(_hopeless(now).limit(1)) is not None


def end_hopeless(connection: Connection, now: int) -> None:
    """What was on its way when it was asked for, and has gone where nothing is taken back; and what is too late."""
    pending = select(recall.c.outbox_id).where(_OPEN)
    # Its process has died: nobody knows whether it has arrived, and it must not go out again.
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(pending), _is_lost(now))
        .values(
            state=State.UNCERTAIN.value, reason=WITHDRAWN, why="", done_at=now, lease=None, leased_until=None
        )
    )
    reason = select(why_not(now)).where(outbox.c.id == recall.c.outbox_id).scalar_subquery()
    connection.execute(
        update(recall)
        .where(recall.c.outbox_id.in_(_hopeless(now)))
        .values(done_at=now, leased_until=0, reason=reason)
    )


_LEASE = (
    update(recall)
    .where(recall.c.outbox_id == bindparam("of"), recall.c.done_at.is_(None))
    .values(leased_until=bindparam("until"), tries=bindparam("tried"))
)
_SETTLE = (
    update(recall)
    .where(
        recall.c.outbox_id == bindparam("of"),
        recall.c.leased_until == bindparam("held_until"),
        recall.c.done_at.is_(None),
    )
    .values(
        leased_until=0,
        taken_back=bindparam("is_back"),
        reason=bindparam("for_reason"),
        why=bindparam("in_words"),
        next_try_at=bindparam("again_at"),
        doubtful=bindparam("in_doubt"),
        done_at=bindparam("ended_at"),
    )
)


def _settled(one: Outcome, at: int) -> Mapping[str, Any]:
    return {
        "of": one.copy.id,
        "held_until": one.copy.leased_until,
        "is_back": one.taken_back,
        "for_reason": one.reason[:60],
        "in_words": one.why[:_LONGEST_WHY],
        "again_at": one.again_at or 0,
        "in_doubt": one.doubtful and one.again_at is not None,
        "ended_at": at if one.again_at is None else None,
    }


def _rows(outlet: str, now: int, *columns: ColumnElement[Any]) -> Any:
    """Of those that its platform may be asked for now."""
    return (
        select(*columns)
        .select_from(recall.join(outbox, outbox.c.id == recall.c.outbox_id))
        .where(
            _OPEN,
            recall.c.next_try_at <= now,
            recall.c.leased_until <= now,
            outbox.c.outlet == outlet,
            outbox.c.state.not_in([State.QUEUED.value, State.LEASED.value]),
            why_not(now) == "",
        )
    )


def _hopeless(now: int) -> Any:
    """Not while somebody asks for them."""
    return (
        select(recall.c.outbox_id)
        .select_from(recall.join(outbox, outbox.c.id == recall.c.outbox_id))
        .where(_OPEN, recall.c.leased_until <= now, or_(why_not(now) != "", _is_lost(now)))
    )


def _is_lost(now: int) -> ColumnElement[bool]:
    return and_(outbox.c.state == State.LEASED.value, outbox.c.leased_until <= now)


def _by_id(row: Mapping[str, Any]) -> int:
    """The order in which rows are locked everywhere."""
    number: int = row["of"]
    return number
