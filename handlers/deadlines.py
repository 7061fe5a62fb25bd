"""截止时间: what is due when."""

from bot.policy.calendar import programme_day
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import deadlines as texts


def deadlines(turn: Turn) -> Answer:
    return texts.deadlines(turn.plan, programme_day(turn.today, turn.plan), turn.today)
