"""Which people there is something to tell, and on which account."""

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    ScalarSelect,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from bot.policy.outgoing import Kind
from bot.policy.veiled import PREFIX, SHORTEST
from storage.delivery_tables import outbox
from storage.outbox import ANSWERED, State
from storage.queue import MOST_TOGETHER, Bundle, Route, fitting, message_of, room_of
from storage.tables import account, inbox

_QUEUED = outbox.c.state == literal_column(f"'{State.QUEUED.value}'")  # literally, as the index has it
_MESSAGE = [
    outbox.c[name]
    for name in (
        "id", "person_id", "kind", "content", "picture_id", "tries", "calls", "tried_at", "first_tried_at",
    )
]  # fmt: skip


def person_is_due(connection: Connection, route: Route, now: int) -> bool:
    return bool(reachable(connection, route, 1, now))


def people_next(connection: Connection, route: Route, *, most: int, now: int) -> list[Bundle]:
    """At most so many."""
    found = reachable(connection, route, most, now)
    if not found:
        return []
    rows = connection.execute(
        select(*_MESSAGE)
        .where(*_free(route, now), outbox.c.person_id.in_(found))
        .order_by(outbox.c.person_id, outbox.c.id)
        .with_for_update(skip_locked=True)
    )
    bundles = {}
    for person_id, group in groupby(map(message_of, rows), lambda message: message.chat):
        room = room_of(connection, route, person_id, now)
        if room:
            bundles[person_id] = Bundle(
                chat=person_id, account=found[person_id], messages=fitting(list(group)), room=room
            )
    return [bundles[person_id] for person_id in found if person_id in bundles]


def reachable(connection: Connection, route: Route, most: int, now: int) -> dict[int, str]:
    """Accounts on this platform by person: of those with something to hear, whoever has waited longest first.

    Looks no further than it must: thousands may wait for somebody's first message, or on the other platform.
    """
    rows = connection.execute(
        select(outbox.c.person_id, _best(account.c.verbatim, route))
        .where(
            *_free(route, now),
            _best(account.c.platform, route) == route.platform.value,
            *_of_its_sort(route),
            ~_just_told(route, now),
            ~_is_busy(now),
        )
        .order_by(outbox.c.next_try_at, outbox.c.id)
        .limit(most * MOST_TOGETHER)
    )
    found: dict[int, str] = {}
    for person_id, verbatim in rows:
        if len(found) < most or person_id in found:
            found[person_id] = verbatim
    return found


def still_theirs(accounts: Iterable[tuple[int, str]], route: Route, connection: Connection) -> frozenset[int]:
    """Of these people with their accounts those who are bound to them."""
    wanted = dict(accounts)
    rows = connection.execute(
        select(account.c.person_id, account.c.verbatim).where(
            account.c.platform == route.platform.value, account.c.person_id.in_(wanted)
        )
    )
    return frozenset(person_id for person_id, verbatim in rows if wanted[person_id] == verbatim)


def _free(route: Route, now: int) -> tuple[ColumnElement[bool], ...]:
    """Of messages that people may be told now and that are not on their way."""
    return (
        _QUEUED,
        outbox.c.person_id.is_not(None),
        outbox.c.parcel.is_(None),
        outbox.c.next_try_at <= now,
        or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now),
        outbox.c.kind.in_([kind.value for kind in route.kinds]),
    )


def _of_its_sort(route: Route) -> tuple[ColumnElement[bool], ...]:
    """As `bot.policy.veiled.is_veiled` has it."""
    if route.veiled is None:
        return ()
    verbatim = _best(account.c.verbatim, route)
    hidden = and_(func.length(verbatim) >= SHORTEST, func.substr(verbatim, 1, len(PREFIX)) == PREFIX)
    return (hidden if route.veiled else ~hidden,)


def _best(column: ColumnElement[str], route: Route) -> ScalarSelect[str]:
    """Of the person's accounts the one that was last used (contract, section 9), else the one bound last."""
    last_used = (
        select(func.max(inbox.c.received_at))
        .where(inbox.c.platform == account.c.platform, inbox.c.folded == account.c.folded)
        .scalar_subquery()
    )
    # That one of them is out of order must reach the office on the other; on itself nothing goes out now.
    elsewhere = or_(
        outbox.c.kind != Kind.ALARM.value,
        account.c.platform.not_in([platform.value for platform in route.resting]),
    )
    return (
        select(column)
        .where(
            account.c.person_id == outbox.c.person_id,
            account.c.platform.in_([platform.value for platform in route.among]),
            *((elsewhere,) if route.resting else ()),
        )
        .order_by(func.coalesce(last_used, 0).desc(), account.c.bound_at.desc(), account.c.id)
        .limit(1)
        .correlate(outbox)
        .scalar_subquery()
    )


_other = outbox.alias("other")


def _just_told(route: Route, now: int) -> Exists:
    return exists().where(
        # Whoever has asked does not wait: answers are never merged, so nothing would be won by it.
        outbox.c.kind != Kind.REPLY.value,
        _other.c.person_id == outbox.c.person_id,
        # Not for as long as the clock has been set back since.
        _other.c.done_at.between(now - route.apart_ms + 1, now + route.apart_ms),
        _other.c.state == State.SENT.value,
        _other.c.outlet != ANSWERED,
    )


def _is_busy(now: int) -> Exists:
    """Something is on its way to them, or waits for its next try."""
    return exists().where(
        _other.c.person_id == outbox.c.person_id,
        _other.c.done_at.is_(None),
        or_(
            _other.c.parcel.is_not(None),
            and_(_other.c.state == State.QUEUED.value, _other.c.next_try_at > now),
        ),
    )
