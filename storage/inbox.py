"""Which messages were taken in, and what each was answered: the memory that makes repetition harmless."""

import json
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, text

from messages.incoming import IncomingMessage, Platform
from messages.outgoing import Reply, buttons_from_json, buttons_to_json
from storage.bulk import insert_rows
from storage.prepared import Prepared
from storage.tables import inbox

# One constant statement for any number of keys: an expanding IN would be compiled for each number.
_ANSWERED = {
    dialect: Prepared(text(f"SELECT key, reply FROM inbox WHERE key {among}"))  # noqa: S608  two constants
    for dialect, among in (
        ("sqlite", "IN (SELECT value FROM json_each(:keys))"),
        ("postgresql", "= ANY(:keys)"),
    )
}
# Naming every platform lets both databases use the index that begins with it.
_PLATFORMS = ", ".join(f"'{platform.value}'" for platform in Platform)
_RECENT = {
    dialect: Prepared(
        text(
            "SELECT platform, folded, received_at, outcome FROM inbox"  # noqa: S608  constants only
            f" WHERE platform IN ({_PLATFORMS}) AND folded {among} AND received_at > :since"
        )
    )
    for dialect, among in (
        ("sqlite", "IN (SELECT value FROM json_each(:folded))"),
        ("postgresql", "= ANY(:folded)"),
    )
}
# Taken in the order of the list, so that two processes with overlapping batches never wait in a circle.
_LOCK_SENDERS = text("SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:locks AS bigint[])) AS k")
_encode = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would build one for every reply


def fold(account: str) -> str:
    """The form by which accounts are found: WeCom hands out the same id in either case."""
    # Both platforms' ids are ASCII; of anything else lower case may be longer than the column.
    return account.lower() if account.isascii() else account


def inbox_key(message: IncomingMessage) -> str:
    """What makes two deliveries the same message: a repeated id from elsewhere must not fetch an answer."""
    whole = "\0".join((message.key, fold(message.account), message.chat))
    return f"{message.platform.value}:{blake2b(whole.encode(), digest_size=16).hexdigest()}"


def lock_senders(connection: Connection, locks: Iterable[int]) -> None:
    """Makes other processes wait that handle messages of the same senders. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_SENDERS, {"locks": sorted(set(locks))})


def answered(connection: Connection, keys: Sequence[str]) -> dict[str, Reply]:
    """The replies of those messages that were taken in before, by key."""
    rows = _ANSWERED[connection.dialect.name].all(connection, keys=json_list(connection, keys))
    return {key: load_reply(reply) for key, reply in rows}


def traffic(
    connection: Connection, folded: Sequence[str], since: int
) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """When messages came from these accounts after `since` (epoch milliseconds), and what became of them.

    By (platform, folded account).
    """
    rows = _RECENT[connection.dialect.name].all(connection, folded=json_list(connection, folded), since=since)
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for platform, sender, received_at, outcome in rows:
        found.setdefault((platform, sender), []).append((received_at, outcome))
    return found


def record(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Rows made by `row`. Raises IntegrityError for a message that is there already."""
    if rows:
        insert_rows(connection, inbox, rows)


def row(  # noqa: PLR0913  a row has columns
    message: IncomingMessage,
    key: str,
    reply: Reply,
    *,
    received_at: int,
    command: str,
    outcome: str,
    text: str,
) -> dict[str, Any]:
    """`key`: the message's own, as `inbox_key` has it."""
    return {
        "platform": message.platform.value,
        "key": key,
        "folded": fold(message.account),
        "chat": message.chat,
        "received_at": received_at,
        "text": text,
        "command": command,
        "outcome": outcome,
        "reply": dump_reply(reply),
    }


def dump_reply(reply: Reply) -> str:
    kept: list[Any] = [reply.body, reply.markdown, reply.title]
    return _encode(kept if reply.buttons is None else [*kept, buttons_to_json(reply.buttons)])


def load_reply(stored: str) -> Reply:
    body, markdown, title, *rest = json.loads(stored)
    buttons = buttons_from_json(rest[0]) if rest else None
    return Reply(body=body, markdown=markdown, title=title, buttons=buttons)


def json_list(connection: Connection, values: Sequence[str]) -> Any:
    """A list as one parameter: `json_each(:list)` on SQLite, `ANY(:list)` on PostgreSQL."""
    return json.dumps(values) if connection.dialect.name == "sqlite" else list(values)
