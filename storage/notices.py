"""What a person should hear without having asked; said with the next answer in private."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import notice


def note(connection: Connection, person_ids: Iterable[int], *, key: str, text: str, at: int) -> None:
    """Once for each person and key, however often it is called. `at` in epoch milliseconds."""
    rows = [
        {"person_id": person_id, "key": f"{key}/{person_id}", "text": text, "noted_at": at}
        for person_id in person_ids
    ]
    if not rows:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(notice).on_conflict_do_nothing(index_elements=["key"]), rows)


def say(connection: Connection, person_id: int, *, most: int, at: int) -> tuple[tuple[str, ...], int]:
    """The oldest unsaid notices, at most `most`, marked as said; and how many are left."""
    unsaid = (notice.c.person_id == person_id, notice.c.said_at.is_(None))
    rows = connection.execute(
        select(notice.c.id, notice.c.text).where(*unsaid).order_by(notice.c.id).limit(most)
    ).all()
    if not rows:
        return (), 0
    connection.execute(update(notice).where(notice.c.id.in_([row.id for row in rows])).values(said_at=at))
    left = connection.scalar(select(func.count()).select_from(notice).where(*unsaid)) or 0
    return tuple(row.text for row in rows), left
