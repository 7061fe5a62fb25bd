"""不同意: the author does not want a work to be handed in as a case, or no longer."""

from bot.policy.paper import PaperState
from handlers.author_answer import answered
from handlers.turn import Turn
from messages.outgoing import Answer


def dissent(turn: Turn) -> Answer:
    return answered(turn, turn.arguments.numbers, PaperState.DECLINED)
