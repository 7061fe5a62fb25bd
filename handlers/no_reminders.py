"""别提醒我 and 恢复提醒: one's own peace for some weeks."""

from datetime import timedelta

from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import no_reminders as texts
from storage import reminders


def no_reminders(turn: Turn) -> Answer:
    until = turn.today + timedelta(days=turn.plan.reminders.pause_days)
    reminders.pause(turn.connection, turn.person.person_id, until, at=turn.real_ms)
    turn.record("reminders.paused", {"until": until.isoformat()}, person_id=turn.person.person_id)
    return texts.paused(until)


def reminders_again(turn: Turn) -> Answer:
    if not reminders.resume(turn.connection, turn.person.person_id, turn.today):
        return texts.not_paused()
    turn.record("reminders.resumed", {}, person_id=turn.person.person_id)
    return texts.resumed(turn.plan.quiet.reminder_workdays)
