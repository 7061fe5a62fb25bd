"""Parcels on their way, and what becomes of them, under the law of `storage.outbox`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select, text

from bot.policy.outgoing import Kind
from storage.delivery_tables import picture
from storage.outbox import State
from storage.prepared import Prepared
from storage.recalls import stop_asked

LEASE_MS: Final = 60_000
_LONGEST_WHY: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One chat of a parcel, and its rows."""

    chat: int  # the person's or the group's id
    account: str  # verbatim; "" = a group
    ids: tuple[int, ...]
    kinds: tuple[Kind, ...]  # of the rows, in their order
    calls_before: int  # within its window, counted in the same row
    room: int = 0  # calls that its window leaves; 0 = unknown, as of a repetition
    receipts: tuple[str, ...] = ()  # of pages that were taken in earlier tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Claimed: it is now the caller's to send and to settle, until `leased_until`."""

    key: str
    lease: str
    receivers: tuple[Receiver, ...]
    contents: tuple[str, ...]  # as `messages.outgoing.dump_answer` wrote them; the same for every receiver
    picture_id: int | None
    tries: int  # with this one
    claimed_at: int
    first_tried_at: int
    doubt_since: int | None  # the first time that the platform may have taken it
    lost_again: bool = False  # it was in doubt already when a process died with it

    @property
    def leased_until(self) -> int:
        return self.claimed_at + LEASE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What has become of a parcel for one of its receivers."""

    parcel: Parcel
    receiver: Receiver
    state: State
    reason: str = ""
    why: str = ""  # the same in words, for the office
    receipts: tuple[str, ...] = ()  # what the platform calls the pages that it took
    again_at: int = 0  # with QUEUED: not before
    doubt_since: int | None = None  # with QUEUED: nobody else may say it meanwhile; with SENT: perhaps twice
    open: bool = False  # with FAILED: the person hears it with their next answer
    calls: int = 1  # pages that the platform was asked to take


def settle(connection: Connection, settlements: Iterable[Settlement], *, at: int) -> int:
    """The number of rows that were still the caller's."""
    rows = [row for one in settlements for row in _settled(one, at)]
    count = _SETTLE.changed_each(connection, sorted(rows, key=by_id))
    # Not before: whoever has asked to have them taken back meanwhile is seen now, or waits for these rows.
    stop_asked(connection, [row["id"] for row in rows if row["done_at"] is None], at=at)
    return count


def picture_of(connection: Connection, picture_id: int) -> bytes:
    png: bytes = connection.scalars(select(picture.c.png).where(picture.c.id == picture_id)).one()
    return png


_SETTLE = Prepared(
    text(
        "UPDATE outbox SET state = :state, reason = :reason, why = :why, receipt = :receipt, done_at = :done_at,"
        " next_try_at = :again_at,"
        " doubt_since = :doubt_since, parcel = :parcel, account = :account, calls = :calls,"
        " lease = NULL, leased_until = NULL WHERE id = :id AND lease = :lease"
    )
)


def _settled(one: Settlement, at: int) -> Iterator[Mapping[str, Any]]:
    waits = one.state is State.QUEUED
    kept = not waits or one.doubt_since is not None
    receipts = one.receiver.receipts + one.receipts
    receipt = json.dumps(list(dict.fromkeys(receipts))) if receipts else ""
    for place, number in enumerate(one.receiver.ids):
        yield {
            "id": number,
            "lease": one.parcel.lease,
            "state": one.state.value,
            "reason": one.reason,
            "why": one.why[:_LONGEST_WHY],
            "receipt": receipt,
            "done_at": None if waits or one.open else at,
            "again_at": one.again_at,
            "doubt_since": one.doubt_since if waits or one.state is State.SENT else None,
            "parcel": one.parcel.key if kept and not one.open else None,
            "account": one.receiver.account or None if kept else None,
            "calls": one.receiver.calls_before + one.calls if place == 0 else 0,
        }


def by_id(row: Mapping[str, Any]) -> int:
    """The order in which rows are locked everywhere."""
    number: int = row["id"]
    return number
