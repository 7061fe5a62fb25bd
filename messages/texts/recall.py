"""撤回 of an announcement by the office: what can be taken back, what cannot, and what was asked for."""

from bot.policy.announcement import AnnouncementState
from bot.policy.copies import Recalled
from messages.outgoing import Answer, Line, answer, quote
from messages.texts.delivery_report import staying_words

_NOT_POSTED = {
    AnnouncementState.WAITING: "还没发，不用撤回；不发了，发“取消 {number}”。",
    AnnouncementState.SCHEDULED: "还没发，不用撤回；不发了，发“取消 {number}”。",
    AnnouncementState.CANCELLED: "取消了，没有发过，不用撤回。",
    AnnouncementState.EXPIRED: "没有等到第二位同事确认，没有发过，不用撤回。",
    AnnouncementState.RECALLED: "已经撤回过了。发“发送情况 {number}”看结果。",
}


def not_posted(number: int, state: AnnouncementState) -> Answer:
    return answer(f"公告 {number} {_NOT_POSTED[state].format(number=number)}")


def would_recall(number: int, found: Recalled, minutes: int) -> Answer:
    return answer(
        f"要撤回公告 {number} 吗？现在还没有撤。",
        *_able(found),
        *_unable(number, found),
        f"回复“确认”就撤回（{minutes} 分钟内有效），不撤就发“取消”。",
    )


def nothing_to_recall(number: int, found: Recalled) -> Answer:
    if not found.staying:
        return answer(f"公告 {number} 没有人收到，也没有在等着发的，不用撤回。")
    return answer(f"公告 {number} 一条也撤不回，没有执行。", *_unable(number, found))


def recalling(number: int, found: Recalled) -> Answer:
    return answer(
        f"正在撤回公告 {number}。",
        *_able(found),
        *_unable(number, found),
        f"下一步：发“发送情况 {number}”看结果。",
    )


def _able(found: Recalled) -> list[str]:
    lines = []
    if found.asked:
        lines.append(f"{found.asked} 条请平台撤回；已经看过的内容收不回来。")
    if found.withdrawn:
        lines.append(f"{found.withdrawn} 条还没发出，不再发。")
    return lines


def _unable(number: int, found: Recalled) -> list[Line | str]:
    if not found.staying:
        return []
    return [
        f"撤不回 {sum(one.count for one in found.staying)} 条：{staying_words(found)}。",
        quote(f"撤不回的留在原处；要改正内容，不撤回而发“更正 {number} 正确的全文”，收到的人都会看到。"),
    ]
