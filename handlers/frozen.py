"""What whoever changes a result should know while the results are frozen."""

from handlers.turn import Turn
from messages.outgoing import SILENCE, Answer
from messages.texts.freeze import while_frozen
from storage.freezes import active_freeze


def frozen_remark(turn: Turn) -> Answer:
    """Nothing while nothing is frozen."""
    freeze = active_freeze(turn.connection)
    return SILENCE if freeze is None else while_frozen(turn.day(freeze.frozen_at))
