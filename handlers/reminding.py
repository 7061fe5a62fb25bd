"""One person's reminder, as the timetable and their leaders send it."""

from collections.abc import Sequence

from bot.policy.reminders import Hearing
from handlers.outlook import Ground, outlook_of
from messages.outgoing import Answer, Part
from messages.texts.reminders import reminder
from storage.reminders import Candidate


def said_to(one: Candidate, ground: Ground, by: Sequence[Part] = ()) -> Answer:
    """`ground`: with the day on which they hear it; `by`: who has asked for it."""
    outlook = outlook_of(one.facts, one.step, one.returned, ground)
    return reminder(outlook, pause_days=ground.plan.reminders.pause_days, by=by)


def expires_at(heard: Hearing, now_ms: int, real_ms: int) -> int:
    """By the real clock: when the quiet hours begin by the programme's, which now shows `now_ms`."""
    return real_ms + int(heard.until.timestamp() * 1000) - now_ms
