"""The database: reached, writable, of the right schema, and sealed with this key."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.doctor import engine
from bot.doctor.finding import Area, Finding, bad, careful, good
from storage.checkup import is_unanswered, within_seconds
from storage.database import Database, Unreachable, driver_url, is_writable
from storage.identifiers import Identifiers, SecretKeyFault
from storage.schema import HEAD, known_revisions, revision

_DATABASE: Final = Area.DATABASE
_CHECK_URL: Final = "检查 BOT_DATABASE_URL 里的地址、库名、用户和密码，以及数据库有没有在运行。"
_CHECK_FILE: Final = "检查 BOT_DATABASE_URL 里的路径，以及文件和目录的权限。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the database has said of itself; `trouble` says why it has said nothing."""

    is_sqlite: bool
    missing: bool = False  # SQLite: the file is not there yet
    trouble: str = ""
    writable: bool = True
    revision: str | None = None
    key_fits: bool = True
    server: engine.Server | None = None
    file: engine.File | None = None

    @property
    def can_be_asked(self) -> bool:
        """Whether its tables are those that the program knows."""
        return not self.missing and not self.trouble and self.revision == HEAD


def judge(seen: Seen) -> list[Finding]:
    if seen.missing:
        say = "数据库文件还没有，机器人第一次启动时会建好。"
        return [
            careful(_DATABASE, "reachable", say, "已经用过机器人的话，检查 BOT_DATABASE_URL 和当前目录。")
        ]
    if seen.trouble:
        return [
            bad(_DATABASE, "reachable", f"{seen.trouble}。", _CHECK_FILE if seen.is_sqlite else _CHECK_URL)
        ]
    return [
        good(_DATABASE, "reachable", f"数据库连得上（{'SQLite' if seen.is_sqlite else 'PostgreSQL'}）。"),
        _writable(seen),
        _schema(seen),
        *_key(seen),
        *(() if seen.server is None else engine.judge_server(seen.server)),
        *(() if seen.file is None else engine.judge_file(seen.file)),
    ]


def _writable(seen: Seen) -> Finding:
    if seen.writable:
        return good(_DATABASE, "writable", "数据库能写。")
    if seen.is_sqlite:
        return bad(_DATABASE, "writable", "数据库文件只能读，不能写。", "检查文件和目录的权限。")
    return bad(_DATABASE, "writable", "数据库只能读，不能写。", "检查它是不是变成了备机。")


def _schema(seen: Seen) -> Finding:
    if seen.revision == HEAD:
        return good(_DATABASE, "schema", "数据库结构是新的。")
    if seen.revision is not None and seen.revision not in known_revisions():
        say = f"数据库结构 {seen.revision} 比程序新（程序到 {HEAD}）。"
        return bad(_DATABASE, "schema", say, "升级程序，或用升级前的备份恢复数据库。")
    now = "空的" if seen.revision is None else seen.revision
    say = f"数据库结构是{'' if seen.revision is None else ' '}{now}，程序要的是 {HEAD}。"
    if seen.is_sqlite:
        return careful(_DATABASE, "schema", say, "机器人启动时会先备份，再自己升级。")
    return bad(_DATABASE, "schema", say, "运行 python -m bot migrate。")


def _key(seen: Seen) -> Iterator[Finding]:
    if not seen.can_be_asked:
        return
    if seen.key_fits:
        yield good(_DATABASE, "key", "BOT_SECRET_KEY 就是登记时用的那个。")
    else:
        say = "BOT_SECRET_KEY 和登记时用的不同：绑定码、手机号和存着的密钥都认不出来。"
        yield bad(_DATABASE, "key", say, "换回原来的密钥。")


# ── looking ──


def opened(url: str) -> Database | Seen:
    """The database, not connected to yet; nothing is made that is not there."""
    try:
        parsed = driver_url(url)
    except Unreachable as fault:
        return Seen(is_sqlite=url.startswith("sqlite"), trouble=str(fault))
    is_sqlite = parsed.get_backend_name() == "sqlite"
    try:
        if is_sqlite and parsed.database and not Path(parsed.database).exists():
            return Seen(is_sqlite=True, missing=True)
        return Database(url)
    except OSError:
        return Seen(is_sqlite=is_sqlite, trouble="数据库文件所在的目录进不去")


def look(database: Database, secret_key: str, clock: Clock) -> Seen:
    """In a thread: may take as long as the driver waits for a connection."""
    try:
        with database.reading() as connection:
            within_seconds(connection)
            found = revision(connection)
            fits = found != HEAD or _fits(Identifiers(secret_key), connection)
            return Seen(
                is_sqlite=database.is_sqlite,
                writable=is_writable(connection),
                revision=found,
                key_fits=fits,
                server=None if database.is_sqlite else engine.ask_server(connection, clock),
                file=engine.look_at_file(Path(database.url.database or "")) if database.is_sqlite else None,
            )
    except DBAPIError as error:
        return Seen(is_sqlite=database.is_sqlite, trouble=_trouble(database, error))


def _fits(identifiers: Identifiers, connection: Connection) -> bool:
    try:
        identifiers.check(connection)
    except SecretKeyFault:
        return False
    return True


def _trouble(database: Database, error: DBAPIError) -> str:
    if is_unanswered(error):
        return "数据库几秒内没有回答"
    return f"{'打不开数据库文件' if database.is_sqlite else '连不上数据库'} {database.address}"
