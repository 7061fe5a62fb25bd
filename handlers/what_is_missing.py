"""还差什么: what is left, and what to do first."""

from handlers.outlook import outlook
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import what_is_missing as texts


def what_is_missing(turn: Turn) -> Answer:
    return texts.what_is_missing(outlook(turn))
