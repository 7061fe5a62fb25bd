"""申诉列表: each open case once, then those that were answered last."""

from collections.abc import Sequence
from datetime import date

from bot.policy.appeal import AppealState
from messages.outgoing import Answer, Data, Line, Part, answer, heading, item
from messages.texts.appeal import STATES, Case
from messages.texts.evidence_words import receipt, shortened
from messages.texts.wording import day, live


def appeals(  # noqa: PLR0913 - whose list it is changes its words
    waiting: Sequence[Case],
    answered: Sequence[Case],
    *,
    own: int,
    by_school: bool,
    answers: bool,
    today: date,
) -> Answer:
    """`own`: how many of the open ones are the reader's own. `answers`: whether the reader may answer at all."""
    lines: list[Line | str] = [_first(waiting)]
    lines += [_open(case, by_school=by_school) for case in waiting]
    if own:
        lines.append(f"其中 {own} 件是你自己提的，由别人答复。")
    if answered:
        lines.append(heading("最近答复的"))
        lines += [_answered(case, by_school=by_school) for case in answered]
    if waiting and answers:
        lines.append("下一步：发“查看 编号”看数据，发“答复 编号 内容”答复。")
    return answer(*lines, live(today))


def _first(waiting: Sequence[Case]) -> str:
    return f"有 {len(waiting)} 件申诉在等答复。" if waiting else "没有在等答复的申诉。"


def _open(case: Case, *, by_school: bool) -> Line:
    age = f"等了 {case.workdays} 个工作日" if case.workdays > 0 else "今天提的"
    return item(*_who(case, by_school=by_school), f"，{age}：“", shortened(case.text, 40), "”")


def _answered(case: Case, *, by_school: bool) -> Line:
    assert case.state is not AppealState.OPEN
    assert case.answered is not None
    return item(
        *_who(case, by_school=by_school),
        f"，{STATES[case.state]}（",
        Data(case.answerer),
        f"，{day(case.answered)}）：“",
        shortened(case.answer, 40),
        "”",
    )


def _who(case: Case, *, by_school: bool) -> tuple[Part, ...]:
    who = f"{case.name}（{case.school}）" if by_school else case.name
    return (f"{receipt(case.number)} ", Data(who))
