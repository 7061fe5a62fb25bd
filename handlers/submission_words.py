"""What was said beside the links of a submission."""

from bot.policy.submission import share_period
from handlers.turn import Turn
from messages.understanding.cleaning import Heard, plain_form
from messages.understanding.links import LINK, take_links

_READ = 2000  # characters; of longer messages the understanding reads no more for the note
_START = 20  # characters by which the note is found again in the message


def note_said(turn: Turn) -> str:
    """All of the note, also where the understanding has read only the start of a very long message."""
    note, text = turn.arguments.note, turn.message.text
    if len(text) <= _READ or not note:
        return note
    heard, _ = take_links(Heard(text, plain_form(text)))
    words = " ".join(heard.raw.replace(LINK, " ").split())
    start = max(words.find(note[:_START]), 0)
    return words[start:] if len(words) - start > len(note) else note


def period_said(turn: Turn) -> str:
    """For how long the links are shared, by what is said now or was kept with them; "" = unknown."""
    return turn.arguments.when or share_period(turn.message.text)
