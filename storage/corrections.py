"""更正 and 重发: which announcement stands now, and what goes out once more."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.announcement import AnnouncementState
from bot.policy.copies import Fate
from bot.policy.outgoing import Kind
from messages.outgoing import Answer, dump_answer
from storage.announcement_tables import announcement
from storage.announcements import Announcement
from storage.deliveries import fate_is
from storage.delivery_tables import chat_group, outbox
from storage.outbox import expires, mark_posted
from storage.undelivered import replay

_STANDS: Final = (AnnouncementState.POSTED.value, AnnouncementState.RECALLED.value)
_AT_ONCE: Final = 500  # keys in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Resendable:
    """What an announcement, or the newest correction of it, has not brought to whom it is for."""

    number: int  # that stands now
    people: int
    groups: int
    closed: int  # groups that take nothing at all: they are in none of the above

    @property
    def able(self) -> int:
        return self.people + self.groups


def corrected_by(connection: Connection, number: int) -> int | None:
    """The newest correction of it that was posted."""
    found: int | None = connection.scalar(
        select(func.max(announcement.c.number)).where(
            announcement.c.corrects == number, announcement.c.state.in_(_STANDS)
        )
    )
    return found


def standing(connection: Connection, number: int) -> int:
    """The last correction of the corrections; the number itself where there is none."""
    while (newer := corrected_by(connection, number)) is not None:
        number = newer
    return number


def hold(connection: Connection, number: int) -> AnnouncementState | None:
    """Its state, which nobody changes before the end of the transaction."""
    state = connection.scalar(
        select(announcement.c.state).where(announcement.c.number == number).with_for_update()
    )
    return None if state is None else AnnouncementState(state)


def is_open(connection: Connection, number: int) -> bool:
    """Whether it may be corrected: it stands, and nothing has corrected it; held to the end of the transaction."""
    return hold(connection, number) is AnnouncementState.POSTED and corrected_by(connection, number) is None


def corrected(connection: Connection, number: int) -> tuple[int, ...]:
    """What it corrects, and what that corrects …; the newest first."""
    chain = (
        select(announcement.c.number, announcement.c.corrects)
        .where(announcement.c.number == number)
        .cte("chain", recursive=True)
    )
    chain = chain.union_all(
        select(announcement.c.number, announcement.c.corrects).where(
            announcement.c.number == chain.c.corrects
        )
    )
    found = connection.scalars(select(chain.c.number).order_by(chain.c.number.desc()))
    return tuple(one for one in found if one != number)


def newest_with_failures(connection: Connection) -> int | None:
    """The newest announcement that stands of which something has failed."""
    found: int | None = connection.scalar(
        select(func.max(outbox.c.announcement)).where(
            outbox.c.announcement.in_(
                select(announcement.c.number).where(announcement.c.state == AnnouncementState.POSTED.value)
            ),
            fate_is(Fate.FAILED),
        )
    )
    return found


_CLOSED = select(chat_group.c.id).where(
    or_(chat_group.c.ended_at.is_not(None), chat_group.c.stopped_at.is_not(None))
)
_IS_CLOSED = and_(outbox.c.group_id.is_not(None), outbox.c.group_id.in_(_CLOSED))


def resendable(connection: Connection, number: int) -> Resendable:
    """Also those whom an earlier, corrected one has never reached."""
    number = standing(connection, number)
    rows = connection.execute(
        select(
            func.count(outbox.c.person_id.distinct()),
            func.count(case((~_IS_CLOSED, outbox.c.group_id)).distinct()),
            func.count(case((_IS_CLOSED, outbox.c.group_id)).distinct()),
        ).where(or_(_failed(number), _left_out(connection, number)))
    )
    people, groups, closed = rows.one()
    return Resendable(number=number, people=people, groups=groups, closed=closed)


def closed_groups(connection: Connection, number: int) -> frozenset[int]:
    """The groups that `resendable` counts as closed."""
    wanted = or_(_failed(number), _left_out(connection, number))
    return frozenset(
        one
        for one in connection.scalars(select(outbox.c.group_id).where(_IS_CLOSED, wanted).distinct())
        if one is not None
    )


def resend(connection: Connection, one: Announcement, said: Answer, *, at: int) -> int:
    """How many copies of what stands now go out; `said` as receivers read it, for those who have no copy yet."""
    keys = connection.scalars(
        select(outbox.c.key).where(_failed(one.number), ~_IS_CLOSED).order_by(outbox.c.id)
    ).all()
    again = sum(
        replay(connection, at=at, keys=keys[start : start + _AT_ONCE])
        for start in range(0, len(keys), _AT_ONCE)
    )
    return again + _to_left_out(connection, one, said, at=at)


def _failed(number: int) -> ColumnElement[bool]:
    return and_(outbox.c.announcement == number, fate_is(Fate.FAILED))


def _left_out(connection: Connection, number: int) -> ColumnElement[bool]:
    """Failed copies of what it corrects, for people and groups that have no copy of it."""
    earlier = corrected(connection, number)
    own = outbox.alias("own")
    without = (
        or_(
            whose.is_(None),
            whose.not_in(select(theirs).where(own.c.announcement == number, theirs.is_not(None))),
        )
        for whose, theirs in (
            (outbox.c.person_id, own.c.person_id),
            (outbox.c.group_id, own.c.group_id),
        )
    )
    return and_(outbox.c.announcement.in_(earlier), fate_is(Fate.FAILED), *without)


def _to_left_out(connection: Connection, one: Announcement, said: Answer, *, at: int) -> int:
    kind = Kind.URGENT if one.urgent else Kind.ANNOUNCEMENT
    mark = case((outbox.c.group_id.is_not(None), "g"), else_="p")
    ident = func.coalesce(outbox.c.group_id, outbox.c.person_id)
    copies = (
        select(
            literal(f"announcement/{one.number}/") + mark + cast(ident, String),
            literal(kind.value),
            outbox.c.person_id,
            outbox.c.group_id,
            literal(dump_answer(said)),
            literal(one.number),
            literal(at),
            literal(expires(kind, at)),
        )
        .where(_left_out(connection, one.number), ~_IS_CLOSED)
        .distinct()
    )
    into = ["key", "kind", "person_id", "group_id", "content", "announcement", "noted_at", "expires_at"]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = connection.scalars(
        insert(outbox)
        .from_select(into, copies)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(outbox.c.id)
    ).all()
    if new:
        mark_posted(connection)
    return len(new)
