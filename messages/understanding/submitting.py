"""Orders about evidence: 提交, 撤回, 申诉; and a message that is nothing but a link."""

import re

from messages.commands import Command, Understood
from messages.understanding.cleaning import Heard
from messages.understanding.expression import expression
from messages.understanding.line import GAP, Line, ask, first, is_order, is_question, order, trimmed
from messages.understanding.links import LINK, extraction_codes
from messages.understanding.numbers import MANY, read_numbers

_THINGS = r"(?:我的?|这个|下|一下|上去?)*(?:作业|材料|证据|作品|资料|东西|东东|课件|视频|链接|文件)?"
_SUBMIT = expression(
    rf"^(?:我|俺|咱)?(?:现在|这就|先|再|来|要|想|得|需要|把)*(?:重新|再次)?(?:提交|上交|递交|上传|上报|交一?下|交(?!流|换|作业本|给|谁|界|通)|传(?!不|说)|补传|重传|重交|发(?=作业|材料|证据|作品))(?:了)?{_THINGS}"
)
_SUBMIT_BARE = expression(
    r"^(?:(?:我|俺)?(?:现在|这就|先|再|来|要|想|得|需要)*(?:重新|再次)?(?:提交|上交|递交|上传|交|传|重交|发(?=.*[材证作资]))(?:一?下|个|我的?|这个)*(?:作业|材料|证据|作品|资料)?(?:了|喽|咯)?|.*(?:算|这个),?交(?:这|那)个)$"
)
_NOT_HANDED = expression(
    r"不(?:想|再|打算|用|要)?(?:交|提交|传)了?|别(?:交|提交)|先不|没(?:交|提交)|还没|未(?:交|提交)"
)
_HANDED_BEFORE = expression(r"(?:交|传)(?:完|上去?|好|过)?了|成功|^我?(?:提交|交|上传).{0,8}了$")
_THIS_IS = expression(r"^(?:这是|这个是|给你).*(?:材料|课件|视频|作业|作品|教案|设计|实录|反思|体会)")
_PLAINLY = expression(r"(?:提交|上交)\s*[ABCabc]\d{1,2}(?![A-Za-z0-9])")
_VERB_LAST = expression(r"(?:提交|上交|交(?:一下)?|交上|重交|重新交|传上|补上)$")
_OPPOSITES = expression(r"补交|补教|不交|不教|布交|步交|部交|一教|已教|已交(?!的)|以交|一交")
_COMPLAINT = expression(
    r"打不开|打开不了|失效|看不了|看不到|进不去|没(?:有)?权限|无权限|过期|下载不了|报错|乱码|上不去|登不|不能(?:用|看|打开)|真的假的|诈骗|是不是(?:要|得)|这是(?:啥|什么|谁)|干(?:啥|嘛|什么)用|要学吗|在哪|谁发的"
)
_LONGEST_AFTERWARDS = 120  # characters; whoever says more without a link hands nothing in
_NUMBER = expression(r"(?:编号|#)\s*\d{1,6}|\d{1,6}\s*号")
_WITHDRAW_WORD = r"(?:撤回|撤销|撤消|撤下|收回)"
_WITHDRAW = expression(rf"{_WITHDRAW_WORD}")
_WITHDRAW_N = expression(
    rf"{_WITHDRAW_WORD}(?:一下|编号|材料|我的|提交|的)*{GAP}(?P<n>{MANY})|(?P<m>{MANY})\s*(?:的|材料|给我|我要|想|要|帮我|我想|给)*{_WITHDRAW_WORD}"
)
_WITHDRAW_ASKED = expression(
    rf"(?:怎么|咋|如何|能不能|可不可以|可以|能|还能){_WITHDRAW_WORD}.*(?:吗|么|不|[?])?$"
)
_APPEAL = expression(
    r"^我?(?:要|想|想要|要求|申请)?(?:提出?|提起|提交)?(?:一?个)?(?:申诉|复议|申请复核|要求复核|复核申请)(?:一下|下)?(?P<rest>(?!列表|情况|记录|有哪些|的人|处理|通过|渠道|几|在哪|流程|都?有谁|多久).*)$",
    re.DOTALL,
)
_APPEAL_ASKED = expression(
    r"[\s]*(?:怎么|咋|如何|了?吗|了没|结果|多久|找谁|啥时|的?都?有(?:哪些|多少|几|谁)|(?:的)?(?:还有|有多少|处理|没处理|没办))"
)
# What stands apart behind 申诉 is what is appealed, also where it is worded as a question: '申诉 怎么还是0学时'.
_APPEAL_SPELLED = expression(
    r"[\s:]+(?:怎么|咋|如何)(?!写|弄|提|交|办|填|说|用|发|申诉|处理|操作|走|进展|样)[^\s].{3,}", re.DOTALL
)
_OBJECTION = expression(r"(?:有异议|不服|不认可|要申诉|想申诉|申请复核|要求复核|[,。\s]申诉)$")
_EXPLAINED = expression(r"^(?:作业|材料|证据|作品|的)+(?=[\s:,]|$)")
_TAIL_TALK = expression(
    r"(?<![,。\s])[,。\s]*+(?:你|您)?(?:帮我)?(?:看看|看一?下|查一?下|瞅瞅)?(?:收到|交上|看到|传上|成功)(?:了)?(?:没有?|吗|不)?[?。!]*$|(?<![,\s])[,\s]*+(?:请|麻烦)(?:您)?(?:查收|审核|审阅|看看)[。!]?$|(?<![,\s])[,\s]*+谢谢(?:老师)?[。!]?$"
)


def is_plainly_handed_in(line: Line) -> bool:
    """With a link, and opened by the word and a point: whatever else is said, no other order needs to look at it."""
    return bool(line.links) and _PLAINLY.match(line.plain) is not None


def read_submission(line: Line) -> Understood | None:
    """提交, or a question back where it is nearly one."""
    if line.links:
        return _with_links(line)
    if len(line.plain) > _LONGEST_AFTERWARDS:
        return None
    return first((_opposite, _denied, _handed_in), line)


def read_extraction_code(line: Line) -> Understood | None:
    """A 提取码 that was forgotten or was wrong and comes after, perhaps several; numbers and points say for what."""
    extracted = extraction_codes(line.heard) if len(line.plain) <= _LONGEST_AFTERWARDS else ()
    if not extracted:
        return None
    beside = line.heard.cut(*extracted, fill="\n").plain
    numbers = [number for match in _NUMBER.finditer(beside) for number in read_numbers(match.group())]
    note = " ".join(line.said(*span) for span in extracted)
    return order(
        Command.SUBMIT, codes=line.codes.codes, numbers=() if line.codes.codes else tuple(numbers), note=note
    )


def _opposite(line: Line) -> Understood | None:
    """补交 and 不交, 已交 and 一教 sound alike: the person says which."""
    text, codes = line.plain, line.codes.codes
    if not _OPPOSITES.search(text) or re.search(r"谁|哪些|哪个|名单|多少|几个", text):
        return None
    hand_in = f"提交 {codes[0] if codes else '<编码>'} <链接>"
    if re.search(r"补交|补教", text):
        return ask(hand_in, "我的材料", "截止时间", codes=codes)
    return ask("我的材料", hand_in, "还差什么", codes=codes)


def _denied(line: Line) -> Understood | None:
    text, codes = line.plain, line.codes.codes
    if codes and _NOT_HANDED.search(text) and not is_question(text):
        return ask(f"提交 {codes[0]} <链接>", "我的材料", f"微能力 {codes[0]}", codes=codes)
    return None


def _handed_in(line: Line) -> Understood | None:
    text, codes = line.plain, line.codes.codes
    if _NOT_HANDED.search(text) or is_question(text) or _HANDED_BEFORE.search(text):
        return None
    if _SUBMIT_BARE.match(text) or (
        codes and (_THIS_IS.match(text) or (is_order(text) and _VERB_LAST.search(text)))
    ):
        return order(Command.SUBMIT, codes=codes)
    if codes and _SUBMIT.match(text) and is_order(text):
        return order(Command.SUBMIT, codes=codes, note=_note(line))
    return None


def _with_links(line: Line) -> Understood:
    text, codes = line.plain, line.codes.codes
    explicit = _SUBMIT.match(text) is not None or re.search(r"提交|交(?!流|给)|补交|重交", text) is not None
    spoken = text.replace(LINK, " ")
    if re.search(
        r"不(?:想|再|打算)?(?:交|提交)|(?:别|不用|不要|先不|暂不|甭)(?:急着|给我)?(?:交|收|报|传|提交|发)|先不|不教",
        spoken,
    ) and not re.search(r"不算", spoken):
        return _questioned(line)
    if _COMPLAINT.search(spoken) and not (explicit and codes):
        return _questioned(line)
    if not explicit and is_question(_TAIL_TALK.sub("", spoken)) and not codes:
        return _questioned(line)
    if line.codes.impossible:
        return ask(
            "微能力清单", hint=f"code-unknown:{line.codes.impossible[0]}", codes=codes, links=line.links
        )
    return order(Command.SUBMIT, codes=codes, links=line.links, note=_note(line))


def _questioned(line: Line) -> Understood:
    code = line.codes.codes[0] if line.codes.codes else "<编码>"
    return ask(
        f"提交 {code} {line.links[0][:80]}", "我的材料", "帮助", codes=line.codes.codes, links=line.links
    )


def _note(line: Line) -> str:
    """What is left: no verb, codes, links or talk; 提取码 stays."""
    heard, opening = line.heard, _SUBMIT.match(line.plain)
    talk = _TAIL_TALK.search(line.plain, max(0, len(line.plain) - 60))
    spans = [] if opening is None else [opening.span()]
    first = spans[0][1] if spans else 0
    spans += [span for span in line.codes.spans if span[0] >= first and span[1] > span[0]]
    if talk:
        spans = [span for span in spans if span[1] <= talk.start()] + [talk.span()]
    rest = heard.cut(*spans)
    start = match.end() if (match := _EXPLAINED.match(rest.plain.lstrip())) else 0
    rest = Heard(rest.raw.lstrip(), rest.plain.lstrip())
    words = " ".join(rest.raw[start:].replace(LINK, " ").split())
    words = re.sub(r"^(?:[和、,，:：;；的是\-~]|这是|这个是|我的|材料|作业|链接|点)+(?=[\s:：]|$)", "", words)
    return trimmed(
        "" if re.fullmatch(r"[\W_]*(?:和|及|的|点|材料|作业|链接|以及|三个点一起)*[\W_]*", words) else words
    )


def read_withdrawal(line: Line) -> Understood | None:
    text = line.plain
    if not _WITHDRAW.search(text[:60]) or len(text) > 60:
        return None
    if _WITHDRAW_ASKED.search(text) or not is_order(text.replace("刚才", "").replace("刚刚", "")):
        return ask("我的材料", "撤回 <编号>", "帮助") if re.search(r"别|不", text) else None
    match = _WITHDRAW_N.search(text)
    numbers = read_numbers((match["n"] or match["m"]) if match and not line.codes.codes else "")
    return order(Command.WITHDRAW, numbers=numbers, codes=line.codes.codes)


def read_appeal(line: Line) -> Understood | None:
    text = line.plain
    match = _APPEAL.match(text)
    if match and (_APPEAL_SPELLED.match(match["rest"]) or not _APPEAL_ASKED.match(match["rest"])):
        return order(Command.APPEAL, text=line.quoted(match.start("rest"), match.end("rest")) + line.glued)
    if _OBJECTION.search(text) and len(text) < 120 and not re.search(r"怎么|咋|如何|能不能|别", text):
        return order(Command.APPEAL, text=line.quoted(0))
    return None
