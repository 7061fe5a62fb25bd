"""收到: left unanswered, and written down where an announcement has asked for it."""

import re
from typing import Final

from handlers.turn import Turn
from messages.understanding.cleaning import plain_form
from storage.acknowledgements import acknowledge
from storage.chat_groups import in_chat

_SAYS_SO: Final = re.compile(r"收到|收悉|已阅|已读")
_NAMES_IT: Final = re.compile(r"收到\s*(\d{1,6})")


def acknowledged(turn: Turn) -> None:
    """Of words that want no answer."""
    said = plain_form(turn.message.text).strip()
    by_one = said == "1"
    if turn.asker is None or not (by_one or _SAYS_SO.search(said)):
        return
    message = turn.message
    group = in_chat(turn.connection, message.platform, message.chat) if message.in_group else None
    named = _NAMES_IT.fullmatch(said)
    numbers = acknowledge(
        turn.connection,
        turn.asker.person_id,
        school_id=turn.asker.school_id,
        group_id=None if group is None else group.id,
        by_one=by_one,
        named=None if named is None else int(named[1]),
        at=turn.real_ms,
    )
    if numbers:
        turn.record("announcement.acknowledged", {"numbers": numbers}, person_id=turn.asker.person_id)
