"""Chat groups that are bound to a school or to the county, and how one gets into them."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.outgoing import Way
from bot.policy.webhooks import known_by
from messages.incoming import Platform
from storage.delivery_tables import chat_group
from storage.heard_chats import replies
from storage.prepared import Prepared
from storage.sealing import Sealing
from storage.tables import school
from storage.undelivered import bury, replay

log = structlog.get_logger()

_ADDRESS, _SECRET = "chat_group.address", "chat_group.secret"
"""What these are sealed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatGroup:
    """One bound group; instants in epoch milliseconds of the real clock."""

    id: int
    platform: Platform
    way: Way
    school_id: int | None  # None = the county's
    school_name: str  # "" = the county's
    title: str  # as the platform or the office calls it; "" = unknown
    bound_at: int
    ended_at: int | None
    stopped_at: int | None  # nothing is sent any more until it is bound again
    stopped_for: str  # the platform's code, also of a refusal that has not stopped it yet
    received_at: int | None  # when the platform last took something for it
    refusals: int = 0  # in a row

    @property
    def name(self) -> str:
        """For whoever has to find the group among many."""
        return self.title or (f"{self.school_name}群" if self.school_name else "全市群")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAddress:
    """How one gets into a group; never to a log, never shown."""

    group_id: int
    way: Way
    address: str = field(repr=False)  # the webhook's URL, or the group's own id
    secret: str = field(repr=False)  # that DingTalk's webhook is signed with; "" = none
    reply_url: str = field(default="", repr=False)  # DingTalk's sessionWebhook, while it lives
    reply_until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What is to be bound; `secret` only with a webhook of DingTalk."""

    way: Way
    address: str = field(repr=False)
    school_id: int | None
    secret: str = field(default="", repr=False)
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What became of a binding; `before` = as the group stood until now, None for one more group."""

    group: ChatGroup
    before: ChatGroup | None
    resumed: int = 0  # messages that had been given up, and are sent after all

    @property
    def reopened(self) -> bool:
        """Whether nothing was sent to it any more, and is from now on."""
        return self.before is not None and (
            self.before.stopped_at is not None or self.before.ended_at is not None
        )


_GROUPS = (
    select(
        chat_group.c.id,
        chat_group.c.platform,
        chat_group.c.way,
        chat_group.c.school_id,
        school.c.name,
        chat_group.c.title,
        chat_group.c.bound_at,
        chat_group.c.ended_at,
        chat_group.c.stopped_at,
        chat_group.c.stopped_for,
        chat_group.c.received_at,
        chat_group.c.refusals,
    )
    .select_from(chat_group)
    .outerjoin(school, school.c.id == chat_group.c.school_id)
    .order_by(chat_group.c.id)
)
_NOT_ENDED = chat_group.c.ended_at.is_(None)
_ONE = chat_group.c.id == bindparam("group_id")
_TAKEN = Prepared(
    update(chat_group).where(_ONE).values(received_at=bindparam("at"), refusals=0, stopped_for="")
)


def platform_of(way: Way) -> Platform:
    return Platform(way.platform)


def bind(connection: Connection, binding: Binding, sealing: Sealing, *, at: int, by: str) -> Bound:
    """The same address again changes that group and opens it anew; another one is one more group.

    A title or a secret that is not said stays. `by` as the audit names people.
    """
    digest = _digest(binding.way, binding.address)
    before = _one(connection, chat_group.c.address_hash == digest)
    values: dict[str, Any] = {
        "school_id": binding.school_id,
        "address": sealing.seal(binding.address, _ADDRESS),
        "title": binding.title or ("" if before is None else before.title),
        "bound_at": at,
        "bound_by": by,
        "ended_at": None,
        "refusals": 0,
        "stopped_at": None,
        "stopped_for": "",
        "paused_until": 0,
    }
    if binding.secret:
        values["secret"] = sealing.seal(binding.secret, _SECRET)
    fixed = {"platform": platform_of(binding.way).value, "way": binding.way.value, "address_hash": digest}
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(chat_group)
        .values(**fixed, **values)
        .on_conflict_do_update(index_elements=["address_hash"], set_=values)
    )
    group = _one(connection, chat_group.c.address_hash == digest)
    assert group is not None, "it was written in this transaction"
    done = Bound(group=group, before=before)
    if before is not None and before.school_id != group.school_id:
        bury(connection, group.id, at)  # what waited was meant for the other school
    elif done.reopened:
        return replace(done, resumed=replay(connection, at=at, group_id=group.id))
    return done


def unbind(connection: Connection, group_id: int, *, at: int) -> ChatGroup | None:
    """The group as it was; None when there is none that is bound. It stays known by its address."""
    group = _one(connection, chat_group.c.id == group_id, _NOT_ENDED)
    if group is not None:
        connection.execute(update(chat_group).where(chat_group.c.id == group_id).values(ended_at=at))
    return group


def find(connection: Connection, group_id: int) -> ChatGroup | None:
    return _one(connection, chat_group.c.id == group_id)


def at_address(connection: Connection, way: Way, address: str) -> ChatGroup | None:
    """The group with this address, bound or ended."""
    return _one(connection, chat_group.c.address_hash == _digest(way, address))


def in_chat(connection: Connection, platform: Platform, chat: str) -> ChatGroup | None:
    """The group that is bound by its own id, as messages come from it; a webhook does not tell."""
    ways = [way for way in (Way.WECOM_AIBOT, Way.DINGTALK_GROUP) if platform_of(way) is platform]
    found = (at_address(connection, way, chat) for way in ways)
    return next((group for group in found if group is not None and group.ended_at is None), None)


def listed(connection: Connection) -> tuple[ChatGroup, ...]:
    """Every group that was ever bound."""
    return _several(connection)


def bound(connection: Connection) -> tuple[ChatGroup, ...]:
    """Those that have not ended; the stopped ones are among them."""
    return _several(connection, _NOT_ENDED)


def of_school(connection: Connection, school_id: int | None) -> tuple[ChatGroup, ...]:
    """As `bound`; None = the county's groups."""
    whose = chat_group.c.school_id.is_(None) if school_id is None else chat_group.c.school_id == school_id
    return _several(connection, _NOT_ENDED, whose)


def addresses(
    connection: Connection, group_ids: Collection[int], sealing: Sealing, now: int
) -> dict[int, GroupAddress]:
    """Of those that are bound, stopped or not; one that was sealed under another key is left out, and logged."""
    rows = connection.execute(
        select(chat_group.c.id, chat_group.c.way, chat_group.c.address, chat_group.c.secret).where(
            chat_group.c.id.in_(sorted(group_ids)), _NOT_ENDED
        )
    )
    found: dict[int, GroupAddress] = {}
    for group_id, word, sealed_address, sealed_secret in rows:
        address = sealing.unseal(sealed_address, _ADDRESS)
        secret = sealing.unseal(sealed_secret, _SECRET) if sealed_secret else ""
        if address is None or secret is None:
            log.error("a group's address was sealed under another BOT_SECRET_KEY", group=group_id)
            continue
        found[group_id] = GroupAddress(group_id=group_id, way=Way(word), address=address, secret=secret)
    return _with_replies(connection, found, sealing, now)


def taken(connection: Connection, group_id: int, at: int) -> None:
    """The platform has taken something for it."""
    _TAKEN.changed(connection, group_id=group_id, at=at)


def refused(connection: Connection, group_id: int, code: str, at: int) -> int:
    """How often in a row by now. A call of before the group was bound anew (`at`) says nothing about it."""
    connection.execute(
        update(chat_group)
        .where(chat_group.c.id == group_id, chat_group.c.bound_at <= at)
        .values(refusals=chat_group.c.refusals + 1, stopped_for=_short(code))
    )
    return connection.scalar(select(chat_group.c.refusals).where(chat_group.c.id == group_id)) or 0


def stop(connection: Connection, group_id: int, code: str, at: int) -> bool:
    """Whether it was open until now; it stays stopped until it is bound again."""
    done = connection.execute(
        update(chat_group)
        .where(
            chat_group.c.id == group_id,
            chat_group.c.stopped_at.is_(None),
            chat_group.c.bound_at <= at,
            _NOT_ENDED,
        )
        .values(stopped_at=at, stopped_for=_short(code))
    )
    return done.rowcount > 0


def pause(connection: Connection, group_id: int, until: int) -> None:
    """Nothing is sent to it before that; never shorter than somebody else has said."""
    connection.execute(
        update(chat_group)
        .where(chat_group.c.id == group_id, chat_group.c.paused_until < until)
        .values(paused_until=until)
    )


def _with_replies(
    connection: Connection, found: dict[int, GroupAddress], sealing: Sealing, now: int
) -> dict[int, GroupAddress]:
    """Where somebody has spoken lately, DingTalk has given an address for answers."""
    by_chat = {one.address: one for one in found.values() if one.way is Way.DINGTALK_GROUP}
    if by_chat:
        for chat, (url, until) in replies(connection, Platform.DINGTALK, by_chat, sealing, now).items():
            one = by_chat[chat]
            found[one.group_id] = replace(one, reply_url=url, reply_until=until)
    return found


def _digest(way: Way, address: str) -> str:
    whole = "\0".join((platform_of(way).value, way.value, known_by(way, address)))
    return blake2b(whole.encode(), digest_size=32).hexdigest()


def _short(code: str) -> str:
    return code[: chat_group.c.stopped_for.type.length]  # type: ignore[attr-defined]


def _one(connection: Connection, *conditions: ColumnElement[bool]) -> ChatGroup | None:
    return next(iter(_several(connection, *conditions)), None)


def _several(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[ChatGroup, ...]:
    return tuple(map(_group, connection.execute(_GROUPS.where(*conditions))))


def _group(row: Any) -> ChatGroup:
    return ChatGroup(
        id=row[0],
        platform=Platform(row[1]),
        way=Way(row[2]),
        school_id=row[3],
        school_name=row[4] or "",
        title=row[5],
        bound_at=row[6],
        ended_at=row[7],
        stopped_at=row[8],
        stopped_for=row[9],
        received_at=row[10],
        refusals=row[11],
    )
