"""导出: a link that brings one workbook, once."""

from datetime import date

from bot.policy.export import SAID, ExportKind, Order
from handlers.ranking_views import posted_on, switched_off
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import export as texts
from storage.entry_links import Purpose, issue


def export(turn: Turn) -> Answer:
    kind = SAID.get(turn.arguments.filter)
    if kind is None:
        return texts.which(SAID)
    day = _posted_on(turn) if kind is ExportKind.RANKING else None
    if isinstance(day, Answer):
        return day
    order = Order(kind=kind, day=day)
    minutes = turn.plan.pages.link_minutes
    code = issue(
        turn.connection,
        turn.person.person_id,
        Purpose.EXPORT,
        at=turn.real_ms,
        minutes=minutes,
        content=order.as_content(),
    )
    which = {"kind": kind.value} | ({} if day is None else {"day": day.isoformat()})
    turn.record("entry_link.issued", {"purpose": Purpose.EXPORT.value, **which})
    address = f"{turn.public_url}/office/export/{code}"
    return texts.link(turn.arguments.filter, address, minutes, posted=day)


def _posted_on(turn: Turn) -> date | Answer | None:
    """The day whose ranking is wanted, None = as it is now; or why there is none to take."""
    off = switched_off(turn)
    if off is not None or not turn.arguments.when:
        return off
    snapshot = posted_on(turn, order=f"{Command.EXPORT} {turn.arguments.filter}")
    return snapshot if isinstance(snapshot, Answer) else snapshot.taken.day
