"""Where a page is made: in a thread, in one transaction, and only for whom the registry admits."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.pages.entry import PageEntry
from bot.pages.guard import CSRF_FIELD, is_our_form
from bot.pages.login import LetIn, is_due, leave_word, let_in, said_in, visit_of
from bot.pages.rendering import environment, render
from bot.pages.visit import (
    Asked,
    Denied,
    Download,
    Ground,
    NotThere,
    Outcome,
    Picture,
    Redirect,
    Shown,
    Unfit,
    Visit,
)
from handlers.entry import Who
from messages.incoming import Platform
from messages.outgoing import Answer, load_answer
from storage import conversations, entry_links, page_sessions
from storage.conversations import Topic
from storage.database import hold_for_writing, is_outage
from storage.entry_links import Purpose, Refusal
from storage.fault_points import FaultPoint, reached

log = structlog.get_logger()

THREADS: Final = 4
_REFUSED: Final = 400
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Html:
    """A page that was made."""

    body: str
    status: int = 200


Made = Html | Redirect | Download | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the menu."""

    section: str
    word: str
    path: str
    here: bool


class Desk:
    """One for a process."""

    def __init__(self, ground: Ground, entries: Sequence[PageEntry]) -> None:
        self.ground = ground
        self.base = ground.base
        self._entries = entries
        self._jinja = environment()
        self._threads = ThreadPoolExecutor(THREADS, "pages")

    async def in_thread(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    # ── in a thread ──

    def make(self, entry: PageEntry, asked: Asked, token: str) -> Made:
        """What the browser gets; nothing is written unless the whole page was made."""
        trace = secrets.token_hex(8)
        try:
            return (
                self._written(entry, asked, token, trace)
                if entry.posted
                else self._read(entry, asked, token, trace)
            )
        except DBAPIError as error:
            if not is_outage(error):
                log.exception("a page has failed", path=entry.path, trace=trace)
                return self.sorry("failed", 503, trace=trace)
            log.warning("a page waits for the database", path=entry.path)
            return self.sorry("outage", 503)
        except Exception:  # the border of the pages
            log.exception("a page has failed", path=entry.path, trace=trace)
            return self.sorry("failed", 503, trace=trace)

    def turned_away(self, entry: PageEntry, token: str) -> Html | None:
        """Before anything large is read; None for whoever may go on."""
        try:
            with self.ground.database.reading() as connection:
                visit = visit_of(
                    connection, self.ground, token, Asked(path={}, query={}, form={}, every={}), ""
                )
        except DBAPIError:
            log.warning("a page waits for the database", path=entry.path)
            return self.sorry("outage", 503)
        if visit is None:
            return self.sorry("not_in", 401)
        return None if entry.admits(visit.standing) else self.sorry("not_yours", 403)

    def enter(
        self, code: str, purpose: Purpose, *, former: str, browser: str
    ) -> LetIn | Refusal | Literal["outage"]:
        """A stranger who tries codes makes nobody wait: only a link that there is begins to write."""
        try:
            with self.ground.database.reading() as connection:
                if not entry_links.is_known(connection, code, purpose):
                    return Refusal.UNKNOWN
            with self.ground.database.writing() as connection:
                return let_in(connection, self.ground, code, purpose, former=former, browser=browser)
        except DBAPIError:  # whatever it was: the code must not stand in a log
            log.warning("nobody gets in for the database", purpose=purpose.value)
            return "outage"

    def sorry(self, why: str, status: int, **context: Any) -> Html:
        """A page for somebody of whom nothing is known."""
        base = {
            "why": why,
            "base": self.base,
            "title": "研修助手",
            "minutes": self.ground.plan.pages.link_minutes,
        }
        return Html(render(self._jinja, "sorry.html", base | context), status)

    def _read(self, entry: PageEntry, asked: Asked, token: str, trace: str) -> Made:
        database, at = self.ground.database, self.ground.clock.real_ms()
        with database.reading() as connection:
            visit = visit_of(connection, self.ground, token, asked, trace)
            if visit is None:
                return self.sorry("not_in", 401)
            made = self._outcome(entry, visit)
            said = self._left(visit) if isinstance(made, Shown) else None
            html = self._html(made, visit, said)
        if visit.records or said is not None or is_due(visit.session, at):
            with database.writing() as connection:
                visit.write_records(connection)
                page_sessions.seen(connection, visit.session, at=at)
                if said is not None:
                    conversations.clear(connection, *_place(visit), Topic.SAID)
                reached(FaultPoint.VISIT_COMMITS)
            reached(FaultPoint.VISIT_COMMITTED)
        return html

    def _written(self, entry: PageEntry, asked: Asked, token: str, trace: str) -> Made:
        with self.ground.database.engine.connect() as connection:
            hold_for_writing(connection)
            with connection.begin():
                made = self._posted(connection, entry, asked, token, trace)
                reached(FaultPoint.FORM_COMMITS)
            reached(FaultPoint.FORM_COMMITTED)
            self.ground.committed(connection)
        return made

    def _posted(self, connection: Connection, entry: PageEntry, asked: Asked, token: str, trace: str) -> Made:
        """What is refused has changed nothing."""
        visit = visit_of(connection, self.ground, token, asked, trace)
        if visit is None:
            return self.sorry("not_in", 401)
        if not is_our_form(asked.form.get(CSRF_FIELD, ""), visit.csrf):
            return self.sorry("foreign", 403)
        savepoint = connection.begin_nested()
        made = self._outcome(entry, visit)
        if isinstance(made, Shown) and made.status >= _REFUSED:
            savepoint.rollback()
            visit.records.clear()
        else:
            savepoint.commit()
        visit.write_records(connection)
        page_sessions.seen(connection, visit.session, at=visit.real_ms)
        if isinstance(made, Redirect) and made.said is not None:
            mine = visit.session.token_hash
            leave_word(connection, visit.visitor.person_id, mine, made.said, at=visit.real_ms)
        return self._html(made, visit, None)

    def _outcome(self, entry: PageEntry, visit: Visit) -> Outcome:
        if not entry.admits(visit.standing):
            who = "、".join(one.value for one in Who if one in entry.who)
            return Shown("refused.html", "不归你看", {"words": f"这一页给{who}用。"}, 403)
        try:
            return entry.page(visit)
        except NotThere:
            return Shown("refused.html", "没有这一页", {"words": "没有这一页，或者不归你看。"}, 404)
        except Denied as denied:
            return Shown("refused.html", "不能这样做", {"words": str(denied)}, 403)
        except Unfit as unfit:
            return Shown("refused.html", "没有办成", {"words": str(unfit)}, 400)

    def _html(self, made: Outcome, visit: Visit, said: Answer | None) -> Made:
        if not isinstance(made, Shown):
            return made
        base = {
            "visit": visit,
            "title": made.title,
            "base": self.base,
            "menu": (menu := self._menu(visit)),
            "menu_by_section": {
                name: [item for item in menu if item.section == name] for name in _sections(menu)
            },
            "said_before": said,
            "back": self._back(visit, menu),
        }
        return Html(render(self._jinja, made.template, base | dict(made.context)), made.status)

    def _back(self, visit: Visit, menu: Sequence[Item]) -> Item | None:
        """The page of the menu below which the visitor is."""
        here = self.base + visit.asked.path.get("here", "")
        above = [item for item in menu if here == item.path or here.startswith(item.path + "/")]
        return max(above, key=lambda item: len(item.path), default=None)

    def _menu(self, visit: Visit) -> tuple[Item, ...]:
        here = visit.asked.path.get("here", "")
        return tuple(
            Item(section=entry.section, word=entry.menu, path=self.base + entry.path, here=entry.path == here)
            for entry in self._entries
            if entry.menu and entry.admits(visit.standing)
        )

    def _left(self, visit: Visit) -> Answer | None:
        kept = conversations.peek(visit.connection, *_place(visit), Topic.SAID, real_ms=visit.real_ms)
        return None if kept is None else load_answer(kept.content["answer"])


def _sections(menu: Sequence[Item]) -> Sequence[str]:
    """In the order of the registry."""
    return tuple(dict.fromkeys(item.section for item in menu))


def _place(visit: Visit) -> tuple[Platform, str, str]:
    return said_in(visit.visitor.person_id, visit.session.token_hash)
