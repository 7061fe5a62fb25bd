"""What was due to groups since they last received something."""

from sqlalchemy import Connection, func, select

from bot.policy.silent_groups import Due
from storage.delivery_tables import chat_group, outbox
from storage.outbox import State

_SINCE = func.coalesce(chat_group.c.received_at, chat_group.c.bound_at)
_UNDELIVERED = (
    select(
        chat_group.c.id,
        func.count(),
        func.min(outbox.c.noted_at),
        func.max(outbox.c.tried_at),
        chat_group.c.refusals,
    )
    .join_from(chat_group, outbox, outbox.c.group_id == chat_group.c.id)
    .where(
        chat_group.c.ended_at.is_(None),
        chat_group.c.stopped_at.is_(None),
        outbox.c.noted_at > _SINCE,
        outbox.c.state != State.SENT.value,
    )
    .group_by(chat_group.c.id, chat_group.c.refusals)
)


def due_since(connection: Connection) -> dict[int, Due]:
    """By open group; those to which nothing was due are absent."""
    return {
        group_id: Due(messages=messages, first_at=first_at, refused=refusals > 0, tried=tried_at is not None)
        for group_id, messages, first_at, tried_at, refusals in connection.execute(_UNDELIVERED)
    }
