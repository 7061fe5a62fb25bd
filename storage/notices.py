"""What a person should hear without having asked: pushed at once, else said with the next answer in private."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.outgoing import MANNERS, Kind
from messages.outgoing import Answer, Buttons, Data, answer, dump_answer, load_answer, text
from storage.delivery_tables import outbox
from storage.outbox import ANSWERED, State, mark_posted

_WITH_ANSWERS = [kind.value for kind in Kind if MANNERS[kind].with_answers]


def note(  # noqa: PLR0913 - what, to whom, since when
    connection: Connection,
    person_ids: Iterable[int],
    *,
    key: str,
    text: str,
    at: int,
    buttons: Buttons | None = None,
) -> None:
    """Once for each person and key, however often it is called. `at` in epoch milliseconds."""
    note_each(connection, ((person_id, key, text) for person_id in person_ids), at=at, buttons=buttons)


def note_each(
    connection: Connection,
    notices: Iterable[tuple[int, str, str]],
    *,
    at: int,
    buttons: Buttons | None = None,
) -> None:
    """As `note`, of several events in one statement: person, key, text of each."""
    rows = [
        {
            "key": f"{key}/{person_id}",
            "kind": Kind.NOTICE.value,
            "person_id": person_id,
            "content": dump_answer(replace(answer(text(Data(words))), buttons=buttons)),
            "noted_at": at,
        }
        for person_id, key, words in notices
    ]
    if not rows:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(outbox).on_conflict_do_nothing(index_elements=["key"]), rows)
    mark_posted(connection)


def say(connection: Connection, person_id: int, *, most: int, at: int) -> tuple[tuple[Answer, ...], int]:
    """The oldest things that the person has not heard, at most `most`, marked as said; and how many are left.

    Not those that are on their way: nobody hears a thing twice.
    """
    unheard = (
        outbox.c.person_id == person_id,
        outbox.c.done_at.is_(None),
        outbox.c.parcel.is_(None),
        outbox.c.kind.in_(_WITH_ANSWERS),
        or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > at),
    )
    rows = connection.execute(
        select(outbox.c.id, outbox.c.content)
        .where(*unheard)
        .order_by(outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)  # whoever holds them is about to send them
    ).all()
    if not rows:
        return (), 0
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in rows]))
        .values(state=State.SENT.value, outlet=ANSWERED, done_at=at)
    )
    left = connection.scalar(select(func.count()).select_from(outbox).where(*unheard)) or 0
    return tuple(load_answer(row.content) for row in rows), left
