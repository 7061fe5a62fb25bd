"""Who is logged in where: a row for each browser, found by the hash of what stands in its cookie."""

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select, update

from storage import entry_links
from storage.entry_links import hash_of
from storage.page_tables import page_session

_KEPT_MS: Final = 30 * 24 * 3_600_000
SEEN_EVERY_MS: Final = 60_000
"""So often a session's row is written: not with every page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser; instants in epoch milliseconds of the real clock."""

    token_hash: str
    person_id: int
    opened_at: int
    seen_at: int
    expires_at: int
    browser: str  # in words, as it said of itself


_COLUMNS = tuple(
    page_session.c[name]
    for name in ("token_hash", "person_id", "opened_at", "seen_at", "expires_at", "browser")
)


def begin(connection: Connection, person_id: int, *, at: int, hours: int, browser: str = "") -> str:
    """The token for the cookie, kept nowhere else."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(page_session).where(page_session.c.expires_at < at - _KEPT_MS))
    connection.execute(
        page_session.insert().values(
            token_hash=hash_of(token),
            person_id=person_id,
            opened_at=at,
            seen_at=at,
            expires_at=at + hours * 3_600_000,
            browser=browser,
        )
    )
    return token


def find(connection: Connection, token: str, *, at: int, idle_minutes: int) -> Session | None:
    """None where it is over, or never was."""
    query = select(*_COLUMNS).where(
        page_session.c.token_hash == hash_of(token), page_session.c.ended_at.is_(None)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None or not at < min(row["expires_at"], row["seen_at"] + idle_minutes * 60_000):
        return None
    return Session(**row)


def seen(connection: Connection, session: Session, *, at: int) -> None:
    mine = page_session.c.token_hash == session.token_hash
    connection.execute(update(page_session).where(mine).values(seen_at=at))


def end(connection: Connection, session: Session, *, at: int) -> None:
    """In this browser."""
    mine = page_session.c.token_hash == session.token_hash
    connection.execute(
        update(page_session).where(mine, page_session.c.ended_at.is_(None)).values(ended_at=at)
    )


def end_all(connection: Connection, *person_ids: int, at: int) -> int:
    """In every browser of these people, and for links that wait to be used; how many browsers there were."""
    entry_links.withdraw(connection, person_ids, at=at)
    theirs = (
        page_session.c.person_id.in_(person_ids),
        page_session.c.ended_at.is_(None),
        page_session.c.expires_at > at,
    )
    return connection.execute(update(page_session).where(*theirs).values(ended_at=at)).rowcount


def open_ones(connection: Connection, person_id: int, *, at: int, idle_minutes: int) -> tuple[Session, ...]:
    """The newest first."""
    mine = (
        page_session.c.person_id == person_id,
        page_session.c.ended_at.is_(None),
        page_session.c.expires_at > at,
        page_session.c.seen_at > at - idle_minutes * 60_000,
    )
    rows = connection.execute(select(*_COLUMNS).where(*mine).order_by(page_session.c.opened_at.desc()))
    return tuple(Session(**row) for row in rows.mappings())
