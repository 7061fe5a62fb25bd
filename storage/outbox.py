"""What is to be said without having been asked, noted in the transaction of its cause.

A row is one message to one person or group; a parcel is what goes out in one call: several rows to one chat, or
the same words to several people. The law of a row is `TRANSITIONS`:

    queued ── claim ──▶ leased ── settle ──▶ sent | uncertain | failed | dead
      ▲ │                 │                                       │       │
      │ └── said with an answer, expired, stopped (not in doubt)  │       │
      ├───── not taken, or in doubt ◀─┘                           │       │
      └───────────────────────── replayed by the office ◀─────────┴───────┘

- Queued without a parcel it is free; with one it is in doubt: the platform may have taken it, and it goes out
  again as it was, to the same account, or never.
- A lease is drawn at every claim, and settling names it: whoever comes back too late settles nothing. One that
  has run out belongs to a process that died: its parcel is in doubt.
- One parcel of a chat is on its way at a time, and one that waits for its next try keeps the later ones waiting.
- What is to be taken back (`storage.recalls`) goes out no more: what is free is dead, what is in doubt stays so.
- What failed to reach a person stays open (`done_at` NULL): they hear it with their next answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.outgoing import MANNERS, Kind
from messages.outgoing import Answer, dump_answer
from storage.delivery_tables import outbox

_POSTED = "storage.outbox: posted"
MINUTE_MS = 60_000
ANSWERED: Final = "answer"
"""The `outlet` of what was said with an answer."""


@unique
class State(StrEnum):
    """Where a message stands; the last four are final but for what the law above says."""

    QUEUED = "queued"
    LEASED = "leased"  # some process is sending it
    SENT = "sent"  # a platform has taken it, or the person has heard it with an answer
    UNCERTAIN = "uncertain"  # a platform may have taken it, and will not be asked again
    FAILED = "failed"  # it will never be taken: this address, or these words
    DEAD = "dead"  # given up: too late, or its channel is stopped; the office may send it once more


TRANSITIONS: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.QUEUED: frozenset({State.LEASED, State.SENT, State.UNCERTAIN, State.DEAD}),
        # A lease that has run out is claimed anew, or given up where the account has changed hands.
        State.LEASED: frozenset(State),
        State.SENT: frozenset(),
        State.UNCERTAIN: frozenset({State.QUEUED}),  # by its key alone: somebody has looked
        State.FAILED: frozenset({State.QUEUED, State.SENT}),
        State.DEAD: frozenset({State.QUEUED}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message to one person or to one group; the key is the message's own, whatever happens twice."""

    key: str
    kind: Kind
    answer: Answer
    person_id: int | None = None
    group_id: int | None = None
    picture_id: int | None = None  # sent instead of `answer`, which says the same in words
    announcement: int | None = None  # 编号 of what it is a copy of
    expires_at: int | None = None  # if not as its kind has it


def post(connection: Connection, posts: Iterable[Post], *, at: int) -> int:
    """How many of them are new; `at` in epoch milliseconds of the real clock."""
    rows = [
        {
            "key": one.key,
            "kind": one.kind.value,
            "person_id": one.person_id,
            "group_id": one.group_id,
            "content": dump_answer(one.answer),
            "picture_id": one.picture_id,
            "announcement": one.announcement,
            "noted_at": at,
            "expires_at": expires(one.kind, at) if one.expires_at is None else one.expires_at,
        }
        for one in posts
    ]
    if not rows:
        return 0
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    # Asked for: the number of rows is not known of every driver.
    statement = insert(outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
    new = sum(connection.scalar(statement, row) is not None for row in rows)
    if new:
        mark_posted(connection)
    return new


def mark_posted(connection: Connection) -> None:
    connection.info[_POSTED] = True


def has_posted(connection: Connection) -> bool:
    """Whether something was posted on this connection since the last call; now and then yes after a rollback."""
    return connection.info.pop(_POSTED, False) is True


def expires(kind: Kind, at: int) -> int | None:
    """Until when a message of that kind is worth saying, if it is noted `at`."""
    minutes = MANNERS[kind].minutes
    return None if minutes is None else at + minutes * MINUTE_MS
