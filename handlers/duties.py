"""本校任务: everything a school owes in the first stage, filings and ticks."""

from bot.policy.filing import Slot, filing_due, standing_of
from handlers.led import led_school, led_school_name
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import duties as texts
from storage.duties import ticks_of
from storage.filings import by_slot


def duties(turn: Turn) -> Answer:
    school_id = led_school(turn)
    versions = by_slot(turn.connection, school_id)
    ticks = ticks_of(turn.connection, school_id)
    return texts.duties(
        led_school_name(turn, school_id),
        {slot: standing_of(versions[slot]) for slot in Slot},
        {slot: versions[slot][0].number for slot in Slot if versions[slot]},
        {duty: (tick.by, turn.day(tick.at)) for duty, tick in ticks.items()},
        due=filing_due(turn.plan),
        today=turn.today,
    )
