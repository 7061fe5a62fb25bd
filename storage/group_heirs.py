"""A group whose robot was thrown out gets another robot, and with it another address: what waited moves there."""

from sqlalchemy import Connection, select, update

from storage.chat_groups import ChatGroup
from storage.delivery_tables import chat_group, outbox
from storage.outbox import State
from storage.undelivered import STOPPED, replay


def take_over(connection: Connection, group: ChatGroup, *, at: int) -> tuple[int, int] | None:
    """The number of the stopped group whose place `group` takes, and how many messages go out after all.

    None unless exactly one group of the same school (or of the county) has been stopped on the same way in:
    of several nobody could say which is meant.
    """
    whose = (
        chat_group.c.school_id.is_(None)
        if group.school_id is None
        else chat_group.c.school_id == group.school_id
    )
    stopped = connection.scalars(
        select(chat_group.c.id).where(
            whose,
            chat_group.c.way == group.way.value,
            chat_group.c.id != group.id,
            chat_group.c.ended_at.is_(None),
            chat_group.c.stopped_at.is_not(None),
        )
    ).all()
    if len(stopped) != 1:
        return None
    (old,) = stopped
    connection.execute(update(chat_group).where(chat_group.c.id == old).values(ended_at=at))
    connection.execute(
        update(outbox)
        .where(outbox.c.group_id == old, outbox.c.state == State.DEAD.value, outbox.c.reason == STOPPED)
        .values(group_id=group.id)
    )
    return old, replay(connection, at=at, group_id=group.id)
