"""重发: what failed goes out once more."""

from collections.abc import Sequence

from bot.policy.announcement import AnnouncementState
from messages.outgoing import Answer, Data, Line, answer, text
from messages.texts.delivery_report import MOST_TARGETS
from messages.texts.wording import listed

_NOT_POSTED = {
    AnnouncementState.WAITING: "还没发，在等项目办另一位同事确认",
    AnnouncementState.SCHEDULED: "还没到时间",
    AnnouncementState.CANCELLED: "取消了，没有发过",
    AnnouncementState.EXPIRED: "没有等到第二位同事确认，没有发过",
    AnnouncementState.RECALLED: "已经撤回",
}


def nothing_failed() -> Answer:
    return answer("最近的公告没有发失败的，不用重发。发“发送情况”看结果。")


def not_an_announcement(number: int) -> Answer:
    return answer(f"编号 {number} 不是公告，没有重发。发“发送情况”看最近一条公告。")


def not_posted(number: int, state: AnnouncementState) -> Answer:
    return answer(f"公告 {number} {_NOT_POSTED[state]}，不能重发。发“发送情况 {number}”看详情。")


def nothing_to_resend(number: int, asked: int, closed: Sequence[str]) -> Answer:
    """`closed`: groups that take nothing."""
    if closed:
        return answer(
            *_instead(number, asked), f"公告 {number} 失败的都在收不到消息的群，没有重发。", *_closed(closed)
        )
    return answer(
        *_instead(number, asked),
        f"公告 {number} 没有失败的，不用重发。不确定的不会再发，免得收到两遍。",
    )


def would_resend(  # noqa: PLR0913 - what, to whom, and to whom not
    number: int, asked: int, *, people: int, groups: int, closed: Sequence[str], minutes: int
) -> Answer:
    return answer(
        *_instead(number, asked),
        f"要重发公告 {number} 吗？失败的是 {_to(people, groups)}，现在还没有发。",
        *_closed(closed),
        f"回复“确认”就重发（{minutes} 分钟内有效），不发就发“取消”。",
    )


def resent(number: int, asked: int, *, people: int, groups: int, closed: Sequence[str]) -> Answer:
    return answer(
        *_instead(number, asked),
        f"正在重发公告 {number}：{_to(people, groups)}。发“发送情况 {number}”看结果。",
        *_closed(closed),
    )


def _instead(number: int, asked: int) -> list[str]:
    return (
        [] if number == asked else [f"公告 {asked} 已被公告 {number} 更正，重发的是更正后的公告 {number}。"]
    )


def _to(people: int, groups: int) -> str:
    return listed([f"{groups} 个群"] * bool(groups) + [f"{people} 人"] * bool(people))


def _closed(names: Sequence[str]) -> list[Line]:
    if not names:
        return []
    shown: list[str | Data] = []
    for name in names[:MOST_TARGETS]:
        shown += ["、", Data(name)] if shown else [Data(name)]
    more = f"等 {len(names)} 个群" if len(names) > MOST_TARGETS else ""
    return [text(*shown, f"{more}收不到消息（停发或已解绑），没有重发；重新绑定这些群以后再重发。")]
