"""我的主页: a link to one's own page; leaders and leads find their review there as well."""

from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import entry_link as texts
from storage.entry_links import Purpose, issue


def my_page(turn: Turn) -> Answer:
    minutes = turn.plan.pages.link_minutes
    code = issue(turn.connection, turn.person.person_id, Purpose.ME, at=turn.real_ms, minutes=minutes)
    turn.record("entry_link.issued", {"purpose": Purpose.ME.value})
    return texts.my_page(f"{turn.public_url}/me/enter/{code}", minutes)
