"""备案情况: how far the school's five filings are, or those of the whole county."""

from bot.policy.filing import Slot, filing_due, standing_of
from handlers.led import led_school, led_school_name, led_schools, reads_everything
from handlers.named_school import named_school
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import SILENCE, Answer
from messages.texts import filings as texts
from storage.filings import by_slot, county_slots


def filings(turn: Turn) -> Answer:
    if turn.arguments.school and reads_everything(turn):
        return _named(turn)
    own = _own_school(turn) if led_schools(turn) else SILENCE
    if not reads_everything(turn):
        return own
    return own + texts.of_county(turn.plan.county, county_slots(turn.connection), turn.today)


def _own_school(turn: Turn) -> Answer:
    school_id = led_school(turn)
    return _of(turn, school_id, led_school_name(turn, school_id))


def _named(turn: Turn) -> Answer:
    school = named_school(turn, Command.FILINGS)
    return school if isinstance(school, Answer) else _of(turn, school.school_id, school.name)


def _of(turn: Turn, school_id: int, name: str) -> Answer:
    versions = by_slot(turn.connection, school_id)
    rows = [
        texts.Row(
            slot=slot,
            standing=standing_of(versions[slot]),
            versions=[
                texts.Version(
                    number=one.number,
                    state=one.state,
                    handed_in=turn.day(one.handed_in_at),
                    decided=None if one.decided_at is None else turn.day(one.decided_at),
                    reason=one.reason,
                )
                for one in versions[slot]
            ],
        )
        for slot in Slot
    ]
    return texts.of_school(name, rows, filing_due(turn.plan), turn.today)
