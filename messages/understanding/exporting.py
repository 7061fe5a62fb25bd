"""导出: which workbook, and of which day the ranking."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.line import Line, order
from messages.understanding.rankings import day_said

_EXPORT = expression(
    r"导出|导一?[下份个]|导(?:成|出来|给我|表|张)|(?:弄|做|整|出|发|转)(?:成|我|个|一个|一份|份)*(?:[Ee]xcel|EXCEL|[Xx]ls|表格|电子表)|下载|导个|输出(?=名单|表)|导(?=验收|未完成|排名)"
)
_RANKING = "排名"
_EXPORTED = (
    ("验收", expression(r"验收")),
    ("未完成", expression(r"[未没](?:完成|达标|合格|交|选)|不合格|没弄完|没整完|落后|没学完|还差")),
    (_RANKING, expression(r"排名|排行|名次")),
)
# What stands around a day; places and schools by number are none.
_AROUND = expression(
    r"第[^,。]{0,6}?名|第\d+(?:[-~至到.]\d+)?|前[一二三四五六七八九十\d]+名?|\d+号(?=学校|校)|导出来?|导一?[下份个]|导(?:成|给我|表|张)?|下载|输出|(?:弄|做|整|出|发)(?:成|个|一[个份]|份)+"
    r"|[Ee]xcel|EXCEL|[Xx]ls|电子表|表格?|(?:学校|各校|全[市县]|单位)?(?:排名|排行榜?|名次)(?:榜)?|(?:我要|帮我|给我|请|把|将|要|想)|(?:发布?|公布|当天|那天|一下|出来|文件|数据)|[的了吧\s:,。、]"
)
_OF_TIME = expression(r"\d|[年月日号周天]|星期|礼拜")


def read_export(line: Line) -> Understood | None:
    text = line.plain
    if len(text) > 40 or not (match := _EXPORT.search(text)) or match.start() > 16:
        return None
    if re.search(r"怎么|咋|在哪|下载不了|证书|课件|视频|软件|[Aa][Pp][Pp]|我的|客户端|模板", text):
        return None
    for name, pattern in _EXPORTED:
        if pattern.search(text):
            return order(Command.EXPORT, filter=name, when=_when(line) if name == _RANKING else "")
    return order(Command.EXPORT) if match.group() == "导出" else None


def _when(line: Line) -> str:
    """The day whose ranking is meant, or what was said and is no day; "" = as it is now, which today's is too."""
    said = _AROUND.sub("", line.plain)
    when = day_said(said, line.calendar)
    if when is None:
        return said if _OF_TIME.search(said) else ""
    today = line.calendar.today
    return "" if today is not None and when == today.isoformat() else when
