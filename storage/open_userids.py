"""What WeCom has said about veiled ids: whose they are, or that the application may not see that person."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.connection_tables import open_userid


def known(connection: Connection, ids: Collection[str], *, denied_since: int) -> dict[str, str]:
    """User ids by veiled ids; "" where it was denied after `denied_since`. What nobody knows is left out."""
    rows = connection.execute(
        select(open_userid.c.open_userid, open_userid.c.userid).where(
            open_userid.c.open_userid.in_(sorted(ids)),
            (open_userid.c.userid != "") | (open_userid.c.asked_at > denied_since),
        )
    )
    return {row.open_userid: row.userid for row in rows}


def note(connection: Connection, found: Mapping[str, str], at: int) -> None:
    """As `known` gives it back."""
    if not found:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    # In one order, so that two processes never wait for each other.
    rows = [
        {"open_userid": veiled, "userid": userid, "asked_at": at} for veiled, userid in sorted(found.items())
    ]
    wanted = insert(open_userid).values(rows)
    connection.execute(
        wanted.on_conflict_do_update(
            index_elements=["open_userid"],
            set_={"userid": wanted.excluded.userid, "asked_at": wanted.excluded.asked_at},
        )
    )
