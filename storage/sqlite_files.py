"""A SQLite file as a file: copied while others write, sealed, checked, and whether somebody has it open."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from storage.copying import Content, Digest

SEAL: Final = "backup_seal"
"""A table of backups alone: what a backup says of itself, and what every table held."""
_PAGES: Final = 256  # a megabyte at a time
_PAUSE_S: Final = 0.001  # so that one who answers people beside it gets at disk and processor
_BESIDE: Final = ("-journal", "-wal", "-shm")
PRIVATE: Final = 0o600
_MAGIC: Final = b"SQLite format 3\0"


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@contextmanager
def opened(path: Path, *, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Never makes the file; transactions are the caller's. `mode`: as SQLite has it, `ro` or `rw`."""
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        yield connection


def make_private(path: Path) -> None:
    """An empty file that only its owner reads; what was there is gone."""
    remove(path)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))


def may_be_replaced(path: Path) -> bool:
    """Whether this is an older file of SQLite's, or nothing: settings with the key in them are not."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) in (_MAGIC, b"")
    except OSError:
        return True  # whoever writes there says what is wrong


def begin_private(path: Path) -> None:
    """Where there is none yet the file is its owner's alone from the start; whatever is wrong SQLite will say."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))


def copy(source: Path, target: Path, progress: Callable[[int, int], None]) -> dict[str, Content]:
    """One state of `source`, whoever writes meanwhile; what it held. `target` is there, and empty.

    The state is held by a reading transaction: without one a copy begins anew whenever somebody commits.
    Readers keep nobody waiting; only the log grows as long as it takes.
    """

    def step(_status: int, left: int, total: int) -> None:
        progress(total - left, total)
        time.sleep(_PAUSE_S)

    with opened(source) as original, opened(target) as duplicate:
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        original.backup(duplicate, pages=_PAGES, progress=step)
        held = contents(original)
        original.execute("ROLLBACK")
    close_up(target)
    return held


def contents(connection: sqlite3.Connection) -> dict[str, Content]:
    """Of every table but the seal, of whatever revision; comparable only among SQLite files."""
    found = {}
    for name in _tables(connection):
        digest = Digest()
        for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608  a name out of the schema
            digest.add(row)
        found[name] = digest.content
    return found


def close_up(path: Path) -> None:
    """One file without a log beside it, and on the disk."""
    with opened(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    flush(path)


def flush(path: Path) -> None:
    """What was written, and its name, survive a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    if os.name == "posix":  # Windows opens no folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def damage(connection: sqlite3.Connection) -> str:
    """What is wrong with it, in SQLite's words; "" = nothing."""
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        return str(verdict)
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    return "" if broken is None else f"foreign key of {broken[0]}"


def is_open_elsewhere(path: Path) -> bool:
    """Whether any other connection, of whatever process on this machine, has it open.

    A file leaves the mode with a log only when nobody else is connected; whoever opens it next brings it back.
    """
    if not path.exists():
        return False
    try:
        with opened(path) as connection:
            connection.execute("PRAGMA busy_timeout = 200")
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return True
        raise
    return str(mode) != "delete"


def write_seal(path: Path, said: dict[str, str]) -> None:
    with opened(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"DROP TABLE IF EXISTS {SEAL}")
        connection.execute(f"CREATE TABLE {SEAL} (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.executemany(f"INSERT INTO {SEAL} VALUES (?, ?)", said.items())  # noqa: S608  a constant
        connection.execute("COMMIT")


def read_seal(connection: sqlite3.Connection) -> dict[str, str]:
    """Empty where it has none."""
    there = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (SEAL,)).fetchone()
    return {} if there is None else dict(connection.execute(f"SELECT name, value FROM {SEAL}"))  # noqa: S608


def break_seal(path: Path) -> None:
    """It is a database from now on."""
    with opened(path) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {SEAL}")


def move(source: Path, target: Path) -> None:
    """With what lies beside it."""
    for end in ("", *_BESIDE):
        one = source.with_name(source.name + end)
        if one.exists():
            one.replace(target.with_name(target.name + end))


def remove(path: Path) -> None:
    """With what lies beside it."""
    for end in ("", *_BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        " AND name <> ? ORDER BY name",
        (SEAL,),
    )
    return [name for (name,) in rows]
