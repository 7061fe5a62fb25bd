"""A backup in the place of a database: made ready beside it, put there in one step, the old one kept."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage import copying, sqlite_files
from storage.copying import Progress, nothing_shown
from storage.database import PROGRAM, Database
from storage.schema import HEAD, known_revisions, refuse_newer, revision, upgrade

_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = :program AND pid <> pg_backend_pid()"
)
_LOCK: Final = text("SELECT pg_try_advisory_xact_lock(7301002)")


class RestoreFault(Exception):
    """It cannot be put there; a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands where something is to be put."""

    in_use: bool  # by a process of this program
    empty: bool
    damaged: bool = False
    newer: bool = False  # than this program: nobody here knows what its tables are


def look(database: Database) -> Standing:
    """Closes its connections, so that it does not find itself. Raises DBAPIError where it is out of reach."""
    database.close()
    if database.is_sqlite:
        return _look_at_file(_path(database))
    with database.reading() as connection:
        others = connection.scalar(_OTHERS, {"program": PROGRAM}) or 0
        found = revision(connection)
        return Standing(
            in_use=others > 0,
            empty=copying.is_empty(connection),
            newer=found is not None and found not in known_revisions(),
        )


@contextmanager
def made_ready(
    backup: Path,
    beside: Path | None,
    settle: Callable[[Connection], None],
    progress: Progress = nothing_shown,
) -> Iterator[Path]:
    """A database of the newest revision made from the backup, in which `settle` has done its part.

    `beside`: where the file that it is to replace stands; gone in the end unless somebody has moved it.
    """
    with TemporaryDirectory(prefix="bot-restore-") as folder:
        part = (
            Path(folder) / "restored.db" if beside is None else beside.with_name(f".{beside.name}.restoring")
        )
        try:
            sqlite_files.make_private(part)
            sqlite_files.copy(backup, part, progress)
            sqlite_files.break_seal(part)
            database = Database(sqlite_files.url_of(part))
            try:
                upgrade(database)
                with database.writing() as connection:
                    settle(connection)
            finally:
                database.close()
            sqlite_files.close_up(part)
            yield part
        finally:
            sqlite_files.remove(part)


def put_file(ready: Path, database: Database, stamp: str) -> Path | None:
    """Where the file that stood there is kept now; None = there was none. Raises RestoreFault while it is in use."""
    target = _path(database)
    kept = None
    _give(ready, target if target.exists() else target.parent)
    if target.exists():
        if _look_at_file(target).in_use:
            raise RestoreFault("有程序又打开了数据库，什么也没有改；请停掉机器人再试")
        kept = target.with_name(f"{target.name}.before-restore-{stamp}")
        sqlite_files.move(target, kept)
    sqlite_files.remove(target)  # a log without its file would be taken for the new one's
    ready.replace(target)
    sqlite_files.flush(target)
    return kept


def put_rows(
    source: Database, target: Database, *, emptied: bool, progress: Progress = nothing_shown
) -> dict[str, copying.Content]:
    """All in one transaction: whatever cuts it off, the target is as it was.

    Raises RestoreFault where the target is not empty and is not to be emptied, CopyFault where both differ.
    """
    with target.reading() as connection:
        refuse_newer(revision(connection))
    upgrade(target)
    with source.reading() as read, target.writing() as write:
        copying.see_one_state(read)
        if revision(read) != HEAD:
            raise RestoreFault(f"要抄的数据库结构不是 {HEAD}，请先运行 python -m bot migrate")
        if not target.is_sqlite:
            if not write.scalar(_LOCK):
                raise RestoreFault("有别的程序正在往这个数据库里抄，请等它做完")
            unfit = copying.refused_by_postgres(read) if source.is_sqlite else []
            if unfit:
                raise RestoreFault(
                    f"PostgreSQL 放不下这些内容：{'、'.join(unfit)}（太长，或者里面有空字符），请先改短再试"
                )
        if emptied:
            copying.empty(write)
        elif not copying.is_empty(write):
            raise RestoreFault("数据库里已经有数据了，什么也没有改")
        return copying.copy(read, write, progress)


def _give(file: Path, like: Path) -> None:
    """Whoever restores as root must not leave behind what the bot's own user cannot open."""
    if os.name == "posix" and os.geteuid() == 0:
        owner = like.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def _path(database: Database) -> Path:
    return Path(database.url.database or "")


def _look_at_file(path: Path) -> Standing:
    if not path.exists() or path.stat().st_size == 0:
        return Standing(in_use=False, empty=True)
    try:
        if sqlite_files.is_open_elsewhere(path):
            return Standing(in_use=True, empty=False)
    except sqlite3.DatabaseError:
        return Standing(in_use=False, empty=False, damaged=True)
    database = Database(sqlite_files.url_of(path))
    try:
        with database.reading() as connection:
            empty = copying.is_empty(connection)
    except DBAPIError:
        return Standing(in_use=False, empty=False, damaged=True)
    finally:
        database.close()
    return Standing(in_use=False, empty=empty)
