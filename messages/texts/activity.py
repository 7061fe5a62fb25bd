"""活动: what was noted of a group."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from messages.outgoing import Answer, Data, Line, Part, answer, item, text
from messages.texts.evidence_words import shortened
from messages.texts.handed_link import advice
from messages.texts.wording import day

_FORM = "发“活动 内容 链接”，链接可以不写；补记以前的就把日期写在前面，例如“活动 4月12日 集体备课”。"


class Done(Protocol):
    """One activity."""

    @property
    def day(self) -> date: ...
    @property
    def text(self) -> str: ...
    @property
    def link(self) -> str: ...


def noted(  # noqa: PLR0913 - an activity has that many parts
    group: str, when: date, what: str, link: str, of_month: int, *, bulletin: bool
) -> Answer:
    """`of_month`: how many there are now; `bulletin`: whether that month has a 简报."""
    month = f"{when.month}月"
    step = f"下一步：写简报时发“生成简报 {month}”。" if bulletin else f"{month}不用交简报。"
    shown: tuple[Line, ...] = (text("链接：", Data(link)),) if link else ()
    return answer(
        text("已记：", Data(group), f" {day(when)} ", shortened(what), "。"),
        *shown,
        *(advice(link) if link else ()),
        f"{month}记了 {of_month} 次。{step}",
    )


def noted_before(group: str, when: date, what: str) -> Answer:
    return answer(text("已经记过，没有重复记：", Data(group), f" {day(when)} ", shortened(what), "。"))


def not_yet(when: date) -> Answer:
    return answer(f"{day(when)}还没到，没有记。活动办完再发一次。")


def no_such_day(said: str) -> Answer:
    return answer(
        text("没有记：“", shortened(said, 20), "”开头的日期日历上没有。"),
        "下一步：改好日期再发一次，例如“活动 4月12日 集体备课”。",
    )


def how(group: str, of_month: Sequence[Done], today: date) -> Answer:
    """Without content."""
    count = f"记了 {len(of_month)} 次" if of_month else "还没有记"
    return answer(
        text(Data(group), f" {today.month}月的活动{count}。"),
        *(item(*activity_line(one)) for one in of_month),
        f"下一步：{_FORM}",
    )


def activity_line(one: Done) -> tuple[Part, ...]:
    link: tuple[Part, ...] = (" ", Data(one.link)) if one.link else ()
    return (f"{day(one.day)} ", shortened(one.text), *link)
