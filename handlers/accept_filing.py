"""备案通过: the project office files what schools have handed in."""

from bot.policy.filing import FilingState
from handlers.filing_decisions import decide_each
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import accept_filing as texts


def accept_filing(turn: Turn) -> Answer:
    if not turn.arguments.numbers:
        return texts.which()
    return texts.accepted(decide_each(turn, turn.arguments.numbers, FilingState.FILED))
