"""导出: which workbook, and of which day the ranking."""

import re

from messages.commands import Command, Understood
from messages.understanding.dates import DAY
from messages.understanding.expression import expression
from messages.understanding.line import Line, order
from messages.understanding.rankings import NO_DAY

_EXPORT = expression(
    r"导出|导一?[下份个]|导(?:成|出来|给我|表|张)|(?:弄|做|整|出|发|转)(?:成|我|个|一个|一份|份)*(?:[Ee]xcel|EXCEL|[Xx]ls|表格|电子表)|下载|导个|输出(?=名单|表)|导(?=验收|未完成|排名)"
)
_EXPORTED = (
    ("验收", expression(r"验收")),
    ("未完成", expression(r"[未没](?:完成|达标|合格|交|选)|不合格|没弄完|没整完|落后|没学完|还差")),
    ("排名", expression(r"排名|排行|名次")),
)
_A_DAY = expression(DAY)
_NO_ONE_DAY = expression(NO_DAY)
_RANKING = "排名"


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
    """The day whose ranking is meant, a month or a week as said; "" = as it is now, which today's is too."""
    if match := _A_DAY.search(line.plain):
        calendar = line.calendar
        day = calendar.day(match.group())
        today = calendar.today is not None and day == calendar.today.isoformat()
        return "" if today else day or match.group()
    match = _NO_ONE_DAY.search(line.plain)
    return match.group() if match else ""
