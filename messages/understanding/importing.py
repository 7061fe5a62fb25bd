"""What is said about a spreadsheet that was sent: 导入表格 线上学时 截至 5月20日 略过坏行."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.line import Line, is_question, order

SKIP_BAD = "略过坏行"
ACCEPT_DROPS = "接受变少"
_IMPORT = expression(r"^导入(?:表格|文件)(?=$|[\s:,、])[\s:,、]*(?P<rest>.{0,60})$")
_BETWEEN = expression(r"[\s,、;和]+")
_AS_OF = expression(r"^(?:数据)?(?:截至|截止)(?:到|日期|时间)?:?")
_KINDS = (
    ("学校", expression(r"^(?:学校|单位)(?:表|名单)?$")),
    ("名册", expression(r"^(?:教师|老师|人员)?(?:名册|名单|花名册)$")),
    ("线上学时", expression(r"^(?:线上|在线|网络)(?:研修)?学时$")),
    ("实践学时", expression(r"^(?:实践|线下|校本)学时$")),
)
_OPTIONS = (
    (SKIP_BAD, expression(r"^[略跳]过(?:坏行|坏的行|读不懂的行|这些行)?$")),
    (ACCEPT_DROPS, expression(r"^接受(?:变少|变少的学时|减少)$")),
)


def read_import(line: Line) -> Understood | None:
    """`filter`: the kind · `when`: the day of its figures · `text`: options · `note`: what none of them is."""
    match = _IMPORT.match(line.plain)
    if match is None or line.links or is_question(line.plain):
        return None
    kind = when = ""
    options: list[str] = []
    rest: list[str] = []
    for piece in filter(None, _BETWEEN.split(match["rest"])):
        day = _AS_OF.sub("", piece)
        if found := _named(_KINDS, piece):
            kind = found
        elif found := _named(_OPTIONS, piece):
            options.append(found)
        elif found := line.calendar.day(day) if day else "":
            when = found
        elif day:
            rest.append(piece)
    return order(Command.IMPORT, filter=kind, when=when, text=" ".join(options), note=" ".join(rest))


def _named(words: tuple[tuple[str, re.Pattern[str]], ...], piece: str) -> str:
    return next((word for word, pattern in words if pattern.match(piece)), "")
