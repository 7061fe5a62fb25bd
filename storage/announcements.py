"""Announcements on file; their copies are rows of the outbox that carry the number."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.announcement import TRANSITIONS, AnnouncementState
from bot.policy.audience import EVERY_GROUP, Audience, dump_audience, load_audience
from bot.policy.outgoing import Kind
from messages.outgoing import Answer, dump_answer
from storage.announcement_tables import announcement
from storage.audiences import which, who
from storage.delivery_tables import outbox
from storage.numbers import next_number
from storage.outbox import expires, mark_posted
from storage.recalls import withdraw
from storage.second_person import ask_no_more
from storage.superseding import supersede

KIND: Final = "announcement"
"""The word of its 编号 in `storage.numbers`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """As it is on file."""

    number: int
    author_id: int
    audience: str  # its words; "" = every bound group
    body: str
    wants_receipt: bool
    urgent: bool
    corrects: int | None
    state: AnnouncementState
    confirmed_at: int
    approved_by: int | None
    approved_at: int | None
    due_at: int | None
    posted_at: int | None
    people: int
    groups: int
    ended_by: int | None
    ended_at: int | None
    addressed: Audience = EVERY_GROUP  # what the words meant when they were confirmed


@dataclass(frozen=True, slots=True)
class Posted:
    """How many copies of an announcement there are."""

    people: int
    groups: int


def find_announcement(connection: Connection, number: int) -> Announcement | None:
    if number >= 2**63:
        return None
    return next(iter(_several(connection, _ALL.where(announcement.c.number == number))), None)


def waiting_for(connection: Connection, person_id: int) -> tuple[int, ...]:
    """编号 of those that wait for a second person who is not their author, the oldest first."""
    return tuple(
        connection.scalars(
            select(announcement.c.number)
            .where(
                announcement.c.state == AnnouncementState.WAITING.value, announcement.c.author_id != person_id
            )
            .order_by(announcement.c.number)
        )
    )


def newest_announcement(connection: Connection) -> Announcement | None:
    return next(iter(_several(connection, _ALL.order_by(announcement.c.number.desc()).limit(1))), None)


def due(connection: Connection, now_ms: int) -> tuple[Announcement, ...]:
    """定时 whose time has come, in its order; `now_ms` by the programme's clock."""
    wanted = _ALL.where(
        announcement.c.state == AnnouncementState.SCHEDULED.value, announcement.c.due_at <= now_ms
    )
    return _several(connection, wanted.order_by(announcement.c.due_at, announcement.c.number))


def expired(connection: Connection, before: int) -> tuple[Announcement, ...]:
    """Those that have waited for the second person since `before` or longer; by the real clock."""
    wanted = _ALL.where(
        announcement.c.state == AnnouncementState.WAITING.value, announcement.c.confirmed_at <= before
    )
    return _several(connection, wanted.order_by(announcement.c.number))


def put(  # noqa: PLR0913  a row of so many columns
    connection: Connection,
    *,
    author_id: int,
    audience: Audience,
    body: str,
    wants_receipt: bool,
    state: AnnouncementState,
    at: int,
    urgent: bool = False,
    corrects: int | None = None,
    due_at: int | None = None,
) -> int:
    """Its 编号. What is POSTED has its copies posted in the same transaction; `due_at` by the programme's clock."""
    number = next_number(connection, KIND, at=at)
    connection.execute(
        insert(announcement).values(
            number=number,
            author_id=author_id,
            audience=audience.words,
            addressed=dump_audience(audience),
            body=body,
            wants_receipt=wants_receipt,
            urgent=urgent,
            corrects=corrects,
            state=state.value,
            confirmed_at=at,
            due_at=due_at,
        )
    )
    return number


def move(connection: Connection, number: int, state: AnnouncementState, *, at: int, by: int | None) -> bool:
    """Whether it stood where that is allowed; of several at once one hears yes.

    `by`: who approves (never the author), cancels or recalls; None = the timetable, which posts what was approved
    and lets expire what nobody came for, and whoever finds that a correction has nothing to correct any more.
    """
    fields: dict[str, Any] = {"state": state.value}
    conditions = [announcement.c.number == number, announcement.c.state.in_(_before(state, by))]
    if state in (AnnouncementState.SCHEDULED, AnnouncementState.POSTED):
        if by is not None:
            fields |= {"approved_by": by, "approved_at": at}
            conditions.append(announcement.c.author_id != by)
    else:
        fields |= {"ended_by": by, "ended_at": at}
    moved = connection.execute(update(announcement).where(*conditions).values(**fields)).rowcount > 0
    if moved and state is not AnnouncementState.RECALLED:
        ask_no_more(connection, number, at=at)
    return moved


def call_off(connection: Connection, number: int, *, at: int, by: int) -> bool:
    """取消: what waits for somebody or for its time, and what was posted while nobody can have seen any of it.

    A correction that was posted stays: what it corrects has been stopped for it.
    """
    if move(connection, number, AnnouncementState.CANCELLED, at=at, by=by):
        return True
    mine = announcement.c.number == number
    posted = select(mine).where(
        mine, announcement.c.state == AnnouncementState.POSTED.value, announcement.c.corrects.is_(None)
    )
    if not connection.scalar(posted.with_for_update()) or not withdraw(connection, number, at=at):
        return False
    ended = {"state": AnnouncementState.CANCELLED.value, "ended_by": by, "ended_at": at}
    connection.execute(update(announcement).where(mine).values(**ended))
    return True


def post_copies(
    connection: Connection, one: Announcement, audience: Audience, said: Answer, *, at: int
) -> Posted:
    """A copy for each whom the audience reaches now, in one statement; a second time changes nothing.

    Hold the announcement before: by `put`, or by `move`, in the same transaction.
    """
    _copy(connection, one, audience, said, at)
    if audience.saw is not None:
        supersede(connection, audience.saw, at=at)
    posted = Posted(
        _copies(connection, one.number, outbox.c.person_id),
        _copies(connection, one.number, outbox.c.group_id),
    )
    connection.execute(
        update(announcement)
        .where(announcement.c.number == one.number)
        .values(posted_at=at, people=posted.people, groups=posted.groups)
    )
    mark_posted(connection)
    return posted


def _copy(connection: Connection, one: Announcement, audience: Audience, said: Answer, at: int) -> None:
    addressed, ids, mark = (
        (outbox.c.group_id, which(audience), "g")
        if audience.to_groups
        else (outbox.c.person_id, who(audience), "p")
    )
    chosen = ids.subquery("addressed")
    kind = Kind.URGENT if one.urgent else Kind.ANNOUNCEMENT
    copies = (
        select(
            literal(f"announcement/{one.number}/{mark}") + cast(chosen.c.id, String),
            literal(kind.value),
            chosen.c.id,
            literal(dump_answer(said)),
            literal(one.number),
            literal(at),
            literal(expires(kind, at)),
        )
        .where(chosen.c.id.is_not(None))  # SQLite takes ON CONFLICT only after a WHERE
        .order_by(chosen.c.id)
    )
    into = ["key", "kind", addressed.name, "content", "announcement", "noted_at", "expires_at"]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(outbox).from_select(into, copies).on_conflict_do_nothing(index_elements=["key"])
    )


_ALL: Final = select(announcement)


def _several(connection: Connection, wanted: Select[tuple[object, ...]]) -> tuple[Announcement, ...]:
    return tuple(
        Announcement(
            **{
                **row,
                "state": AnnouncementState(row["state"]),
                "addressed": load_audience(row["addressed"], row["audience"]),
            }
        )
        for row in connection.execute(wanted).mappings()
    )


def _before(state: AnnouncementState, by: int | None) -> list[str]:
    """From where it may come."""
    if state is AnnouncementState.POSTED:
        return [AnnouncementState.SCHEDULED.value if by is None else AnnouncementState.WAITING.value]
    if by is None and state in (AnnouncementState.SCHEDULED, AnnouncementState.RECALLED):
        return []
    if by is not None and state is AnnouncementState.EXPIRED:
        return []
    found = {one.value for one, following in TRANSITIONS.items() if state in following}
    if state is AnnouncementState.CANCELLED:  # its copies have to be stopped as well: `call_off`
        found -= {AnnouncementState.POSTED.value}
    return sorted(found)


def _copies(connection: Connection, number: int, addressed: ColumnElement[int | None]) -> int:
    found = connection.scalar(select(func.count(addressed)).where(outbox.c.announcement == number))
    return int(found or 0)
