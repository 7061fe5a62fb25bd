"""Pages that wait for 更多: the rest of a long answer, and answers that were promised because they came late."""

from dataclasses import dataclass

from sqlalchemy import Connection

from messages.incoming import IncomingMessage, Platform
from messages.outgoing import Reply
from storage import conversations
from storage.conversations import Topic
from storage.inbox import dump_reply, fold, load_reply

KEPT_MS = 30 * 60_000
# Whether an answer was late is known only when it is there; until then its pages count as promised.
_UNDECIDED_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Page:
    trace: str  # of the message that it answers
    kept_at: int  # epoch milliseconds, real clock
    promised: bool
    reply: str


def keep_rest(
    connection: Connection, message: IncomingMessage, trace: str, rest: list[Reply], real_ms: int
) -> None:
    """What did not fit comes next; what was left of an older answer is dropped, unless it was promised."""
    older = [
        page
        for page in _pages(connection, message, real_ms)
        if page.promised or page.kept_at > real_ms - _UNDECIDED_MS
    ]
    newer = [_Page(trace, real_ms, promised=False, reply=dump_reply(reply)) for reply in rest]
    _put(connection, message, [*newer, *older], real_ms)


def keep_promised(
    connection: Connection, message: IncomingMessage, trace: str, first: Reply, real_ms: int
) -> None:
    """An answer whose first page was not said in time: before its own rest, behind what was promised earlier.

    Promised once, however often the message came late.
    """
    pages = _pages(connection, message, real_ms)
    if any(page.promised and page.trace == trace for page in pages):
        return
    own = next((place for place, page in enumerate(pages) if page.trace == trace), len(pages))
    pages.insert(own, _Page(trace, real_ms, promised=True, reply=dump_reply(first)))
    _put(connection, message, pages, real_ms)


def next_page(connection: Connection, message: IncomingMessage, real_ms: int) -> Reply | None:
    """Taken away as it is returned; None when nothing is left."""
    pages = _pages(connection, message, real_ms)
    if not pages:
        return None
    _put(connection, message, pages[1:], real_ms)
    return load_reply(pages[0].reply)


def gone_stale(connection: Connection, message: IncomingMessage, real_ms: int) -> bool:
    """Whether something waited too long; forgets it."""
    kept = conversations.peek(connection, *_place(message), Topic.MORE, real_ms=real_ms)
    if kept is None or not kept.stale:
        return False
    conversations.clear(connection, *_place(message), Topic.MORE)
    return True


def _pages(connection: Connection, message: IncomingMessage, real_ms: int) -> list[_Page]:
    kept = conversations.peek(connection, *_place(message), Topic.MORE, real_ms=real_ms)
    return [] if kept is None or kept.stale else [_Page(*page) for page in kept.content["pages"]]


def _put(connection: Connection, message: IncomingMessage, pages: list[_Page], real_ms: int) -> None:
    if not pages:
        conversations.clear(connection, *_place(message), Topic.MORE)
        return
    content = {"pages": [[page.trace, page.kept_at, page.promised, page.reply] for page in pages]}
    conversations.put(connection, *_place(message), Topic.MORE, content, expires_at=real_ms + KEPT_MS)


def _place(message: IncomingMessage) -> tuple[Platform, str, str]:
    return message.platform, fold(message.account), message.chat
