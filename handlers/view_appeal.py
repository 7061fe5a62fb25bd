"""查看 of an appeal's number, for the appellant, the school's leads, the office and the leading group."""

from bot.policy.appeal import may_answer, may_read
from handlers.appeal import case
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import view_appeal as texts
from messages.texts.view import not_seen
from storage.appeals import figures_of, find_appeal


def view_appeal(turn: Turn, number: int) -> Answer:
    found = find_appeal(turn.connection, number)
    whereabouts, grants = turn.person.whereabouts, turn.grants()
    if found is None or not may_read(whereabouts, grants, found.appellant):
        return not_seen(number)
    own = found.appellant.person_id == turn.person.person_id
    if not own:
        turn.record("appeal.viewed", {"number": number}, person_id=found.appellant.person_id)
    return texts.view_appeal(
        case(turn, found),
        found.figures,
        figures_of(turn.connection, found.appellant.person_id),
        turn.catalogue,
        about=found.about,
        own=own,
        answers=may_answer(whereabouts, grants, found.appellant),
        today=turn.today,
    )
