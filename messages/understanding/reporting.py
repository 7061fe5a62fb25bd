"""What groups and schools hand in: 简报, 总结, 备案, 案例, 活动, 研修主题; and 绑定, 绑定码."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.line import GAP, Line, ask, first, is_question, order, trimmed
from messages.understanding.links import LINK
from messages.understanding.names import person_in

_MONTH = r"(?:20\d\d\s*[-/.年]\s*\d{1,2}\s*月?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月(?:份)?|(?:本|这|上)个?月(?:份)?)"
_DRAFT = expression(
    r"(?:生成|起草|自动|代写|草拟|拟|帮[^,]{0,4}写|写一?[个份篇下]|写(?=\d|[一二三四五六七八九十本上这]|个)|出一?[个份期篇]|做一?[个份期篇]|来一?[个份篇]|弄一?[个份篇]|整一?[个份篇])[^,。]{0,10}简报|(?:整|写|做|汇总?|弄|变|转|编|归纳|总结|攒)成[^,。]{0,6}简报|(?:弄|搞|写|出|做|起|拟|攒)(?:一?[份个期篇下])[^,。]{0,8}简报|简报.{0,8}(?:起[个份草]|(?:帮|替|给)我?(?:写|弄|做|整|生成|起)|自动)|(?:活动|记录).{0,8}(?:写|出|做|弄|整|生成).{0,6}简报|简报.{0,4}(?:生成|草稿|初稿|帮[我忙]|写一?[下个])"
)
_BULLETIN_BARE = expression(
    rf"^(?:我)?(?:要|想)?(?:提交|上交|上报|报送|交|报|发)?(?:一?[份个])?(?:{_MONTH}的?)?(?:教?研?修?工?作?)简报$"
)
_SLOTS = (
    ("发展规划", expression(r"(?<!档案袋)规划")),
    ("研修方案", expression(r"研修方案|校本研修|研修计划")),
    ("考核方案", expression(r"考核")),
    ("实施方案", expression(r"实施方案|整校推进方案|2\.0方案|工程方案")),
)
_FILE = expression(r"备案|(?<!档案袋)规划|研修方案|考核(?:方案|办法)|实施方案|整校推进方案|一划两案")
_FILE_FIRST = expression(
    rf"^(?:我校|本校|我们学校|学校)?(?:要)?(?:提交|上报|报送|上传|交|报)?(?:一下)?备案(?:材料)?{GAP}(?P<rest>.*)$",
    re.DOTALL,
)
_CASES = (
    ("整校推进", expression(r"整校|学校案例|学校的案例")),
    ("学科研修", expression(r"学科|教研组案例|研修案例")),
    ("微能力作品", expression(r"微能力|作品|能力点")),
)
_CASE = expression(
    rf"^(?:我)?(?:要|想)?(?:提交|上报|推荐|报送|上传|交|报)?(?:一?[个份篇])?(?:(?:整校推进|学科研修|微能力作品?|微能力点|优秀|典型|学校|教研组|优秀作品)的?)*案例{GAP}(?P<rest>.*)$",
    re.DOTALL,
)
_CASE_TALK = expression(r"案例(?:分析|课|教学|研究|研讨|交流|大赛|比赛|集|库|式)|几号|周几|星期几|来着")
_CASE_INSIDE = expression(
    r"(?:整校推进|学科研修|微能力作品).{0,6}案例|案例.{0,6}(?:整校推进|学科研修|微能力作品)(?P<rest>)|(?:参评|参选|参赛|评选|选送|申报).{0,8}(?:作品|案例)|案例(?:材料|链接|文档)?(?:来了|在这儿?|发你|给你|交上|好了|写好了?|整好了?)?[\s,:。]*\ufffc"
)
_SUMMARY = expression(
    r"^(?:(?:提交|上交|上报|报送|交|报|这是|这个是|传)?(?:一下)?(?:我校|本校|我们学校|学校|我园|单位|我们园|[\u4e00-\u9fff]{2,10}(?:小学|中学|幼儿园|学校))?(?:的)?(?:2\.0|提升工程|信息技术|研修|培训|工作|年度|整校推进)*(?:的)?(?:工作|研修|培训)?)总结(?!提升|与)"
)
_SUMMARY_INSIDE = expression(
    r"(?:学校|[我本咱们]校|[我本咱们]园|园里|校里|单位|工作|2\.0|工程|整校|培训|年度|上报|上交|交一?下|报一?下|中心|中学|小学|幼儿园).{0,12}总结(?!提升|与)|总结(?!提升|与|课).{0,8}(?:报|交|写好|发|上传|传|弄好|整好|完成|在这|给你)"
)
# '6月14号要的那个总结 <link>'
_SUMMARY_LAST = expression(
    r"总结(?:材料|报告|链接|文档)?(?:来了|在这儿?|发你|给你|交上|好了|写好了?|整好了?)?[\s,:。]*\ufffc"
)
# A7 总结提升 and what is handed in for it.
_LESSON = expression(r"课堂|复习|单元|教学总结|技术支持|微能力|个人总结")
_ACTIVITY = expression(
    r"^(?:(?:补登|补记|补录|补报|登记|记录|上报|组织|开展|添加|新增|增加|录入|发布|报|记|录|补|加|添|填|写|传|登)(?:了)?(?:一?[次个下条项场])?)?(?:本组|我们?组|教研组|组内|本周|今天|今日|昨天)?(?:的)?(?:教研|研修|校本研修|校本|集体|线下|线上|备课)*活动(?:记录|登记|情况)?[:\s,](?P<rest>.*)$",
    re.DOTALL,
)
_ACTIVITY_TOLD = expression(
    r"^(?P<rest>(?:我们?[\u4e00-\u9fff]{0,4}组|本组|教研组|组里)(?:[\u4e00-\u9fff\d]{0,8})?(?:搞|办|开展|组织|举行|举办|进行|做|开)了(?:一?[次个场])?[^,]{0,10}活动[,:。].*)$",
    re.DOTALL,
)
_THEME = expression(
    rf"^(?:(?:本组|[我俺咱]们?[\u4e00-\u9fff]{{0,2}}组|教研组|组里|本学期|这学期|本月|这个月|设置?|修改|更新|登记|填|把|报)(?:一下)?(?:的)?){{0,4}}(?:研修主题|教研主题|(?<=组的)主题|(?<=本组)主题)(?P<set>定为|改为|改成|换成|是|为|设为|定成|定了|就定|定(?=[\s:])|(?:改|换|更新|调整)一下(?=[\s:]))?{GAP}(?P<rest>.*)$",
    re.DOTALL,
)
_THEME_ASKED = expression(
    r"(?:是)?(?:啥|什么|哪个|怎么[定写填改弄]|咋[定写填改弄]|定了?(?:吗|没)|有没有|能不能)[^,。]{0,4}$"
)
_THEME_SHOWN = expression(r"(?:是)?(?:啥|什么|哪个|哪一?个|多少)[呀啊呢来着?]*")
_NAME = r"[\u4e00-\u9fff\u3400-\u4dbf][\u4e00-\u9fff\u3400-\u4dbf·•]{1,9}"
_ONE_TIME = r"(?=[A-Za-z0-9-]*\d)[A-Za-z0-9][A-Za-z0-9-]{3,15}"
_BIND = expression(
    rf"^(?:我?(?:要|想)?绑定(?:账号|帐号|一下|身份)?|我(?:是|叫))[\s:,]*(?:我(?:是|叫))?(?P<name>{_NAME}?)[\s,:]*(?:的)?(?:绑定码|验证码|码)?(?:是)?[\s:,]*(?P<code>{_ONE_TIME})(?:绑定)?$"
)
_BIND_SWAPPED = expression(
    rf"^绑定[\s:,]*(?:绑定码)?[\s:]*(?P<code>{_ONE_TIME})[\s,:]*(?:我(?:是|叫))?(?P<name>{_NAME})$"
)
# 姓名：…，绑定码：… in any order, however separated.
_BIND_FIELDS = expression(
    rf"^(?:我?(?:要|想|来)?绑定?(?:账号|帐号|一下|身份)?)?(?=.{{0,30}}?(?:姓名|名字)(?:是|叫)?[\s:]*(?P<name>{_NAME}?)(?=[\s,;。、/]|绑|验|码|$))(?=.{{0,30}}?(?:绑定|验证)?码(?:是)?[\s:]*(?P<code>{_ONE_TIME})(?![A-Za-z0-9-]))[\s,:;。、]*(?:姓名|名字|(?:绑定|验证)?码)",
    re.DOTALL,
)
_BIND_NAME = expression(rf"^绑定[\s:,]+(?P<name>{_NAME})$")
_CODE = expression(
    rf"^(?:(?:给|发|生成|查|要|重发|重新发|再发|重新生成|补发|重置|出)(?:一?个|一下)?)?绑定码(?:给)?[\s:,]*(?P<name>{_NAME})$"
)
_CODE_LAST = expression(
    rf"^(?:(?:给|帮|替|把|为|查|要|生成|发|重发|重新生成)(?:一?个|一下)?)*\s*(?P<name>{_NAME}?)(?:老师|主任)?(?:的|重新|再|重|补)?\s*(?:发|生成|弄|来|要|开|出|整|重置)?(?:一?个|一下|张)?新?的?绑定码$"
)
_CODE_ASKED = expression(
    r"我的绑定码|怎么|咋|在哪|哪里|啥时|什么时候|多久|有效|是啥|是什么|别给|不要给|不用给|发没发|发了吗|给了吗"
)
_NOT_A_NAME = expression(
    r"忘|啥|什么|怎么|哪|我的|没有|过期|收到|不对|失效|多少|本群|吗|账号|帐号|微信|手机|企业|钉钉|要|怎样|^老师$|学校|他|她|新|无效|错误|输"
)


def read_report(line: Line) -> Understood | None:
    return first((_bind, _code, _bulletin, _case, _filing, _summary, _activity, _theme), line)


def _bind(line: Line) -> Understood | None:
    text = line.plain
    if len(text) > 60:
        return None
    if match := _BIND.match(text) or _BIND_SWAPPED.match(text) or _BIND_FIELDS.match(text):
        return order(Command.BIND, name=line.said(*match.span("name")), text=match["code"])
    if (match := _BIND_NAME.match(text)) and not _NOT_A_NAME.search(match["name"]):
        return order(Command.BIND, name=line.said(*match.span("name")))
    return None


def _code(line: Line) -> Understood | None:
    text = line.plain
    if "绑定码" not in text or len(text) > 60 or _CODE_ASKED.search(text):
        return None
    if person := person_in(text):
        return order(Command.CODE, name=line.said(*person))
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
    if not line.links and (is_question(text) or len(text) > 30 or _CASE_TALK.search(text)):
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
    if line.codes.codes:
        return None
    match = _SUMMARY.match(text)
    if line.links and match is None and _SUMMARY_INSIDE.search(text[:80]) and not _LESSON.search(text[:80]):
        return order(Command.SUMMARY, links=line.links)
    if line.links and _SUMMARY_LAST.search(text[:80]) and not _LESSON.search(text[:80]):
        return order(Command.SUMMARY, links=line.links)
    if match is None:
        return None
    if line.links:
        return order(Command.SUMMARY, links=line.links)
    return (
        order(Command.SUMMARY) if (match.end() == len(text) and text != "总结") or text == "交总结" else None
    )


def _activity(line: Line) -> Understood | None:
    text = line.plain
    match = _ACTIVITY.match(text) or (None if line.links else _ACTIVITY_TOLD.match(text))
    if match is None or re.match(r"^(?:怎么|咋|在哪|啥|什么|几点|吗)", match["rest"]):
        return None
    rest = trimmed(" ".join(line.heard.raw[match.start("rest") :].replace(LINK, " ").split()))
    return order(Command.ACTIVITY, text=rest, links=line.links)


def _theme(line: Line) -> Understood | None:
    text = line.plain
    match = _THEME.match(text)
    if match is None or re.match(r"^(?:的|和|与|活动)", match["rest"]):
        return None
    # 'X是什么' asks; '主题：如何…' and '定为如何…' set a theme that is worded as a question.
    opening = text[: match.start("rest")]
    apart = opening[-1:].isspace() or opening.endswith(":")
    spelled = match["set"] not in (None, "是", "为") or opening.rstrip().endswith(":")
    asked = len(text) < 40 and is_question(text)
    if asked and match["set"] in (None, "是") and _THEME_SHOWN.fullmatch(match["rest"]):
        return order(Command.THEME)
    if asked and ((not spelled and len(match["rest"]) < 5) or _THEME_ASKED.match(match["rest"])):
        return None
    if asked and not spelled and not apart and match["set"] is None:
        return None
    return order(Command.THEME, text=line.content(match.start("rest")))
