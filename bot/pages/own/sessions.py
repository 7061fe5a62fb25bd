"""登录过的浏览器: where one is logged in, and out of any of them."""

from collections.abc import Sequence

from bot.pages.visit import NotThere, Outcome, Redirect, Shown, Visit
from messages.outgoing import answer
from storage import page_sessions
from storage.page_sessions import Session

_NAMED: int = 16  # so much of a hash tells one's own sessions apart, and opens nothing


def sessions(visit: Visit) -> Outcome:
    rows = [
        {
            "browser": one.browser or "不知道是什么浏览器",
            "opened": visit.time(one.opened_at),
            "seen": visit.time(max(one.seen_at, visit.real_ms) if _is_this(visit, one) else one.seen_at),
            "until": visit.time(one.expires_at),
            "here": _is_this(visit, one),
            "which": one.token_hash[:_NAMED],
        }
        for one in _mine(visit)
    ]
    idle = visit.plan.pages.idle_minutes
    return Shown("me/sessions.html", "登录过的浏览器", {"sessions": rows, "idle_minutes": idle})


def end_session(visit: Visit) -> Outcome:
    """In another browser; in this one 退出 stands above."""
    which = visit.asked.form.get("which", "")
    for one in _mine(visit):
        if one.token_hash[:_NAMED] == which and not _is_this(visit, one):
            page_sessions.end(visit.connection, one, at=visit.real_ms)
            visit.record("page.left", {"elsewhere": 1})
            return Redirect("/me/sessions", answer("那个浏览器里的登录已退出。"))
    raise NotThere


def _mine(visit: Visit) -> Sequence[Session]:
    return page_sessions.open_ones(
        visit.connection,
        visit.visitor.person_id,
        at=visit.real_ms,
        idle_minutes=visit.plan.pages.idle_minutes,
    )


def _is_this(visit: Visit, session: Session) -> bool:
    return session.token_hash == visit.session.token_hash
