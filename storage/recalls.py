"""What an announcement's copies are taken back from: the queue at once, a platform by the couriers.

Every copy gets a row of `recall`, and whatever has one is never sent, or said, again. Without `done_at` a platform
is still to be asked, or somebody is sending the copy at this moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.outgoing import RECALLS_FOR_S
from storage.announcement_tables import recall
from storage.crowd import pieces
from storage.delivery_tables import outbox
from storage.outbox import ANSWERED, State, mark_posted

WITHDRAWN: Final = "withdrawn"
"""It was still waiting; also the `reason` of its row in the outbox."""
NEVER_SENT: Final = "never sent"
BY_ANSWER: Final = "said with an answer"
NO_WAY: Final = "no recall"
"""The platform takes nothing back that went this way: group webhooks."""
NO_NAME: Final = "no receipt"
"""The platform has not said what it calls the message."""
TOO_LATE: Final = "too late"
UNBOUND: Final = "unbound"
"""The group is not bound any more."""
CANNOT: Final = (BY_ANSWER, NO_WAY, NO_NAME, TOO_LATE, UNBOUND)
"""Reasons of ours why something that was shown stays."""
IS_ASKED: Final = exists().where(recall.c.outbox_id == outbox.c.id)
"""Of a row of the outbox: it is to be taken back, or has been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """How far it has got, in copies; those that were never sent are in none of them."""

    withdrawn: int = 0  # they were still waiting: nobody sees them
    taken_back: int = 0
    waiting: dict[str, int] = field(default_factory=dict)  # by outlet: the platform is being asked
    cannot: dict[tuple[str, str], int] = field(default_factory=dict)  # by outlet and reason: they stay

    @property
    def is_done(self) -> bool:
        return not self.waiting


def ask(connection: Connection, number: int, *, at: int) -> Recalled:
    """Takes back what waits, and has the couriers ask the platforms for the rest; `at` by the real clock.

    In a writing transaction. Nothing changes when it is asked again.
    """
    copies = outbox.c.announcement == number
    # Whoever claims or settles one of them comes before this, or after it.
    connection.execute(select(outbox.c.id).where(copies).order_by(outbox.c.id).with_for_update()).all()
    reason = why_not(at)
    wanted = select(outbox.c.id, literal(at), case((reason != "", at), else_=None), reason).where(copies)
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(recall)
        .from_select(["outbox_id", "asked_at", "done_at", "reason"], wanted)
        .on_conflict_do_nothing(index_elements=["outbox_id"])
    )
    _stop(connection, copies, at=at)
    mark_posted(connection)
    return how_far(connection, number)


def withdraw(connection: Connection, number: int, *, at: int) -> bool:
    """Takes all of it back while nobody can have seen any; False = somebody may have, and nothing has changed.

    In a writing transaction; `at` by the real clock.
    """
    copies = outbox.c.announcement == number
    # Whoever claims one of them comes before this, or after it.
    connection.execute(select(outbox.c.id).where(copies).order_by(outbox.c.id).with_for_update()).all()
    if connection.scalar(select(exists().where(copies, why_not(at) != WITHDRAWN))):
        return False
    ask(connection, number, at=at)
    return True


def how_far(connection: Connection, number: int) -> Recalled:
    rows = connection.execute(
        select(
            outbox.c.outlet,
            recall.c.done_at.is_not(None),
            recall.c.taken_back,
            recall.c.reason,
            func.count(),
        )
        .join(outbox, outbox.c.id == recall.c.outbox_id)
        .where(outbox.c.announcement == number)
        .group_by(outbox.c.outlet, recall.c.done_at.is_not(None), recall.c.taken_back, recall.c.reason)
    )
    withdrawn = taken_back = 0
    waiting: dict[str, int] = {}
    cannot: dict[tuple[str, str], int] = {}
    for outlet, is_done, is_back, reason, count in rows:
        if not is_done:
            waiting[outlet] = waiting.get(outlet, 0) + count
        elif is_back:
            taken_back += count
        elif reason == WITHDRAWN:
            withdrawn += count
        elif reason != NEVER_SENT:
            cannot[outlet, reason] = count
    return Recalled(withdrawn=withdrawn, taken_back=taken_back, waiting=waiting, cannot=cannot)


def asked_among(connection: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Which of these rows are to be taken back, or have been."""
    if not ids:
        return frozenset()
    return frozenset(connection.scalars(select(recall.c.outbox_id).where(recall.c.outbox_id.in_(ids))))


def stop_asked(connection: Connection, ids: Sequence[int], *, at: int) -> None:
    """Those of these rows that are to be taken back go out no more."""
    for piece in pieces(ids):
        asked = asked_among(connection, piece)
        if asked:
            _stop(connection, outbox.c.id.in_(asked), at=at)


def _stop(connection: Connection, which: ColumnElement[bool], *, at: int) -> None:
    """Of these rows, which the caller has locked, what is to be taken back goes out no more.

    What may have arrived is not known to have; what waits for the person's next answer is not said with it.
    """
    waits = and_(which, outbox.c.state == State.QUEUED.value, IS_ASKED)
    ended: dict[str, Any] = {"reason": WITHDRAWN, "why": "", "done_at": at}
    free = outbox.c.parcel.is_(None)
    connection.execute(update(outbox).where(waits, free).values(state=State.DEAD.value, **ended))
    connection.execute(
        update(outbox)
        .where(waits, outbox.c.parcel.is_not(None))
        .values(state=State.UNCERTAIN.value, doubt_since=None, **ended)
    )
    connection.execute(
        update(outbox)
        .where(which, IS_ASKED, outbox.c.state == State.FAILED.value, outbox.c.done_at.is_(None))
        .values(done_at=at)
    )


def why_not(at: int) -> ColumnElement[str]:
    """Of a row of the outbox: why no platform is asked to take it back; "" = one is, or will be."""
    ended_at = func.coalesce(outbox.c.done_at, outbox.c.tried_at)
    too_late = (
        and_(outbox.c.outlet == outlet, ended_at + seconds * 1000 <= at)
        for outlet, seconds in RECALLS_FOR_S.items()
    )
    nameless = outbox.c.receipt == ""
    return case(
        (and_(outbox.c.state == State.QUEUED.value, outbox.c.parcel.is_(None)), WITHDRAWN),
        (outbox.c.state == State.LEASED.value, ""),
        # What failed after its first page has been seen in part.
        (and_(outbox.c.state.in_([State.FAILED.value, State.DEAD.value]), nameless), NEVER_SENT),
        (outbox.c.outlet == ANSWERED, BY_ANSWER),
        (outbox.c.outlet.not_in(list(RECALLS_FOR_S)), NO_WAY),
        (nameless, NO_NAME),
        (or_(*too_late), TOO_LATE),
        else_="",
    )
