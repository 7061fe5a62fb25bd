"""本校范围: what a school offers, handed in, and what is wrong with it."""

from collections.abc import Sequence
from datetime import date

from bot.policy.plan import ChoiceRule
from bot.policy.points import Catalogue
from bot.policy.scope import MissingDimension, ScopeVerdict
from messages.outgoing import Answer, Data, Line, answer, item, quote, text
from messages.texts.file import late
from messages.texts.points import coverage, impossible
from messages.texts.wording import code_labels, environment, full_day, listed


def handed_in(  # noqa: PLR0913 - a receipt has that many parts
    number: int,
    codes: Sequence[str],
    in_force: Sequence[str] | None,
    catalogue: Catalogue,
    *,
    due: date,
    today: date,
) -> Answer:
    """`in_force`: the filed version that stays in force until the new one is filed."""
    lines: list[Line | str] = [
        f"已交，编号 {number}，等项目办备案。",
        f"本校范围 {len(codes)} 个点：{code_labels(codes, catalogue)}。",
        f"覆盖 {coverage(codes, catalogue)}。",
        *late(due, today),
    ]
    if in_force is not None:
        lines.append(f"备案之前仍按原来的 {len(in_force)} 个点。")
    return answer(*lines, "下一步：告诉老师们发“推荐选点”。")


def same_as_before(number: int, *, filed: bool) -> Answer:
    state = "已备案" if filed else "等项目办备案"
    return answer(f"和编号 {number} 一样（{state}），不用再交。")


def refused(verdict: ScopeVerdict, rule: ChoiceRule, catalogue: Catalogue) -> Answer:
    """Nothing was stored."""
    first, *others = _faults(verdict, rule, catalogue)
    lines: list[Line | str] = [f"没有收：{first}。"]
    lines += [item(f"{other}。") for other in others]
    if verdict.addition and not verdict.unknown:
        wanted = {*verdict.codes, *verdict.addition}
        every = " ".join(point.code for point in catalogue if point.code in wanted)
        lines.append(f"加上 {code_labels(verdict.addition, catalogue)} 就行：发“本校范围 {every}”。")
    else:
        lines.append("下一步：改好以后再发一次“本校范围 编码 编码 …”。")
    return answer(*lines)


def nothing_yet(school: str, points: int, rule: ChoiceRule) -> Answer:
    return answer(
        text(Data(school), f"还没有交微能力点范围，老师们目前 {points} 个点都可以选。"),
        f"下一步：发“本校范围 编码 编码 …”，至少 {rule.scope_environments} 个环境、{rule.scope_dimensions} 个维度。",
    )


def filed(school: str, number: int, codes: Sequence[str], catalogue: Catalogue) -> tuple[Line, ...]:
    return (
        text(Data(school), f"的范围已备案（编号 {number}）：{code_labels(codes, catalogue)}。"),
        text(f"覆盖 {coverage(codes, catalogue)}。"),
    )


def waiting(
    school: str, number: int, codes: Sequence[str], when: date, catalogue: Catalogue
) -> tuple[Line, ...]:
    return (
        text(
            Data(school),
            f"的范围 {full_day(when)}已交（编号 {number}），等项目办备案：{code_labels(codes, catalogue)}。",
        ),
        text(f"覆盖 {coverage(codes, catalogue)}。"),
    )


def returned(school: str, number: int, reason: str) -> tuple[Line, ...]:
    return (
        text(Data(school), f"的范围（编号 {number}）被退回：", Data(reason), "。"),
        text("下一步：改好以后再发一次“本校范围 编码 编码 …”。"),
    )


def how_to_change() -> Line:
    return quote("要改就再发一次“本校范围 编码 编码 …”，备案后生效。")


def _faults(verdict: ScopeVerdict, rule: ChoiceRule, catalogue: Catalogue) -> list[str]:
    faults = [impossible(code, catalogue) for code in verdict.unknown]
    if verdict.dimensions_short:
        names = listed(_dimension(missing, catalogue) for missing in verdict.missing)
        faults.append(f"要覆盖 {rule.scope_dimensions} 个维度，还缺 {names}")
    if verdict.environments_short:
        names = listed(environment(one) for one in verdict.absent_environments)
        faults.append(
            f"要有至少 {rule.scope_environments} 个环境，还缺 {verdict.environments_short} 个（{names}中选）"
        )
    return faults


def _dimension(missing: MissingDimension, catalogue: Catalogue) -> str:
    """The scarce ones are spelled out: 学情分析 has only two points."""
    if len(missing.codes) <= 2:
        return f"{missing.dimension}（只有 {code_labels(missing.codes, catalogue)}）"
    return f"{missing.dimension}（{missing.codes[0]} 至 {missing.codes[-1]} 里有 {len(missing.codes)} 个）"
