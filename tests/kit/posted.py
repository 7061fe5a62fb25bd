"""What the bot has posted for people, in plain words."""

from sqlalchemy import Connection, select

from messages.outgoing import load_answer
from storage.delivery_tables import outbox


def posted(connection: Connection) -> list[tuple[int, str]]:
    """Person and words of everything, in the order in which it was noted."""
    rows = connection.execute(
        select(outbox.c.person_id, outbox.c.content)
        .where(outbox.c.person_id.is_not(None))
        .order_by(outbox.c.id)
    )
    return [(person_id, load_answer(content).plain) for person_id, content in rows]


def posted_to(connection: Connection, person_id: int) -> list[str]:
    return [words for somebody, words in posted(connection) if somebody == person_id]
