"""Answers over connections, which no response carries: noted with the message, gone once the platform has them.

Whoever has taken a message in says its answer at once. If it dies before, or the connection breaks, the answer
becomes due, and whoever holds a connection then says it. A crash between the platform's taking it and our writing
that down is the one moment in which somebody may read an answer twice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, text

from messages.incoming import Door, IncomingMessage
from messages.outgoing import Reply
from storage.bulk import insert_rows
from storage.connection_tables import owed_reply
from storage.inbox import dump_reply, inbox_key, json_list, load_reply
from storage.prepared import Prepared
from storage.sealing import Sealing

SAID_WITHIN_MS: Final = 15_000
"""So long it is left to whoever has taken the message in."""
_SESSION = "owed_reply.reply_to"
"""What a session's address is sealed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One answer that somebody waits for; instants in epoch milliseconds of the real clock."""

    key: str
    account: str
    chat: str  # "" = private
    reply_to: str = field(repr=False)  # AIBOT: the frame's req_id; DINGTALK_STREAM: the session's address
    reply_until: int  # until when `reply_to` is good for it
    trace: str
    card: str  # what was tapped
    reply: Reply
    noted_at: int
    tries: int  # with this one


def row(  # noqa: PLR0913  a row has columns
    message: IncomingMessage, reply: Reply, trace: str, *, at: int, due_at: int, sealing: Sealing | None
) -> dict[str, Any]:
    """What is to be noted. Without a key to seal with a session's address is not kept."""
    reply_to = message.reply_to
    if message.door is Door.DINGTALK_STREAM:
        reply_to = sealing.seal(message.reply_url, _SESSION) if sealing and message.reply_url else ""
    return {
        "key": inbox_key(message),
        "door": message.door.value,
        "account": message.account,
        "chat": message.chat,
        "reply_to": reply_to,
        "reply_until": message.reply_url_expires,
        "trace": trace,
        "card": message.card,
        "reply": dump_reply(reply),
        "noted_at": at,
        "due_at": due_at,
        "tries": 0,
    }


def note(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Rows made by `row`."""
    if rows:
        insert_rows(connection, owed_reply, rows)


_SAID = {
    dialect: Prepared(text(f"DELETE FROM owed_reply WHERE key {among}"))  # noqa: S608  two constants
    for dialect, among in (
        ("sqlite", "IN (SELECT value FROM json_each(:keys))"),
        ("postgresql", "= ANY(:keys)"),
    )
}
_DUE = """
UPDATE owed_reply SET due_at = :until, tries = tries + 1 WHERE due_at <= :at AND key IN (
    SELECT key FROM owed_reply WHERE door = :door AND due_at <= :at ORDER BY due_at LIMIT :most {lock})
RETURNING key, account, chat, reply_to, reply_until, trace, card, reply, noted_at, tries
"""
_TAKE = {
    "sqlite": text(_DUE.format(lock="")),
    "postgresql": text(_DUE.format(lock="FOR UPDATE SKIP LOCKED")),
}
_IS_DUE = text("SELECT 1 FROM owed_reply WHERE door = :door AND due_at <= :at LIMIT 1")


def said(connection: Connection, keys: Collection[str]) -> None:
    """The platform has taken them, or nobody will ever."""
    if keys:
        _SAID[connection.dialect.name].changed(connection, keys=json_list(connection, list(keys)))


def is_due(connection: Connection, door: Door, at: int) -> bool:
    return connection.execute(_IS_DUE, {"door": door.value, "at": at}).first() is not None


def take(  # noqa: PLR0913  whose, when, how many
    connection: Connection, door: Door, *, at: int, until: int, most: int, sealing: Sealing | None
) -> list[Owed]:
    """What is due, for the caller to say before `until`; the oldest first."""
    rows = connection.execute(
        _TAKE[connection.dialect.name], {"door": door.value, "at": at, "until": until, "most": most}
    )
    return sorted((_owed(one, door, sealing) for one in rows.mappings()), key=lambda owed: owed.noted_at)


def make_due(connection: Connection, keys: Iterable[str], at: int) -> None:
    """It could not be said, and somebody may try again from then on."""
    statement = text("UPDATE owed_reply SET due_at = :at WHERE key = :key")
    for key in sorted(keys):
        connection.execute(statement, {"at": at, "key": key})


def _owed(one: Any, door: Door, sealing: Sealing | None) -> Owed:
    reply_to = one["reply_to"]
    if door is Door.DINGTALK_STREAM:
        reply_to = (sealing.unseal(reply_to, _SESSION) if sealing and reply_to else None) or ""
    return Owed(**{**one, "reply_to": reply_to, "reply": load_reply(one["reply"])})
