"""同意: the author agrees that a work is handed in as a case."""

from bot.policy.paper import PaperState
from handlers.author_answer import answered
from handlers.turn import Turn
from messages.outgoing import Answer


def consent(turn: Turn) -> Answer:
    return answered(turn, turn.arguments.numbers, PaperState.AGREED)
