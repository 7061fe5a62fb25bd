"""备案退回: the project office sends a filing back, with the reason."""

from bot.policy.filing import FilingState
from handlers.filing_decisions import decide_each
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import return_filing as texts

LONGEST = 200  # characters: what the column holds


def return_filing(turn: Turn) -> Answer:
    reason = " ".join(turn.arguments.reason.split()).rstrip("。.！!")
    numbers = turn.arguments.numbers
    if not numbers:
        return texts.which()
    if len(reason) < turn.plan.review.reason_characters:
        return texts.why(numbers, turn.plan.review.reason_characters)
    if len(reason) > LONGEST:
        return texts.too_long(len(reason), LONGEST)
    return texts.returned(decide_each(turn, numbers, FilingState.RETURNED, reason), reason)
