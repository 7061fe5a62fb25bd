"""Words of those who close the programme: 冻结, 解冻, 验收 of one school, 答复; and a school's ticks."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.line import GAP, Line, first, is_question, order
from messages.understanding.numbers import ONE, read_numbers

_FREEZE = expression(
    r"^(?P<verb>冻结|解冻|解除冻结)(?:验收|最终|全[市县])?(?:结果|数据)?(?=$|[\s:,。])[\s:,。]*(?P<rest>.*)$",
    re.DOTALL,
)
_ANSWER = expression(rf"^(?:答复|回复申诉|答复申诉){GAP}(?P<n>{ONE})(?P<rest>.*)$", re.DOTALL)
_SCHOOL = expression(r"^(?:验收|本校进度)[\s:,]+(?P<school>[\u4e00-\u9fffA-Za-z0-9()·]{2,40})$")
# What a unit of the county is called; '验收 情况' and '验收 标准' name none.
_UNIT = expression(r"[校园学中小幼]|[局院所站班部]$|教学点$|中心$")
_TELL = expression(r"^验收[\s:,]*(?:提醒|通知)(?:学校|校长|负责人)?$")
_TICK = expression(r"^(?P<undo>取消)?打[勾钩√](?:$|[\s:,]+(?P<rest>.{1,40})$)")
_BETWEEN = expression(r"[\s、,，;；/和跟及与]+")
_DUTIES = (
    ("协议", expression(r"协议|合同")),
    ("缴费", expression(r"缴费|交费|经费|培训费|费用")),
    ("教师会", expression(r"教师会|教师工作会|动员会|会议|开会")),
    ("参训名单", expression(r"名单")),
    ("账号", expression(r"账号|帐号")),
)


def read_closing(line: Line) -> Understood | None:
    if line.plain[:1] not in "冻解答回验取打本":
        return None
    return first((_freeze, _answer, _acceptance, _tick), line)


def _freeze(line: Line) -> Understood | None:
    match = _FREEZE.match(line.plain)
    if match is None or is_question(line.plain[:20]):
        return None
    command = Command.FREEZE if match["verb"] == "冻结" else Command.UNFREEZE
    return order(command, reason=line.content(match.start("rest")))


def _answer(line: Line) -> Understood | None:
    match = _ANSWER.match(line.plain)
    if match is None:
        return None
    return order(Command.ANSWER, numbers=read_numbers(match["n"]), text=line.content(match.start("rest")))


def _acceptance(line: Line) -> Understood | None:
    if _TELL.match(line.plain):
        return order(Command.ACCEPTANCE, filter="提醒")
    match = _SCHOOL.match(line.plain)
    if match is None or is_question(line.plain) or not _UNIT.search(match["school"]):
        return None
    return order(Command.ACCEPTANCE, school=line.said(*match.span("school")))


def _tick(line: Line) -> Understood | None:
    match = _TICK.match(line.plain)
    if match is None or is_question(line.plain):
        return None
    rest = (match["rest"] or "").strip()
    duties = dict.fromkeys(filter(None, map(_duty, _BETWEEN.split(rest))))
    return order(Command.UNTICK if match["undo"] else Command.TICK, filter="、".join(duties) or rest)


def _duty(said: str) -> str:
    return next((name for name, pattern in _DUTIES if pattern.search(said)), "")
