"""冻结: the figures of acceptance are held as they are."""

from datetime import date

from bot.policy.school import SchoolRate
from messages.outgoing import Answer, Data, answer, quote, text
from messages.texts.unit_words import rate
from messages.texts.wording import full_day


def needs_reason() -> Answer:
    return answer("冻结要写原因，例如“冻结 6月30日最终验收”。什么都没有执行。")


def frozen_already(when: date, name: str, reason: str) -> Answer:
    return answer(
        text(f"已经冻结：{full_day(when)}，", Data(name), "，原因：", Data(reason), "。"),
        "要重新冻结，先发“解冻 原因”。",
    )


def preview(  # noqa: PLR0913 - a freeze is looked at from many sides
    county: SchoolRate | None, reason: str, *, today: date, last: date, provisional: bool, minutes: int
) -> Answer:
    """Not carried out yet."""
    figure = f"（现在{rate(county)}）" if county is not None else ""
    early = (f"今天还没到 {full_day(last)}，冻结的是阶段数。",) if provisional else ()
    return answer(
        f"要把全部人员的数据按 {full_day(today)}现在的样子冻结{figure}。",
        text("原因：", Data(reason), "。"),
        *early,
        "冻结后“验收”按这份数据，以后的变化不计入；老师自己看到的仍是实时数据，审核照常。",
        f"确定就回复“确认”（{minutes} 分钟内有效）。",
    )


def frozen(people: int, reason: str, today: date) -> Answer:
    return answer(
        text(f"已冻结 {people} 人的数据（{full_day(today)}），原因：", Data(reason), "。"),
        "下一步：发“验收”看冻结的结果；要改，发“解冻 原因”。",
    )


def while_frozen(since: date) -> Answer:
    """Behind a decision that moves somebody's figures."""
    return answer(quote(f"验收结果在{full_day(since)}冻结，这次的变化不计入；要计入，请项目办先“解冻”。"))
