"""The schema's version: what the program wants, what the database has, and the way from one to the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage import sqlite_files
from storage.copying import nothing_shown
from storage.database import Database

HEAD = "0010"
"""The newest revision; a test holds it against storage/migrations/versions."""

_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaFault(Exception):
    """The schema does not fit the program; the message says what to do."""


def revision(connection: Connection) -> str | None:
    """The revision of this database; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def known_revisions() -> list[str]:
    """Every revision, oldest first."""
    return sorted(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def migrate(database: Database) -> tuple[str | None, Path | None]:
    """Brings the schema to HEAD. Returns the revision before, and the backup that was made (SQLite only).

    Of two processes that start together one migrates, and the other finds it done. Raises SchemaFault when the
    database is newer than the program, or its backup does not verify.
    """
    if database.is_sqlite:
        sqlite_files.begin_private(Path(database.address))
    with database.reading() as connection:
        refuse_encoding(connection)
        before = revision(connection)
    if before == HEAD:
        return before, None
    refuse_newer(before)
    with _alone(database) as connection:
        before = revision(connection)
        if before == HEAD:
            return before, None
        refuse_newer(before)
        copy = _backed_up(database, before) if database.is_sqlite and before is not None else None
        _upgrade(connection, "head")
    return before, copy


def upgrade(database: Database, to: str = "head") -> None:
    """Without a backup: for a file that nobody works with."""
    with _alone(database) as connection:
        _upgrade(connection, to)


def refuse_newer(found: str | None) -> None:
    if found is not None and found not in known_revisions():
        raise SchemaFault(
            f"数据库结构 {found} 比程序新（程序到 {HEAD}），请升级程序，或用升级前的备份恢复数据库"
        )


def refuse_encoding(connection: Connection) -> None:
    """PostgreSQL as LANG=C makes it has SQL_ASCII, which cuts Chinese by bytes; LATIN1 takes none at all."""
    if connection.dialect.name != "postgresql":
        return
    found = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if found != "UTF8":
        raise SchemaFault(
            f"PostgreSQL 里这个库的编码是 {found}，放不好中文，请另建一个："
            "CREATE DATABASE 库名 OWNER 用户 ENCODING 'UTF8' TEMPLATE template0"
        )


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """One process at a time; the transaction in which everything happens."""
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            refuse_encoding(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(7301001)"))
        yield connection


def _upgrade(connection: Connection, to: str) -> None:
    # Alembic takes a third of a second to import, and nearly every start needs none of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _backed_up(database: Database, before: str) -> Path:
    """A copy of the SQLite file beside it, compared with it row by row before anything is changed."""
    source = Path(database.url.database or "")
    target = source.with_name(f"{source.name}.before-{HEAD}-from-{before}")
    part = target.with_name(f".{target.name}.part")
    try:
        sqlite_files.make_private(part)
        held = sqlite_files.copy(source, part, nothing_shown)
        with sqlite_files.opened(part, mode="ro") as copied:
            sound = not sqlite_files.damage(copied) and sqlite_files.contents(copied) == held
        if sound:
            part.replace(target)
            sqlite_files.flush(target)
    except (OSError, sqlite3.Error):
        sound = False
    finally:
        with suppress(OSError):
            sqlite_files.remove(part)
    if not sound:
        raise SchemaFault(f"升级前的备份 {target.name} 没有通过检查，数据库没有改动，请检查磁盘空间")
    return target
