"""申诉列表: the cases of one's school, or of the county."""

from handlers.appeal import case
from handlers.led import is_office, led_schools, reads_everything
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import appeals as texts
from storage.appeals import answered_appeals, open_appeals

MOST_ANSWERED = 10


def appeals(turn: Turn) -> Answer:
    everywhere = reads_everything(turn)
    schools = None if everywhere else sorted(led_schools(turn))
    waiting = open_appeals(turn.connection, schools)
    answered = answered_appeals(turn.connection, schools, most=MOST_ANSWERED)
    turn.record(
        "list.viewed", {"list": "appeals", "schools": schools, "people": len(waiting) + len(answered)}
    )
    return texts.appeals(
        [case(turn, one) for one in waiting],
        [case(turn, one) for one in answered],
        own=sum(one.appellant.person_id == turn.person.person_id for one in waiting),
        by_school=everywhere or len(schools or ()) > 1,
        answers=is_office(turn) or bool(led_schools(turn)),
        today=turn.today,
    )
