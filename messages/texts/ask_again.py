"""提醒 of an announcement: asks those once more who have not said 收到."""

from datetime import datetime

from bot.policy.announcement import AnnouncementState
from messages.outgoing import Answer, Data, answer, text
from messages.texts.announcement import at_time
from messages.texts.evidence_words import shortened

_NOT_OUT = {
    AnnouncementState.RECALLED: "已经撤回",
    AnnouncementState.WAITING: "还没有发",
    AnnouncementState.SCHEDULED: "还没有发",
}


def asked_again(number: int, body: str, office: str) -> Answer:
    """What they read."""
    return answer(
        text(f"公告 {number} 还没有看到你回“收到”（", Data(office), "）："),
        text("“", shortened(body, 100), "”"),
        "看过了，请回复“收到”。",
    )


def would_ask(number: int, body: str, people: int, minutes: int) -> Answer:
    """Nobody is asked yet."""
    return answer(
        text(
            f"公告 {number}（“",
            shortened(body, 40),
            f"”）有 {people} 人还没有回“收到”，今天提醒过的不再提醒。",
        ),
        f"还没有提醒。确定就回复“确认”（{minutes} 分钟内有效）。",
    )


def not_asked_for(number: int) -> Answer:
    return answer(f"公告 {number} 没有要大家回“收到”，没有提醒。")


def not_out(number: int, state: AnnouncementState) -> Answer:
    return answer(f"公告 {number} {_NOT_OUT.get(state, '没有发出')}，没有提醒。")


def overtaken(number: int, newer: int) -> Answer:
    return answer(f"公告 {number} 已被公告 {newer} 更正，没有提醒。请提醒公告 {newer}。")


def nobody_left(number: int) -> Answer:
    return answer(f"公告 {number} 送到的人都回了“收到”，不用提醒。")


def resting(number: int, opens: datetime) -> Answer:
    return answer(f"现在是休息时间，没有提醒。公告 {number} 请在 {at_time(opens)} 以后再提醒。")


def asking(number: int, people: int, before: int) -> Answer:
    """`before`: those who have been asked today already."""
    if not people:
        return answer(f"公告 {number} 没回“收到”的 {before} 人今天都提醒过了，明天再提醒。")
    also = f"；另外 {before} 人今天提醒过了" if before else ""
    return answer(f"已开始提醒 {people} 人看公告 {number} 并回“收到”{also}。")
