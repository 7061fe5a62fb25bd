"""公告: what those who are addressed read, and what became of one that was confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.policy.announcement import AnnouncementState
from messages.outgoing import SILENCE, Answer, Data, answer, heading, quote, text
from messages.texts.wording import clock_time, full_day, listed

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Whom an announcement is for, in numbers; either people or groups."""

    people: int = 0
    groups: int = 0

    @property
    def words(self) -> str:
        return f"{self.groups} 个群" if self.groups else f"{self.people} 人（私信）"


def at_time(moment: datetime) -> str:
    return f"{full_day(moment.date())}{clock_time(moment)}"


def announced(  # noqa: PLR0913 - what, by whom, to whom
    number: int | None,
    body: str,
    office: str,
    *,
    wants_receipt: bool,
    in_groups: bool = False,
    corrects: int | None = None,
) -> Answer:
    """Exactly what receivers read. `number`: None before it is given, in a preview; `body` as it was written."""
    if corrects is None:
        title = "公告（确认后编号）" if number is None else f"公告 {number}"
    else:
        title = f"更正公告 {corrects}（{'确认后编号' if number is None else f'编号 {number}'}）"
    lines = (text(Data(line.rstrip())) for line in body.strip().split("\n"))
    where = "，在群里 @我，或者私聊我" if in_groups else ""
    asked = answer(quote(f"看到后请回复“收到”{where}。")) if wants_receipt else SILENCE
    return answer(heading(title, " · ", Data(office)), *lines) + asked


def posted(number: int, to: Addressed, *, begins: datetime | None) -> Answer:
    """`begins`: when people are first written to, where that is not now."""
    if begins is not None and to.people:
        first = f"公告 {number} 已排好：{to.words}，现在是休息时间，{at_time(begins)} 开始发。"
        return answer(first, f"下一步：发“发送情况 {number}”看结果。")
    return answer(f"公告 {number} 已开始发送：{to.words}。发“发送情况 {number}”看结果。")


def scheduled(number: int, to: Addressed, due: datetime) -> Answer:
    return answer(
        f"公告 {number} 定在 {at_time(due)} 发：{to.words}，到时按那时的名单发。",
        f"不发了，就发“取消 {number}”。",
    )


def waits(number: int, to: Addressed, others: Sequence[str], hours: int) -> Answer:
    """For the author, where one person's word is not enough."""
    return answer(
        f"公告 {number} 还没有发：对象多，有 {to.words}，要另一位项目办同事确认。",
        text("已经告诉", *names(others), f"；{hours} 小时内没人确认就作废。不发了，就发“取消 {number}”。"),
    )


def asks_second(number: int, author: str, to: Addressed, due: datetime | None, message: Answer) -> Answer:
    """For the others of the office."""
    when = f"，定在 {at_time(due)}" if due is not None else ""
    return (
        answer(text(f"公告 {number} 等你确认：", Data(author), f"要发给 {to.words}{when}。"), OPENS)
        + message
        + answer(
            CLOSES,
            f"同意就回复“确认 {number}”，不同意回复“取消 {number}”。两人都看过才发，你不回复就不会发。",
        )
    )


OPENS = "—— 收到的是 ——"
CLOSES = "—— 到这里 ——"


def own_word(number: int, others: Sequence[str]) -> Answer:
    return answer(text(f"公告 {number} 是你发起的，要另一位项目办同事确认：", *names(others), "。"))


def no_announcement(number: int) -> Answer:
    return answer(f"没有编号 {number} 的公告。发“发送情况”看最近的一条。")


def not_waiting(number: int, state: AnnouncementState, who: str, when: datetime | None) -> Answer:
    """确认 that comes too late or was not needed; `who` and `when` it came to that state, where known."""
    by = (Data(who), f"在 {at_time(when)} ") if who and when is not None else ("",)
    match state:
        case AnnouncementState.POSTED | AnnouncementState.RECALLED:
            said = text(f"公告 {number} 已经", *(("由", *by) if who else ()), "确认发出，不用再确认。")
        case AnnouncementState.SCHEDULED:
            said = text(
                f"公告 {number} 已经", *(("由", *by) if who else ()), "确认，到时间就发，不用再确认。"
            )
        case AnnouncementState.EXPIRED:
            said = text(f"公告 {number} 等得太久，已经作废，没有发出。要发请重新发一次“公告”。")
        case _:
            said = text(f"公告 {number} 已经", *(("由", *by) if who else ()), "取消，没有发出。")
    return answer(said)


def approved_notice(number: int, who: str, *, scheduled: bool) -> str:
    """For the author."""
    return f"公告 {number} 经{who}确认，{'到时间就发' if scheduled else '已开始发送'}。"


def called_off(number: int) -> Answer:
    return answer(f"公告 {number} 已取消，没有发出。")


def called_off_notice(number: int, who: str) -> str:
    """For the author, where somebody else has done it."""
    return f"公告 {number} 被{who}取消，没有发出。"


def too_late_to_cancel(number: int, corrects: int | None) -> Answer:
    """`corrects`: the announcement that it has taken the place of."""
    done = "已经开始发送" if corrects is None else f"已经代替了公告 {corrects}"
    return answer(
        f"公告 {number} {done}，取消不了。",
        f"写错了，发“更正 {number} 内容”；要收回，发“撤回 {number}”。",
    )


def expired(number: int, hours: int) -> str:
    """For the author, when nobody came as the second person."""
    return f"公告 {number} 等了 {hours} 小时没有同事确认，已经作废，没有发出。要发请重新发一次“公告”。"


def reached_nobody(number: int) -> str:
    """For the author, when its time had come."""
    return f"公告 {number} 到了时间，可是对象里现在没有人，没有发给谁。要发请重新发一次“公告”。"


def names(people: Sequence[str]) -> tuple[Data | str, ...]:
    """The first of them, and how many more there are."""
    more = f"等 {len(people)} 位" if len(people) > _MOST_NAMES else ""
    return (Data(listed(people[:_MOST_NAMES])), more)
