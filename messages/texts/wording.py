"""How hours, points, days, shares and masked numbers are written, everywhere."""

from collections.abc import Iterable
from datetime import date, datetime, time

from bot.policy.plan import Plan, PracticeSource
from bot.policy.points import Catalogue, Environment, Point
from messages.incoming import Platform
from messages.outgoing import Line, quote

PLATFORMS = {
    Platform.WECOM: "企业微信",
    Platform.DINGTALK: "钉钉",
    Platform.CONSOLE: "终端",
    Platform.PAGE: "网页",
}
_WEEKDAYS = "一二三四五六日"
_ENVIRONMENTS = {
    Environment.MULTIMEDIA: "多媒体教学环境",
    Environment.BLENDED: "混合学习环境",
    Environment.SMART: "智慧学习环境",
}


def number(hours: int) -> str:
    """Hundredths as people write them: 1850 → "18.5", 2500 → "25"."""
    whole, rest = divmod(abs(hours), 100)
    sign = "-" if hours < 0 else ""
    return f"{sign}{whole}" if not rest else f"{sign}{whole}.{rest:02}".rstrip("0")


def hours(amount: int) -> str:
    return f"{number(amount)} 学时"


def day(when: date) -> str:
    return f"{when.month}月{when.day}日"


def weekday(when: date) -> str:
    return f"周{_WEEKDAYS[when.weekday()]}"


def full_day(when: date) -> str:
    return f"{day(when)}（{weekday(when)}）"


def clock_time(at: datetime | time) -> str:
    """07:05, 18:00."""
    return f"{at:%H:%M}"


def as_of(online: date | None, today: date) -> Line:
    """The line that stands under a person's figures; online hours come by file, the rest is live."""
    if online is None:
        return quote(f"还没有线上数据；实践和认证数据截至 {full_day(today)}")
    if online == today:
        return quote(f"数据截至 {full_day(today)}")
    return quote(f"线上数据截至 {full_day(online)}，实践和认证数据截至 {full_day(today)}")


def live(today: date) -> Line:
    """The line under what is read fresh from the database."""
    return quote(f"数据截至 {full_day(today)}")


def percent(part: int, whole: int) -> str:
    """To one decimal, half up, without floats: 1 of 3 → "33.3%"."""
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def tail(last: str) -> str:
    """A mobile or staff number, of which only the end is ever shown."""
    return f"尾号 {last}"


def masked(account: str) -> str:
    """A chat or study account, of which only the ends are shown: "zhangsan" → "z…n"."""
    return f"{account[:1]}…{account[-1:]}" if len(account) > 2 else "…"


def listed(words: Iterable[str]) -> str:
    return "、".join(words)


def labels(points: Iterable[Point]) -> str:
    """Points, each with code and name."""
    return listed(point.label for point in points)


def code_labels(codes: Iterable[str], catalogue: Catalogue) -> str:
    return listed(code_label(code, catalogue) for code in codes)


def code_label(code: str, catalogue: Catalogue) -> str:
    """Code and name; the bare code where the catalogue has lost it since."""
    return catalogue[code].label if code in catalogue else code


def environment(which: Environment) -> str:
    return _ENVIRONMENTS[which]


def practice_rule(plan: Plan) -> str:
    if plan.practice.source is PracticeSource.IMPORTED:
        return "实践学时以学校台账为准，认证不另记学时"
    grants = listed(f"第 {n} 个点 {hours(grant)}" for n, grant in enumerate(plan.practice.grants, 1))
    return f"实践学时只按认证记：{grants}，以后的不再记"
