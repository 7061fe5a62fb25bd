"""Tables whose rows are added and never changed, which the database itself enforces."""

from typing import Final

from sqlalchemy import Connection, text

YEARS_3: Final = 3 * 365 + 1
"""Three years in days, whichever they are."""

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRES = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def append_only(connection: Connection, table: str) -> None:
    """From now on UPDATE and DELETE on `table` fail."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
        connection.execute(text(_POSTGRES.format(table=table)))
        return
    for verb in ("update", "delete"):
        connection.execute(text(_SQLITE.format(table=table, verb=verb, VERB=verb.upper())))


_SQLITE_FLOOR = """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
WHEN OLD.at >= (strftime('%s', 'now') - {seconds}) * 1000
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRES_NO_CHANGE = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
_POSTGRES_FLOOR = """
CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
FOR EACH ROW WHEN (OLD.at >= (extract(epoch FROM now()) - {seconds}) * 1000)
EXECUTE FUNCTION refuse_change()
"""


def deletable_after(connection: Connection, table: str, days: int) -> None:
    """Of an append-only table whose rows have an instant `at`: older ones may go, by the database's own clock."""
    terms = {"table": table, "seconds": days * 86_400}
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_kept ON {table}"))
        connection.execute(text(_POSTGRES_NO_CHANGE.format(**terms)))
        connection.execute(text(_POSTGRES_FLOOR.format(**terms)))
        return
    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
    connection.execute(text(_SQLITE_FLOOR.format(**terms)))
