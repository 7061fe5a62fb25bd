"""我的学时: how far one is."""

from handlers.outlook import outlook
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.taps import NEXT, next_action
from messages.texts import my_hours as texts


def my_hours(turn: Turn) -> Answer:
    mine = outlook(turn)
    return texts.my_hours(mine, turn.plan.requirement).choosing(NEXT, *next_action(mine), aside=True)
