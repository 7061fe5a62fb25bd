"""Orders and questions about a numbered item, the number standing anywhere: '12号我交错了，给我撤回来'."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.guard import in_doubt
from messages.understanding.line import Line, ask, order, trimmed
from messages.understanding.numbers import RINGED, WORD, read_numbers

_LONGEST = 160
_MARK = "№"
# '12号' is an item unless it is a day: '6月12号', '12号前', '12号下午'.
_DAY_AFTER = r"前|之前|以前|之后|以后|截止|到期|开会|开始|上午|下午|中午|晚|早|那天|当天|楼|公布|结束|线|验收|交(?!的|错)|放假|左右|还能|也?算"
_TOKEN = expression(
    rf"(?:编号|#|[Nn][Oo]\.?)\s*:?\s*(?:\d{{1,6}}|{WORD})\s*号?|(?<![\d月.:])(?:\d{{1,6}}\s*[、,和及跟与]\s*){{0,20}}(?:\d{{1,6}}|(?<![一二三四五六七八九十百月]){WORD})\s*号(?!{_DAY_AFTER})|{RINGED}+\s*号?"
)
_JOINED = expression(r"[\s、,和及跟与]*")
_BARE = expression(
    r"(?<![\dA-Za-z.:第年月/-])\d{1,6}(?![\dA-Za-z.:]|\s*[月年日点天人%学课分个所份节秒小周届级岁次元条页字期])"
)

_N = rf"{_MARK}+"
_CORRECT = expression(
    rf"^[^:。]{{0,10}}?{_N}[^:。更]{{0,14}}?(?:[,。]\s*)?(?:更正|勘误|订正)(?:一?下|为|成|是)*[\s:,]*(?P<rest>.*)$",
    re.DOTALL,
)
_FILING = expression(r"备案|方案|规划")
_FILING_OUT = expression(
    rf"(?:不予|不给|不准|不同意)备案|(?:退回|打回|驳回|退)(?:去|来|了|掉)?(?:[\s]*{_MARK}*\s*(?:的|这个)?备案)?|备案不通过|不通过备案"
)
_FILING_IN = expression(
    rf"(?:准予|同意|予以|批准|通过|准许|可以|给)\s*{_MARK}*\s*的?备案|备案(?:材料|审核)?[\s,]*{_MARK}*\s*(?:给|可以|行|没问题|合格|都|也|,)*(?:通过|过|批|准|同意)了?|^(?:给|为|把)?\s*{_N}\s*(?:的|号)?备案(?:吧|上|了)?$|给{_N}[^,]{{0,6}}备案$"
)
_REOPEN = expression(r"重开|重新打开|重新开(?!会)|重新放开|解锁|恢复(?:成)?(?:待审|审核)|打回(?:成)?待审")
_RESEND = expression(r"重发|再(?:给我|给)?发|补发|重新发|重新推|再推")
_SENT = expression(
    r"公告|通知|消息|那条|发(?:得|出|送|到|成|了)|送达|送到|看到|看过|收到|已读|到了没|都到|失败"
)
_SENT_ASKED = expression(
    r"吗|没$|没有$|没[?]|多少|几|谁|哪|情况|怎么样|咋样|如何|结果|状态|率|[?]|不$|记录|看(?:一?下|看)"
)
_CONSENT = expression(r"(?:同意|授权|可以(?:公开|上报|用))")
_DISSENT = expression(r"不(?:同意|授权|愿意|给用|让用)")
_WITHDRAW = expression(r"撤回|撤销|撤消|撤下|撤(?:了|掉|出|吧|$)|撤(?=№)|收回")
_PASS = expression(r"通过|过(?=吧|$|了吧)|给过|合格|优秀")
_RETURN = expression(r"退回|打回|驳回|退了|退(?=$)")
_VIEW = expression(
    rf"(?:打开|点开|调出|看|瞅|瞧|查|翻|显示)(?:看|查|瞅|瞧)?(?:一?[眼下遍])?[\s]*(?:那个|这个|第|我的|材料)?\s*{_N}|{_N}[^,。]{{0,12}}?(?:看看|看一?下|瞅瞅|瞧瞧|看一?眼|调出来|打开|发我|翻出来|点开)|{_N}\s*(?:的)?(?:材料|那份|那个|这个|交上来)?\s*(?:的|都)?(?:是)?(?:谁|啥|什么|哪个|哪位|内容|详情|东西|交的?(?:是|啥|什么)|写的|什么情况|咋回事|怎么样|咋样)"
)
_HARM = expression(r"撤|退回|打回|驳回|退|过(?!期|了30|了31)|通过|重发|更正|重开|同意|备案")
_NOT_ITEMS = expression(r"截止|阶段|逾期吗|几号|还能(?:交|补|选)|学时|排名")
_REASON = expression(
    r"^(?:[\s:,。;(]|(?:原因|理由|因为|由于)(?:是|为)?|吧|了|去|来|一下|下|掉|啊|给他|给她|让?[他她]?重[做交])+"
)


def read_numbered(line: Line) -> Understood | None:
    text = line.plain
    if line.links or len(text) > _LONGEST or line.codes.codes:
        return None
    spans = _numbers(text)
    explicit = bool(spans)
    if not spans:
        bare = [match.span() for match in _BARE.finditer(text)]
        spans = bare if len(bare) == 1 else []
    if not spans:
        return None
    numbers = tuple(dict.fromkeys(n for start, end in spans for n in read_numbers(text[start:end])))
    masked = _masked(text, spans)
    found = _written(line, masked, numbers) or _decided(line, masked, numbers, explicit=explicit)
    if found is None and _consents(masked):
        command = Command.DISSENT if _DISSENT.search(masked) else Command.CONSENT
        return order(command, numbers=numbers)
    return found or (_looked(text, masked, numbers) if explicit else None)


def _numbers(text: str) -> list[tuple[int, int]]:
    """The first group of numbers that are surely items."""
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        if spans and not _JOINED.fullmatch(text, spans[-1][1], match.start()):
            break
        spans.append(match.span())
    return spans


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (text[at:start], _MARK * (end - start))
        at = end
    return "".join((*parts, text[at:]))


def _written(line: Line, masked: str, numbers: tuple[int, ...]) -> Understood | None:
    """What the office does to announcements, filings and decisions."""
    if match := _CORRECT.match(masked):
        if in_doubt(masked[: match.start("rest")], expression("更正|勘误|订正")):
            return _back("更正", numbers)
        return order(Command.CORRECT, numbers=numbers, text=line.content(match.start("rest")))
    if _FILING.search(masked) and (filed := _filed(line, masked, numbers)):
        return filed
    return _repeated(line, masked, numbers)


def _repeated(line: Line, masked: str, numbers: tuple[int, ...]) -> Understood | None:
    if match := _REOPEN.search(masked):
        if in_doubt(masked, _REOPEN):
            return _back("重开", numbers)
        return order(Command.REOPEN, numbers=numbers, reason=_reason(line, masked, match))
    if _RESEND.search(masked):
        return _back("重发", numbers) if in_doubt(masked, _RESEND) else order(Command.RESEND, numbers=numbers)
    asked = _SENT.search(masked) and _SENT_ASKED.search(masked) and len(masked) <= 40
    return order(Command.DELIVERY, numbers=numbers) if asked else None


def _filed(line: Line, masked: str, numbers: tuple[int, ...]) -> Understood | None:
    out = _FILING_OUT.search(masked)
    if out and "备案" in masked:
        if in_doubt(masked[: out.start()] + "退" + masked[out.end() : out.end() + 3], expression("退")):
            return _back("备案退回", numbers)
        return order(Command.RETURN_FILING, numbers=numbers, reason=_reason(line, masked, out))
    if into := _FILING_IN.search(masked):
        rest = masked[into.end() :]
        if in_doubt(masked, _FILING_IN) or re.search(r"不|没|先|但是?|别", masked[: into.end()].replace("没问题", "").replace("没毛病", "")) or re.match(r"\s*(?:了?[没吗不])", rest):  # fmt: skip
            return _back("备案通过", numbers)
        return order(Command.ACCEPT_FILING, numbers=numbers)
    return _back("备案通过", numbers) if re.search(r"能|该|要不要|[别不没]", masked) else None


def _decided(line: Line, masked: str, numbers: tuple[int, ...], *, explicit: bool) -> Understood | None:
    """What authors and reviewers do to evidence."""
    if _WITHDRAW.search(masked):
        return (
            _back("撤回", numbers)
            if in_doubt(masked, _WITHDRAW)
            else order(Command.WITHDRAW, numbers=numbers)
        )
    back, through = _RETURN.search(masked), _PASS.search(masked)
    if not explicit or not (back or through) or re.search("备案|申诉", masked):
        return None
    if back and through:
        return ask(f"查看 {numbers[0]}", *_lines("通过", numbers), *_lines("退回", numbers), numbers=numbers)
    verb = _RETURN if back else _PASS
    calm = re.sub(r"没(?:有)?(?:问题|毛病|意见)", "", masked)
    if (
        in_doubt(calm, verb)
        or (through and re.search(r"[不没别先差欠缺]|但", calm))
        or _NOT_ITEMS.search(calm)
    ):
        return None if _NOT_ITEMS.search(calm) else _back("退回" if back else "通过", numbers)
    if back:
        return order(Command.SEND_BACK, numbers=numbers, reason=_reason(line, masked, back))
    grade = next((word for word in ("优秀", "合格") if word in masked), "")
    return order(Command.APPROVE, numbers=numbers, grade=grade)


def _consents(masked: str) -> bool:
    """Said by the author: a plain yes or no, whatever reason follows."""
    denied = _DISSENT.search(masked)
    said = denied or _CONSENT.search(masked)
    if said is None or len(masked) > 60:
        return False
    if not denied and re.search(r"[没别不未]", masked):
        return False
    doubt = r"如果|要是|要不要|该不该|怎么|咋|吗|没有?$|能不能|同意不同意|没说|先别|谁|听说|[?]"
    return re.search(doubt, masked) is None


def _looked(text: str, masked: str, numbers: tuple[int, ...]) -> Understood | None:
    if len(text) > 40 or _NOT_ITEMS.search(masked):
        return None
    if _HARM.search(masked):
        return ask(f"查看 {numbers[0]}", "待审", "我的材料", numbers=numbers)
    return order(Command.VIEW, numbers=numbers) if _VIEW.search(masked) else None


def _reason(line: Line, masked: str, verb: re.Match[str]) -> str:
    """What stands behind the verb; where nothing does, the clause between the number and the verb."""
    rest = masked[verb.end() :]
    opening = _REASON.match(rest)
    start = verb.end() + (opening.end() if opening else 0)
    if masked[start:].strip(f" 。!,{_MARK}"):
        first = start + len(masked[start:]) - len(masked[start:].lstrip(f"{_MARK} ,:。"))
        again = _REASON.match(masked[first:])
        return trimmed(line.heard.raw[first + (again.end() if again else 0) :])
    number = masked.rfind(_MARK, 0, verb.start()) + 1
    between = trimmed(line.heard.raw[number : verb.start()]) if number else ""
    return (
        between
        if len(between) >= 4 and re.search(r"[,，。\s]", line.heard.raw[number : verb.start()])
        else ""
    )


def _lines(word: str, numbers: tuple[int, ...]) -> tuple[str, ...]:
    said = " ".join(map(str, numbers))
    tail = {"退回": " <原因>", "备案退回": " <原因>", "重开": " <原因>", "更正": " <内容>"}.get(word, "")
    return (f"{word} {said}{tail}",)


def _back(word: str, numbers: tuple[int, ...]) -> Understood:
    other = {"重发": "发送情况", "更正": "发送情况", "撤回": "我的材料"}.get(word, f"查看 {numbers[0]}")
    return ask(*_lines(word, numbers), other, numbers=numbers)
