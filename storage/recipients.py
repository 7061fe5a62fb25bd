"""Whom there is something to tell, and on which account."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Exists, ScalarSelect, exists, func, select

from messages.incoming import Platform
from storage.notices import Outcome
from storage.tables import account, inbox, notice

MOST_TOGETHER = 8
"""So many things are said in one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One platform among those to which anything can be sent."""

    platform: Platform
    among: tuple[Platform, ...]
    apart_ms: int  # at least so long between two messages to one person


def free(now: int) -> tuple[ColumnElement[bool], ...]:
    """Of notices that may be sent now and are not on their way."""
    return (
        notice.c.said_at.is_(None),
        notice.c.parcel.is_(None),
        notice.c.outcome == Outcome.WAITING.value,
        notice.c.next_try_at <= now,
    )


def reachable(connection: Connection, route: Route, most: int, now: int) -> dict[int, str]:
    """Accounts on this platform by person: of those with something to hear, whoever has waited longest first.

    Looks no further than it must: thousands may wait for somebody's first message, or on the other platform.
    """
    rows = connection.execute(
        select(notice.c.person_id, _best(account.c.verbatim, route))
        .where(
            *free(now),
            _best(account.c.platform, route) == route.platform.value,
            ~_just_told(route, now),
            ~_being_told(now),
        )
        .order_by(notice.c.next_try_at, notice.c.id)
        .limit(most * MOST_TOGETHER)
    )
    found: dict[int, str] = {}
    for person_id, verbatim in rows:
        if len(found) < most or person_id in found:
            found[person_id] = verbatim
    return found


def _best(column: ColumnElement[str], route: Route) -> ScalarSelect[str]:
    """Of the person's accounts the one that was last used (contract, section 9), else the one bound last."""
    last_used = (
        select(func.max(inbox.c.received_at))
        .where(inbox.c.platform == account.c.platform, inbox.c.folded == account.c.folded)
        .scalar_subquery()
    )
    return (
        select(column)
        .where(
            account.c.person_id == notice.c.person_id,
            account.c.platform.in_([platform.value for platform in route.among]),
        )
        .order_by(func.coalesce(last_used, 0).desc(), account.c.bound_at.desc(), account.c.id)
        .limit(1)
        .correlate(notice)
        .scalar_subquery()
    )


_other = notice.alias("other")


def _just_told(route: Route, now: int) -> Exists:
    return exists().where(
        _other.c.person_id == notice.c.person_id,
        _other.c.said_at > now - route.apart_ms,
        _other.c.outcome == Outcome.PUSHED.value,
    )


def _being_told(now: int) -> Exists:
    return exists().where(
        _other.c.person_id == notice.c.person_id, _other.c.said_at.is_(None), _other.c.leased_until > now
    )
