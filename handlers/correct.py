"""更正: of an announcement a numbered correction; of an appeal the answer that the data has been corrected."""

from handlers.announcement_correction import correct_announcement
from handlers.answer import answer_case
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import answer as texts
from messages.texts.announcement_correction import one_at_a_time
from storage import announcements, appeals
from storage.numbers import kind_of


def correct(turn: Turn) -> Answer:
    numbers = turn.arguments.numbers
    kinds = [kind_of(turn.connection, number) for number in numbers]
    if announcements.KIND in kinds:
        return correct_announcement(turn, numbers[0]) if len(numbers) == 1 else one_at_a_time()
    for number, kind in zip(numbers, kinds, strict=True):
        if kind is not None and kind != appeals.KIND:
            return texts.correct_not_open(number)
    return answer_case(turn, Command.CORRECT, corrected=True)
