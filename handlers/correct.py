"""更正: an appeal is answered by saying that the data has been corrected."""

from handlers.answer import answer_case
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import answer as texts
from storage.appeals import KIND
from storage.numbers import kind_of


def correct(turn: Turn) -> Answer:
    for number in turn.arguments.numbers:
        kind = kind_of(turn.connection, number)
        if kind is not None and kind != KIND:
            return texts.correct_not_open(number)
    return answer_case(turn, Command.CORRECT, corrected=True)
