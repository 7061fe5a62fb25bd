"""导出: a link that brings one workbook, once."""

from bot.policy.export import SAID, ExportKind, Order
from handlers.ranking_views import switched_off
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import export as texts
from storage.entry_links import Purpose, issue


def export(turn: Turn) -> Answer:
    kind = SAID.get(turn.arguments.filter)
    if kind is None:
        return texts.which(SAID)
    off = switched_off(turn) if kind is ExportKind.RANKING else None
    if off is not None:
        return off
    order = Order(kind=kind)
    minutes = turn.plan.pages.link_minutes
    code = issue(
        turn.connection,
        turn.person.person_id,
        Purpose.EXPORT,
        at=turn.real_ms,
        minutes=minutes,
        content=order.as_content(),
    )
    turn.record("entry_link.issued", {"purpose": Purpose.EXPORT.value, "kind": kind.value})
    return texts.link(turn.arguments.filter, f"{turn.public_url}/office/export/{code}", minutes)
