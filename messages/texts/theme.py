"""研修主题: what a group works on."""

from datetime import date

from messages.outgoing import Answer, Data, answer, text
from messages.texts.evidence_words import shortened
from messages.texts.wording import day


def set_to(group: str, theme: str, before: str | None) -> Answer:
    old = () if before is None else (text("换下了原来的“", shortened(before), "”。"),)
    return answer(
        text(Data(group), "的研修主题定为“", shortened(theme), "”。"),
        *old,
        "下一步：办了活动就发“活动 内容”，月底发“生成简报”。",
    )


def unchanged(group: str, theme: str) -> Answer:
    return answer(text(Data(group), "的研修主题就是“", shortened(theme), "”，没有变化。"))


def shown(group: str, theme: str, by: str, since: date) -> Answer:
    return answer(
        text(Data(group), "的研修主题：“", shortened(theme), f"”（{day(since)}，", Data(by), "定）。")
    )


def none_yet(group: str, *, leads: bool) -> Answer:
    """`leads`: whether the asker is who sets it."""
    step = "下一步：发“研修主题 内容”定下来。" if leads else "由教研组长来定。"
    return answer(text(Data(group), "还没有定研修主题。", step))


def only_leaders() -> Answer:
    return answer("研修主题由教研组长来定，没有执行。你可以发“研修主题”看本组的。")


def no_group() -> Answer:
    return answer("名册里没有你的教研组。下一步：请本校学校管理员补上。")
