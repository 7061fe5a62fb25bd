"""收到: who has answered an announcement that asks for it."""

from typing import Any, Final

from sqlalchemy import Connection, Select, and_, case, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.announcement import AnnouncementState, takes_a_one
from bot.policy.copies import Receipts
from storage.announcement_tables import acknowledgement, announcement
from storage.corrections import corrected
from storage.deliveries import was_seen
from storage.delivery_tables import chat_group, outbox
from storage.tables import person

DAYS: Final = 14
"""An announcement that is older than that is not meant any more."""
_MS: Final = DAYS * 24 * 3_600_000


def acknowledge(  # noqa: PLR0913 - who has said what, where and when
    connection: Connection,
    person_id: int,
    *,
    school_id: int,
    group_id: int | None,
    by_one: bool,
    named: int | None = None,
    at: int,
) -> list[int]:
    """The announcements that are answered by it: the newest that waits for this person, and what it corrects.

    One that they have a copy of, or that was posted in the group in which they say it (None = in private, or the
    bot does not know it) or in a group of their school: a webhook does not tell which group somebody speaks in.
    `by_one`: they have said 1, which answers only what has asked for it. `named`: the 编号 they have said, which
    comes before the newest where it waits for them. `at` by the real clock.
    """
    groups = [*_groups_of_school(connection, school_id), *(() if group_id is None else (group_id,))]
    addressed = or_(outbox.c.person_id == person_id, outbox.c.group_id.in_(groups))
    newest = connection.execute(
        select(announcement.c.number, announcement.c.body)
        .where(
            announcement.c.state == AnnouncementState.POSTED.value,
            announcement.c.wants_receipt,
            announcement.c.posted_at >= at - _MS,
            ~exists().where(
                acknowledgement.c.announcement == announcement.c.number,
                acknowledgement.c.person_id == person_id,
            ),
            exists().where(outbox.c.announcement == announcement.c.number, was_seen(), addressed),
        )
        .order_by(case((announcement.c.number == named, 0), else_=1), announcement.c.number.desc())
        .limit(1)
    ).first()
    if newest is None or (by_one and not takes_a_one(newest.body)):
        return []
    number: int = newest.number
    # Whoever has read a correction needs not answer what it corrects.
    numbers = [number, *corrected(connection, number)]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(acknowledgement).on_conflict_do_nothing(),
        [{"announcement": one, "person_id": person_id, "at": at} for one in numbers],
    )
    return numbers


def _groups_of_school(connection: Connection, school_id: int) -> list[int]:
    return list(connection.scalars(select(chat_group.c.id).where(chat_group.c.school_id == school_id)))


def receipts(connection: Connection, number: int, *, most: int) -> Receipts:
    """`most`: so many names of those who have not answered."""
    theirs = and_(acknowledgement.c.announcement == number, acknowledgement.c.person_id == outbox.c.person_id)
    has_answered = exists().where(theirs)
    copies = (outbox.c.announcement == number, outbox.c.person_id.is_not(None), was_seen())
    asked, answered = connection.execute(
        select(func.count(), func.count(acknowledgement.c.person_id))
        .select_from(outbox)
        .outerjoin(acknowledgement, theirs)
        .where(*copies)
    ).one()
    everybody = connection.scalar(
        select(func.count()).select_from(acknowledgement).where(acknowledgement.c.announcement == number)
    )
    names: Select[Any] = (
        select(person.c.name)
        .join(outbox, outbox.c.person_id == person.c.id)
        .where(*copies, ~has_answered)
        .order_by(outbox.c.id)
        .limit(most)
    )
    return Receipts(
        asked=asked,
        answered=answered,
        in_groups=(everybody or 0) - answered,
        missing=tuple(connection.scalars(names)),
    )
