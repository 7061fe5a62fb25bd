"""更多: the next page of a long answer, or an answer that came late."""

from handlers.turn import Turn
from messages.outgoing import Answer, Reply
from messages.texts import more as texts
from storage import unread


def more(turn: Turn) -> Answer | Reply:
    if unread.gone_stale(turn.connection, turn.message, turn.real_ms):
        return texts.more_stale()
    page = unread.next_page(turn.connection, turn.message, turn.real_ms)
    return texts.nothing_more() if page is None else page
