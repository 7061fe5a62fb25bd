"""What groups and schools hand in: 简报, 总结, 备案, 案例, 活动, 研修主题; and 绑定, 绑定码."""

import re

from messages.commands import Command, Understood
from messages.understanding.line import GAP, Line, ask, first, is_question, order, trimmed
from messages.understanding.links import LINK

_MONTH = r"(?:20\d\d\s*[-/.年]\s*\d{1,2}\s*月?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月(?:份)?|(?:本|这|上)个?月(?:份)?)"
_DRAFT = re.compile(
    r"(?:生成|起草|自动|代写|草拟|拟|帮[^,]{0,4}写|写一?[个份篇下]|写(?=\d|[一二三四五六七八九十本上这]|个)|出一?[个份期篇]|做一?[个份期篇]|来一?[个份篇]|弄一?[个份篇]|整一?[个份篇])[^,。]{0,10}简报|简报.{0,4}(?:生成|草稿|初稿|帮[我忙]|写一?[下个])"
)
_BULLETIN_BARE = re.compile(
    rf"^(?:我)?(?:要|想)?(?:提交|上交|上报|报送|交|报|发)?(?:一?[份个])?(?:{_MONTH}的?)?(?:教?研?修?工?作?)简报$"
)
_SLOTS = (
    ("发展规划", re.compile(r"(?<!档案袋)规划")),
    ("研修方案", re.compile(r"研修方案|校本研修|研修计划")),
    ("考核方案", re.compile(r"考核")),
    ("实施方案", re.compile(r"实施方案|整校推进方案|2\.0方案|工程方案")),
)
_FILE = re.compile(r"备案|(?<!档案袋)规划|研修方案|考核(?:方案|办法)|实施方案|整校推进方案|一划两案")
_FILE_FIRST = re.compile(
    rf"^(?:我校|本校|我们学校|学校)?(?:要)?(?:提交|上报|报送|上传|交|报)?(?:一下)?备案(?:材料)?{GAP}(?P<rest>.*)$",
    re.DOTALL,
)
_CASES = (
    ("整校推进", re.compile(r"整校|学校案例|学校的案例")),
    ("学科研修", re.compile(r"学科|教研组案例|研修案例")),
    ("微能力作品", re.compile(r"微能力|作品|能力点")),
)
_CASE = re.compile(
    rf"^(?:我)?(?:要|想)?(?:提交|上报|推荐|报送|上传|交|报)?(?:一?[个份篇])?(?:(?:整校推进|学科研修|微能力作品?|微能力点|优秀|典型|学校|教研组|优秀作品)的?)*案例{GAP}(?P<rest>.*)$",
    re.DOTALL,
)
_CASE_INSIDE = re.compile(
    r"(?:整校推进|学科研修|微能力作品).{0,6}案例|案例.{0,6}(?:整校推进|学科研修|微能力作品)(?P<rest>)"
)
_SUMMARY = re.compile(
    r"^(?:(?:提交|上交|上报|报送|交|报|这是|这个是|传)?(?:一下)?(?:我校|本校|我们学校|学校|我园|单位|我们园|[\u4e00-\u9fff]{2,10}(?:小学|中学|幼儿园|学校))?(?:的)?(?:2\.0|提升工程|信息技术|研修|培训|工作|年度|整校推进)*(?:的)?(?:工作|研修|培训)?)总结(?!提升|与)"
)
_ACTIVITY = re.compile(
    r"^(?:(?:登记|记录|上报|组织|开展|报|记|录|发布)(?:了)?(?:一?[次个下条])?)?(?:本组|我们?组|教研组|组内|本周|今天|今日)?(?:的)?(?:教研|研修|校本研修|线下)?活动(?:记录|登记|情况)?[:\s,](?P<rest>.*)$",
    re.DOTALL,
)
_THEME = re.compile(
    rf"^(?:(?:本组|我们?组|教研组|本学期|这学期|设置?|修改|更新|把)(?:的)?)*研修主题(?:定为|改为|改成|是|为|设为|定成|定了)?{GAP}(?P<rest>.*)$",
    re.DOTALL,
)
_NAME = r"[\u4e00-\u9fff\u3400-\u4dbf][\u4e00-\u9fff\u3400-\u4dbf·•]{1,9}"
_ONE_TIME = r"(?=[A-Za-z0-9-]*\d)[A-Za-z0-9][A-Za-z0-9-]{3,15}"
_BIND = re.compile(
    rf"^(?:我?(?:要|想)?绑定(?:账号|帐号|一下|身份)?|我(?:是|叫))[\s:,]*(?:我(?:是|叫))?(?P<name>{_NAME}?)[\s,:]*(?:的)?(?:绑定码|验证码|码)?(?:是)?[\s:,]*(?P<code>{_ONE_TIME})(?:绑定)?$"
)
_BIND_SWAPPED = re.compile(
    rf"^绑定[\s:,]*(?:绑定码)?[\s:]*(?P<code>{_ONE_TIME})[\s,:]*(?:我(?:是|叫))?(?P<name>{_NAME})$"
)
_BIND_NAME = re.compile(rf"^绑定[\s:,]+(?P<name>{_NAME})$")
_CODE = re.compile(
    rf"^(?:(?:给|发|生成|查|要|重发|重新生成|补发|重置|出)(?:一?个|一下)?)?绑定码(?:给)?[\s:,]*(?P<name>{_NAME})$"
)
_CODE_LAST = re.compile(
    rf"^(?:(?:给|帮|替|把|为|查|要|生成|发|重发|重新生成)(?:一?个|一下)?)*\s*(?P<name>{_NAME}?)(?:老师|主任)?(?:的|重新|再|重|补)?\s*(?:发|生成|弄|来|要|开|出|整|重置)?(?:一?个|一下|张)?新?的?绑定码$"
)
_NOT_A_NAME = re.compile(
    r"忘|啥|什么|怎么|哪|我的|没有|过期|收到|不对|失效|多少|本群|吗|账号|帐号|微信|手机|企业|钉钉|要|怎样|^老师$|学校|他|她|新|无效|错误|输"
)


def read_report(line: Line) -> Understood | None:
    return first((_bind, _code, _bulletin, _case, _filing, _summary, _activity, _theme), line)


def _bind(line: Line) -> Understood | None:
    text = line.plain
    if len(text) > 60:
        return None
    if match := _BIND.match(text) or _BIND_SWAPPED.match(text):
        return order(Command.BIND, name=line.said(*match.span("name")), text=match["code"])
    if (match := _BIND_NAME.match(text)) and not _NOT_A_NAME.search(match["name"]):
        return order(Command.BIND, name=line.said(*match.span("name")))
    return None


def _code(line: Line) -> Understood | None:
    text = line.plain
    if "绑定码" not in text or len(text) > 40:
        return None
    match = _CODE.match(text) or _CODE_LAST.match(text)
    if match is None or _NOT_A_NAME.search(match["name"]):
        return None
    return order(Command.CODE, name=line.said(*match.span("name")).removesuffix("老师"))


def _bulletin(line: Line) -> Understood | None:
    text = line.plain
    at = text.find("简报", 0, 60)
    if at < 0:
        return None
    month = re.search(_MONTH, text[:80])
    when = (line.calendar.month(month.group()) or month.group()) if month else ""
    if line.links:
        return None if line.codes.codes else order(Command.BULLETIN, links=line.links, when=when)
    if _DRAFT.search(text) and len(text) < 40:
        return order(Command.DRAFT_BULLETIN, when=when)
    if _BULLETIN_BARE.match(text) or re.match(rf"^简报\s*{_MONTH}$", text):
        return order(Command.BULLETIN, when=when)
    return None


def _case(line: Line) -> Understood | None:
    text = line.plain
    match = _CASE.match(text) or (_CASE_INSIDE.search(text[:80]) if line.links else None)
    if match is None or (line.codes.codes and line.links and not re.search(r"作品|整校|学科研修", text)):
        return None
    if not line.links and (is_question(text) or len(text) > 30):
        return None
    kind = next((name for name, pattern in _CASES if pattern.search(text[:60])), "")
    note = trimmed(
        re.sub(
            r"^(?:整校推进|学科研修|微能力作品|[\s:：\ufffc])+",
            "",
            line.heard.raw[match.end() if match["rest"] is None else match.start("rest") :],
        )
    )
    return order(Command.CASE, filter=kind, links=line.links, codes=line.codes.codes, note=note.strip())


def _filing(line: Line) -> Understood | None:
    text = line.plain
    if (
        not _FILE.search(text[:80])
        or line.codes.codes
        or re.match(rf"^备案{GAP}(?:不?通过|退回|打回|驳回)", text)
    ):
        return None
    first = _FILE_FIRST.match(text)
    if not line.links and (first is None or is_question(text) or len(text) > 30):
        return None
    slot = next((name for name, pattern in _SLOTS if pattern.search(text[:80])), "")
    if not line.links:
        rest = first["rest"] if first else ""
        if slot or not rest:
            return (
                order(Command.FILE, filter=slot) if slot or text in ("备案", "提交备案", "我要备案") else None
            )
        return None
    if is_question(text.replace(LINK, "")) and first is None:
        return ask(f"备案 {slot or '<材料>'} {line.links[0][:80]}", "备案情况", links=line.links)
    return order(Command.FILE, filter=slot, links=line.links)


def _summary(line: Line) -> Understood | None:
    text = line.plain
    match = _SUMMARY.match(text)
    if match is None or line.codes.codes:
        return None
    if line.links:
        return order(Command.SUMMARY, links=line.links)
    return (
        order(Command.SUMMARY) if (match.end() == len(text) and text != "总结") or text == "交总结" else None
    )


def _activity(line: Line) -> Understood | None:
    text = line.plain
    match = _ACTIVITY.match(text)
    if match is None or re.match(r"^(?:怎么|咋|在哪|啥|什么|几点|吗)", match["rest"]):
        return None
    rest = trimmed(" ".join(line.heard.raw[match.start("rest") :].replace(LINK, " ").split()))
    return order(Command.ACTIVITY, text=rest, links=line.links)


def _theme(line: Line) -> Understood | None:
    text = line.plain
    match = _THEME.match(text)
    if (
        match is None
        or (len(text) < 40 and is_question(text))
        or re.match(r"^(?:的|和|与|活动)", match["rest"])
    ):
        return None
    return order(Command.THEME, text=line.content(match.start("rest")))
