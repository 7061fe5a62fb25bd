"""查看 of an appeal: its text, the figures then and now, the answer; and how figures are written."""

from collections.abc import Sequence
from datetime import date

from bot.policy.appeal import AppealState, Figures
from bot.policy.points import Catalogue
from bot.policy.standing import Evidence
from messages.outgoing import Answer, Data, Line, answer, heading, item, text
from messages.texts.appeal import STATES, Case
from messages.texts.evidence_words import receipt
from messages.texts.my_points import GRADES
from messages.texts.wording import code_label, code_labels, day, full_day, hours, listed, live

_EVIDENCE = {
    Evidence.NONE: "没交",
    Evidence.WAITING: "待审",
    Evidence.RETURNED: "退回",
    Evidence.CERTIFIED: "已认证",
}


def view_appeal(  # noqa: PLR0913 - a case has that many parts
    case: Case,
    then: Figures,
    now: Figures,
    catalogue: Catalogue,
    *,
    about: int | None,
    own: bool,
    answers: bool,
    today: date,
) -> Answer:
    """`about`: 编号 that the text names. `answers`: whether the reader may answer this one."""
    lines: list[Line | str] = [_first(case, own=own), text("“", Data(case.text), "”")]
    if about is not None:
        lines.append(f"说的是{receipt(about)}{f'，发“查看 {about}”看' if not own else ''}。")
    lines += [heading("当时和现在的数据"), *_side_by_side(then, now, catalogue)]
    if case.answered is not None:
        lines += [heading("答复"), _answer(case)]
    return answer(*lines, *_next(case, own=own, answers=answers), live(today))


def _first(case: Case, *, own: bool) -> Line:
    whose = () if own else (Data(case.name), "（", Data(case.school), "）")
    opened = f"{full_day(case.opened)}提的，{STATES[case.state]}。"
    return text(f"申诉{receipt(case.number)}，", *whose, opened)


def figures(of: Figures, catalogue: Catalogue) -> list[Line]:
    """One line each."""
    return [item(f"{name}：{value}") for name, value in _written(of, catalogue)]


def _side_by_side(then: Figures, now: Figures, catalogue: Catalogue) -> list[Line]:
    pairs = zip(_written(then, catalogue), _written(now, catalogue), strict=True)
    return [item(_pair(name, before, after)) for (name, before), (_, after) in pairs]


def _pair(name: str, before: str, after: str) -> str:
    return f"{name}：{before}，没有变" if before == after else f"{name}：当时 {before}；现在 {after}"


def _written(of: Figures, catalogue: Catalogue) -> Sequence[tuple[str, str]]:
    as_of = f"（数据截至 {day(of.online_as_of)}）" if of.online_as_of else ""
    certified = [f"{code_label(code, catalogue)} {GRADES[grade]}" for code, grade in of.certified]
    evidence = [f"{code_label(code, catalogue)} {_EVIDENCE[state]}" for code, state in of.evidence]
    return (
        ("线上", "没有数据" if of.online is None else f"{hours(of.online)}{as_of}"),
        ("实践", hours(of.practice)),
        ("选的点", code_labels(of.chosen, catalogue) if of.chosen else "没有"),
        ("认证的点", listed(certified) if certified else "没有"),
        ("审核中的材料", listed(evidence) if evidence else "没有"),
        ("结论", "已经合格" if of.done else "还没有合格"),
    )


def _answer(case: Case) -> Line:
    assert case.answered is not None
    word = "，数据已更正" if case.state is AppealState.CORRECTED else ""
    return text(Data(case.answerer), f" {full_day(case.answered)}{word}：“", Data(case.answer), "”")


def _next(case: Case, *, own: bool, answers: bool) -> tuple[str, ...]:
    if own:
        return () if case.state is AppealState.OPEN else ("还有疑问，发“申诉 内容”再提一件。",)
    if not answers:
        return ()
    if case.state is AppealState.OPEN:
        return (f"下一步：发“答复 {case.number} 内容”。",)
    return (f"要补充，再发“答复 {case.number} 内容”，本人看到最新的。",)
