"""绑定本群: which school's, or the whole county's, news a chat group gets."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages.outgoing import Answer, Data, Line, Part, answer, quote, text
from messages.texts.wording import listed

FORM = "绑定本群 学校名"
COUNTY_FORM = "绑定本群 全市"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What a bound group gets; `at` as "18:00"; "" = no ranking is posted by the plan."""

    at: str
    long_connection: bool  # a WeCom group is written to through the AI bot's
    others: Sequence[str]  # names of the same school's, or the county's, further groups
    resumed: int  # messages that waited for it


def how() -> Answer:
    return answer(
        f"请到要绑定的群里@我，发“{FORM}”或“{COUNTY_FORM}”。",
        quote("群机器人的 Webhook 由管理员在服务器上绑定：python -m bot group bind。"),
    )


def no_group_here() -> Answer:
    return answer("认不出这是哪个群，没有绑定。请在企业微信或钉钉的群里@我再发一次。")


def no_key() -> Answer:
    return answer("还不能绑定群：服务器没有设置 BOT_SECRET_KEY。请管理员设好再发一次。")


def stands(whose: str, *, stopped: bool) -> Answer:
    """绑定本群 without a school; "" = not bound yet."""
    if not whose:
        return answer(f"本群还没有绑定。发“{FORM}”或“{COUNTY_FORM}”。")
    if stopped:
        return answer(
            text("本群绑定的是", Data(whose), "，但消息发不进来，已停发。"),
            text("修好以后再发一次“绑定本群 ", Data(whose), "”。"),
        )
    return answer(text("本群绑定的是", Data(whose), "。"), f"要改，发“{FORM}”或“{COUNTY_FORM}”。")


def no_such_school(written: str, near: Sequence[str]) -> Answer:
    first = text("没有叫“", Data(written), "”的学校，没有绑定。")
    if not near:
        return answer(first, "请写学校全称或简称。")
    return answer(first, text("是不是", *_choices(near), "？请写全称再发一次。"))


def which_school(written: str, names: Sequence[str]) -> Answer:
    return answer(
        text("“", Data(written), "”可能是", *_choices(names), "。没有绑定，请写全称再发一次。"),
    )


def already(whose: str) -> Answer:
    return answer(text("本群已经绑定", Data(whose), "，不用再绑。"))


def preview(before: str, after: str, minutes: int) -> Answer:
    """Not carried out yet."""
    return answer(
        text("本群现在绑定的是", Data(before), "，要改为", Data(after), "。"),
        text("改了以后，", Data(before), "的消息不再发到这里。"),
        f"确定就回复“确认”（{minutes} 分钟内有效）。",
    )


def bound(whose: str, posting: Posting) -> Answer:
    lines: list[Line | str] = [text("本群已绑定", Data(whose), "。")]
    if posting.long_connection:
        # Nothing is promised that nobody delivers: there is no way into these groups without it.
        what = f"每日排名才会在 {posting.at} 发到这里" if posting.at else "消息才会发到这里"
        lines.append(f"现在还推送不进来：要等智能机器人的长连接配好，{what}。")
        lines.append(quote("想现在就收到，请管理员改用群机器人的 Webhook 绑定（group bind）。"))
    else:
        lines += [f"每日排名 {posting.at} 发到这里。"] if posting.at else []
        lines += [f"停发期间的 {posting.resumed} 条消息接着发。"] if posting.resumed else []
    if posting.others:
        names = Data(listed(posting.others))
        lines.append(quote(Data(whose), "还绑定了：", names, "。是同一个群就会收到两遍，请管理员解绑一个。"))
    return answer(*lines)


def _choices(names: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for place, name in enumerate(names):
        parts += ["、" if place else "", Data(name)]
    return tuple(part for part in parts if part)
