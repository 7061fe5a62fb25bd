"""取消: whatever the bot was waiting for, it waits no more."""

from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts.cancel import cancelled
from storage import conversations
from storage.conversations import Topic

_WORDS = {
    Topic.CONFIRM: "等待确认的操作",
    Topic.MENU: "等待回复的选单",
    Topic.CODES: "等链接的提交",
    Topic.MORE: "没看完的内容",
}


def cancel(turn: Turn) -> Answer:
    place = (turn.connection, turn.message.platform, turn.folded, turn.message.chat)
    waiting = conversations.open_topics(*place, real_ms=turn.real_ms)
    conversations.clear(*place, *_WORDS)
    dropped = [word for topic, word in _WORDS.items() if topic in waiting]
    return cancelled(dropped, in_group=turn.message.in_group)
