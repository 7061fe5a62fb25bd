"""Questions that take a value: 微能力清单, 排名, 本校名单, 发送情况."""

import re

from messages.commands import Command, Understood
from messages.understanding.dates import DAY
from messages.understanding.expression import expression
from messages.understanding.line import Line, first, order
from messages.understanding.phrasings import list_filter
from messages.understanding.points import read_point_list

_OURS = r"(?:[本我咱]校|[本我咱]园|(?:我们|咱们|俺们)(?:学校|幼儿园|校|园))"
_RANKING_OF = expression(
    rf"^(?:查看|查|看)?(?:一下)?(?P<ours>{_OURS})?的?(?:排名|排行榜?)[\s:,]*(?:的)?(?P<said>{DAY})(?:的)?$"
)
_RANKING_ON = expression(
    rf"^(?:查看|查|看)?(?:一下)?(?P<said>{DAY})\s*的?\s*(?:全[市县]|(?P<ours>{_OURS}))?的?(?:排名|排行榜?)$"
)
_OUR_PLACE_ON = expression(
    rf"^(?P<ours>{_OURS})\s*(?P<said>{DAY})\s*的?\s*(?:排名|排?第几名?|排多少名?|名次)$"
)
_SCHOOL_LIST = expression(
    r"^(?:本校|我校|我们学校|全校|本园|我园|学校)(?:的)?(?P<filter>\S{0,8}?)(?:的)?(?:老师|教师)?(?:的)?名单[\s:,]*(?P<after>\S{0,12})$"
)
_OWN_LIST = expression(r"^(?:落后名单)[\s:,]*(?P<after>\S{1,8})$")
_QUEUE_ALL = expression(
    r"^(?:全部|所有)?(?:的)?待审(?:材料|名单|列表)?[\s:,]*(?:全部|所有|本校|全校|全县|全市)?$"
)
_FILINGS_OF = expression(r"^(?:查看|查|看)?(?:一下)?备案情况[\s:,]+(?P<school>[^\s,]{2,30})$")
_NO_SCHOOL = expression(r"^(?:本|我|我们|全|各|所有|每)|哪|谁|吗|怎|咋|如何|规划|方案|\d")
_HOURS_OR_ACCOUNT = ((expression(r"学时"), "学时"), (expression(r"账号|帐号"), "没账号"))
_DELIVERY = expression(
    r"^(?:查看|查|看)?(?:公告|通知)?(?:发送情况|发送结果|送达情况|发送状态)[\s:,]*(?:编号|#)?\s*(?P<n>\d{1,6})?号?$|^(?:查看|查|看一?下|看看|看)?(?:公告|通知|编号|#)*\s*(?P<m>\d{1,6})\s*号?\s*(?:的)?(?:公告|通知)?(?:的)?(?:发送情况|发送结果|送达情况|发送状态|发出去(?:了吗|没有?|了没)|发送得怎么样|发成功(?:了吗|没))(?:怎么样|咋样|如何)?$"
)


def read_valued(line: Line) -> Understood | None:
    return (
        first((_points, _ranking, _school_list, _own_list, _queue, _filings, _delivery), line)
        if len(line.plain) <= 60
        else None
    )


def _points(line: Line) -> Understood | None:
    return read_point_list(line.plain)


def _ranking(line: Line) -> Understood | None:
    """A day's ranking shows whoever asks the view of their own school, also without 本校."""
    plain = line.plain.rstrip("?!。.,")
    match = next(filter(None, (one.match(plain) for one in (_RANKING_OF, _RANKING_ON, _OUR_PLACE_ON))), None)
    if match is None:
        return None
    said = match["said"].strip()
    if said in ("今天", "今日"):
        return order(Command.SCHOOL_RANKING if match["ours"] else Command.RANKING)
    return order(Command.RANKING, when=line.calendar.day(said) or said)


def _school_list(line: Line) -> Understood | None:
    match = _SCHOOL_LIST.match(re.sub(r"\s+", "", line.plain).rstrip("?!。.,"))
    if match is None:
        return None
    # A word that is no list is passed on: the answer says which lists there are.
    wanted = _list(match["filter"] + match["after"]) or match["after"]
    return order(Command.SCHOOL_LIST, filter=wanted)


def _filings(line: Line) -> Understood | None:
    """备案情况 of one school."""
    match = _FILINGS_OF.match(line.plain.rstrip("?!。.,"))
    if match is None or _NO_SCHOOL.search(match["school"]):
        return None
    return order(Command.FILINGS, school=match["school"])


def _own_list(line: Line) -> Understood | None:
    match = _OWN_LIST.match(line.plain)
    if match is None or not (wanted := _list(match["after"])):
        return None
    return order(Command.BEHIND, filter=wanted)


def _queue(line: Line) -> Understood | None:
    """待审 全部: also what is still somebody else's turn."""
    return order(Command.QUEUE, filter="全部") if _QUEUE_ALL.match(line.plain) else None


def _list(said: str) -> str:
    named = next((name for pattern, name in _HOURS_OR_ACCOUNT if pattern.search(said)), "")
    return named or list_filter(said)


def _delivery(line: Line) -> Understood | None:
    match = _DELIVERY.match(line.plain)
    if match is None:
        return None
    number = match["n"] or match["m"]
    return order(Command.DELIVERY, numbers=(int(number),) if number else ())
