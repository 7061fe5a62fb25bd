"""Which programs may go on working on this schema: what keeps old processes alive while a newer one is rolled out.

A migration that only adds leaves every running program working. One that takes away what an older program still
uses names, as `oldest_program` in its module, the oldest revision whose program can live with it; Alembic's
environment writes that down here in the migration's own transaction. The rule stands in docs/many-processes.md.
"""

from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import fact

_OLDEST: Final = "schema.oldest_program"


def shut_out_older(connection: Connection, revision: str) -> None:
    """From now on programs older than that of `revision` cannot work with this schema."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    wanted = insert(fact).values(name=_OLDEST, value=revision)
    later = wanted.on_conflict_do_update(
        index_elements=["name"],
        set_={"value": wanted.excluded.value},
        where=fact.c.value < wanted.excluded.value,
    )
    connection.execute(later)


def oldest_program(connection: Connection) -> str:
    """By its revision; "" = any program may."""
    return connection.scalar(select(fact.c.value).where(fact.c.name == _OLDEST)) or ""
