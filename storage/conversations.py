"""What the bot still has in mind of one account in one chat: the rest of an answer, a menu, a preview."""

from dataclasses import asdict, dataclass
from enum import StrEnum, unique
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, select

from messages.commands import Arguments
from messages.incoming import Platform
from storage.prepared import Prepared
from storage.tables import account, conversation


@unique
class Topic(StrEnum):
    """What can be kept, one of each in a chat."""

    MORE = "more"  # pages that wait, as storage.unread writes them
    MENU = "menu"  # numbered lines: {"command": …, "choices": [arguments, …]}
    LINES = "lines"  # the last list of items: {"numbered": whether lines have numbers, "items": [[编号, version], …]}
    OPENED = "opened"  # the submission that was looked at last: {"number": …, "version": …}
    CODES = "codes"  # points that wait for their links: {"codes": […]}
    EXTRACTION = "extraction"  # a receipt that asked for its 提取码: {"number": …}
    SAID = "said"  # what a form has done, for the page that comes next: {"answer": …}
    CONFIRM = "confirm"  # a preview that waits for 确认: {"command": …, "arguments": arguments}


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept. Stale content is only good for saying that it is gone."""

    content: dict[str, Any]
    stale: bool
    expires_at: int  # epoch milliseconds


# Built once: a conversation is looked into with nearly every order.
_IN_PLACE = and_(
    conversation.c.platform == bindparam("where"),
    conversation.c.folded == bindparam("who"),
    conversation.c.chat == bindparam("room"),
)
_PEEK = select(conversation.c.content, conversation.c.expires_at).where(
    _IN_PLACE, conversation.c.topic == bindparam("about")
)
_OPEN = select(conversation.c.topic).where(_IN_PLACE, conversation.c.expires_at > bindparam("now"))
_ALL = Prepared(select(conversation.c.topic).where(_IN_PLACE))
_CLEAR = delete(conversation).where(_IN_PLACE, conversation.c.topic == bindparam("about"))


def put(  # noqa: PLR0913, PLR0917 - a place in a chat has three parts
    connection: Connection,
    platform: Platform,
    folded: str,
    chat: str,
    topic: Topic,
    content: dict[str, Any],
    *,
    expires_at: int,
) -> None:
    """Replaces what was kept under this topic; `expires_at` in epoch milliseconds of the real clock."""
    clear(connection, platform, folded, chat, topic)
    connection.execute(
        conversation.insert().values(
            platform=platform.value,
            folded=folded,
            chat=chat,
            topic=topic.value,
            content=content,
            expires_at=expires_at,
        )
    )


def peek(  # noqa: PLR0913 - as `put`
    connection: Connection, platform: Platform, folded: str, chat: str, topic: Topic, *, real_ms: int
) -> Kept | None:
    row = connection.execute(_PEEK, _place(platform, folded, chat) | {"about": topic.value}).fetchone()
    return None if row is None else Kept(row[0], stale=row[1] <= real_ms, expires_at=row[1])


def take(  # noqa: PLR0913 - as `put`
    connection: Connection, platform: Platform, folded: str, chat: str, topic: Topic, *, real_ms: int
) -> Kept | None:
    """As `peek`, and nothing is kept afterwards."""
    kept = peek(connection, platform, folded, chat, topic, real_ms=real_ms)
    if kept is not None:
        clear(connection, platform, folded, chat, topic)
    return kept


def clear(connection: Connection, platform: Platform, folded: str, chat: str, *topics: Topic) -> None:
    place = _place(platform, folded, chat)
    for topic in topics:
        connection.execute(_CLEAR, place | {"about": topic.value})


def forget(connection: Connection, of: ColumnElement[bool]) -> None:
    """Everything that is kept of those accounts, in whatever chat; `of` is a condition on `account`.

    For accounts that change hands and people who lose a role: what waits may not be theirs any more.
    """
    theirs = exists().where(
        account.c.platform == conversation.c.platform, account.c.folded == conversation.c.folded, of
    )
    connection.execute(delete(conversation).where(theirs))


def kept_topics(connection: Connection, platform: Platform, folded: str, chat: str) -> frozenset[Topic]:
    """Whatever is kept there, stale or not: mostly nothing, which saves asking for each."""
    return frozenset(Topic(row[0]) for row in _ALL.all(connection, **_place(platform, folded, chat)))


def open_topics(
    connection: Connection, platform: Platform, folded: str, chat: str, *, real_ms: int
) -> frozenset[Topic]:
    """What is waiting and not yet stale."""
    topics = connection.scalars(_OPEN, _place(platform, folded, chat) | {"now": real_ms})
    return frozenset(map(Topic, topics))


def arguments_to_json(arguments: Arguments) -> dict[str, Any]:
    """What was said, without the empty fields."""
    return {name: value for name, value in asdict(arguments).items() if value}


def arguments_from_json(stored: dict[str, Any]) -> Arguments:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }
    return Arguments(**fields)


def _place(platform: Platform, folded: str, chat: str) -> dict[str, Any]:
    return {"where": platform.value, "who": folded, "room": chat}
