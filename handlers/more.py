"""更多: the next page of a long answer."""

from handlers.turn import Turn
from messages.outgoing import Answer, Reply
from messages.texts import more as texts
from storage import conversations
from storage.conversations import Topic
from storage.inbox import load_reply

MORE_MS = 30 * 60_000


def more(turn: Turn) -> Answer | Reply:
    """The first page that was kept by intake; the others stay for the next 更多."""
    place = (turn.connection, turn.message.platform, turn.folded, turn.message.chat, Topic.MORE)
    kept = conversations.take(*place, real_ms=turn.real_ms)
    if kept is None:
        return texts.nothing_more()
    if kept.stale:
        return texts.more_stale()
    page, *rest = kept.content["pages"]
    if rest:
        conversations.put(*place, {"pages": rest}, expires_at=turn.real_ms + MORE_MS)
    return load_reply(page)
