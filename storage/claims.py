"""What goes out next is claimed: what is in doubt as it was, then of each chat the oldest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import Connection, text

from bot.policy.outgoing import Kind
from storage.allowances import allowance, spend
from storage.parcels import LEASE_MS, Parcel, Receiver, by_id
from storage.prepared import Prepared
from storage.queue import Bundle, Message, Route, group_is_due, groups_next
from storage.recalls import WITHDRAWN, asked_among
from storage.recipients import people_next, person_is_due, still_theirs

ACCOUNT_MOVED: Final = "account moved"
"""Why what may have arrived is not sent again: somebody else has the account now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much a courier can carry."""

    parcels: int  # at most
    candidates: int = 0  # chats that are looked at for those who are told the same
    extra_calls: int = 0  # made since the last claim without having been counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What may be sent now, and what may not."""

    parcels: tuple[Parcel, ...] = ()
    again_in_ms: int = 0  # the outlet's allowance is used up for so long
    over_budget: dict[Kind, int] = field(default_factory=dict)  # messages that wait for tomorrow from now on


def is_due(connection: Connection, route: Route, now: int) -> bool:
    """Whether a claim would find something; `now` by the real clock."""
    if _stranded(connection, route, 1, now):
        return True
    return (group_is_due if route.to_groups else person_is_due)(connection, route, now)


def claim(connection: Connection, route: Route, wanted: Wanted, *, now: int) -> Claimed:
    """What goes out next, in doubt or new; in a writing transaction."""
    held = allowance(connection, route.outlet, route.together, now=now)
    most = min(wanted.parcels, held.calls)
    lease = token_hex(8)
    again = _again(connection, route, lease, most, now) if most > 0 else []
    bundles: list[Bundle] = []
    over_budget: dict[Kind, int] = {}
    if (left := most - len(again)) > 0:
        if route.to_groups:
            bundles, over_budget = groups_next(connection, route, most=left, now=now)
        else:
            bundles = people_next(connection, route, most=max(left, wanted.candidates), now=now)
    new = _parcels(bundles, route, lease, most - len(again), now)
    parcels = (*again, *new)
    _lease(connection, parcels, route)
    spend(connection, held, len(parcels) + wanted.extra_calls)
    return Claimed(parcels=parcels, again_in_ms=held.again_in_ms, over_budget=over_budget)


_LEASE = Prepared(
    text(
        "UPDATE outbox SET state = 'leased', reason = '', why = '', outlet = :outlet, parcel = :parcel, account = :account,"
        " lease = :lease, leased_until = :until, tries = :tries, first_tried_at = :first_tried_at,"
        " tried_at = :now, calls = :calls, doubt_since = :doubt_since WHERE id = :id AND done_at IS NULL"
    )
)


def _lease(connection: Connection, parcels: Sequence[Parcel], route: Route) -> None:
    rows: list[Mapping[str, Any]] = [
        {
            "id": number,
            "outlet": route.outlet,
            "parcel": parcel.key,
            "account": receiver.account or None,
            "lease": parcel.lease,
            "until": parcel.leased_until,
            "tries": parcel.tries,
            "first_tried_at": parcel.first_tried_at,
            "now": parcel.claimed_at,
            "calls": receiver.calls_before + 1 if place == 0 else 0,
            "doubt_since": parcel.doubt_since,
        }
        for parcel in parcels
        for receiver in parcel.receivers
        for place, number in enumerate(receiver.ids)
    ]
    _LEASE.changed_each(connection, sorted(rows, key=by_id))


# ── in doubt ──

_STRANDED_SQL = """
SELECT DISTINCT parcel FROM outbox
WHERE done_at IS NULL AND parcel IS NOT NULL AND WHOSE AND outlet = :outlet AND next_try_at <= :now
AND (leased_until IS NULL OR leased_until <= :now) LIMIT :most
"""
_STRANDED = {
    to_groups: Prepared(text(_STRANDED_SQL.replace("WHOSE", whose)))
    for to_groups, whose in ((True, "group_id IS NOT NULL"), (False, "group_id IS NULL"))
}
_OF_PARCEL_SQL = """
SELECT id, COALESCE(person_id, group_id), kind, content, picture_id, tries, calls, tried_at, first_tried_at,
account, lease, leased_until, doubt_since, receipt FROM outbox
WHERE done_at IS NULL AND parcel IS NOT NULL AND parcel = :parcel
AND (leased_until IS NULL OR leased_until <= :now) ORDER BY id
"""
_OF_PARCEL = {
    "sqlite": Prepared(text(_OF_PARCEL_SQL)),
    "postgresql": Prepared(text(_OF_PARCEL_SQL + " FOR UPDATE")),
}
_GIVE_UP = Prepared(
    text(
        "UPDATE outbox SET state = 'uncertain', reason = :reason, why = '', done_at = :now, lease = NULL,"
        " leased_until = NULL, doubt_since = NULL WHERE id = :id AND done_at IS NULL"
    )
)


def _again(connection: Connection, route: Route, lease: str, most: int, now: int) -> list[Parcel]:
    """Whole, and as they were: a platform knows a repetition by its words and by whom it is for."""
    parcels = []
    for key in _stranded(connection, route, most, now):
        rows = _OF_PARCEL[connection.dialect.name].all(connection, parcel=key, now=now)
        gone = dict.fromkeys(asked_among(connection, [row[0] for row in rows]), WITHDRAWN)
        if not route.to_groups:
            theirs = still_theirs(((row[1], row[9]) for row in rows), route, connection)
            gone |= {row[0]: ACCOUNT_MOVED for row in rows if row[1] not in theirs}
        if gone:
            given_up = [{"id": number, "reason": reason, "now": now} for number, reason in gone.items()]
            _GIVE_UP.changed_each(connection, sorted(given_up, key=by_id))
            rows = [row for row in rows if row[0] not in gone]
        if rows:
            parcels.append(_claimed_again(key, rows, route, lease, now))
    return parcels


def _stranded(connection: Connection, route: Route, most: int, now: int) -> list[str]:
    """Keys of parcels whose lease has run out, and that this courier does not carry."""
    found = _STRANDED[route.to_groups].all(
        connection, outlet=route.outlet, now=now, most=most + len(route.carried)
    )
    return [key for (key,) in found if key not in route.carried][:most]


def _claimed_again(key: str, rows: Sequence[Any], route: Route, lease: str, now: int) -> Parcel:
    first = rows[0]
    tries, first_tried_at, leased_until, doubt_since = first[5], first[8], first[11], first[12]
    died = leased_until is not None
    in_order = sorted(rows, key=lambda row: (row[1], row[0]))
    members = {chat: list(group) for chat, group in groupby(in_order, key=lambda row: row[1])}
    # As they stood in the first call: by their first message.
    receivers = sorted(
        (
            Receiver(
                chat=chat,
                account=group[0][9] or "",
                ids=tuple(row[0] for row in group),
                kinds=tuple(Kind(row[2]) for row in group),
                calls_before=_before(group[0][6], group[0][7], route, now),
                receipts=tuple(json.loads(group[0][13])) if group[0][13] else (),
            )
            for chat, group in members.items()
        ),
        key=lambda receiver: receiver.ids[0],
    )
    return Parcel(
        key=key,
        lease=lease,
        receivers=tuple(receivers),
        contents=tuple(row[3] for row in members[receivers[0].chat]),
        picture_id=first[4],
        tries=tries + 1,
        claimed_at=now,
        first_tried_at=now if first_tried_at is None else first_tried_at,
        doubt_since=leased_until - LEASE_MS if doubt_since is None else doubt_since,
        lost_again=died and doubt_since is not None,
    )


# ── new ──


def _parcels(bundles: Sequence[Bundle], route: Route, lease: str, most: int, now: int) -> list[Parcel]:
    """The same words for several people go out together, where they go out for the first time."""
    alike: dict[object, list[Bundle]] = {}
    for bundle in bundles:
        head = bundle.messages[0]
        fresh = route.receivers > 1 and all(message.tries == 0 for message in bundle.messages)
        words = (*(message.content for message in bundle.messages), head.picture_id)
        alike.setdefault(words if fresh else bundle.chat, []).append(bundle)
    calls = (
        together[start : start + route.receivers]
        for together in alike.values()
        for start in range(0, len(together), route.receivers)
    )
    return [_parcel(together, route, lease, now) for together in islice(calls, max(0, most))]


def _parcel(together: Sequence[Bundle], route: Route, lease: str, now: int) -> Parcel:
    messages = together[0].messages
    first = min(message.first_tried_at or now for message in messages)
    return Parcel(
        key=token_hex(8),
        lease=lease,
        receivers=tuple(
            Receiver(
                chat=one.chat,
                account=one.account,
                ids=tuple(message.id for message in one.messages),
                kinds=tuple(message.kind for message in one.messages),
                calls_before=_before_message(one.messages[0], route, now),
                room=one.room,
            )
            for one in sorted(together, key=lambda one: one.messages[0].id)
        ),
        contents=tuple(message.content for message in messages),
        picture_id=messages[0].picture_id,
        tries=max(message.tries for message in messages) + 1,
        claimed_at=now,
        first_tried_at=first,
        doubt_since=None,
    )


def _before_message(message: Message, route: Route, now: int) -> int:
    return _before(message.calls, message.tried_at, route, now)


def _before(calls: int, tried_at: int | None, route: Route, now: int) -> int:
    """Calls of a row's earlier tries that its window still counts."""
    return calls if tried_at is not None and tried_at > now - route.each.milliseconds else 0
