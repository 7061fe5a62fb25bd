"""The machine: disk, journal, clock, key, calendar, fonts. What is concluded stands above, what looks below."""

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.doctor.finding import Area, Finding, bad, careful, good
from bot.pictures.fonts import MissingGlyph, Weight, face, require_glyphs
from bot.policy.plan import Plan

if sys.platform != "win32":
    import resource

_MACHINE: Final = Area.MACHINE
_MIB: Final = 1 << 20
_FULL: Final = 200 * _MIB
_TIGHT: Final = 2048 * _MIB
_ENOUGH_FILES: Final = 1_024
_FEW_CHARACTERS: Final = 10  # different ones: less is "aaaa…", or a word again and again
_DRAWN: Final = "研修助手全市排名学时微能力一二三龘，。（）％0123456789"
_ENDS: Final = ("。", "？", "！")
_SHANGHAI: Final = timedelta(hours=8)
_OTHER_FONT: Final = "重新安装程序：python -m pip install -e . -c constraints.txt。"


def disk(free: int, *, name: str = "disk", what: str = "磁盘") -> Finding:
    """`free` in bytes, where the database and what waits for it are written, or backups."""
    left = f"{free / (1024 * _MIB):.1f} GB" if free >= 1024 * _MIB else f"{free // _MIB} MB"
    if free < _FULL:
        return bad(_MACHINE, name, f"{what}只剩 {left}，马上写不进去了。", "清理磁盘，或换大一点的盘。")
    if free < _TIGHT:
        return careful(_MACHINE, name, f"{what}还剩 {left}。", "请尽早清理。")
    return good(_MACHINE, name, f"{what}还剩 {left}。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The journal's folder."""

    writable: bool
    kept: int = 0  # messages that the database has not taken yet
    unreadable: int = 0  # set aside


def journal(seen: Waiting) -> Finding:
    if not seen.writable:
        say = "暂存消息的文件夹写不进去，数据库忙的时候会丢消息。"
        return bad(_MACHINE, "journal", say, "检查数据库旁边以 -waiting 结尾的文件夹的权限。")
    if seen.unreadable:
        say = f"暂存的消息里有 {seen.unreadable} 条读不出来，已放在一边（文件名以 .unreadable 结尾）。"
        return careful(_MACHINE, "journal", say, "请告诉维护机器人的人。")
    if seen.kept:
        say = f"有 {seen.kept} 条收下的消息还没有处理。"
        return careful(
            _MACHINE, "journal", say, "机器人在运行的话，过一分钟再查；没有运行的话，启动后会自动处理。"
        )
    return good(_MACHINE, "journal", "暂存消息的文件夹能写，没有积压。")


def time_zone(offset: timedelta) -> Finding:
    """Of the machine; the programme's times are always Beijing's."""
    if offset == _SHANGHAI:
        return good(_MACHINE, "time-zone", "时区是北京时间。")
    hours = offset / timedelta(hours=1)
    say = f"服务器的时区是 UTC{hours:+g}，不是北京时间；定时任务照北京时间走，只有日志里的时间不一样。"
    return careful(_MACHINE, "time-zone", say, "想让日志也用北京时间，把时区设为 Asia/Shanghai。")


def zone_data(winter: timedelta | None, summer: timedelta | None) -> Finding:
    """Of Asia/Shanghai as the zone data of this machine have it; there is no summer time."""
    if winter == summer == _SHANGHAI:
        return good(_MACHINE, "zone-data", "时区数据是对的。")
    say = "这台机器的时区数据不对，北京时间算不准。"
    return bad(
        _MACHINE, "zone-data", say, "重新安装 tzdata：python -m pip install --force-reinstall tzdata。"
    )


def open_files(most: int | None) -> list[Finding]:
    """`most`: so many may be open at once in this process; None = nobody limits it."""
    if most is None or most >= _ENOUGH_FILES:
        return [good(_MACHINE, "open-files", "同时能打开的文件和连接够用。")]
    say = f"同时最多只能打开 {most} 个文件和连接，人多的时候不够。"
    do = f"运行 serve 之前先 ulimit -n {_ENOUGH_FILES}，或在 systemd 里写 LimitNOFILE={_ENOUGH_FILES}。"
    return [careful(_MACHINE, "open-files", say, do)]


def settings_file(folder: Path) -> list[Finding]:
    """Asked where something is missing: the usual cause is another folder, or another name."""
    if (folder / ".env").exists():
        return []
    say = f"这个文件夹里没有 .env：{folder}。"
    do = "换到程序所在的文件夹再运行；名字是 .env.txt 的，改成 .env。用环境变量设置的，不用管。"
    return [careful(Area.SETTINGS, "settings-file", say, do)]


def secret_key(key: str | None) -> Finding:
    if key is None:
        say = "没有设置 BOT_SECRET_KEY，机器人不会启动。"
        make = '.venv/bin/python -c "import secrets; print(secrets.token_urlsafe(36))"'
        do = f"用 {make} 生成一个，写进 .env；以前有过的，写回原来那个。"
        return bad(Area.SETTINGS, "secret-key", say, do)
    if len(set(key)) < _FEW_CHARACTERS:
        say = f"BOT_SECRET_KEY 有 {len(key)} 个字符，但太容易猜。"
        return careful(
            Area.SETTINGS, "secret-key", say, "还没有导入名册的话，换一个随机的；已经导入的不能再换。"
        )
    return good(Area.SETTINGS, "secret-key", f"BOT_SECRET_KEY 有 {len(key)} 个字符，够长。")


def rehearsal(start: datetime | None) -> list[Finding]:
    if start is None:
        return []
    say = f"BOT_CLOCK_START 设着，机器人的日期从 {start:%Y-%m-%d %H:%M} 起走，不是今天。"
    return [careful(Area.SETTINGS, "rehearsal", say, "正式使用前把它删掉。")]


def calendar(plan: Plan, today: date) -> Finding:
    """Whether 放假 and 调休 are known for the whole programme, and for this year where it runs on."""
    first, last = plan.span
    wanted = plan.workdays.missing_year(today)  # from November on also the next one
    years = {*range(first.year, last.year + 1), today.year, *(() if wanted is None else (wanted,))}
    missing = sorted(years - plan.workdays.years)
    if missing:
        named = "、".join(str(year) for year in missing)
        say = f"没有 {named} 年的放假和调休安排，那时按周一到周五算工作日。"
        do = "升级 chinesecalendar，或把日期写进方案文件的 [workdays]。"
        return careful(Area.SETTINGS, "calendar", say, do)
    return good(Area.SETTINGS, "calendar", f"放假和调休安排够用：方案从 {first} 到 {last}。")


def fonts(fault: str) -> Finding:
    """`fault` as `look_at_fonts` has it."""
    if fault:
        return bad(_MACHINE, "fonts", f"画排名图片的字体{fault}。", _OTHER_FONT)
    return good(_MACHINE, "fonts", "字体能画中文。")


# ── looking ──


def look_at_disk(folder: Path) -> Finding:
    return disk(shutil.disk_usage(_existing(folder)).free)


def look_at_backup_disk(folder: Path, database: Path) -> list[Finding]:
    """Nothing where it is the same disk: that has been said."""
    here, there = _existing(folder), _existing(database)
    if here.stat().st_dev == there.stat().st_dev:
        return []
    return [disk(shutil.disk_usage(here).free, name="backup-disk", what="放备份的磁盘")]


def look_at_zone_data() -> Finding:
    zone = ZoneInfo("Asia/Shanghai")
    winter, summer = (datetime(2024, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    return zone_data(winter, summer)


def look_at_open_files() -> list[Finding]:
    """Windows has no such limit."""
    if sys.platform == "win32":
        return []
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return open_files(None if soft == resource.RLIM_INFINITY else soft)


def look_at_journal(folder: Path) -> Finding:
    """The folder is made when it is needed: until then its parent must be writable."""
    if not os.access(_existing(folder), os.W_OK | os.X_OK):
        return journal(Waiting(writable=False))
    names = [path.suffix for path in folder.iterdir()] if folder.is_dir() else []
    return journal(Waiting(writable=True, kept=names.count(".json"), unreadable=names.count(".unreadable")))


def look_at_fonts() -> Finding:
    return fonts(_font_fault(_DRAWN))


def _font_fault(text: str) -> str:
    try:
        require_glyphs([text])
        drawn = [face(24, weight).getmask(text).getbbox() for weight in Weight]
    except ModuleNotFoundError:
        return "没有安装"
    except MissingGlyph as missing:
        return f"缺少“{missing.character}”字"
    except (OSError, NotImplementedError):
        return "打不开"
    return "" if all(drawn) else "画出来是空白"


def _existing(folder: Path) -> Path:
    """Itself, or the nearest folder above it that exists and that one can get to."""
    return next(path for path in (folder, *folder.absolute().parents) if _is_there(path))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder on the way to it cannot be entered
        return False


def settings_faults(faults: Iterable[str]) -> Sequence[Finding]:
    """As `check` says them."""
    return [
        bad(Area.SETTINGS, "settings", fault if fault.endswith(_ENDS) else f"{fault}。", "改好后再查一次。")
        for fault in faults
    ]
