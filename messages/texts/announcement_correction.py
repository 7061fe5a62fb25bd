"""更正 of an announcement: whom the correction is for, and whom it is not."""

from bot.policy.announcement import AnnouncementState
from messages.outgoing import Answer, answer, quote

_NOT_SENT = {
    AnnouncementState.WAITING: "还没发，不用更正：先发“取消 {number}”，再重新发“公告”。",
    AnnouncementState.SCHEDULED: "还没发，不用更正：先发“取消 {number}”，再重新发“公告”。",
    AnnouncementState.CANCELLED: "取消了，没有发过，不用更正。",
    AnnouncementState.EXPIRED: "没有等到第二位同事确认，没有发过，不用更正。",
    AnnouncementState.RECALLED: "已经撤回，不能更正；要通知大家，重新发“公告”。",
}


def how_to_correct(number: int) -> Answer:
    return answer(
        f"更正要写上正确的全文，例如“更正 {number} 会议改到周五下午两点，地点不变”。什么都没有执行。"
    )


def one_at_a_time() -> Answer:
    return answer("一次更正一条公告，例如“更正 40 正确的全文”。什么都没有执行。")


def not_sent(number: int, state: AnnouncementState) -> Answer:
    return answer(f"公告 {number} {_NOT_SENT[state].format(number=number)}")


def nobody_saw_it(number: int) -> Answer:
    return answer(f"没有人收到过公告 {number}，不用更正：直接重新发“公告”。")


def same_text(number: int) -> Answer:
    return answer(f"这和公告 {number} 的内容一样，没有执行。")


def already_corrected(number: int, newer: int) -> Answer:
    """Somebody was quicker, between preview and 确认."""
    return answer(f"公告 {number} 刚刚已被公告 {newer} 更正，没有执行。要再改，发“更正 {newer} 正确的全文”。")


def overtaken(number: int, corrects: int, newer: int | None) -> str:
    """When a correction is to go out; `newer` has corrected the same meanwhile, None = it was taken back, or called off."""
    if newer is None:
        return f"公告 {number} 没有发：它要更正的公告 {corrects} 已经撤回或取消。要通知大家，重新发“公告”。"
    return (
        f"公告 {number} 没有发：它要更正的公告 {corrects} 已被公告 {newer} 更正。"
        f"要再改，发“更正 {newer} 正确的全文”。"
    )


def opening(number: int, asked: int, *, seen: str, waiting: str, failed: str) -> Answer:
    """Above the preview of the correction; each in words with its measure, "" = none."""
    first = (
        f"更正公告 {number}："
        if number == asked
        else f"公告 {asked} 已被公告 {number} 更正，这次更正公告 {number}："
    )
    to = f"已经收到的 {seen}都会收到更正" if seen else "还没有人收到原来那条"
    instead = f"；还没收到的 {waiting}只会收到更正，不再收到原来那条" if waiting else ""
    lines = [f"{first}{to}{instead}。"]
    if waiting:
        lines.append("有人只看得到更正，请把内容写全。")
    without = [quote(f"没发成的 {failed}不发更正；要发，先更正，再发“重发 {number}”。")] if failed else []
    return answer(*lines, *without)
