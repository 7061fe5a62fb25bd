"""还差什么: what is left, and what to do first."""

from handlers.outlook import outlook
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.taps import NEXT, next_action
from messages.texts import what_is_missing as texts


def what_is_missing(turn: Turn) -> Answer:
    mine = outlook(turn)
    return texts.what_is_missing(mine).choosing(NEXT, *next_action(mine), aside=True)
