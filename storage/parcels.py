"""Notices on their way: claimed in one transaction, sent outside any, settled in another.

A parcel is what one person is told in one message. Its law:

    free ── claim ──▶ leased ── settle ──▶ said (pushed, uncertain)
      ▲                 │  └──────────────▶ in doubt ── claim ──▶ leased, to the same account, with the same words
      └──── not taken ──┘

A lease that has run out belongs to a process that died: the platform may have taken the parcel, so it is in
doubt. `leased_until` is at the same time the mark of who holds it: it only grows, and whoever comes back too
late settles nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from storage.notices import Outcome
from storage.recipients import MOST_TOGETHER, Route, free, reachable
from storage.tables import account, notice

LEASE_MS = 60_000
# In UTF-8, so that what is said together with a line around it fits one message of WeCom (2048).
TOGETHER_BYTES = 1_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Claimed: it is now the caller's to send and to settle, until `leased_until`."""

    key: str
    account: str  # verbatim
    texts: tuple[str, ...]
    tries: int  # with this one
    claimed_at: int
    doubt_since: int | None  # the first time that the platform may have taken it
    lost_again: bool = False  # it was in doubt already when a process died with it

    @property
    def leased_until(self) -> int:
        return self.claimed_at + LEASE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What has become of a claimed parcel; `again_at` = when it may be tried again, where it may."""

    parcel: Parcel
    outcome: Outcome
    again_at: int = 0
    doubt_since: int | None = None  # with WAITING: nobody else may say it meanwhile


def is_due(connection: Connection, route: Route, now: int) -> bool:
    """Whether a claim would find something; `now` by the real clock."""
    if connection.scalar(select(notice.c.id).where(*_stranded(route, now)).limit(1)) is not None:
        return True
    return bool(reachable(connection, route, 1, now))


def claim(connection: Connection, route: Route, *, most: int, now: int) -> list[Parcel]:
    """At most so many parcels, in doubt or new; in a writing transaction of its own."""
    again = _again(connection, route, most, now)
    return again + _new(connection, route, most - len(again), now)


def settle(connection: Connection, settlements: Iterable[Settlement], *, at: int) -> int:
    """The number of those that were still the caller's."""
    settled = 0
    for one in settlements:
        result = connection.execute(
            update(notice)
            .where(
                notice.c.parcel == one.parcel.key,
                notice.c.said_at.is_(None),
                notice.c.leased_until == one.parcel.leased_until,
            )
            .values(_values(one, at))
        )
        settled += result.rowcount > 0
    return settled


def _values(one: Settlement, at: int) -> dict[str, object]:
    values: dict[str, object] = {"outcome": one.outcome.value, "leased_until": None}
    if one.outcome in (Outcome.PUSHED, Outcome.UNCERTAIN):
        return values | {"said_at": at}
    values["next_try_at"] = one.again_at
    if one.doubt_since is not None:
        return values | {"doubt_since": one.doubt_since}
    return values | {"parcel": None, "platform": None, "account": None, "doubt_since": None}


# ── in doubt ──


def _stranded(route: Route, now: int) -> tuple[ColumnElement[bool], ...]:
    return (
        notice.c.said_at.is_(None),
        notice.c.parcel.is_not(None),
        notice.c.platform == route.platform.value,
        notice.c.next_try_at <= now,
        or_(notice.c.leased_until.is_(None), notice.c.leased_until <= now),
    )


def _again(connection: Connection, route: Route, most: int, now: int) -> list[Parcel]:
    """Whole, and as they were: the platform knows a repetition by its words."""
    # Locking the first notice of each is enough, and never gives halves of one to two processes.
    first = select(func.min(notice.c.id)).where(*_stranded(route, now)).group_by(notice.c.parcel)
    keys = connection.scalars(
        select(notice.c.parcel)
        .where(*_stranded(route, now), notice.c.id.in_(first))
        .order_by(notice.c.next_try_at, notice.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    if not keys:
        return []
    bound = exists().where(
        account.c.platform == notice.c.platform,
        account.c.verbatim == notice.c.account,
        account.c.person_id == notice.c.person_id,
    )
    rows = connection.execute(
        select(notice, bound.label("bound"))
        .where(notice.c.parcel.in_(keys), notice.c.said_at.is_(None))
        .order_by(notice.c.parcel, notice.c.id)
    )
    parcels = []
    for key, group in groupby(rows, lambda row: row.parcel):
        members = list(group)
        if not members[0].bound:
            # The account has changed hands: what may have arrived is not sent to somebody else.
            ids = [row.id for row in members]
            gone = {"said_at": now, "outcome": Outcome.UNCERTAIN.value, "leased_until": None}
            connection.execute(update(notice).where(notice.c.id.in_(ids)).values(gone))
            continue
        parcels.append(_claimed_again(key, members, now))
    _lease(connection, parcels)
    return parcels


def _claimed_again(key: str, rows: Sequence[Row[Any]], now: int) -> Parcel:
    first = rows[0]
    died = first.leased_until is not None
    return Parcel(
        key=key,
        account=first.account,
        texts=tuple(row.text for row in rows),
        tries=first.tries + 1,
        claimed_at=now,
        doubt_since=first.leased_until - LEASE_MS if first.doubt_since is None else first.doubt_since,
        lost_again=died and first.doubt_since is not None,
    )


# ── new ──


def _new(connection: Connection, route: Route, most: int, now: int) -> list[Parcel]:
    found = reachable(connection, route, most, now) if most > 0 else {}
    if not found:
        return []
    rows = connection.execute(
        select(notice.c.id, notice.c.person_id, notice.c.text, notice.c.tries)
        .where(*free(now), notice.c.person_id.in_(found))
        .order_by(notice.c.person_id, notice.c.id)
        .with_for_update(skip_locked=True)
    )
    parcels, members = [], []
    for person_id, group in groupby(rows, lambda row: row.person_id):
        together = _fitting(list(group))
        parcel = Parcel(
            key=token_hex(8),
            account=found[person_id],
            texts=tuple(row.text for row in together),
            tries=max(row.tries for row in together) + 1,
            claimed_at=now,
            doubt_since=None,
        )
        parcels.append(parcel)
        members += [{"of": row.id, "is_in": parcel.key, "goes_to": parcel.account} for row in together]
    if members:
        connection.execute(
            update(notice)
            .where(notice.c.id == bindparam("of"))
            .values(parcel=bindparam("is_in"), account=bindparam("goes_to"), platform=route.platform.value),
            members,
        )
    _lease(connection, parcels)
    return parcels


def _fitting(rows: Sequence[Any]) -> list[Any]:
    """The first ones that can be said in one message; one at least."""
    fitting, room = [rows[0]], TOGETHER_BYTES - len(rows[0].text.encode())
    for row in rows[1:MOST_TOGETHER]:
        room -= len(row.text.encode())
        if room < 0:
            break
        fitting.append(row)
    return fitting


def _lease(connection: Connection, parcels: Sequence[Parcel]) -> None:
    if parcels:
        connection.execute(
            update(notice)
            .where(notice.c.parcel == bindparam("is_in"), notice.c.said_at.is_(None))
            .values(
                leased_until=bindparam("until"), tries=bindparam("tried"), doubt_since=bindparam("since")
            ),
            [
                {"is_in": one.key, "until": one.leased_until, "tried": one.tries, "since": one.doubt_since}
                for one in parcels
            ],
        )
