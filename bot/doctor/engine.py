"""What the database runs on: PostgreSQL's version, settings and clock; SQLite's file system and log."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from bot.clock import Clock
from bot.doctor.finding import Area, Finding, bad, careful, good

_DATABASE: Final = Area.DATABASE
_OLDEST: Final = 14  # the oldest that its makers still look after
_MIB: Final = 1 << 20
_LONG_LOG: Final = 512 * _MIB  # the program copies it back from 64 MB on
_MOUNTS: Final = Path("/proc/self/mounts")
_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "davfs"}
    | {"fuse.sshfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "vboxsf", "prl_fs"}
)
_OFF_BY_S: Final = 5  # leases and limits are shared by the machines' clocks
_FAR_OFF_S: Final = 30  # half of what a lease of a connection lasts
_MUST_BE_ON: Final[Mapping[str, str]] = {
    "fsync": "断电会损坏数据库",
    "full_page_writes": "断电会损坏数据库",
    "synchronous_commit": "断电会丢掉已经答应了老师的事",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """PostgreSQL as it has answered."""

    version: int  # as server_version_num: 150004
    encoding: str  # of this database
    settings: Mapping[str, str]
    skew_ms: int  # the machine's clock minus the database's
    doubt_ms: int  # half of what asking took


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """SQLite's file."""

    version: str
    filesystem: str  # "" = not known
    log_bytes: int


def judge_server(server: Server) -> Iterator[Finding]:
    version = server.version // 10_000
    faults = [*_old(version), *_foreign(server.encoding), *_unsafe(server.settings)]
    if not faults:
        yield good(_DATABASE, "engine", f"PostgreSQL {version}，提交都落到盘上。")
    yield from faults
    yield _clock(server)


def _old(version: int) -> Iterator[Finding]:
    if version < _OLDEST:
        say = f"PostgreSQL {version} 太旧，没有人再修它的漏洞。"
        yield bad(_DATABASE, "engine-version", say, f"升级到 {_OLDEST} 或更新的版本。")


def _foreign(encoding: str) -> Iterator[Finding]:
    if encoding != "UTF8":
        say = f"数据库的编码是 {encoding}，放不好中文，机器人不会启动。"
        do = "另建一个库：CREATE DATABASE 库名 OWNER 用户 ENCODING 'UTF8' TEMPLATE template0。"
        yield bad(_DATABASE, "engine-encoding", say, do)


def _unsafe(settings: Mapping[str, str]) -> Iterator[Finding]:
    for name, what in _MUST_BE_ON.items():
        if settings.get(name) == "off":
            say = f"PostgreSQL 的 {name} 关着，{what}。"
            yield bad(_DATABASE, f"engine-{name}", say, f"在 postgresql.conf 里写 {name} = on，再重新加载。")


def _clock(server: Server) -> Finding:
    off_s = max(0, abs(server.skew_ms) - server.doubt_ms) // 1000
    if off_s < _OFF_BY_S:
        return good(_DATABASE, "engine-clock", "数据库的时间和这台服务器一致。")
    ahead = "快" if server.skew_ms > 0 else "慢"
    say = f"这台服务器的时间比数据库{ahead} {off_s} 秒，几个进程会抢着做同一件事。"
    judge = bad if off_s >= _FAR_OFF_S else careful
    return judge(_DATABASE, "engine-clock", say, "两台机器都打开自动对时（NTP）。")


def judge_file(file: File) -> Iterator[Finding]:
    faults = [*_far_away(file.filesystem), *_long_log(file.log_bytes)]
    if not faults:
        yield good(_DATABASE, "engine", f"SQLite {file.version}，文件在本机的盘上。")
    yield from faults


def _far_away(filesystem: str) -> Iterator[Finding]:
    if filesystem in _NETWORK:
        say = f"数据库文件在网络盘上（{filesystem}），SQLite 在那里会损坏。"
        yield bad(_DATABASE, "engine-disk", say, "把它移到本机的硬盘上，或者改用 PostgreSQL。")


def _long_log(size: int) -> Iterator[Finding]:
    if size > _LONG_LOG:
        say = f"数据库的日志文件（-wal）有 {size // _MIB} MB，收不回去。"
        do = "看看有没有别的程序一直开着数据库文件，关掉它，再重启机器人。"
        yield careful(_DATABASE, "engine-log", say, do)


# ── looking ──


def ask_server(connection: Connection, clock: Clock) -> Server:
    asked = clock.real_ms()
    theirs = connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp()) * 1000").scalar()
    answered = clock.real_ms()
    return Server(
        version=int(_show(connection, "server_version_num")),
        encoding=_show(connection, "server_encoding"),
        settings={name: _show(connection, name) for name in _MUST_BE_ON},
        skew_ms=(asked + answered) // 2 - int(theirs or 0),
        doubt_ms=(answered - asked) // 2,
    )


def _show(connection: Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"SHOW {name}").scalar())


def look_at_file(path: Path) -> File:
    beside = path.with_name(f"{path.name}-wal")
    try:
        size = beside.stat().st_size
    except OSError:
        size = 0
    return File(version=sqlite3.sqlite_version, filesystem=filesystem_of(path), log_bytes=size)


def filesystem_of(path: Path) -> str:
    """As the system's list of mounts has it; "" where it has none."""
    whole = path.absolute().resolve()
    if whole.drive.startswith("\\\\"):
        return "smb3"  # Windows: \\server\share
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    return kind_in(mounts, whole)


def kind_in(mounts: str, path: Path) -> str:
    """Of the mount that is nearest above `path`; the last of several at one place is on top."""
    found, depth = "", 0
    for line in mounts.splitlines():
        _, where, kind, *_ = line.split(" ")
        point = Path(where.replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = kind, len(point.parts)
    return found
