"""查看 of a filing or a paper: what was handed in, how far it is, and the next step."""

from dataclasses import dataclass
from datetime import date

from bot.policy.filing import FilingState, Slot
from bot.policy.paper import PaperKind, PaperState
from bot.policy.points import Catalogue
from messages.outgoing import Answer, Data, Line, answer, text
from messages.texts.evidence_words import receipt
from messages.texts.filing_decisions import DECISIONS
from messages.texts.filing_words import SLOTS, how_to_file
from messages.texts.paper_words import STATES, paper_name
from messages.texts.points import coverage
from messages.texts.wording import code_labels, day


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFiling:
    """One version of a filing. Who did something comes with the day."""

    number: int
    school: str
    slot: Slot
    content: str
    state: FilingState
    handed_in: tuple[str, date]
    decided: tuple[str, date] | None
    reason: str  # of a return


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPaper:
    """One version of a paper."""

    number: int
    kind: PaperKind
    month: str
    school: str
    group: str
    author: str  # "" of what is no work
    evidence_number: int | None
    link: str
    note: str
    state: PaperState
    late: bool
    handed_in: tuple[str, date]
    answered: date | None  # by the author


def filing(  # noqa: PLR0913 - who reads it decides about the next step
    one: ShownFiling,
    *,
    newer: int | None,
    due: date,
    catalogue: Catalogue,
    decides: bool,
    mends: bool,
) -> Answer:
    """`newer`: a newer version of the slot; `decides`, `mends`: whose turn it is, if it is the reader's."""
    by, when = one.handed_in
    late = f"，已过 {day(due)}" if when > due else ""
    lines: list[Line | str] = [
        text(f"{receipt(one.number)}：", Data(one.school), f"的{SLOTS[one.slot]}。"),
        *_content(one, catalogue),
        text(f"{day(when)} ", Data(by), f"交{late}。"),
        _filing_state(one),
    ]
    if newer is not None:
        lines.append(f"学校后来又交了新版：{receipt(newer)}。")
    elif decides:
        lines.append(f"下一步：发“备案通过 {one.number}”，或“备案退回 {one.number} 原因”。")
    elif mends:
        lines.append(f"下一步：改好后发“{how_to_file(one.slot)}”。")
    return answer(*lines)


def paper(one: ShownPaper, *, due: date, answers: bool) -> Answer:
    """`answers`: whether the reader is the author who was asked."""
    by, when = one.handed_in
    late = f"，已过 {day(due)}" if one.late else ""
    work = "" if one.evidence_number is None else f"（材料{receipt(one.evidence_number)}）"
    lines: list[Line | str] = [
        text(
            f"{receipt(one.number)}：", Data(one.school), Data(one.group), Data(one.author),
            f"的{paper_name(one.kind, one.month)}{work}。",
        ),
        text("链接：", Data(one.link)),
        *((text("说明：", Data(one.note)),) if one.note else ()),
        text(f"{day(when)} ", Data(by), f"交{late}。"),
        f"状态：{STATES[one.state]}{'' if one.answered is None else f'（{day(one.answered)}）'}。",
    ]  # fmt: skip
    if answers:
        lines.append(f"下一步：发“同意 {one.number}”，或“不同意 {one.number}”。")
    return answer(*lines)


def _content(one: ShownFiling, catalogue: Catalogue) -> tuple[Line, ...]:
    if one.slot is not Slot.SCOPE:
        return (text("链接：", Data(one.content)),)
    codes = one.content.split()
    return (
        text(f"{len(codes)} 个点：{code_labels(codes, catalogue)}。"),
        text(f"覆盖 {coverage(codes, catalogue)}。"),
    )


def _filing_state(one: ShownFiling) -> Line:
    if one.decided is None:
        return text("状态：已交，等项目办备案。")
    by, when = one.decided
    if one.state is FilingState.RETURNED:
        return text(
            f"状态：{day(when)} ", Data(by), f"{DECISIONS[one.state]}，原因：", Data(one.reason), "。"
        )
    return text(f"状态：{day(when)} ", Data(by), f"{DECISIONS[one.state]}。")
