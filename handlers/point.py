"""微能力: what a point is, and how one stands to it."""

from handlers.school_scope import offered_scope
from handlers.turn import Turn
from messages.outgoing import SILENCE, Answer, answer
from messages.texts import point as texts
from messages.texts.points import impossible
from storage.choices import certified_points

MOST_POINTS = 3


def point(turn: Turn) -> Answer:
    """Several codes are answered one after the other."""
    codes = turn.arguments.codes[:MOST_POINTS]
    if not codes:
        return texts.which_point()
    said = SILENCE
    for code in codes:
        if code in turn.catalogue:
            said += texts.point(turn.catalogue[code], _own(turn, code))
        else:
            said += answer(f"{impossible(code, turn.catalogue)}。")
    return said


def _own(turn: Turn, code: str) -> texts.OwnPoint | None:
    if turn.message.in_group:
        return None
    grades = {one.code: one.grade for one in certified_points(turn.connection, turn.person.person_id)}
    return texts.OwnPoint(code in turn.person.chosen, grades.get(code), offered_scope(turn))
