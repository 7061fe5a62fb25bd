"""What the office has to know because something does not work: once, with the likely cause and the cure."""

import structlog
from sqlalchemy import Connection

from bot.policy.outgoing import Kind
from messages.outgoing import Answer
from storage.outbox import Post, post
from storage.roles import office_people

log = structlog.get_logger()


def alarm(connection: Connection, key: str, said: Answer, *, at: int) -> bool:
    """Whether it is a new one; `key` without blanks, the same for the same trouble, `at` in epoch milliseconds.

    It stands in the log as well: an office that has bound no account must be told by the operator.
    """
    posts = [
        Post(key=f"alarm/{key}/{person_id}", kind=Kind.ALARM, answer=said, person_id=person_id)
        for person_id in office_people(connection)
    ]
    new = post(connection, posts, at=at)
    if new or not posts:
        log.error("the office has to look at something", alarm=key, said=said.plain)
    return new > 0
