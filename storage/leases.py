"""Work that one process at a time does: whoever holds the lease, until it runs out."""

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import lease


def take(connection: Connection, name: str, holder: str, *, at: int, until: int) -> bool:
    """Takes or prolongs it; False while somebody else holds it. Times in epoch milliseconds, real clock."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    wanted = insert(lease).values(name=name, holder=holder, until=until)
    taken = wanted.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": wanted.excluded.holder, "until": wanted.excluded.until},
        where=(lease.c.holder == holder) | (lease.c.until <= at),
    ).returning(lease.c.name)
    return connection.execute(taken).first() is not None


def release(connection: Connection, name: str, holder: str) -> None:
    """So that the next process need not wait; nothing where somebody else holds it by now."""
    connection.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))
