"""What is to outlive the machine, and what is nobody else's to read: backups, and files with secrets in them."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.clock import SHANGHAI
from bot.doctor.finding import Area, Finding, bad, careful, good
from storage import backups

_HOUR_MS: Final = 3_600_000
_LATE_H: Final = 50  # one of the daily ones is missing
_OLD_H: Final = 8 * 24
_CONTAINER_SECRETS: Final = Path("/run/secrets")
"""Private to the container, and readable to all in it as a rule."""


def judge_backup(newest_at: int | None, now: int, folder: Path) -> Finding:
    """Instants in epoch milliseconds of the real clock. A backup has its name only when it was verified."""
    if newest_at is None:
        do = "马上做一份：python -m bot job backup；以后每天自动做。"
        return careful(Area.DATABASE, "backup", f"{folder} 里还没有备份。", do)
    hours = (now - newest_at) // _HOUR_MS
    taken = f"{datetime.fromtimestamp(newest_at / 1000, SHANGHAI):%m月%d日 %H:%M}"
    if hours < _LATE_H:
        return good(Area.DATABASE, "backup", f"最近一份好的备份是 {taken} 的。")
    say = f"最近一份好的备份是 {taken} 的，过了 {timedelta(hours=hours).days} 天。"
    do = "看看 python -m bot job backup 说什么，照它改。"
    return (bad if hours >= _OLD_H else careful)(Area.DATABASE, "backup", say, do)


def judge_readable(open_to_all: Sequence[Path]) -> Iterator[Finding]:
    if not open_to_all:
        yield good(Area.MACHINE, "secret-files", "密钥和数据库的文件，别的用户读不到。")
        return
    named = "、".join(str(path) for path in open_to_all)
    do = f"运行 chmod o-rwx {' '.join(str(path) for path in open_to_all)}。"
    yield careful(Area.MACHINE, "secret-files", f"这台机器上的别的用户也读得到：{named}。", do)


# ── looking ──


def look_at_backups(folder: Path, now: int) -> Finding:
    try:
        newest = backups.newest_at(folder)
    except OSError:
        say = f"备份的文件夹 {folder} 进不去。"
        return bad(Area.DATABASE, "backup", say, "检查文件夹的权限，它要属于运行机器人的用户。")
    return judge_backup(newest, now, folder)


def look_at_secrets(paths: Iterable[Path]) -> list[Finding]:
    return list(judge_readable([path for path in paths if is_open_to_all(path)]))


def is_open_to_all(path: Path) -> bool:
    """Whether any user of the machine can get to it and read it; on Windows that is not told by a mode."""
    whole = path.absolute()
    if os.name == "nt" or whole.is_relative_to(_CONTAINER_SECRETS):
        return False
    try:
        if not whole.stat().st_mode & stat.S_IROTH:
            return False
        return all(folder.stat().st_mode & stat.S_IXOTH for folder in whole.parents)
    except OSError:
        return False
