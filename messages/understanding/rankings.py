"""What is asked about the ranking itself: how it comes about, whether it was posted, and days in the ways of rankings."""

from datetime import date, timedelta
from typing import Final

from messages.commands import Command, Understood
from messages.understanding.dates import DAY, Calendar
from messages.understanding.expression import expression
from messages.understanding.line import Line, order

HOW_RANKED: Final = "怎么排"
WHETHER_POSTED: Final = "发了没"
"""What is asked instead of the ranking itself: the `filter` of 排名 and 本校排名."""

_RANKING = r"(?:排名|排行榜?|名次)"
_HOW = r"(?:怎么|怎样|咋|如何|按(?:照)?(?:什么|啥|哪个)|根据(?:什么|啥)|依据(?:什么|啥)|凭(?:什么|啥))"
_WHY = r"(?:为什么|为啥|为何|咋|怎么|凭什么|凭啥)"
_WHEN = r"(?:几点|什么时候|什么时间|啥时候?|何时|多会儿?|多久)"
_OURS = r"(?:[本我咱俺][校园]|(?:[我咱俺]们?|本)(?:这?个?)?(?:学校|幼儿园|单位|校|园|小学|中学)?)"
_PLACE = r"(?:倒数)?第[一二三四五六七八九十百\d]+名?|倒数|垫底|最?(?:靠?后|末)|[这那]么(?:低|靠?后)"
_TODAY = r"(?:今天|今日|今晚|今儿)"
_SAID_DAY = rf"(?:{_TODAY}|昨天|昨日|前天|每天|一般)"

_HOW_RANKED = expression(
    rf"^.{{0,6}}{_RANKING}(?:到底|都|究竟|又)?(?:是|就是)?{_HOW}(?:去|给)?(?:计?算|统计|排|定|来|比|评|弄|得)(?:出来|出|名次?|定|的)*$"
    rf"|^{_RANKING}的?(?:是)?(?:规则|规矩|办法|方法|依据|标准|算法|原则|计算方法|计算方式)(?:是)?(?:什么|啥|怎样|怎么样)?(?:的)?$"
    rf"|^(?:是)?{_HOW}(?:计?算|排|比|评)(?:的|出)?的?{_RANKING}(?:的)?$"
)
_WHY_HERE = expression(
    rf"^{_WHY}.{{0,3}}(?P<ours>{_OURS})?.{{0,6}}(?:排|是|在|才|只|(?=倒数|垫底))(?:在|到|得|名|了)*(?:全[市县])?(?:{_PLACE})(?:的|了|呢)?$"
    rf"|^(?P<us>{_OURS}).{{0,4}}{_WHY}.{{0,4}}(?:排|是|在|才|只|(?=倒数|垫底))(?:在|到|得|名|了)*(?:{_PLACE})(?:的|了|呢)?$"
)
_HOW_PLACED = expression(rf"^(?:这|那|名次)?(?:是)?{_HOW}排(?:的|出来的?|名次的?)$")
_WHETHER_POSTED = expression(
    rf"^(?:群里)?(?P<day>{_SAID_DAY})?(?:群里)?(?:的)?{_WHY}(?P<again>{_SAID_DAY})?(?:还)?(?:没有?|不)(?:有)?(?:人)?(?:发|出|见|看到|看见|收到|推送?|公布|更新)?(?:过|到)?{_RANKING}(?:了|呢)?$"
    rf"|^(?P<of>{_SAID_DAY})?(?:的)?{_RANKING}{_WHY}(?:还)?(?:(?:没有?|不)(?:有)?(?:发|出|来|推|公布|更新)(?:来|出来|到群里)?(?:了|呢)?|没了|没有了?)$"
    rf"|^(?P<sent>{_SAID_DAY})(?:的)?{_RANKING}(?:已经)?(?:发|推|公布)(?:出来|出去|出|过)?(?:了)?(?:吗|没|没有|了没)$"
    rf"|^{_SAID_DAY}?(?:的)?{_RANKING}(?:是|一般|大概|通常|都|每天)*{_WHEN}(?:能|才|会|再|可以)?(?:发|出|公布|更新|来|推送?|有)(?:来|出来|到群里|布|送)?(?:的)?$"
    rf"|^{_WHEN}(?:能|才|会|再|可以)?(?:发|出|公布|更新|推送?|有)(?:布)?{_TODAY}?(?:的)?{_RANKING}(?:的)?$"
)
_BY_FIGURES = expression(rf"^{_RANKING}(?P<after>\d{{4}})的?$|^(?P<before>\d{{4}})的?{_RANKING}$")
_NO_DAY = r"(?:20\d\d年)?(?:[一二三四五六七八九十]{1,2}|\d{1,2})月份?|[本这上下]一?个?月|[本这上下]一?个?(?:周|星期|礼拜)"
_OF_NO_DAY = expression(
    rf"^(?:查看|查|看)?{_RANKING}的?(?P<after>{_NO_DAY})的?$|^(?:查看|查|看)?(?P<before>{_NO_DAY})的?{_RANKING}$"
)
_WEEKDAY = r"(?:周|星期|礼拜)[一二三四五六日天]"
_ON_A_WEEKDAY = expression(
    rf"^(?:查看|查|看)?(?P<before>{_WEEKDAY})的?{_RANKING}$|^(?:查看|查|看)?{_RANKING}的?(?P<after>{_WEEKDAY})的?$"
)
_A_DAY, _NO_ONE_DAY = expression(DAY), expression(_NO_DAY)
_FIGURES = expression(r"\d{4}")
_PAST_DAYS = {"昨天": "昨天", "昨日": "昨天", "前天": "前天"}
_LONGEST = 30


def read_about_ranking(bare: str, line: Line) -> Understood | None:
    """`bare`: comparable, without blanks and politeness."""
    if len(bare) > _LONGEST or line.links:
        return None
    if match := _WHETHER_POSTED.match(bare):
        said = next((word for word in match.groupdict().values() if word in _PAST_DAYS), "")
        day = said and (line.calendar.day(_PAST_DAYS[said]) or said)
        return order(Command.RANKING, filter=WHETHER_POSTED, when=day)
    if _HOW_RANKED.match(bare):
        return order(Command.RANKING, filter=HOW_RANKED)
    if _WHY_HERE.match(bare) or _HOW_PLACED.match(bare):
        return order(Command.SCHOOL_RANKING, filter=HOW_RANKED)
    return _on_a_day(bare, line.calendar)


def day_said(said: str, calendar: Calendar) -> str | None:
    """A day as ISO, a month or a week as it was said; None where it is none of them as a whole."""
    if _NO_ONE_DAY.fullmatch(said):
        return said
    if match := _A_DAY.fullmatch(said):
        day = calendar.day(said)
        of_this_week = match["week"] in ("周", "星期", "礼拜")
        return (_last(day, calendar.today) if of_this_week else day) or said
    if _FIGURES.fullmatch(said):
        return calendar.day(f"{int(said[:2])}月{int(said[2:])}日") or said
    return None


def _on_a_day(bare: str, calendar: Calendar) -> Understood | None:
    for pattern in (_BY_FIGURES, _OF_NO_DAY, _ON_A_WEEKDAY):
        if match := pattern.match(bare):
            said = match["before"] or match["after"]
            return order(Command.RANKING, when=day_said(said, calendar) or said)
    return None


def _last(day: str, today: date | None) -> str:
    """周五, said on a Monday about what was posted, is the one before."""
    if not day or today is None or date.fromisoformat(day) <= today:
        return day
    return (date.fromisoformat(day) - timedelta(days=7)).isoformat()
