"""Backups: one SQLite file of the same schema, whatever the database is; verified before it has its name."""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from storage import copying, sqlite_files
from storage.copying import Content, CopyFault, Progress, nothing_shown
from storage.database import Database
from storage.identifiers import FINGERPRINT
from storage.schema import HEAD, known_revisions, refuse_newer, revision, upgrade

_TABLE: Final = "table/"
_NAME: Final = "bot-%Y%m%d-%H%M%S.backup"
_LIKE: Final = "bot-????????-??????.backup"
_PART: Final = ".part"
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


class BackupFault(Exception):
    """No backup could be made of it, or restored from it; a sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was looked through; instants in epoch milliseconds of the real clock."""

    path: Path
    bytes: int
    revision: str
    taken_at: int
    program: str  # the version that made it; "" = a plain copy of a database file
    fingerprint: str  # of BOT_SECRET_KEY; "" = nothing in it was ever hashed
    people: int
    submissions: int
    contents: dict[str, Content]


def take(  # noqa: PLR0913  of what, where to, when, by whom
    database: Database,
    target: Path,
    *,
    at: int,
    program: str,
    force: bool = False,
    progress: Progress = nothing_shown,
) -> Backup:
    """Made beside `target` and renamed once it is verified: what has the name is good.

    Raises BackupFault, and DBAPIError while the database is away.
    """
    _check_target(database, target, force=force)
    part = target.with_name(f".{target.name}{_PART}")
    try:
        sqlite_files.make_private(part)
        found, held = _filled(database, part, progress)
        said = {f"{_TABLE}{name}": f"{one.rows} {one.digest}" for name, one in held.items()}
        sqlite_files.write_seal(part, {"taken_at": str(at), "program": program, "revision": found, **said})
        made = verify(part)
        sqlite_files.flush(part)
        part.replace(target)
        sqlite_files.flush(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFault(_not_written(error, target)) from error
    except CopyFault as fault:
        raise BackupFault(str(fault)) from None
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error) and not database.is_sqlite:  # the file, not the database
            raise BackupFault(_not_written(error.orig, target)) from error
        raise
    finally:
        with suppress(OSError):
            sqlite_files.remove(part)
    return Backup(**{name: getattr(made, name) for name in made.__slots__} | {"path": target})


def verify(path: Path) -> Backup:
    """Looks through every page and every row. Raises BackupFault."""
    if not path.is_file():
        raise BackupFault(f"没有 {path} 这个文件，请检查路径")
    try:
        with sqlite_files.opened(path, mode="ro") as connection:
            return _verified(connection, path)
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF == sqlite3.SQLITE_NOTADB:
            raise BackupFault(_no_backup(path)) from None
        if code is not None and code & 0xFF == sqlite3.SQLITE_CANTOPEN:
            raise BackupFault(f"打不开 {path}，请检查权限") from None
        raise BackupFault(f"{path} 损坏了（{error}），请换一份备份") from None


def _verified(connection: sqlite3.Connection, path: Path) -> Backup:
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not {"alembic_version", "person", "fact", "inbox"} <= names:
        raise BackupFault(_no_backup(path))
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None:
        raise BackupFault(_no_backup(path))
    seal = sqlite_files.read_seal(connection)
    if found[0] not in known_revisions():
        version = seal.get("program") or "新"
        raise BackupFault(
            f"{path} 是 {version} 版的程序做的（数据库结构 {found[0]}，这个程序只到 {HEAD}），请先把程序升级到 {version} 版再恢复"
        )
    wrong = sqlite_files.damage(connection)
    held = sqlite_files.contents(connection)
    said = {name.removeprefix(_TABLE): value for name, value in seal.items() if name.startswith(_TABLE)}
    if not wrong and seal and said != {name: f"{one.rows} {one.digest}" for name, one in held.items()}:
        wrong = "内容和做备份时不一样"
    if wrong:
        raise BackupFault(f"{path} 损坏了（{wrong}），请换一份备份")
    key = connection.execute("SELECT value FROM fact WHERE name = ?", (FINGERPRINT,)).fetchone()
    return Backup(
        path=path,
        bytes=path.stat().st_size,
        revision=found[0],
        taken_at=int(seal["taken_at"]) if seal else _last_written(connection, path),
        program=seal.get("program", ""),
        fingerprint="" if key is None else key[0],
        people=held["person"].rows,
        submissions=held["evidence"].rows if "evidence" in held else 0,
        contents=held,
    )


def _last_written(connection: sqlite3.Connection, path: Path) -> int:
    """Of a plain copy: the last that it knows of; nothing can have gone out later and stand in it."""
    (heard,) = connection.execute("SELECT max(received_at) FROM inbox").fetchone()
    (done,) = connection.execute("SELECT max(at) FROM audit").fetchone()
    return max(heard or 0, done or 0) or int(path.stat().st_mtime * 1000)


def _check_target(database: Database, target: Path, *, force: bool) -> None:
    if not target.parent.is_dir():
        raise BackupFault(f"没有 {target.parent} 这个文件夹，请先建好")
    if target.is_dir():
        raise BackupFault(f"{target} 是一个文件夹，请写上备份文件的名字")
    if database.is_sqlite and target.resolve() == Path(database.url.database or "").resolve():
        raise BackupFault(f"{target} 就是正在用的数据库，请换一个名字")
    if target.exists() and not force:
        raise BackupFault(f"{target} 已经有了，请换一个名字，或者加 --force 覆盖它")
    if target.exists() and not sqlite_files.may_be_replaced(target):
        raise BackupFault(f"{target} 不是备份，不能覆盖，请换一个名字")


def _filled(database: Database, part: Path, progress: Progress) -> tuple[str, dict[str, Content]]:
    """The revision, and what the file has to hold."""
    with database.reading() as connection:
        copying.see_one_state(connection)
        found = revision(connection)
        if found is None:
            raise BackupFault("数据库还是空的，没有什么可备份")
        refuse_newer(found)
        if database.is_sqlite:
            return found, sqlite_files.copy(Path(database.url.database or ""), part, progress)
        if found != HEAD:
            raise BackupFault(f"数据库结构是 {found}，程序要的是 {HEAD}，请先运行 python -m bot migrate")
        file = Database(sqlite_files.url_of(part))
        try:
            upgrade(file)
            with file.writing() as into:
                copying.copy(connection, into, progress)
        finally:
            file.close()
    sqlite_files.close_up(part)
    with sqlite_files.opened(part, mode="ro") as written:
        return found, sqlite_files.contents(written)


def _no_backup(path: Path) -> str:
    return f"{path} 不是这个程序的备份"


def _not_written(error: OSError | sqlite3.Error, target: Path) -> str:
    if isinstance(error, OSError):
        return f"备份写不进 {target.parent}（{error.strerror}），请检查权限和磁盘空间"
    return f"备份写不进 {target.parent}（{error}），请检查权限和磁盘空间"


# ── a folder of them ──


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup of the daily job; `taken` as its name has it, Beijing time."""

    path: Path
    taken: datetime

    @property
    def day(self) -> date:
        return self.taken.date()


def name_at(at: int) -> str:
    """`at` in epoch milliseconds."""
    return datetime.fromtimestamp(at / 1000, _SHANGHAI).strftime(_NAME)


def kept_in(folder: Path) -> list[Kept]:
    """What the job has made there, the newest first; whatever else lies there is nobody's business."""
    found = []
    for path in folder.glob(_LIKE):
        with suppress(ValueError):
            found.append(Kept(path, datetime.strptime(path.name, _NAME).replace(tzinfo=_SHANGHAI)))
    return sorted(found, key=lambda one: one.taken, reverse=True)


def sweep(folder: Path) -> None:
    """What a process that died has left half written."""
    for path in folder.glob(f".{_LIKE}{_PART}"):
        sqlite_files.remove(path)


def newest_at(folder: Path) -> int | None:
    """When the newest good one was made, in epoch milliseconds; None = there is none."""
    newest = next(iter(kept_in(folder)), None)
    return None if newest is None else int(newest.taken.timestamp() * 1000)
