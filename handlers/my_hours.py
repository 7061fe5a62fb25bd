"""我的学时: how far one is."""

from handlers.outlook import outlook
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import my_hours as texts


def my_hours(turn: Turn) -> Answer:
    return texts.my_hours(outlook(turn), turn.plan.requirement)
