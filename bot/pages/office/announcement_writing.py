"""An announcement being written: whom it reaches, exactly what they will read, and the word that sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.pages.acting import act, turn_of
from bot.pages.visit import Outcome, Redirect, Shown, Unfit, Visit
from bot.policy.announcement import Unusual, wants_receipt
from bot.policy.audience import (
    ALL_GROUPS,
    COUNTY_GROUPS,
    EVERY_GROUP,
    JOIN,
    KINDS,
    PROGRESS,
    ROLES,
    SCHOOL_GROUPS,
)
from handlers import menu
from handlers.announce import MOST_CHARACTERS, addressed
from handlers.announcing import GROUP_DIALECTS, PEOPLE_DIALECTS, Draft, called, look_at
from handlers.perform import URGENT
from handlers.schedule import DRAFTED
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer, Reply
from messages.refs import split_ref
from messages.rendering import pages_in
from messages.texts.announcement import Addressed, at_time
from messages.texts.announcement_preview import Preview, Receivers, cost_line, to_whom
from messages.texts.wording import PLATFORMS, listed
from storage import conversations
from storage.announcement_pages import issued
from storage.audiences import groups_of
from storage.conversations import Kept, Topic

_EVERYBODY: Final = "老师"
_GROUP: Final = "群"
_WANTED: Final = "收到请回复。"
_WHOLE_GROUPS: Final = (ALL_GROUPS, COUNTY_GROUPS, SCHOOL_GROUPS)
_PREFIXES: Final = (("### ", "heading"), ("> ", "quote"), ("- ", "item"))
_ON_WHAT: Final = {
    "wecom.webhook": "企业微信群",
    "wecom.aibot": "企业微信群（智能机器人）",
    "dingtalk.webhook": "钉钉群",
    "dingtalk.group": "钉钉群（应用机器人）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The form as it was filled in."""

    to_groups: bool = True
    words: tuple[str, ...] = ()
    schools: str = ""
    body: str = ""
    when: str = ""
    receipt: bool = False

    @property
    def audience(self) -> str:
        """In the words of the chat."""
        names = self.schools.replace("，", JOIN).replace(",", JOIN).replace(" ", JOIN).split(JOIN)
        said = [*self.words, *(name.strip() for name in names if name.strip())]
        if not self.to_groups:
            return JOIN.join(said) or _EVERYBODY
        return JOIN.join(word if word.endswith(_GROUP) else word + _GROUP for word in said) or ALL_GROUPS

    @property
    def text(self) -> str:
        body = self.body.replace("\r\n", "\n").strip()
        asks = self.receipt and body and not wants_receipt(body)
        return f"{body}\n{_WANTED}" if asks else body


@dataclass(frozen=True, slots=True)
class Arriving:
    """How it looks at one kind of place: messages, each of lines with what they are."""

    where: str
    messages: tuple[tuple[tuple[str, str], ...], ...]


def new(visit: Visit) -> Outcome:
    """An empty form; with a query the same form for whom it says, as the page asks while one chooses."""
    asked = visit.asked.query
    written = Written(
        to_groups=asked.get("to") != "people",
        words=tuple(word for word in asked.get("words", "").split(JOIN) if word),
        schools=asked.get("schools", "")[:200],
    )
    return _form(visit, written)


def preview(visit: Visit) -> Outcome:
    """Posted: kept as in the chat, for the same person's 确认; nothing goes out."""
    form = visit.asked.form
    written = Written(
        to_groups=form.get("to") != "people",
        words=visit.asked.every.get("word", ()),
        schools=form.get("schools", "")[:200],
        body=form.get("body", ""),
        when=form.get("when", "").strip(),
        receipt="receipt" in form,
    )
    if "count" in form:
        return _form(visit, written)
    said = act(visit, Command.ANNOUNCE, Arguments(audience=written.audience, text=written.text))
    if written.when and is_preview(said):
        said = act(visit, Command.SCHEDULE, Arguments(when=written.when))
    if not is_preview(said):
        return _form(visit, written, refused=said)
    return Redirect("/office/announcements/preview")


def previewed(visit: Visit) -> Outcome:
    """What waits for this person's word, looked at afresh."""
    turn = turn_of(visit, Command.ANNOUNCE, Arguments())
    kept = _kept(visit, turn)
    draft: Draft | Answer | None = None
    if kept is not None:
        arguments = conversations.arguments_from_json(kept.content["arguments"])
        draft = DRAFTED[Command(kept.content["command"])](turn, arguments)
    if kept is None or not isinstance(draft, Draft):
        return Shown("office/announcement_gone.html", "公告预览", {"why": draft})
    look = look_at(turn, draft)
    return Shown(
        "office/announcement_preview.html",
        "公告预览" if draft.corrects is None else f"更正公告 {draft.corrects} 的预览",
        {
            "ref": kept.content["ref"],
            "to_whom": to_whom(look.receivers).plain,
            "cost": cost_line(look).plain,
            "remarks": _remarks(look),
            "seconds": listed(look.seconds),
            "hastens": _hastens(look),
            "scheduled": None if look.timing.due is None else at_time(look.timing.due),
            "wants_receipt": wants_receipt(draft.body),
            "arriving": _arriving(turn, draft),
            "minutes": look.minutes,
        },
    )


def confirm(visit: Visit) -> Outcome:
    """What was shown, and nothing that has taken its place since."""
    kept = _kept(visit, turn_of(visit, Command.ANNOUNCE, Arguments()))
    if kept is None or kept.content["ref"] != visit.asked.form.get("ref"):
        raise Unfit("这份预览过期了，或者有了新的预览，没有发。请回到公告，重新看一遍预览再确认。")
    said = act(visit, Command.CONFIRM, Arguments(text=URGENT if "urgent" in visit.asked.form else ""))
    number = issued(visit.connection, visit.visitor.person_id, at=visit.real_ms)
    return Redirect("/office/announcements" if number is None else f"/office/announcements/{number}", said)


def _form(visit: Visit, written: Written, *, refused: Answer | None = None) -> Shown:
    turn = turn_of(visit, Command.ANNOUNCE, Arguments())
    return Shown(
        "office/announcement_new.html",
        "写公告",
        {
            "written": written,
            "reached": _reached(turn, written),
            "choices": _CHOICES,
            "whole_groups": _WHOLE_GROUPS,
            "refused": refused,
            "most": MOST_CHARACTERS,
            "earliest": visit.now.strftime("%Y-%m-%dT%H:%M"),
        },
        400 if refused is not None else 200,
    )


def _reached(turn: Turn, written: Written) -> str:
    """Whom the choice reaches now, in one sentence."""
    found = addressed(turn, written.audience)
    if isinstance(found, Answer):
        return found.plain
    audience, reached = found
    return to_whom(
        Receivers(
            to=Addressed(people=reached.people, groups=reached.groups),
            schools=reached.schools,
            names=called(reached, groups_of(turn.connection, audience)),
            everywhere=audience == EVERY_GROUP,
            unbound=reached.unbound,
        )
    ).plain


_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "学段": tuple(KINDS),
    "角色（只发私信）": tuple(ROLES),
    "进度（只发私信）": tuple(PROGRESS),
}


def _kept(visit: Visit, turn: Turn) -> Kept | None:
    """The visitor's preview of an announcement or of a correction, as long as it is good."""
    kept = conversations.peek(*menu.place_of(turn), Topic.CONFIRM, real_ms=visit.real_ms)
    return None if kept is None or kept.stale or kept.content["command"] not in DRAFTED else kept


def is_preview(said: Answer) -> bool:
    """Whether it asks for 确认: then it has been kept."""
    choices = () if said.buttons is None else said.buttons.choices
    return any(split_ref(choice.says)[0] == Command.CONFIRM for choice in choices)


def _remarks(look: Preview) -> list[str]:
    """What should be looked at before it goes out."""
    timing, who = look.timing, look.receivers
    said = []
    if timing.due is not None and timing.wanted is not None and timing.wanted != timing.due:
        said.append(
            f"{at_time(timing.wanted)} 是休息时间，往后挪到 {at_time(timing.due)}；一定要那时发，勾选“加急”。"
        )
    elif timing.due is None and timing.opens is not None and who.to.groups:
        said.append(f"现在是休息时间，群里会马上收到；不急的话，改成 {at_time(timing.opens)} 以后发。")
    elif timing.due is None and timing.opens is not None:
        said.append(f"现在是休息时间，私信会等到 {at_time(timing.opens)}；要马上发，勾选“加急”。")
    if who.stopped:
        said.append(f"{who.stopped} 个群已经停发，收不到；到“各群”里看原因，重新绑定。")
    if who.used_up:
        said.append(f"{who.used_up} 个群今天的条数已经用完，会等到明天早上。")
    if Unusual.CALLS_EVERYBODY in look.unusual:
        said.append("“@所有人”只是文字，不会让谁的手机响；删掉更清楚。")
    if Unusual.LONG in look.unusual:
        said.append(f"内容有 {look.characters} 个字，很少有人看完；建议只写要点，细节放在链接里。")
    return said


def _hastens(look: Preview) -> bool:
    """Whether 加急 would change anything."""
    timing = look.timing
    if timing.due is not None:
        return timing.wanted != timing.due
    return timing.opens is not None and not look.receivers.to.groups


def _arriving(turn: Turn, draft: Draft) -> list[Arriving]:
    message = draft.message(None, turn.plan.office)
    if not draft.audience.to_groups:
        return [
            Arriving(f"{PLATFORMS[platform]}私信", tuple(map(_lines, pages_in(message, dialect))))
            for platform, dialect in PEOPLE_DIALECTS.items()
            if not turn.reaches or platform in turn.reaches
        ]
    ways = dict.fromkeys(group.way for group in groups_of(turn.connection, draft.audience))
    return [
        Arriving(_ON_WHAT[way.value], tuple(map(_lines, pages_in(message, GROUP_DIALECTS[way]))))
        for way in sorted(ways)
    ]


def _lines(page: Reply) -> tuple[tuple[str, str], ...]:
    """What each line is, and its words, as a client shows them."""
    lines = page.body.split("\n")
    return tuple(_line(line.rstrip() if page.markdown else line, page.markdown) for line in lines)


def _line(line: str, markdown: bool) -> tuple[str, str]:  # noqa: FBT001  what the whole message is
    for prefix, kind in _PREFIXES if markdown else ():
        if line.startswith(prefix):
            return kind, line.removeprefix(prefix)
    return "text", line
