"""解冻: acceptance goes by live figures again."""

from datetime import date

from messages.outgoing import Answer, Data, answer, text
from messages.texts.wording import full_day


def nothing_frozen() -> Answer:
    return answer("现在没有冻结，不用解冻。")


def needs_reason() -> Answer:
    return answer("解冻要写原因，例如“解冻 有两人的材料要补审”。什么都没有执行。")


def preview(when: date, why: str, reason: str, *, changed: int, minutes: int) -> Answer:
    """Not carried out yet. `why`: the reason of the freeze, `reason`: of lifting it."""
    differ = f"冻结后有 {changed} 人的数据变了，解冻后会计入。" if changed else "冻结后没有人的数据变过。"
    return answer(
        text(f"要解冻 {full_day(when)}冻结的数据（当时的原因：", Data(why), "）。"),
        text("解冻原因：", Data(reason), "。"),
        f"{differ}“验收”会改按实时数据，冻结过的数据仍然留底。",
        f"确定就回复“确认”（{minutes} 分钟内有效）。",
    )


def lifted(reason: str) -> Answer:
    return answer(
        text("已解冻，原因：", Data(reason), "。“验收”改按实时数据。"), "下一步：改好以后再发“冻结 原因”。"
    )
