"""In by a one-time link, out by a button: what stands in the database about it."""

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from bot.pages.guard import csrf_token, is_token
from bot.pages.visit import Asked, Ground, Visit
from handlers.entry import Who, standing_of_grants
from messages.incoming import Platform
from messages.outgoing import Answer, dump_answer
from messages.texts import entry_link as texts
from storage import audit, conversations, entry_links, page_sessions
from storage.conversations import Topic
from storage.entry_links import Purpose, Refusal, hash_of
from storage.page_sessions import Session
from storage.people import find_person
from storage.roles import grants_of

_SAID_MS: Final = 10 * 60_000


@dataclass(frozen=True, slots=True)
class LetIn:
    """The token for the cookie, and how long it is good for in seconds."""

    token: str = field(repr=False)
    seconds: int


def let_in(  # noqa: PLR0913  the link, and the browser it is used in
    connection: Connection, ground: Ground, code: str, purpose: Purpose, *, former: str, browser: str
) -> LetIn | Refusal:
    """Uses the link up, and ends what this browser was logged in with: its token is `former`, "" = nothing."""
    at = ground.clock.real_ms()
    entered = entry_links.use(connection, code, purpose, at=at)
    if isinstance(entered, Refusal):
        return entered
    hours = ground.plan.pages.session_hours
    token = page_sessions.begin(connection, entered.person_id, at=at, hours=hours, browser=browser)
    _change_over(connection, ground, former, entered.person_id, token, at)
    audit.record(
        connection,
        at=at,
        actor=f"person:{entered.person_id}",
        action="page.entered",
        person_id=None,
        detail={"purpose": purpose.value},
        trace="",
    )
    return LetIn(token, hours * 3600)


def _change_over(  # noqa: PLR0913, PLR0917  from one session to the next
    connection: Connection, ground: Ground, former: str, person_id: int, token: str, at: int
) -> None:
    """Whoever finds themselves in the place of somebody else is told so: the link may not have been for them."""
    before = (
        page_sessions.find(connection, former, at=at, idle_minutes=ground.plan.pages.idle_minutes)
        if is_token(former)
        else None
    )
    if before is None:
        return
    page_sessions.end(connection, before, at=at)
    was, is_now = find_person(connection, before.person_id), find_person(connection, person_id)
    if was is not None and is_now is not None and was.person_id != is_now.person_id:
        leave_word(connection, person_id, hash_of(token), texts.somebody_else(is_now.name, was.name), at=at)


def leave_word(connection: Connection, person_id: int, token_hash: str, said: Answer, *, at: int) -> None:
    """What was done in one browser is said in that browser, on the page that comes next."""
    conversations.put(
        connection,
        *said_in(person_id, token_hash),
        Topic.SAID,
        {"answer": dump_answer(said)},
        expires_at=at + _SAID_MS,
    )


def said_in(person_id: int, token_hash: str) -> tuple[Platform, str, str]:
    """The place of a conversation that is a browser."""
    return Platform.PAGE, str(person_id), token_hash[:32]


def visit_of(connection: Connection, ground: Ground, token: str, asked: Asked, trace: str) -> Visit | None:
    """None for somebody who is not logged in (any more); roles are those of this moment."""
    at = ground.clock.real_ms()
    session = page_sessions.find(connection, token, at=at, idle_minutes=ground.plan.pages.idle_minutes)
    visitor = None if session is None else find_person(connection, session.person_id)
    if session is None or visitor is None:
        return None
    grants = grants_of(connection, visitor.person_id)
    return Visit(
        connection=connection,
        ground=ground,
        asked=asked,
        visitor=visitor,
        grants=grants,
        standing=standing_of_grants(grants) - {Who.EVERYONE},
        session=session,
        now=ground.clock.now(),
        real_ms=at,
        csrf=csrf_token(ground.secret_key, session.token_hash),
        trace=trace,
    )


def is_due(session: Session, at: int) -> bool:
    """Whether it should be written down that the session is alive."""
    return at - session.seen_at >= page_sessions.SEEN_EVERY_MS
