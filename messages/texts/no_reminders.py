"""别提醒我 and 恢复提醒."""

from datetime import date

from messages.outgoing import Answer, answer
from messages.texts.wording import full_day


def paused(until: date) -> Answer:
    return answer(
        f"好的，到 {full_day(until)}为止不再提醒你。想早点恢复，发“恢复提醒”。",
        "你的材料审核的结果和项目办的公告照常告诉你。",
    )


def resumed(workdays: int) -> Answer:
    """At most one in so many workdays."""
    return answer(f"已恢复提醒：截止前有该你做的事会告诉你，{workdays} 个工作日内最多一次。")


def not_paused() -> Answer:
    return answer("提醒本来就开着。不想收，发“别提醒我”。")
