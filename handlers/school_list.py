"""本校名单: who of the school is not done, by the first step that is missing."""

from bot.policy.school import STEPS
from handlers.led import led_school, led_school_name
from handlers.turn import Turn
from handlers.unit_figures import progress, steps_asked_for
from messages.outgoing import Answer
from messages.texts import school_list as texts
from storage.unit_standings import by_school, listed


def school_list(turn: Turn) -> Answer:
    school_id = led_school(turn)
    name = led_school_name(turn, school_id)
    steps = steps_asked_for(turn)
    if steps is None:
        return texts.no_such_list(turn.arguments.filter)
    found = progress(turn, by_school(turn.connection, [school_id]).get(school_id, ()))
    if found is None:
        return texts.nobody(name, turn.today)
    if not turn.arguments.filter:
        return texts.counts(name, found, found.as_of, turn.today)
    people = listed(turn.connection, school_ids=[school_id], steps=steps)
    turn.record("list.viewed", {"school": school_id, "filter": turn.arguments.filter, "people": len(people)})
    if steps == STEPS:
        return texts.everybody(name, people, found.as_of, turn.today)
    return texts.at_step(name, steps[0], people, found.as_of, turn.today)
