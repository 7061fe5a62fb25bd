"""Orders of the project office: 公告, 确认, 定时, 重发, 更正, 绑定本群, 提醒."""

import re

from messages.commands import Command, Understood
from messages.understanding.audience import take_audience
from messages.understanding.dates import without_moment
from messages.understanding.exporting import read_export
from messages.understanding.expression import expression
from messages.understanding.line import GAP, Line, ask, first, is_order, is_question, order, trimmed
from messages.understanding.names import person_in
from messages.understanding.numbers import MANY, ONE, read_numbers

_A = r"(?:一?[个条份则篇]|一?下)?"
_ANNOUNCE = expression(
    rf"^(?:(?:我)?(?:要|想|需要)?(?:再|重新)?(?:发布?|群发|下发|推送|广播|拟|起草)\s*{_A}(?:公告|通知|通告|消息)(?:给|到|:)?|公告|(?:群发|广播)(?:给|到)?(?![消信])|(?:通知|通告)(?=[\s:]|$))\s*(?:说|内容)?[\s:,。、]*"
)
_ANNOUNCE_TO = expression(
    rf"^(?:给|向|对)\s*(?P<whom>[^\s:,。]{{2,30}}?)(?:发布?|群发|下发|推送)\s*{_A}(?:公告|通知|通告|消息)\s*(?:说|内容)?[\s:,]*"
)
_NOTIFY = expression(r"^通知(?:一下|下)?(?:给)?(?P<whom>[^\s:,。]{2,24})[\s:,]+")
_EVERYWHERE = expression(r"(?:各|全部|所有)(?:个)?(?:学校|单位|校|园)|各校各园|全[市县区]")
_ASKED_ABOUT = expression(
    r"^(?:公告|通知)\s*(?:编号|#|第)?\s*(?P<n>\d{1,6})\s*号?[\s,:]*(?:还)?(?:有)?(?:谁|哪些|哪个|哪几个|几个?|多少)(?:个)?(?:人|群|学校|老师)?.{0,4}(?:收到|看到|看|回|送到|发到)[^,。]{0,4}$"
)
_ASIDE = expression(
    r"^(?:了|呢|吗|么|没|怎么|咋|如何|在哪|收到|看到|看见|已|先?别|先不|\d+号?的?(?:发送|送达|发出|发到)|送达|是啥|是什么|啥|什么|几|的|我|怎样|里|上面?说|中说|列表|记录|情况|效果|栏|看|读|谁|发了|发出|发得|发给谁|来了|都|能|可以|会|不)"
)
_RECALL_ALL = expression(r"[@＠](?:所有人|全体成员|全体|全员|all)", re.IGNORECASE)
_CONFIRM = expression(
    r"^(?:(?:好的?|行|嗯+|可以|没问题|是的?|对|没错)[\s,。!]+)?(?:我)?确认(?:(?:一下)?(?:发送|发布|发出|发|提醒|换点|通过|公告|重发|更正|推送|选点|执行|提交|撤回))?(?:了|吧|哈|啊)*[\s,]*(?P<urgent>加急|马上发|立即发|立刻发|紧急)?(?:发送|发)?$|^(?P<first>加急)\s*确认$"
)
_CONFIRM_NUMBER = expression(
    r"^(?:我)?(?:确认|同意)(?:发送|发布|发出|发)(?:公告)?[\s:,]*(?:编号|公告|#|第)*\s*(?P<n>\d{1,6})\s*号?(?:公告)?(?:吧|了)?$"
    r"|^(?:我)?确认[\s:,]*(?:编号|公告|#|第)*\s*(?P<m>\d{1,6})\s*号?(?:公告)?(?:吧|了)?(?:发送|发布|发)?$"
    r"|^(?:公告|#)?\s*(?P<k>\d{1,6})\s*号?(?:公告)?[\s,:]*(?:确认|同意)(?:发送|发布|发出|发)?$"
)
_CONFIRM_NUMBER_URGENT = expression(r"^确认\s*(?P<n>\d{1,6})\s*号?[\s,]*(?:加急|马上发|立即发|立刻发|紧急)$")
_CANCEL_NUMBER = expression(
    r"^取消(?:发送|定时|发布)?(?:公告|通知)?[\s:,]*(?:编号|公告|#|第)*\s*(?P<n>\d{1,6})\s*号?(?:的)?(?:公告|通知)?(?:的)?(?:定时|发送)?(?:吧|了)?$"
    r"|^(?:把)?(?:公告|#)?\s*(?P<m>\d{1,6})\s*号?(?:公告|通知)?[\s,:]*取消(?:发送|发布|定时)?(?:吧|了)?$"
)
_NEARLY_CONFIRM = expression(
    r"^(?:确定|发吧?|发送吧?|可以发了?|就这么发|就这样发|同意发送|确定发送|发布吧|是的?发|确认一下|确认无误|没问题发吧|立即发送)$"
)
_SCHEDULE = expression(
    rf"^(?:把?(?:这|那|上|刚才那?|刚刚那?)[条个则]?(?:公告|通知|消息)?(?:就|给我|帮我)*)?(?:(?:设置?|改成?|改为)?定时(?:发送|发布|发|公告)?(?:到|在|于|为)?|定(?:到|在)(?=.{{0,12}}[点:])){GAP}(?P<when>.*)$"
)
_REMIND_LATER = expression(
    r"^(?:请|帮我)?(?:把|给|让|对)?(?:我们?组里?|组里|本组|那些|所有|还)?(?P<whom>[^\s,。]{0,10}?(?:[没未不]有?(?:交|选|提交|完成|整完|弄完|达标|合格|够|动)|落后|退回|拖后腿|掉队)[^\s,。]{0,8}?)(?:都|挨个|帮我|再|给我|赶紧|统一|全)*(?:提醒|催|督促)(?:一?[下遍次个]|催|了)*(?:吧)?$"
)
_RESEND = expression(
    rf"^(?:请)?(?:把)?(?:重发|重新发送|重新发|再发一遍|再发一次|补发)(?:一下|下)?{GAP}(?:公告|消息|编号)?{GAP}(?P<n>{MANY})?(?P<rest>.*)$|^(?:把)?(?P<m>{MANY})\s*(?:公告)?(?:重发|再发一遍|再发一次|重新发送|补发)(?:一下|吧)?$"
)
_CORRECT = expression(
    rf"^(?:更正|勘误|订正)(?:一下)?(?:公告|通知)?{GAP}(?P<n>{ONE}(?:\s*[、和]\s*{ONE}(?=[\s:]|$))*)?(?P<rest>.*)$",
    re.DOTALL,
)
_REMIND_TO = expression(
    r"^给(?P<whom>[^\s,。]{1,14}?)(?:的|的?老师|的?人)?(?:发|来|推)?一?[个条下]?(?:提醒|提个醒)(?:一下)?$"
)
_LACKING = expression(r"[没未不]有?(?:交|选|提交|完成|整完|弄完|达标|合格|够|动)|被(?=退回)")
_BIND_GROUP = expression(
    rf"^(?:把)?(?:绑定?(?:到|为)?(?:本群|这个?群|此群|该群|群)|(?:把)?(?:本群|这个?群|此群)(?:给我)?绑定?)(?:到|为|给|成|是|一下)*{GAP}(?P<school>.*)$"
)
_COUNTY = expression(r"^(?:全市|全县|市级?群?|县级?群?|市里|县里|全区|总群|大群)$")
_REMIND = expression(
    r"^(?:我要?|再|赶紧)?(?:提醒|催办|催促|催一?催|催催|催|督促)(?:一下|下)?(?:我们?组里?|组里|本组|我们(?:学校|校|园)里?|本[校园])?(?:那些|所有|全部|剩下的?)?(?P<whom>.*)$"
)
_REMIND_ABOUT = expression(
    r"^(?:我要?|再)?(?:提醒|催)(?:一下|下)?\s*(?:公告|通知)?\s*(?:编号|#|第)?\s*(?P<n>\d{1,6})\s*号?(?:的)?(?:公告|通知)?\s*(?:里|中)?(?:[没未]有?(?:回|回复|回“?收到”?|看|收到))?(?:的人?|的老师)?$"
)
_THOSE = expression(r"[那这]几[个位]")
_REMIND_SCHOOL = expression(
    r"(?:^|[\s,、])(?P<school>[\u4e00-\u9fff]{2,16}(?:幼儿园|小学|中学|初中|高中|学校|[一二三四五六七八九十]中))$"
)
_REMIND_IN_SCHOOL = expression(
    r"^(?!我们|咱|本[校园]|我[校园]|全[校县市]|[各所哪])(?P<school>[\u4e00-\u9fff]{2,16}?(?:幼儿园|小学|中学|初中|高中|学校|[一二三四五六七八九十]中))(?:里|的|那些|所有|还|\s)*(?=[没未不落退被学拖掉])"
)
_NAMED = expression(r"^提醒(?:一下)?\s+\S+$")
_NAME = expression(r"[\u4e00-\u9fff·]{1,4}$")
_OF_PERSON = expression(r"(?:老师|主任|同志)$")
_NO_NAME = expression(
    r"[我你他她它们谁啥的了吗么吧呢不没别再都请把给被是有在和要会能去来做交选学审看发说改点到前后天日号周月年时候间分各位些几多]|组长|校长|园长|管理|领导|老师|大家|全体|全部|所有|通知|公告|材料|功能|方式|设置|内容|情况|名单|进度|全组|关[掉了闭]"
)
_BEHIND = (
    ("未选点", expression(r"[没未]有?选")),
    ("未交", expression(r"[没未]有?(?:交|提交|弄)|不交")),
    ("退回", expression(r"退回")),
    ("学时", expression(r"学时")),
    ("没账号", expression(r"[没无]有?(?:学习)?账号")),
    ("未达标", expression(r"[没未]有?(?:达标|完成|整完|弄完|合格|过)|不合格")),
    ("落后", expression(r"落后|后面|拖后腿|掉队|慢|^(?:他们|大家|的)?$|老师|的人")),
)


def read_office_order(line: Line) -> Understood | None:
    return first(
        (
            _announce_to,
            _asked_about,
            _announce,
            _nearly_announce,
            _confirm,
            _cancel,
            _schedule,
            _resend,
            _correct,
            _bind_group,
            read_export,
            _remind_about,
            _remind,
        ),
        line,
    )


def _announce_to(line: Line) -> Understood | None:
    """'给幼儿园发通知：…', '通知幼儿园：…'."""
    text = line.plain
    given = _ANNOUNCE_TO.match(text)
    match = given or _NOTIFY.match(text)
    if match is None:
        return None
    audience, end = take_audience(match["whom"])
    if audience == "" and _EVERYWHERE.fullmatch(match["whom"]):
        return order(Command.ANNOUNCE, text=line.content(match.end()), links=line.links)
    if audience and end == len(match["whom"]):
        return order(Command.ANNOUNCE, audience=audience, text=line.content(match.end()), links=line.links)
    return ask("公告 <对象> <内容>") if given and is_order(match["whom"]) else None


def _asked_about(line: Line) -> Understood | None:
    """'公告12谁没收到' asks, whatever it opens with."""
    match = _ASKED_ABOUT.match(line.plain)
    return None if match is None else order(Command.DELIVERY, numbers=(int(match["n"]),))


def _announce(line: Line) -> Understood | None:
    text = line.plain
    match = _ANNOUNCE.match(text)
    if match is None or re.match(r"^(?:了|吗|没有?$|的|过|怎么)", text[match.end() :]):
        return None
    audience, end = take_audience(text[match.end() :])
    talk = text.startswith(("公告", "通知", "通告")) and _ASIDE.match(text[match.end() :])
    if talk and not audience and not _spelled_out(text, match.end()):
        return None
    return order(Command.ANNOUNCE, audience=audience, text=line.content(match.end() + end), links=line.links)


def _nearly_announce(line: Line) -> Understood | None:
    text = line.plain
    if _RECALL_ALL.search(text[:40]) or re.match(r"^(?:各校|各园|各单位|各位校长|各位园长)[:,\s]", text):
        return ask("公告 <内容>", "公告 没选点 <内容>", hint="announcement")
    return ask("公告 <对象> <内容>") if re.match(r"^只?(?:发|通知)给", text) else None


def _spelled_out(text: str, at: int) -> bool:
    """'公告:我们…', a long text and one that asks for something are content; '公告我看了' is talk."""
    if text[at - 1 : at] in ":\n":
        return True
    asks = re.search("请(?!问)", text[at:]) is not None
    return text[at - 1 : at].isspace() and (asks or len(text) - at > 8)


def _confirm(line: Line) -> Understood | None:
    text = line.plain
    if len(text) > 16:
        return None
    if match := _CONFIRM.match(text):
        return order(Command.CONFIRM, text="加急" if match["urgent"] or match["first"] else "")
    if (match := _CONFIRM_NUMBER.match(text)) and _is_of_announcement(line):
        return order(Command.CONFIRM, numbers=(int(match["n"] or match["m"] or match["k"]),))
    if match := _CONFIRM_NUMBER_URGENT.match(text):  # when it goes out is its author's word
        return ask(f"确认 {match['n']}")
    return ask("确认") if _NEARLY_CONFIRM.match(text) else None


def _cancel(line: Line) -> Understood | None:
    """取消 40: of an announcement that waits or is scheduled."""
    match = _CANCEL_NUMBER.match(line.plain) if len(line.plain) <= 20 else None
    if match is None or not _is_of_announcement(line):
        return None
    return order(Command.CANCEL, numbers=(int(match["n"] or match["m"]),))


def _is_of_announcement(line: Line) -> bool:
    """A teacher who says 取消 12 means evidence of their own."""
    return "office" in line.roles or "公告" in line.plain


def _schedule(line: Line) -> Understood | None:
    text = line.plain
    match = _SCHEDULE.match(text) if len(text) < 60 else None
    if match is None or re.search(r"怎么|咋|吗|什么|啥|取消|别", text):
        return None
    if match["when"] and not re.search(r"[\d点:天早晚周日号月午后刻]", match["when"]):
        return None
    return order(Command.SCHEDULE, when=line.calendar.moment(line.plain[match.start("when") :]))


def _resend(line: Line) -> Understood | None:
    text = line.plain
    match = _RESEND.match(text) if len(text) < 60 and "绑定码" not in text else None
    if match is None or is_question(text) or not is_order(text):
        return None
    numbers = read_numbers(match["n"] or match["m"] or "")
    if not numbers and text not in ("重发", "重新发送", "再发一遍", "再发一次", "补发"):
        return ask("重发 <编号>", "发送情况")
    return order(Command.RESEND, numbers=numbers)


def _correct(line: Line) -> Understood | None:
    text = line.plain
    match = _CORRECT.match(text)
    if match is None or (match["n"] is None and match["rest"]):
        return None
    rest = re.sub(r"^[\s:：,，。]*(?:改为|内容(?=[\s:：]))?[:：\s]*", "", line.content(match.start("rest")))
    return order(Command.CORRECT, numbers=read_numbers(match["n"] or ""), text=rest, links=line.links)


def _bind_group(line: Line) -> Understood | None:
    text = line.plain
    match = _BIND_GROUP.match(text) if len(text) < 60 else None
    if match is None or is_question(text):
        return None
    school = line.said(match.start("school"), match.end("school"))
    return order(Command.BIND_GROUP, school="全市" if _COUNTY.match(school) else school)


def _remind_about(line: Line) -> Understood | None:
    """提醒 40: those who have not answered an announcement."""
    match = _REMIND_ABOUT.match(line.plain) if _is_of_announcement(line) else None
    return None if match is None else order(Command.REMIND, numbers=(int(match["n"]),))


def _remind(line: Line) -> Understood | None:
    text = line.plain
    if len(text) >= 40:
        return None
    match = _REMIND.match(text) or _REMIND_TO.match(text)
    if match is None and is_order(_LACKING.sub("", text)):
        match = _REMIND_LATER.match(text)
    if (
        match is None
        or is_question(_THOSE.sub("", match["whom"]))
        or re.search(r"别|不用|不要", match["whom"])
    ):
        return None
    whom, when = without_moment(match["whom"])
    if not trimmed(whom):
        whom, when = match["whom"], ""
    said = text[: match.start("whom") + len(whom)]
    return _to_remind(said, trimmed(whom), line.calendar.moment(when))


def _to_remind(said: str, whom: str, when: str) -> Understood:
    """`said`: the line as far as to `whom`."""
    if re.match(r"^(?:我|时间|功能|事项|:)", whom):
        return ask("提醒 落后", "截止时间")
    if person := _one_person(said, whom):
        return order(Command.REMIND, name=person, when=when)
    match = _REMIND_SCHOOL.search(whom) or _REMIND_IN_SCHOOL.match(whom)
    school = match["school"] if match else ""
    listed = whom.replace(school, "", 1).strip()
    for name, pattern in _BEHIND:
        if pattern.search(listed):
            kind = name if name != "落后" or listed else ""
            return order(Command.REMIND, filter=kind, school=school, when=when)
    return ask("提醒 落后", "落后名单")


def _one_person(text: str, whom: str) -> str:
    """Somebody to be reminded, known by a surname or set apart by a blank: 王芳, 王老师; "" = nobody is named."""
    name = _OF_PERSON.sub("", whom)
    if not _NAME.match(name) or _NO_NAME.search(name) or any(one.search(name) for _, one in _BEHIND):
        return ""
    known = person_in(name) == (0, len(name)) or (name != whom and person_in(f"{name}某") is not None)
    if not known and not _NAMED.match(text):
        return ""
    return name if len(name) > 1 else whom
