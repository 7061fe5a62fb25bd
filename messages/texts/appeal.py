"""申诉: the receipt of a case, one's own cases, and how to write one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.appeal import AppealState
from messages.outgoing import Answer, Data, Line, Part, answer, item, quote, text
from messages.texts.evidence_words import receipt, shortened
from messages.texts.wording import day, full_day, listed

STATES = {
    AppealState.OPEN: "等答复",
    AppealState.ANSWERED: "已答复",
    AppealState.CORRECTED: "已更正",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, as lists show it."""

    number: int
    name: str  # of the appellant
    school: str
    text: str
    state: AppealState
    opened: date
    workdays: int  # since it was opened
    answerer: str  # "" while it is open
    answered: date | None
    answer: str


def opened(
    number: int, listeners: Sequence[str], figures: Sequence[Line], about: int | None, today: date
) -> Answer:
    """`listeners`: who has been told. `figures`: what is kept with the case."""
    whom = (text("已告诉", Data(listed(listeners)), "。"),) if listeners else ()
    named = (f"说的是{receipt(about)}。",) if about is not None else ()
    return answer(
        f"申诉已记下，{receipt(number)}（{full_day(today)}）。",
        *whom,
        *named,
        "随案留底的是你现在的数据：",
        *figures,
        "下一步：等答复，有了会告诉你；发“申诉”看进展。",
    )


def opened_already(number: int, since: date) -> Answer:
    return answer(f"同样的内容 {full_day(since)}已经记下，{receipt(number)}，还在等答复，不用再交。")


def own(cases: Sequence[Case], today: date) -> Answer:
    """Newest first."""
    waiting = sum(case.state is AppealState.OPEN for case in cases)
    state = f"{waiting} 件在等答复" if waiting else "都已答复"
    return answer(
        f"你提过 {len(cases)} 件申诉，{state}。",
        *(_own(case) for case in cases),
        "要提新的，发“申诉 内容”；看当时和现在的数据，发“查看 编号”。",
        quote(f"数据截至 {full_day(today)}"),
    )


def how_to_write() -> Answer:
    return answer(
        "你还没有提过申诉。",
        "觉得哪个数字或审核结果不对，发“申诉 内容”，例如“申诉 线上学时少了 3 学时”；说的是哪份材料，就写上编号。",
        "数据会按当时的样子留底，由本校学校管理员、校长或项目办答复。",
    )


def _own(case: Case) -> Line:
    parts: list[Part] = [
        f"{receipt(case.number)}，{day(case.opened)}，{STATES[case.state]}：“",
        shortened(case.text, 40),
        "”",
    ]
    if case.answered is not None:
        parts += ["；", Data(case.answerer), f" {day(case.answered)}：“", shortened(case.answer), "”"]
    return item(*parts)


def notice_opened(number: int, name: str, school: str, said: str) -> str:
    """What those hear who may answer."""
    return (
        f"{name}（{school}）提了申诉，{receipt(number)}：“{shortened(said, 60).text}”。"
        f"发“查看 {number}”看数据，发“答复 {number} 内容”答复。"
    )
