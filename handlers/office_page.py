"""后台: a link that lets the office in."""

from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import entry_link as texts
from storage.entry_links import Purpose, issue


def office_page(turn: Turn) -> Answer:
    minutes = turn.plan.pages.link_minutes
    code = issue(turn.connection, turn.person.person_id, Purpose.OFFICE, at=turn.real_ms, minutes=minutes)
    turn.record("entry_link.issued", {"purpose": Purpose.OFFICE.value})
    return texts.office_page(f"{turn.public_url}/office/enter/{code}", minutes)
