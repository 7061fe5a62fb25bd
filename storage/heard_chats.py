"""Groups in which somebody has spoken to the bot: what they are called, and how one may answer for a while."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from messages.incoming import UNNAMED_GROUP, IncomingMessage, Platform
from storage.delivery_tables import heard_chat
from storage.prepared import Prepared
from storage.sealing import Sealing

_REPLY_URL = "heard_chat.reply_url"
"""What it is sealed for."""


def _upsert(dialect: str) -> Prepared:
    """What the platform has left out this time stays as it was."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = insert(heard_chat).values({column.name: bindparam(column.name) for column in heard_chat.columns})
    new, reply = row.excluded, row.excluded.reply_url != ""
    return Prepared(
        row.on_conflict_do_update(
            index_elements=["platform", "chat"],
            set_={
                "title": func.coalesce(func.nullif(new.title, ""), heard_chat.c.title),
                "heard_at": new.heard_at,
                "reply_url": _either(reply, new.reply_url, heard_chat.c.reply_url),
                "reply_until": _either(reply, new.reply_until, heard_chat.c.reply_until),
            },
        )
    )


def _either(condition: ColumnElement[bool], then: ColumnElement[Any], otherwise: ColumnElement[Any]) -> Any:
    return case((condition, then), else_=otherwise)


_HEAR = {dialect: _upsert(dialect) for dialect in ("sqlite", "postgresql")}


def hear(
    connection: Connection, messages: Iterable[tuple[IncomingMessage, int]], sealing: Sealing | None
) -> None:
    """Each with the moment it came in; of a group's several messages the last counts. None: keeps no reply address."""
    last = {
        (message.platform.value, message.chat): (message, at)
        for message, at in messages
        if message.in_group
        and message.platform in {Platform.WECOM, Platform.DINGTALK}
        and message.chat != UNNAMED_GROUP
    }
    # In one order, so that two lanes with messages of the same groups never wait in a circle.
    for (platform, chat), (message, at) in sorted(last.items(), key=lambda one: one[0]):
        lives = message.platform is Platform.DINGTALK and message.reply_url_expires > at
        replies = sealing is not None and message.reply_url and lives
        _HEAR[connection.dialect.name].changed(
            connection,
            platform=platform,
            chat=chat,
            title=message.chat_title,
            heard_at=at,
            reply_url=sealing.seal(message.reply_url, _REPLY_URL) if sealing is not None and replies else "",
            reply_until=message.reply_url_expires if replies else 0,
        )


def replies(
    connection: Connection, platform: Platform, chats: Iterable[str], sealing: Sealing, now: int
) -> dict[str, tuple[str, int]]:
    """By chat the address for answers and until when it lives; those without one are absent."""
    rows = connection.execute(
        select(heard_chat.c.chat, heard_chat.c.reply_url, heard_chat.c.reply_until).where(
            heard_chat.c.platform == platform.value,
            heard_chat.c.chat.in_(sorted(chats)),
            heard_chat.c.reply_until > now,
        )
    )
    opened = ((chat, sealing.unseal(sealed, _REPLY_URL), until) for chat, sealed, until in rows)
    return {chat: (url, until) for chat, url, until in opened if url}


def title_of(connection: Connection, platform: Platform, chat: str) -> str | None:
    """What the group is called, "" where nobody has said; None when it was never heard of."""
    return connection.scalar(
        select(heard_chat.c.title).where(heard_chat.c.platform == platform.value, heard_chat.c.chat == chat)
    )
