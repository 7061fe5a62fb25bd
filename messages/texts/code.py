"""绑定码: the code, or whose it is to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from messages.outgoing import Answer, Data, Line, Part, Secret, answer, quote, text
from messages.texts.evidence_words import shortened
from messages.texts.wording import full_day, tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """What tells people of one name apart; "" = nothing to say."""

    school: str
    group: str
    mobile_tail: str
    staff_no: str  # as it may be shown


def issued(  # noqa: PLR0913 - what goes with a code
    name: str, school: str, code: str, days: int, until: date, *, bound: bool
) -> Answer:
    """`bound`: whether an account of this person is bound already."""
    known: tuple[Line, ...] = (
        (quote("这位老师已经绑定过账号；新码可以再绑一个账号，本人会收到通知。"),) if bound else ()
    )
    return answer(
        text("绑定码：", Secret(code), "，给", Data(name), "（", Data(school), "）。"),
        f"有效 {days} 天，到 {full_day(until)}，限用一次；以前没用的码已作废。",
        text("下一步：把码私下告诉本人，请本人私聊我发“绑定 ", Data(name), " ", Secret(code), "”。"),
        *known,
    )


def not_in_group() -> Answer:
    """A code is said once, to whoever asks for it, and is kept nowhere on its way."""
    return answer("绑定码请私聊办理，群里没有执行。点我的头像发起私聊，再发一次。")


def usage() -> Answer:
    return answer("要写姓名，例如“绑定码 王小明”。", quote("旧的没用的码随即作废，码不要发在群里。"))


def nobody(name: str, *, county: bool) -> Answer:
    where = "名册" if county else "本校名册"
    return answer(
        text(f"{where}里没有“", shortened(name, 20), "”，没有发码。请核对姓名；名册有误请项目办更正。")
    )


def which(name: str, people: Sequence[Namesake]) -> Answer:
    how = f"回复 1 到 {len(people)}（5 分钟内有效）。"
    return answer(
        text("叫“", Data(name), f"”的有 {len(people)} 位，给哪一位？"),
        *(text(f"{number}. ", *_apart(one)) for number, one in enumerate(people, 1)),
        how,
    )


def too_many(name: str, people: int) -> Answer:
    return answer(text("叫“", Data(name), f"”的有 {people} 位，没有发码。请让本人学校的管理员来发。"))


def office_only(name: str) -> Answer:
    """Their account could do more than the asker's."""
    return answer(text(Data(name), "还管着本校以外的事，绑定码由项目办来发，没有发码。"))


def notice(giver: str, office: str) -> str:
    """For somebody who has an account already."""
    return f"{giver}给你发了一个新的绑定码。不是你要的，请马上告诉{office}。"


def _apart(one: Namesake) -> tuple[Part, ...]:
    last = tail(one.mobile_tail) if one.mobile_tail else f"人员编号 {one.staff_no}"
    school: tuple[Part, ...] = (Data(one.school), "，") if one.school else ()
    return (*school, Data(one.group) if one.group else "没有教研组", "，", Data(last))
