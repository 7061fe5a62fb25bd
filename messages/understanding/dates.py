"""Days, months and times as people say them, as ISO where they are one."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from messages.understanding.expression import expression

PLAN_YEAR = 2024  # the programme's year, when nobody says which day it is

_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "半": 30}
_NUMBER = r"(?:\d{1,2}|二十[一二三四五六七八九]?|三十一?|十[一二三四五六七八九]?|[一二两三四五六七八九])"
_MONTH_DAY = rf"(?P<month>{_NUMBER})\s*月\s*(?:份)?\s*(?P<day>{_NUMBER})\s*[日号]?"
DAY = (
    rf"(?:(?P<full>20\d\d\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}|20\d{{6}}(?!\d))\s*[日号]?|{_MONTH_DAY}|(?P<short>\d{{1,2}}[-/.]\d{{1,2}})(?![\d])"
    rf"|(?P<relative>今天|今日|明天|明日|明早|明晚|今晚|后天|大后天|昨天|昨日|前天)|(?P<week>(?:本|这|下|上)?个?(?:周|星期|礼拜))(?P<weekday>[一二三四五六日天末])|(?P<only>{_NUMBER})\s*[号日])"
)
TIME = (
    r"(?P<part>凌晨|早上|早晨|早|上午|中午|下午|晚上|晚|傍晚)?\s*"
    rf"(?:(?P<clock>\d{{1,2}}:\d{{2}})|(?P<hour>{_NUMBER})\s*[点时]\s*(?:钟|整)?(?P<minute>半|\d{{1,2}}分?|一刻|三刻)?)"
)
_DAY = expression(DAY)
_TIME = expression(TIME)
# A part of the day without an hour, for what is to be sent then.
_PARTS = {"早": "08:00", "早上": "08:00", "早晨": "08:00", "上午": "09:00", "中午": "12:00", "下午": "14:00", "傍晚": "18:00", "晚上": "19:00", "晚": "19:00"}  # fmt: skip
_PART_WORDS = r"早[上晨]|上午|中午|下午|傍晚|晚上"
_PART = expression(_PART_WORDS)
_THIS_OR_THAT_WEEK = expression(r"^[本这下上]")
_SPAN = (
    rf"(?:再?过)?\s*(?:(?P<half>半)个?(?:小时|钟头)|(?P<hours>{_NUMBER})个?(?P<more>半)?(?:小时|钟头)(?P<and>半)?"
    rf"|(?P<minutes>\d{{1,3}}|{_NUMBER})分钟?|(?P<quarters>[一三])刻钟)(?:以后|之后|后)?[再发吧]*$"
)
_LATER = expression(f"^{_SPAN}")
# What is said last; 三点 alone may as well be three points.
_ENDING = expression(
    r"[\s,、]*(?:定时|定[到在]|等?到)?\s*(?P<when>"
    + re.sub(
        r"\?P<\w+>",
        "?:",
        rf"(?:{DAY})\s*(?:{TIME}|{_PART_WORDS})?|(?:(?<=[\s,])|(?:{_PART_WORDS})\s*){TIME}|{_PART_WORDS}|{_SPAN}",
    )
    + r"|每个?(?:天|日|周|星期|工作日)[一二三四五六日天]?|天天)\s*(?:再?发|再?提醒)?$"
)
_MONTH = expression(rf"(?P<month>{_NUMBER})\s*月")
_RELATIVE = {"今天": 0, "今日": 0, "今晚": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3, "昨天": -1, "昨日": -1, "前天": -2}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns what was said into ISO; without `today` relative days stay as said.

    A month without a year is meant in the programme, even when it is asked about years later.
    """

    today: date | None
    programme: tuple[date, date] | None = None  # first and last day

    def year(self, month: int) -> int:
        if self.programme is None:
            return self.today.year if self.today else PLAN_YEAR
        first, last = self.programme
        within = (year for year in range(first.year, last.year + 1) if _has_month(first, last, year, month))
        return next(within, first.year if month > last.month else last.year)

    def day(self, said: str) -> str:
        """An ISO date, or "" where it is none."""
        match = _DAY.match(said.strip())
        found = self._day(match) if match else None
        return found.isoformat() if found else ""

    def month(self, said: str) -> str:
        """'2024-04' of '4月', '四月份', '本月', '上个月'; "" where it is none."""
        if match := re.search(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})", said):
            return f"{match[1]}-{int(match[2]):02}" if 1 <= int(match[2]) <= 12 else ""
        if match := _MONTH.search(said):
            number = _value(match["month"])
            return f"{self.year(number)}-{number:02}" if 1 <= number <= 12 else ""
        if self.today and (match := re.search(r"(本|这|上)个?月", said)):
            first = self.today.replace(day=1)
            return f"{first if match[1] != '上' else first - timedelta(days=1):%Y-%m}"
        return ""

    def moment(self, said: str) -> str:
        """An ISO date-time to the minute, an ISO date without a time, else what was said."""
        text = said.strip()
        day_match = _DAY.search(text)
        found = self._day(day_match) if day_match else None
        rest = text[: day_match.start()] + text[day_match.end() :] if day_match else text
        time = _TIME.search(rest)
        part = _part_in(day_match, rest)
        clock = _clock(time, part) if time else _PARTS.get(part, "")
        if found is None and day_match is None and clock and self.today:
            found = self.today
        if found is None or (time and not clock):
            return text
        if day_match and day_match["week"] and not _THIS_OR_THAT_WEEK.match(day_match["week"]):
            found = self._not_yet(found)
        return f"{found.isoformat()}T{clock}" if clock else found.isoformat()

    def _not_yet(self, day: date) -> date:
        """周一, said on a Tuesday, is the next one."""
        return day + timedelta(days=7) if self.today and day < self.today else day

    def _day(self, match: re.Match[str]) -> date | None:
        if match["relative"]:
            return self._after(_RELATIVE[match["relative"]])
        if match["week"]:
            return self._weekday(match["week"], match["weekday"])
        if match["only"]:
            return _date(self.today.year, self.today.month, _value(match["only"])) if self.today else None
        if match["full"]:
            year, month, day = (int(part) for part in re.findall(r"20\d\d|\d{1,2}", match["full"]))
            return _date(year, month, day)
        if match["short"]:
            month, day = (int(part) for part in re.findall(r"\d+", match["short"]))
            return _date(self.year(month), month, day)
        month = _value(match["month"])
        return _date(self.year(month), month, _value(match["day"]))

    def _after(self, days: int) -> date | None:
        return self.today + timedelta(days=days) if self.today else None

    def _weekday(self, week: str, weekday: str) -> date | None:
        if self.today is None:
            return None
        number = "一二三四五六日".index(weekday.replace("天", "日").replace("末", "六"))
        monday = self.today - timedelta(days=self.today.weekday())
        weeks = {"下": 1, "上": -1}.get(week[0], 0)
        return monday + timedelta(days=7 * weeks + number)


def without_moment(said: str) -> tuple[str, str]:
    """Without the day, time or span that it ends with, and that: '落后 明天' → '落后', '明天'; else "" for it."""
    match = _ENDING.search(said)
    return (said, "") if match is None else (said[: match.start()], match["when"])


def later(said: str) -> timedelta | None:
    """半小时后, 两小时后, 一个半小时后, 20分钟后; None where it is no such span. Positive."""
    match = _LATER.match(re.sub(r"\s+", "", said))
    if match is None:
        return None
    if match["half"]:
        return timedelta(minutes=30)
    if match["quarters"]:
        return timedelta(minutes=15 if match["quarters"] == "一" else 45)
    if match["minutes"]:
        return timedelta(minutes=_value(match["minutes"])) or None
    half = 30 if match["more"] or match["and"] else 0
    return timedelta(hours=_value(match["hours"]), minutes=half) or None


def _part_in(day: re.Match[str] | None, rest: str) -> str:
    """Which part of the day was said: 今晚 and 明早 have it in themselves."""
    relative = (day["relative"] or "") if day else ""
    if relative.endswith(("早", "晚")):
        return relative[-1]
    match = _PART.search(rest)
    return match.group() if match else ""


def _has_month(first: date, last: date, year: int, month: int) -> bool:
    return (first.year, first.month) <= (year, month) <= (last.year, last.month)


def _clock(match: re.Match[str], part: str) -> str:
    part = match["part"] or part
    if match["clock"]:
        hour, minute = (int(x) for x in match["clock"].split(":"))
    else:
        hour, minute = _value(match["hour"]), _minutes(match["minute"] or "")
    if part in ("下午", "晚上", "晚", "傍晚") and hour < 12:
        hour += 12
    if part == "中午" and hour < 3:
        hour += 12
    if part in ("晚上", "晚") and hour == 12:
        return ""  # midnight of which day?
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def _minutes(said: str) -> int:
    if said.startswith(("一刻", "三刻")):
        return 15 if said[0] == "一" else 45
    return 30 if said == "半" else int(said.rstrip("分") or 0)


def _value(said: str) -> int:
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return _CHINESE[said]
    return 10 * (_CHINESE[tens] if tens else 1) + (_CHINESE[ones] if ones else 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
