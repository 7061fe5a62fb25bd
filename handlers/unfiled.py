"""未备案: which schools have something open, and whose step it is."""

from collections.abc import Callable, Iterable

from bot.policy.filing import SlotStanding
from handlers.led import is_office
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import unfiled as texts
from storage.filings import SchoolSlots, county_slots


def unfiled(turn: Turn) -> Answer:
    schools = county_slots(turn.connection)
    return texts.unfiled(
        schools=len(schools),
        missing=_rows(schools, lambda one: one.missing),
        waiting=_rows(schools, lambda one: one.waiting),
        returned=_rows(schools, lambda one: one.returned),
        decides=is_office(turn),
        today=turn.today,
    )


def _rows(schools: Iterable[SchoolSlots], concerns: Callable[[SlotStanding], bool]) -> list[texts.Row]:
    rows = (
        texts.Row(
            school.name,
            [(slot, school.newest.get(slot)) for slot, one in school.slots.items() if concerns(one)],
        )
        for school in schools
    )
    return [row for row in rows if row.slots]
