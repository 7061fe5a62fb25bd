"""更正: what nobody has seen of the announcement that is corrected goes out no more."""

from sqlalchemy import Connection, and_, case, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.announcement_tables import recall
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.recalls import NEVER_SENT, WITHDRAWN


def supersede(connection: Connection, number: int, *, at: int) -> None:
    """After the copies of the correction have been posted, in the same transaction.

    What is on its way may arrive, and then before the correction: a chat is told one thing at a time. What has
    failed is neither said with an answer nor sent once more.
    """
    copies = outbox.c.announcement == number
    waits = and_(outbox.c.state == State.QUEUED.value, outbox.c.parcel.is_(None))
    failed = outbox.c.state.in_([State.FAILED.value, State.DEAD.value])
    # Whoever claims or settles one of them comes before this, or after it.
    connection.execute(select(outbox.c.id).where(copies).order_by(outbox.c.id).with_for_update()).all()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(recall)
        .from_select(
            ["outbox_id", "asked_at", "done_at", "reason"],
            select(outbox.c.id, literal(at), literal(at), case((waits, WITHDRAWN), else_=NEVER_SENT)).where(
                copies, or_(waits, failed)
            ),
        )
        .on_conflict_do_nothing(index_elements=["outbox_id"])
    )
    connection.execute(
        update(outbox)
        .where(copies, waits)
        .values(state=State.DEAD.value, reason=WITHDRAWN, why="", done_at=at)
    )
    connection.execute(
        update(outbox)
        .where(copies, outbox.c.state == State.FAILED.value, outbox.c.done_at.is_(None))
        .values(done_at=at)
    )
