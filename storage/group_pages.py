"""What passes to each bound group at the moment: what waits, pauses, and the platform's last refusal in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, literal_column, select

from storage.delivery_tables import chat_group, outbox

# Written out: SQLite uses an index on part of a table only where it sees that this is the part.
_QUEUED = outbox.c.state == literal_column("'queued'")


@dataclass(frozen=True, slots=True)
class Passing:
    """`paused_until` in epoch milliseconds of the real clock; `why` "" where nothing was refused lately."""

    waiting: int
    paused_until: int
    why: str


def passing(connection: Connection, group_ids: Sequence[int]) -> dict[int, Passing]:
    """By group; all of them are there."""
    counted = (
        select(outbox.c.group_id, func.count())
        .where(_QUEUED, outbox.c.group_id.is_not(None))
        .group_by(outbox.c.group_id)
    )
    waiting = {int(group_id): int(count) for group_id, count in connection.execute(counted)}
    said = (
        select(outbox.c.why)
        .where(outbox.c.group_id == chat_group.c.id, outbox.c.why != "")
        .order_by(outbox.c.done_at.desc(), outbox.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    troubled = (chat_group.c.refusals > 0) | chat_group.c.stopped_at.is_not(None)
    refused = select(chat_group.c.id, said).where(troubled, chat_group.c.ended_at.is_(None))
    why = {int(group_id): words or "" for group_id, words in connection.execute(refused)}
    until = select(chat_group.c.id, chat_group.c.paused_until)
    pauses = {int(group_id): int(at) for group_id, at in connection.execute(until)}
    return {one: Passing(waiting.get(one, 0), pauses.get(one, 0), why.get(one, "")) for one in group_ids}
