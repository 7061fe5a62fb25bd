"""备案: the school's lead hands in one of the four papers as a link."""

from bot.policy.filing import PAPERS, FilingState, Slot, filing_due, standing_of
from bot.policy.paper import same_document
from handlers import menu
from handlers.handed_link import handed_link
from handlers.led import led_school
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import file as texts
from messages.texts.filing_words import SLOTS
from storage import filings
from storage.schools import hold_school

_NAMED = {SLOTS[slot]: slot for slot in PAPERS}


def file(turn: Turn) -> Answer:
    slot, link = _NAMED.get(turn.arguments.filter), handed_link(turn)
    if isinstance(link, Answer):
        return link
    if link is None:
        school = filings.by_slot(turn.connection, led_school(turn))
        return texts.how(slot, {one: standing_of(versions) for one, versions in school.items()})
    if slot is None:
        choices = [Arguments(filter=name, links=(link,)) for name in _NAMED]
        return menu.offer(turn, texts.which(tuple(_NAMED)), Command.FILE, menu.Lines(choices, tuple(_NAMED)))
    return _handed_in(turn, slot, link)


def _handed_in(turn: Turn, slot: Slot, link: str) -> Answer:
    school_id = led_school(turn)
    hold_school(turn.connection, school_id)
    before = filings.versions_of(turn.connection, school_id, slot)
    latest = before[0] if before else None
    if (
        latest is not None
        and latest.state is not FilingState.RETURNED
        and same_document(link, latest.content)
    ):
        return texts.same_as_before(latest.number, slot, filed=latest.state is FilingState.FILED)
    number = filings.hand_in(
        turn.connection,
        school_id=school_id,
        slot=slot,
        content=link,
        person_id=turn.person.person_id,
        at=turn.now_ms,
    )
    turn.record("filing.handed_in", {"school": school_id, "slot": slot.value, "number": number, "link": link})
    in_force = next((one.number for one in before if one.state is FilingState.FILED), None)
    school = filings.by_slot(turn.connection, school_id)
    return texts.handed_in(
        number,
        slot,
        link,
        due=filing_due(turn.plan),
        today=turn.today,
        in_force=in_force,
        slots={one: standing_of(versions) for one, versions in school.items()},
    )
