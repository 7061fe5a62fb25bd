"""撤回, and points that are given up with what was handed in for them."""

from collections.abc import Sequence
from datetime import date

from bot.policy.calendar import Lateness
from bot.policy.evidence import EvidenceState
from bot.policy.plan import LatePolicy, Plan
from bot.policy.points import Catalogue
from messages.outgoing import Answer, Line, answer
from messages.texts.evidence_words import STATES, receipt
from messages.texts.wording import code_label, code_labels, day, full_day, listed

Item = tuple[int, str]
"""编号 and code."""

Dated = tuple[int, str, date]
"""The same, with the day on which it was handed in."""


def withdrawn(
    items: Sequence[Item], late: Lateness, next_step: str, plan: Plan, catalogue: Catalogue
) -> tuple[str, ...]:
    """`late`: what it would be handed in again today."""
    first = f"已撤回：{listed(_named(number, code, catalogue) for number, code in items)}。"
    return (first, *_from_now_on(late, plan), next_step)


def not_withdrawn(number: int, code: str, state: EvidenceState, when: date, catalogue: Catalogue) -> str:
    """`when`: it was decided, or taken back."""
    named = _named(number, code, catalogue)
    match state:
        case EvidenceState.WITHDRAWN:
            return f"{named}{day(when)}已经撤回了，不用再撤。"
        case EvidenceState.RETURNED:
            return f"{named}已被退回，不用撤回；改好后发“提交 {code} 链接”。"
        case _:
            return f"{named}{day(when)}已定为{STATES[state]}，不能撤回；有异议发“申诉 内容”。"


def not_yours(number: int) -> str:
    return f"没有你能撤回的{receipt(number)}，发“我的材料”看你交过的。"


def nothing_waits(code: str, catalogue: Catalogue) -> Answer:
    """`code`: the point that was named; "" where none was."""
    what = f"{code_label(code, catalogue)} 没有待审的材料" if code else "你没有待审的材料"
    return answer(f"{what}，没有什么要撤回。发“我的材料”看你交过的。")


def would_withdraw(items: Sequence[Dated], late: Lateness, plan: Plan, catalogue: Catalogue) -> Answer:
    named = listed(f"{_named(number, code, catalogue)}，{day(when)}交" for number, code, when in items)
    return answer(
        f"要撤回{named}的吗？现在还没有撤。",
        *_from_now_on(late, plan),
        f"回复“确认”就撤回（{plan.confirm_minutes} 分钟内有效），不撤就发“取消”。",
    )


def which(items: Sequence[Dated], catalogue: Catalogue) -> Answer:
    """The lines can be answered with their number."""
    lines: list[Line | str] = ["你有几份待审的材料，撤回哪一份？现在还没有撤。"]
    for line, (number, code, when) in enumerate(items, 1):
        lines.append(f"{line}. {_named(number, code, catalogue)}，{day(when)}交")
    return answer(*lines, f"回复 1 到 {len(items)}（5 分钟内有效），或发“撤回 {items[0][0]}”。")


def _from_now_on(late: Lateness, plan: Plan) -> tuple[str, ...]:
    """Said only where it costs something to hand in again later."""
    if late is Lateness.IN_TIME:
        return ()
    if late is Lateness.AFTER_SOFT:
        return ("注意：提交日已过，再交会标记“已过提交日”。",)
    if plan.deadlines.late is LatePolicy.REFUSE:
        return (f"注意：{full_day(plan.deadlines.hard)}已经截止，撤回以后就交不了了。",)
    return (f"注意：{full_day(plan.deadlines.hard)}已经截止，再交会标记“逾期”，项目办重开前不计入。",)


def _named(number: int, code: str, catalogue: Catalogue) -> str:
    return f"{receipt(number)}（{code_label(code, catalogue)}）"


# ── a point is given up ──


def would_drop(
    dropped: Sequence[tuple[int, str, EvidenceState]],
    codes: Sequence[str],
    leaders: bool,  # noqa: FBT001 - whether anybody would be told
    minutes: int,
    catalogue: Catalogue,
) -> Answer:
    """`codes`: what would be chosen instead."""
    lost = listed(f"{_named(number, code, catalogue)}{STATES[state]}" for number, code, state in dropped)
    told = "，并告诉教研组长" if leaders else ""
    return answer(
        f"换下的点已经交过材料：{lost}。现在还没有换。",
        f"换了以后选的是：{code_labels(codes, catalogue)}；交过的会撤回{told}。",
        f"回复“确认”就换（{minutes} 分钟内有效），不换就发“取消”。",
    )


def dropped_notice(name: str, number: int, code: str, catalogue: Catalogue) -> str:
    return f"{name}换了微能力点，{_named(number, code, catalogue)}已撤回，不用再审。"
