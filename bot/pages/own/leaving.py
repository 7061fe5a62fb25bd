"""Out: in this browser, or in all of them."""

from bot.pages.visit import Outcome, Shown, Visit
from storage import page_sessions


def leave(visit: Visit) -> Outcome:
    page_sessions.end(visit.connection, visit.session, at=visit.real_ms)
    visit.record("page.left", {})
    return Shown("left.html", "已退出", {"everywhere": False})


def leave_everywhere(visit: Visit) -> Outcome:
    count = page_sessions.end_all(visit.connection, visit.visitor.person_id, at=visit.real_ms)
    visit.record("page.left", {"everywhere": count})
    return Shown("left.html", "已退出", {"everywhere": True})
