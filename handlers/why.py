"""为什么: how the asker's own figures come about."""

from bot.policy.explanation import explain
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import why as texts
from storage.standings import record_of


def why(turn: Turn) -> Answer:
    """Derived from everything on file, not from the stored standing, so that it would show a difference."""
    record = record_of(turn.connection, turn.person.person_id)
    return texts.why(
        explain(record, turn.plan, turn.catalogue),
        turn.plan,
        turn.catalogue,
        chosen=record.facts.chosen,
        day_of=turn.day,
        today=turn.today,
    )
