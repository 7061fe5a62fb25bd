"""Empty PostgreSQL databases for tests: made once, and emptied after each test instead of being made anew."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, make_url, text

from storage.database import Database
from storage.schema import migrate

_TEMPLATE = "template_bot"
# A power cut in the middle of the tests costs nothing.
_HASTY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_KEPT = "alembic_version"
# What a test might change besides rows: whoever does gets a database that nobody uses again.
_SHAPE = text(
    "SELECT (SELECT (count(*), max(oid))::text FROM pg_class WHERE relnamespace = 'public'::regnamespace),"
    " (SELECT (count(*), max(oid))::text FROM pg_trigger), (SELECT (count(*), max(oid))::text FROM pg_constraint),"
    " (SELECT count(*)::text FROM pg_attribute), (SELECT string_agg(version_num, ',') FROM alembic_version),"
    " (SELECT string_agg(setconfig::text, ',') FROM pg_db_role_setting)"
)
_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
_SEQUENCES = text(
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
    " FROM pg_sequences WHERE last_value IS NOT NULL"
)


class PostgresServer:
    """Of one pytest process; `uri` is the server's own database."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        for setting in _HASTY:
            self.administer(f"ALTER SYSTEM SET {setting}")
        self.administer("SELECT pg_reload_conf()")
        self.administer(f"CREATE DATABASE {_TEMPLATE}")
        database = Database(self._address(_TEMPLATE))
        migrate(database)
        database.close()
        self._made = 0
        self._empty: list[str] = []
        with self._inside(_TEMPLATE) as connection:
            self._shape = tuple(connection.execute(_SHAPE).one())
            self._tables = tuple(name for name in connection.scalars(_TABLES) if name != _KEPT)
            assert not self._filled(connection), "a new database has rows; emptying would lose them"

    def administer(self, statement: str) -> None:
        with self._inside("") as connection:
            connection.execute(text(statement))

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of an empty, migrated database of one's own."""
        name = self._empty.pop() if self._empty else self._make()
        yield self._address(name)
        if self._emptied(name):
            self._empty.append(name)
        else:
            self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _make(self) -> str:
        self._made += 1
        name = f"t_{self._made}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return name

    def _emptied(self, name: str) -> bool:
        """False where more than rows was changed."""
        with self._inside(name) as connection:
            while connection.scalar(_OTHERS):
                time.sleep(0.005)  # until they are gone with their locks
            if tuple(connection.execute(_SHAPE).one()) != self._shape:
                return False
            filled = self._filled(connection)
            # So that neither foreign keys nor what makes the audit log append-only stands in the way.
            emptying = ["SET session_replication_role = replica", *(f'DELETE FROM "{one}"' for one in filled)]
            connection.execute(text("; ".join(emptying)))
            connection.execute(_SEQUENCES)
        return True

    def _filled(self, connection: Connection) -> list[str]:
        questions = (f"SELECT '{one}' WHERE EXISTS (SELECT FROM \"{one}\")" for one in self._tables)
        return list(connection.scalars(text(" UNION ALL ".join(questions))))

    @contextmanager
    def _inside(self, name: str) -> Iterator[Connection]:
        address = make_url(self.uri).set(drivername="postgresql+psycopg")
        engine = create_engine(
            address.set(database=name) if name else address, isolation_level="AUTOCOMMIT", pool_size=1
        )
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def _address(self, name: str) -> str:
        address = make_url(self.uri).set(database=name, drivername="postgresql")
        return address.render_as_string(hide_password=False)
