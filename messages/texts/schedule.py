"""定时: where it cannot set a time."""

from datetime import datetime

from messages.outgoing import Answer, Data, answer, text
from messages.texts.announcement import at_time


def nothing_to_schedule() -> Answer:
    return answer("没有等待确认的公告，定不了时间。先发“公告 内容”看预览，再发“定时 明天 8:00”。")


def no_time() -> Answer:
    return answer("定到什么时候？例如“定时 明天下午三点”“定时 6月14日 9:00”。公告还没有发。")


def unreadable(said: str) -> Answer:
    return answer(
        text(
            "看不懂时间“", Data(said), "”，公告还没有发。请这样写：“定时 6月14日 9:00”或“定时 明天下午三点”。"
        )
    )


def past(moment: datetime) -> Answer:
    return answer(f"{at_time(moment)} 已经过了，公告还没有发。请定一个以后的时间，例如“定时 明天 8:00”。")


def too_far(moment: datetime, last: datetime) -> Answer:
    return answer(f"{at_time(moment)} 太远了，最晚可以定到 {at_time(last)}。公告还没有发。")
