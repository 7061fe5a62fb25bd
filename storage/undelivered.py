"""What is never delivered: given up because it is too late or its group is stopped; and sent once more."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, update

from bot.policy.outgoing import MANNERS, Kind
from bot.policy.school import OWN_STEPS
from storage.delivery_tables import chat_group, outbox
from storage.outbox import State, expires, mark_posted
from storage.recalls import IS_ASKED, WITHDRAWN
from storage.tables import person, standing

EXPIRED, STOPPED, FORGOTTEN, OVERTAKEN = "expired", "stopped", "forgotten", "overtaken"
"""Why something was given up, where no platform has given a reason."""
DAY_MS = 24 * 3_600_000
MOST_AT_ONCE: Final = 500
"""Copies of an announcement to a province are too late in one moment: more than a statement takes parameters."""
_REPLAYABLE = (State.DEAD.value, State.FAILED.value)
_GONE = select(chat_group.c.id).where(
    or_(chat_group.c.ended_at.is_not(None), chat_group.c.stopped_at.is_not(None))
)
"""Groups to which nothing is sent any more."""
_NOTHING_TO_DO = select(standing.c.person_id).where(
    or_(standing.c.active.is_(False), standing.c.next_step.not_in([step.value for step in OWN_STEPS]))
)
"""People who have done what they were to be reminded of, or have left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """How many messages, by kind and why."""

    counts: Mapping[tuple[Kind, str], int]
    more: bool = False  # there may be others, for another transaction
    untrue: bool = False  # there may be others, of which no claim sees that they must not be sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message that was given up."""

    key: str
    kind: Kind
    person: str  # "" = it was for a group
    group_id: int | None
    state: State
    reason: str
    noted_at: int
    done_at: int | None  # None = it waits for the person's next answer


def give_up(connection: Connection, now: int) -> GivenUp:
    """What is too late, and what waits for a group that takes nothing any more: so much that nobody waits for it long.

    Also reminders that were held overnight and are true no more, and what has been in doubt for a day: the way out that it took is gone, and may have delivered it.
    """
    counts: Counter[tuple[Kind, str]] = Counter()
    for which, state, why in _past(now):
        kinds = _end(connection, which, state, why, now, most=MOST_AT_ONCE - counts.total())
        counts.update((kind, why) for kind in kinds)
        if counts.total() >= MOST_AT_ONCE:
            return GivenUp(counts=counts, more=True, untrue=why == OVERTAKEN)
    return GivenUp(counts=counts)


def _past(now: int) -> tuple[tuple[ColumnElement[bool], State, str], ...]:
    """What has come to its end, how and why. First what only this knows of: a claim sees itself what is too late."""
    open_ = outbox.c.done_at.is_(None)
    free = and_(open_, outbox.c.parcel.is_(None))
    overtaken = and_(
        free,
        outbox.c.kind == Kind.REMINDER.value,
        outbox.c.expires_at > now,  # what is too late is not looked through again for every piece of it
        outbox.c.person_id.in_(_NOTHING_TO_DO),
    )
    doubtful = and_(
        open_,
        outbox.c.parcel.is_not(None),
        outbox.c.lease.is_(None),
        or_(outbox.c.doubt_since <= now - DAY_MS, outbox.c.expires_at <= now),
    )
    return (
        (overtaken, State.DEAD, OVERTAKEN),
        (and_(free, outbox.c.expires_at <= now), State.DEAD, EXPIRED),
        (and_(free, outbox.c.group_id.in_(_GONE)), State.DEAD, STOPPED),
        (doubtful, State.UNCERTAIN, FORGOTTEN),
    )


def bury(connection: Connection, group_id: int, now: int, *, why: str = "") -> Mapping[tuple[Kind, str], int]:
    """What waits for a group that was stopped; how many by kind and why. `why`: in words, for the office to read.

    What may have arrived is not said to have been held back.
    """
    waits = and_(outbox.c.group_id == group_id, outbox.c.done_at.is_(None), outbox.c.lease.is_(None))
    counts: Counter[tuple[Kind, str]] = Counter()
    for which, state, reason, words in (
        (outbox.c.parcel.is_(None), State.DEAD, STOPPED, why),
        (outbox.c.parcel.is_not(None), State.UNCERTAIN, FORGOTTEN, ""),
    ):
        while kinds := _end(connection, waits & which, state, reason, now, words=words, most=MOST_AT_ONCE):
            counts.update((kind, reason) for kind in kinds)
    return counts


def _end(  # noqa: PLR0913 - what has ended, how and why
    connection: Connection,
    which: ColumnElement[bool],
    state: State,
    why: str,
    now: int,
    *,
    most: int,
    words: str = "",
) -> list[Kind]:
    """Found first, so that a row that somebody is about to send is left to them."""
    rows = connection.execute(
        select(outbox.c.id, outbox.c.kind).where(which).limit(most).with_for_update(skip_locked=True)
    ).all()
    if rows:
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(state=state.value, reason=why, why=words, done_at=now, doubt_since=None)
        )
    return [Kind(row.kind) for row in rows]


def undelivered(connection: Connection, *, group_id: int | None = None, most: int) -> list[Undelivered]:
    """What was given up, the newest first; not what the office has taken back."""
    rows = connection.execute(
        select(
            outbox.c.key,
            outbox.c.kind,
            person.c.name,
            outbox.c.group_id,
            outbox.c.state,
            outbox.c.reason,
            outbox.c.noted_at,
            outbox.c.done_at,
        )
        .outerjoin(person, person.c.id == outbox.c.person_id)
        .where(outbox.c.state.in_([*_REPLAYABLE, State.UNCERTAIN.value]), outbox.c.reason != WITHDRAWN)
        .where(*(() if group_id is None else (outbox.c.group_id == group_id,)))
        .order_by(outbox.c.id.desc())
        .limit(most)
    )
    return [
        Undelivered(
            key=key,
            kind=Kind(kind),
            person=name or "",
            group_id=group,
            state=State(state),
            reason=reason,
            noted_at=noted,
            done_at=done,
        )
        for key, kind, name, group, state, reason, noted, done in rows
    ]


def replay(
    connection: Connection,
    *,
    at: int,
    keys: Collection[str] | None = None,
    group_id: int | None = None,
    reason: str | None = None,
) -> int:
    """Sends once more what was given up: these, those of a group or of one reason, or all; how many there were.

    Without keys only what is still worth saying. By its key also what may have arrived: somebody has looked.
    Nothing for a group that takes nothing: it would only be given up once more. Nothing that was taken back, or
    whose words are gone.
    """
    if keys is None:
        which = and_(
            outbox.c.state.in_(_REPLAYABLE), or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > at)
        )
    else:
        which = and_(outbox.c.key.in_(list(keys)), outbox.c.state.in_([*_REPLAYABLE, State.UNCERTAIN.value]))
    if group_id is not None:
        which = and_(which, outbox.c.group_id == group_id)
    if reason is not None:
        which = and_(which, outbox.c.reason == reason, outbox.c.dismissed_at.is_(None))
    which = and_(which, or_(outbox.c.group_id.is_(None), outbox.c.group_id.not_in(_GONE)), ~IS_ASKED)
    which = and_(which, outbox.c.content != "")  # its words are kept no more (storage.retention)
    fresh: dict[str, Any] = {
        "state": State.QUEUED.value, "reason": "", "why": "", "outlet": "", "done_at": None, "parcel": None, "account": None,
        "lease": None, "leased_until": None, "tries": 0, "next_try_at": 0, "first_tried_at": None,
        "doubt_since": None, "dismissed_at": None,
    }  # fmt: skip
    if keys is not None:
        fresh["expires_at"] = case(
            *(
                (outbox.c.kind == kind.value, expires(kind, at))
                for kind in Kind
                if MANNERS[kind].minutes is not None
            ),
            else_=None,
        )
    count = connection.execute(update(outbox).where(which).values(**fresh)).rowcount
    if count:
        mark_posted(connection)
    return count
