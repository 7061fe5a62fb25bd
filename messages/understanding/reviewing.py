"""Orders of those who review: 通过, 退回, 同意, 重开, 备案通过, 备案退回, 查看."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.line import GAP, Line, ask, first, is_order, is_question, order, trimmed
from messages.understanding.numbers import ITEMS, MANY, ONE, read_numbers

_N = rf"(?P<n>{MANY})"
_ITEMS = rf"(?P<n>{ITEMS})"
_PASSING = r"(?:审核通过|审批通过|批准通过|批量通过|通过|批准|批过|过)"
_PASS_FIRST = expression(
    rf"^(?:让|给|把|同意|可以)?{_PASSING}(?:一下|了)?{GAP}(?:编号)?{_ITEMS}(?P<rest>.*)$", re.DOTALL
)
_GRADE_FIRST = expression(
    rf"^(?:给|评|批)\s*{_N}\s*(?:评|打|定|批)?(?:个|为|成)?(?P<grade>优秀|合格)(?P<rest>.*)$", re.DOTALL
)
_PASS_LAST = expression(
    rf"^(?:把|将|让|给)?\s*{_N}\s*(?:材料|作品)?(?:[\s,]|都|全部|全|也|就|先|可以|给|算|让|评|判|定|为|是|均)*(?:{_PASSING}|(?P<grade>优秀|合格))(?:吧|哈|啦|喽|得了)?(?:[\s,:。](?P<rest>.*))?$",
    re.DOTALL,
)
_PASSED = expression(rf"^{_N}\s*(?:都|全)?(?:通过|过)了$")
_ALL_RETURNED = expression(r"^(?:全部|全都|都|所有的?|一键)?(?:退回|打回|驳回)(?:全部|所有的?)?$")
_PASS_ASKED = expression(rf"^{_N}\s*(?:都|全)?(?:通过|过|合格|退回)(?:了)?(?:吗|没|不)")
_PASS_ALL = expression(
    r"^(?:把)?(?:待审的?(?:材料)?|我组的|剩下的?)?(?:(?:全部|全都|统统|一键|所有的?|剩下的?|待审的?|这些)(?:都|全|给)*(?:给我)?(?:通过|过|批准|合格)(?:了|吧)*|(?:都|全)(?:给)?(?:通过|过)(?:了?吧)?|(?:通过|批准)\s*(?:全部|所有的?))(?:[,。\s]*)$"
)
_RETURNING = r"(?:退回|打回|驳回|退)"
_RETURN_FIRST = expression(rf"^{_RETURNING}(?:一下|去)?{GAP}{_ITEMS}(?P<rest>.*)$", re.DOTALL)
_RETURN_LAST = expression(
    rf"^(?:把|将|给)?\s*{_N}\s*(?:材料|作品)?(?:[\s,]|都|全部|先|给|我|要)*(?:{_RETURNING})(?:回去|去|了?吧|给他|给她|让?[他她]?重(?:做|录|写|交|新[弄做录写])|修改|重交)*(?:$|[\s,:。(](?P<rest>.*)$|(?P<tail>(?:原因|因为|理由|缺|没|无|请|视频|链接|材料|学生).*)$)",
    re.DOTALL,
)
_RETURN_REASON_FIRST = expression(rf"^{_N}\s*(?P<rest>\S.{{1,80}}?)[\s,。]+{_RETURNING}$", re.DOTALL)
_REASON = expression(r"(?:的(?:材料|作品))?[\s:,。;(]*(?:原因|理由|因为|由于)?(?:是|为)?[\s:,]*")
_BAD = expression(
    r"不(?:能|给|予|让|准|可以|该|应该?)?(?:通过|过|合格|行)|没(?:通过|过)|先别|别过|不要(?:通过|过)"
)
_REFUSED = expression(
    rf"^(?:不(?:通过|过|合格|行)|不给过){GAP}{_N}|^(?P<m>{MANY})\s*(?:不(?:通过|过|合格|行)|没过)"
)
_UNDECIDED = expression(
    rf"(?:退回|打回|通过)了?{GAP}{_N}$|(?P<m>{MANY})\s*(?:号)?(?:应该|该|要不要|该不该|能不能|用不用|是不是|别|不用|先别|不要|暂不)[^\s]{{0,3}}(?:退回|打回|通过|过)"
)
_SECOND_VERDICT = expression(rf"{ONE}\s*(?:给|也|就|评)?(?:优秀|合格|通过|过|退|不)")
_MEASURE = expression(r"\s*(?:分钟?|本|周|遍|次|名|位|所|小时|秒|块|元|米|岁|级|条|张|句|页|节|堂|篇)")
_A_DAY_GONE = expression(r"(?:这|要是|如果)?过了?\d{1,2}号")  # 过了30号还让交不
_EXCEPT = expression(r"\s*(?:以外|之外|除外|外的?|之前|以前|以后|之后)")
_NOT_EXCELLENT = expression(r"(?:不|没|未|够不上|差点|算不上|达不到)[^\s,。]{0,4}优秀")
_GRADE = expression(
    r"(?:^|(?<=[\s,:。、(]))(?:给|评|为|是|定|记|等级|成绩|评为|给个|评个|算)?\s*(?P<grade>优秀|合格|优)(?=$|[\s,。:;!、)])"
)
_ONLY_NUMBERS = expression(rf"{MANY}\s*(?:优秀|合格)?")
_CONSENT = expression(
    rf"^我?(?P<no>不)?(?:同意|授权)(?:了|的)?(?:公开|发布|使用|上报|推荐)?(?:案例)?{GAP}{_N}?\s*(?:公开|上报|发布)?$"
)
_CONSENT_LAST = expression(rf"^{_N}\s*,?\s*我?(?P<no>不)?(?:同意|授权)(?:公开|发布|上报|使用)?$")
_REOPEN = expression(rf"^(?:重开|重新打开|重新开放|解锁){GAP}(?:编号)?{_N}(?P<rest>.*)$", re.DOTALL)
_REOPEN_LAST = expression(
    rf"^(?:把|将)?\s*{_N}\s*(?:给)?(?:重开|重新打开)(?:一下)?(?:$|[\s,:](?P<rest>.*))$", re.DOTALL
)
_FILING = expression(
    rf"^备案(?:材料)?(?:审核)?{GAP}(?P<verdict>通过|退回|打回|驳回){GAP}(?:{_N}(?P<rest>.*))?$", re.DOTALL
)
_FILING_LAST = expression(
    rf"^(?:把|将)?\s*{_N}\s*(?:的|这个)?备案(?:材料)?\s*(?P<verdict>通过|退回|打回|驳回)(?:$|[\s,:](?P<rest>.*))$",
    re.DOTALL,
)
_FILING_VERB = expression(rf"^(?P<verdict>通过|退回|打回|驳回)备案{GAP}{_N}(?P<rest>.*)$", re.DOTALL)
_BARE_RETURN = expression(
    r"^(?:退回|打回|驳回)[\s:,]+(?:原因|理由)?[\s:,]*(?P<rest>[^\s\d<了的][^\d<]{1,60})$"
)
_BARE_GRADE = expression(r"^通过[\s:,]+(?P<grade>优秀|合格)(?:$|[\s:,]+(?=\D))(?P<rest>.*)$", re.DOTALL)
_VIEW = expression(
    rf"^(?:我?(?:要|想)?)(?:查看|看看|查查|查一下|看一下|看下|查下|打开|点开|瞅瞅|瞧瞧|调出|看|查)(?:一下)?{GAP}(?:编号|材料|第)?{GAP}{_N}(?:的?(?:材料|详情|内容|作品|情况))?$"
)
_VIEW_LAST = expression(
    rf"^{_N}(?:的)?(?:材料|详情|内容|作品|怎么样|是谁的?|是什么|写的啥|是啥|(?:的)?(?:材料)?(?:打开)?看看|材料打开看看)$"
)


def read_review(line: Line) -> Understood | None:
    """One of the reviewer's orders, a question back where it is nearly one, or None."""
    return first(
        (_filing, _consent, _reopen, _bare, _all, _returned, _passed, _reported, _asked, _view), line
    )


def _filing(line: Line) -> Understood | None:
    text = line.plain
    if "备案" not in text[:24]:
        return None
    match = _FILING.match(text) or _FILING_LAST.match(text) or _FILING_VERB.match(text)
    if match is None or is_question(text[:16]):
        return None
    numbers = read_numbers(match["n"] or "")
    if match["verdict"] == "通过":
        if (match["rest"] or "").strip(" 。!吧") and not is_order(match["rest"]):
            return None
        return order(Command.ACCEPT_FILING, numbers=numbers)
    return order(Command.RETURN_FILING, numbers=numbers, reason=_reason(line, match))


def _consent(line: Line) -> Understood | None:
    text = line.plain
    match = _CONSENT.match(text) or _CONSENT_LAST.match(text)
    if match is None:
        return None
    return order(Command.DISSENT if match["no"] else Command.CONSENT, numbers=read_numbers(match["n"] or ""))


def _reopen(line: Line) -> Understood | None:
    text = line.plain
    if text == "重开":
        return order(Command.REOPEN)
    match = _REOPEN.match(text) or _REOPEN_LAST.match(text)
    if match is None or is_question(text[: match.end("n") + 4]):
        return None
    return order(Command.REOPEN, numbers=read_numbers(match["n"]), reason=_reason(line, match))


def _bare(line: Line) -> Understood | None:
    """Without a number: what was opened last is meant."""
    text = line.plain
    if text in ("通过", "审核通过"):
        return order(Command.APPROVE)
    if text in ("退回", "打回", "驳回"):
        return order(Command.SEND_BACK)
    if match := _BARE_RETURN.match(text):
        reason = line.quoted(match.start("rest"))
        return None if is_question(text) else order(Command.SEND_BACK, reason=reason)
    if match := _BARE_GRADE.match(text):
        return order(Command.APPROVE, grade=match["grade"], note=line.quoted(match.start("rest")))
    return None


def _all(line: Line) -> Understood | None:
    if _ALL_RETURNED.match(line.plain):
        return ask("待审", "退回 <编号> <原因>")
    return order(Command.APPROVE, filter="全部") if _PASS_ALL.match(line.plain) else None


def _returned(line: Line) -> Understood | None:
    text = line.plain
    if "备案" in text:
        return None
    match = _RETURN_FIRST.match(text) or _RETURN_LAST.match(text)
    if match is None and "通过" not in text:
        match = _RETURN_REASON_FIRST.match(text)
    return _return(line, match) if match else None


def _passed(line: Line) -> Understood | None:
    text = line.plain
    match = _PASS_FIRST.match(text) or _GRADE_FIRST.match(text) or _PASS_LAST.match(text)
    return _pass(line, match) if match else None


def _reported(line: Line) -> Understood | None:
    """'3过了': an order from a reviewer, news from anybody else."""
    match = _PASSED.match(line.plain)
    if match is None:
        return None
    numbers = read_numbers(match["n"])
    if line.roles & {"leader", "school", "office"}:
        return order(Command.APPROVE, numbers=numbers)
    return ask(f"通过 {_spaced(numbers)}", "我的材料", numbers=numbers)


def _asked(line: Line) -> Understood | None:
    """'3通过了没', '不通过3', '12要不要退回'."""
    text = line.plain
    if match := _PASS_ASKED.match(text):
        numbers = read_numbers(match["n"])
        return ask("我的材料", f"查看 {numbers[0]}", numbers=numbers)
    if match := _REFUSED.match(text):
        numbers = read_numbers(match["n"] or match["m"])
        return ask(f"退回 {_spaced(numbers)} <原因>", f"查看 {numbers[0]}", numbers=numbers)
    if len(text) < 30 and not line.codes.codes and (match := _UNDECIDED.search(text)):
        numbers = read_numbers(match["n"] or match["m"])
        said = _spaced(numbers)
        return ask(f"查看 {numbers[0]}", f"通过 {said}", f"退回 {said} <原因>", numbers=numbers)
    return None


def _pass(line: Line, match: re.Match[str]) -> Understood | None:
    numbers = read_numbers(match["n"])
    if not numbers:
        return None
    return _doubted(line, match, numbers) or _graded(line, match, numbers)


def _doubted(line: Line, match: re.Match[str], numbers: tuple[int, ...]) -> Understood | None:
    """What only looks like 通过: denied, asked, counted, or more than one decision."""
    whole, rest, said = line.plain, match["rest"] or "", _spaced(numbers)
    if _BAD.search(whole) or "退回" in whole or "打回" in whole:
        return ask(f"通过 {said}", f"退回 {said} <原因>", numbers=numbers)
    if is_question(whole[: match.end("n") + 6]) or (len(rest) < 12 and is_question(rest)):
        return ask("我的材料", f"查看 {numbers[0]}", numbers=numbers)
    if _is_counted(match) or _A_DAY_GONE.match(whole):
        return ask(f"通过 {said}", "待审", numbers=numbers)
    if _SECOND_VERDICT.search(rest):
        return ask(f"通过 {said}", "退回 <编号> <原因>", numbers=numbers)
    if _EXCEPT.match(rest) or "除了" in whole:
        return ask("待审", "通过 <编号…>", numbers=numbers)
    return None


def _graded(line: Line, match: re.Match[str], numbers: tuple[int, ...]) -> Understood:
    rest = match["rest"] or ""
    raw = line.heard.raw[match.start("rest") : match.end("rest")] if rest else ""
    grade = match.groupdict().get("grade") or ""
    if _NOT_EXCELLENT.search(rest):
        grade = "合格" if re.match(r"[\s,]*(?:不|没|未)", rest) else ""
    elif found := _GRADE.search(rest):
        grade = "合格" if found["grade"] == "合格" else "优秀"
        raw = f"{raw[: found.start()]} {raw[found.end() :]}"
    note = re.sub(r"^(?:评语|说明)[:： ]*", "", trimmed(line.with_links(raw, match.start("rest"))))
    if _ONLY_NUMBERS.fullmatch(note):  # 通过 12 13 优秀 14: what becomes of the 14?
        return ask(f"通过 {_spaced(numbers)}{' ' * bool(grade)}{grade}", "待审", numbers=numbers)
    return order(Command.APPROVE, numbers=numbers, grade=grade, note=note)


def _is_counted(match: re.Match[str]) -> bool:
    """'3个过', '过5分钟', '退3本书': a count of something, not the number of an item."""
    if re.search(r"第|#|号|[、,]", match["n"]):
        return False
    return match["n"].rstrip().endswith("个") or _MEASURE.match(match.string, match.end("n")) is not None


def _return(line: Line, match: re.Match[str]) -> Understood | None:
    numbers = read_numbers(match["n"])
    if not numbers:
        return None
    if _is_counted(match):
        return ask("待审", "退回 <编号> <原因>", numbers=numbers)
    rest = _rest(match)
    head = line.plain[: match.start("rest") if match["rest"] is not None else match.end()]
    if re.search(r"不(?:退|要|能|用)|别退|先别|还是|通过", head) or (len(rest) < 8 and is_question(rest)):
        return ask(f"退回 {_spaced(numbers)} <原因>", f"查看 {numbers[0]}", numbers=numbers)
    if re.search(r"\d\s*号?\s*(?:也|都|就)?(?:通过|过)\s*$", rest):
        return ask(
            f"退回 {_spaced(numbers)} <原因>", "通过 <编号…>", numbers=numbers
        )  # two decisions in one line
    return order(Command.SEND_BACK, numbers=numbers, reason=_reason(line, match))


def _rest(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("rest") or groups.get("tail") or ""


def _reason(line: Line, match: re.Match[str]) -> str:
    group = "rest" if match.groupdict().get("rest") else "tail" if match.groupdict().get("tail") else ""
    if not group:
        return ""
    start, end = match.span(group)
    opening = _REASON.match(line.plain, start, end)
    return line.quoted(opening.end() if opening else start, end).rstrip(")）") + line.glued


def _view(line: Line) -> Understood | None:
    text = line.plain
    if len(text) > 40:
        return None
    match = _VIEW.match(text) or _VIEW_LAST.match(text)
    return order(Command.VIEW, numbers=read_numbers(match["n"])) if match else None


def _spaced(numbers: tuple[int, ...]) -> str:
    return " ".join(str(number) for number in numbers)
