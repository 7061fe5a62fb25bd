"""What a backup holds, in one sentence."""

from datetime import datetime
from pathlib import Path
from typing import Final

from bot.clock import SHANGHAI
from storage.backups import Backup

_MB: Final = 1_000_000
KEEP_THE_KEY: Final = "恢复时还要用 BOT_SECRET_KEY，它不在备份里，请另外保管好。"


def made(backup: Backup, path: Path) -> str:
    return (
        f"备份好了：{path}（{size(backup.bytes)}），{moment(backup.taken_at)} 的数据，"
        f"{backup.people} 人，{backup.submissions} 份提交。"
    )


def moment(at: int) -> str:
    """`at` in epoch milliseconds."""
    return f"{datetime.fromtimestamp(at / 1000, SHANGHAI):%Y-%m-%d %H:%M}"


def size(count: int) -> str:
    """Of bytes."""
    return f"{count / _MB:.1f} MB"
