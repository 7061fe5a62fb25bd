"""What a person should hear without having asked: pushed at once, else said with the next answer in private."""

from collections.abc import Iterable
from enum import StrEnum, unique

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import notice

_NOTED = "storage.notices: noted"


@unique
class Outcome(StrEnum):
    """What has become of a notice; the last three have a `said_at`, and nothing more happens to them."""

    WAITING = "waiting"  # for a push or an answer, whichever comes first
    LEFT = "left"  # for an answer alone: the account cannot be reached
    PUSHED = "pushed"
    ANSWERED = "answered"  # said with an answer
    UNCERTAIN = "uncertain"  # the platform may have taken it, and will not be asked again


def note(connection: Connection, person_ids: Iterable[int], *, key: str, text: str, at: int) -> None:
    """Once for each person and key, however often it is called. `at` in epoch milliseconds."""
    note_each(connection, ((person_id, key, text) for person_id in person_ids), at=at)


def note_each(connection: Connection, notices: Iterable[tuple[int, str, str]], *, at: int) -> None:
    """As `note`, of several events in one statement: person, key, text of each."""
    rows = [
        {"person_id": person_id, "key": f"{key}/{person_id}", "text": text, "noted_at": at}
        for person_id, key, text in notices
    ]
    if not rows:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(notice).on_conflict_do_nothing(index_elements=["key"]), rows)
    connection.info[_NOTED] = True


def has_noted(connection: Connection) -> bool:
    """Whether something was noted on this connection since the last call; now and then yes after a rollback."""
    return connection.info.pop(_NOTED, False) is True


def say(connection: Connection, person_id: int, *, most: int, at: int) -> tuple[tuple[str, ...], int]:
    """The oldest unsaid notices, at most `most`, marked as said; and how many are left.

    Not those that are on their way: nobody hears a thing twice.
    """
    unsaid = (notice.c.person_id == person_id, notice.c.said_at.is_(None), notice.c.parcel.is_(None))
    rows = connection.execute(
        select(notice.c.id, notice.c.text)
        .where(*unsaid)
        .order_by(notice.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)  # whoever holds them is about to send them
    ).all()
    if not rows:
        return (), 0
    connection.execute(
        update(notice)
        .where(notice.c.id.in_([row.id for row in rows]))
        .values(said_at=at, outcome=Outcome.ANSWERED.value)
    )
    left = connection.scalar(select(func.count()).select_from(notice).where(*unsaid)) or 0
    return tuple(row.text for row in rows), left
