"""Which messages are next: of each chat the oldest, and what may go out with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from bot.policy.outgoing import MANNERS, Kind
from messages.incoming import Platform
from storage.allowances import Pace
from storage.prepared import Prepared

MOST_TOGETHER: Final = 8
"""So many things are said in one message."""
TOGETHER_BYTES: Final = 1_600
"""In UTF-8, so that what is said together with a line around it fits one message of WeCom (2048)."""
OVER_BUDGET: Final = "budget"
"""Why a group's message waits for tomorrow, and keeps nothing else waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way out at one moment: to people, or into groups."""

    outlet: str
    to_groups: bool
    platform: Platform
    among: tuple[Platform, ...]  # on which people can be written to at all
    together: Pace  # of everything that goes out here
    each: Pace  # of one chat
    veiled: bool | None = None  # only to accounts that are hidden, or only to others; None = to both
    apart_ms: int = 0  # at least so long before a person is told something unasked again
    receivers: int = 1  # of the same words in one call
    kinds: tuple[Kind, ...] = tuple(Kind)  # that people may be told at this hour
    resting: frozenset[Platform] = frozenset()  # alarms go elsewhere meanwhile, where there is an elsewhere
    budget: int = 0  # messages of a group and day; 0 = as many as there are
    day_began_at: int = 0
    tomorrow_at: int = 0
    carried: frozenset[str] = frozenset()  # parcels of whoever claims: theirs, whatever a clock says


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A row of the outbox that waits."""

    id: int
    chat: int  # the person's or the group's id
    kind: Kind
    content: str
    picture_id: int | None
    tries: int
    calls: int
    tried_at: int | None
    first_tried_at: int | None

    @property
    def mergeable(self) -> bool:
        return self.picture_id is None and MANNERS[self.kind].mergeable


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What one chat is told next, in one message."""

    chat: int
    account: str  # "" = a group
    messages: tuple[Message, ...]
    room: int  # calls that its window leaves


COLUMNS: Final = (
    "o.id, {chat}, o.kind, o.content, o.picture_id, o.tries, o.calls, o.tried_at, o.first_tried_at"
)
_GROUP_COLUMNS = COLUMNS.format(chat="o.group_id")
_LIVES = "({o}.expires_at IS NULL OR {o}.expires_at > :now)"
# CROSS JOIN and INDEXED BY keep SQLite's planner on the groups' own queue: it is read only as far as it must be.
_HEADS = f"""
SELECT {_GROUP_COLUMNS},
    (SELECT COALESCE(SUM(u.calls), 0) FROM outbox AS u
    WHERE u.group_id = o.group_id AND u.tried_at > :since AND u.tried_at <= :latest)
FROM outbox AS o INDEXED CROSS JOIN chat_group AS g
WHERE g.id = o.group_id AND o.group_id IS NOT NULL AND o.state = 'queued' AND o.parcel IS NULL AND o.next_try_at <= :now
AND {_LIVES.format(o="o")}
AND g.way = :outlet AND g.ended_at IS NULL AND g.stopped_at IS NULL AND g.paused_until <= :now
AND o.group_id NOT IN
    (SELECT group_id FROM outbox WHERE done_at IS NULL AND parcel IS NOT NULL AND group_id IS NOT NULL)
AND NOT EXISTS (
    SELECT 1 FROM outbox AS b WHERE b.group_id = o.group_id AND b.done_at IS NULL AND b.id < o.id
    AND (b.reason <> '{OVER_BUDGET}' OR b.next_try_at <= :now) AND {_LIVES.format(o="b")})
ORDER BY o.next_try_at, o.id LIMIT :most
"""  # noqa: S608  constants only
_FOLLOWING = f"""
SELECT {_GROUP_COLUMNS} FROM outbox AS o
WHERE o.group_id = :group AND o.done_at IS NULL AND o.id > :head AND o.state = 'queued' AND o.parcel IS NULL
AND o.next_try_at <= :now AND {_LIVES.format(o="o")}
ORDER BY o.id LIMIT {MOST_TOGETHER - 1}
"""  # noqa: S608  as above
_LOCK = {"sqlite": "", "postgresql": " FOR UPDATE OF o SKIP LOCKED"}
_INDEXED = {"sqlite": "INDEXED BY ix_outbox_groups_next", "postgresql": ""}
_GROUP_HEADS = {
    name: Prepared(text(_HEADS.replace("INDEXED", _INDEXED[name]) + lock)) for name, lock in _LOCK.items()
}
_GROUP_FOLLOWING = {name: Prepared(text(_FOLLOWING + lock)) for name, lock in _LOCK.items()}
_BUDGETED = ", ".join(f"'{kind.value}'" for kind in Kind if MANNERS[kind].budget)


def _of_chat(statement: str) -> dict[bool, Prepared]:
    """By whether the chat is a group."""
    columns = ((True, "group_id"), (False, "person_id"))
    return {to_groups: Prepared(text(statement.replace("CHAT", column))) for to_groups, column in columns}


_USED = _of_chat(
    "SELECT COALESCE(SUM(calls), 0), MIN(tried_at) FROM outbox"
    " WHERE CHAT = :chat AND tried_at > :since AND tried_at <= :latest"
)
_PUT_OFF = _of_chat(
    "UPDATE outbox SET next_try_at = :until WHERE CHAT = :chat AND done_at IS NULL AND state = 'queued'"
    " AND parcel IS NULL AND next_try_at < :until"
)
_TOLD_TODAY = Prepared(
    text(
        "SELECT COUNT(*) FROM outbox WHERE group_id = :group AND tried_at >= :began AND calls > 0"  # noqa: S608  constants
        f" AND state IN ('sent', 'uncertain') AND kind IN ({_BUDGETED})"
    )
)
_OVER_BUDGET = Prepared(
    text(
        f"UPDATE outbox SET next_try_at = :until, reason = '{OVER_BUDGET}'"  # noqa: S608  constants
        " WHERE group_id = :group AND done_at IS NULL AND state = 'queued' AND parcel IS NULL"
        f" AND next_try_at < :until AND kind IN ({_BUDGETED})"
    )
)


def group_is_due(connection: Connection, route: Route, now: int) -> bool:
    return bool(_heads(connection, route, 1, now))


def groups_next(
    connection: Connection, route: Route, *, most: int, now: int
) -> tuple[list[Bundle], dict[Kind, int]]:
    """At most so many; and how many messages of each kind wait for tomorrow from now on."""
    bundles: dict[int, Bundle] = {}
    held: dict[Kind, int] = {}
    blocked = True
    while blocked:  # those that must wait are out of the way of the others by now
        blocked = False
        for head, used in _heads(connection, route, most, now):
            if head.chat in bundles:
                continue
            room = route.each.most - used
            if room <= 0:
                room = room_of(connection, route, head.chat, now)  # and puts off what waits
            if room and not _is_over_budget(connection, route, head):
                rest = _following(connection, head, now) if head.mergeable else []
                messages = fitting([head, *rest])
                bundles[head.chat] = Bundle(chat=head.chat, account="", messages=messages, room=room)
                continue
            blocked = True
            if room:
                count = _OVER_BUDGET.changed(connection, group=head.chat, until=route.tomorrow_at)
                held[head.kind] = held.get(head.kind, 0) + count
    return list(bundles.values()), held


def room_of(connection: Connection, route: Route, chat: int, now: int) -> int:
    """How many calls to this chat its window leaves; where none, what waits for it is put off until it leaves one."""
    window = route.each.milliseconds
    used, oldest = _USED[route.to_groups].all(connection, chat=chat, **_within(window, now))[0]
    room = route.each.most - int(used)
    if room > 0:
        return room
    _PUT_OFF[route.to_groups].changed(connection, chat=chat, until=oldest + window + 1)
    return 0


def fitting(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The first ones that can be said in one message; one at least."""
    together, room = [messages[0]], TOGETHER_BYTES - len(messages[0].content.encode())
    if messages[0].mergeable:
        for message in messages[1:MOST_TOGETHER]:
            room -= len(message.content.encode())
            if room < 0 or not message.mergeable:
                break
            together.append(message)
    return tuple(together)


def message_of(row: Sequence[Any]) -> Message:
    """From `COLUMNS`."""
    number, chat, kind, content, picture_id, tries, calls, tried_at, first_tried_at = row
    return Message(
        id=number,
        chat=chat,
        kind=Kind(kind),
        content=content,
        picture_id=picture_id,
        tries=tries,
        calls=calls,
        tried_at=tried_at,
        first_tried_at=first_tried_at,
    )


def _heads(connection: Connection, route: Route, most: int, now: int) -> list[tuple[Message, int]]:
    """With the calls that each one's group has had in its window."""
    window = _within(route.each.milliseconds, now)
    rows = _GROUP_HEADS[connection.dialect.name].all(
        connection, outlet=route.outlet, now=now, most=most, **window
    )
    return [(message_of(row[:-1]), int(row[-1])) for row in rows]


def _within(window: int, now: int) -> dict[str, int]:
    """What a clock that was ahead has written down must not count until the right one has come there."""
    return {"since": now - window, "latest": now + window}


def _following(connection: Connection, head: Message, now: int) -> list[Message]:
    rows = _GROUP_FOLLOWING[connection.dialect.name].all(connection, group=head.chat, head=head.id, now=now)
    return [message_of(row) for row in rows]


def _is_over_budget(connection: Connection, route: Route, head: Message) -> bool:
    if not route.budget or not MANNERS[head.kind].budget:
        return False
    told = _TOLD_TODAY.all(connection, group=head.chat, began=route.day_began_at)[0][0]
    return int(told) >= route.budget
