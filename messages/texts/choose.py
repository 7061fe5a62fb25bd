"""选点 and 换点: what was chosen, or why not and the one step that mends it."""

from collections.abc import Sequence

from bot.policy.choice import ChoiceFault, ChoiceVerdict, Finding, Replacement
from bot.policy.plan import ChoiceRule
from bot.policy.points import Catalogue
from messages.outgoing import SILENCE, Answer, Line, answer, item, quote
from messages.texts.evidence_words import receipt
from messages.texts.next_step import Outlook, next_step
from messages.texts.points import choose_words, coverage, impossible
from messages.texts.wording import code_label, code_labels, listed, live


def chosen(
    verdict: ChoiceVerdict,
    before: Sequence[str],
    outlook: Outlook,
    catalogue: Catalogue,
    withdrawn: Sequence[int] = (),
) -> Answer:
    """After the choice was stored. `withdrawn`: submissions that went with the points given up."""
    dropped = [code for code in before if code not in verdict.codes]
    lines: list[Line | str] = [f"选好了：{code_labels(verdict.codes, catalogue)}。"]
    if dropped:
        lines.append(f"换下了：{code_labels(dropped, catalogue)}。")
    if withdrawn:
        lines.append(f"已撤回：{listed(receipt(number) for number in withdrawn)}。")
    lines.append(f"覆盖 {coverage(verdict.codes, catalogue)}。")
    lines += [f"注意：{_warning(finding, catalogue)}。" for finding in verdict.warnings]
    return answer(*lines, next_step(outlook), live(outlook.today))


def unchanged(codes: Sequence[str], outlook: Outlook, catalogue: Catalogue) -> Answer:
    return answer(
        f"你选的就是这 {len(codes)} 个：{code_labels(codes, catalogue)}，没有变化。", next_step(outlook)
    )


def refused(verdict: ChoiceVerdict, before: Sequence[str], rule: ChoiceRule, catalogue: Catalogue) -> Answer:
    """选点: nothing was stored."""
    mending = "下一步：发“推荐选点”看可以怎么选。"
    if verdict.mended:
        mending = f"{_step(verdict.swap, verdict.mended, catalogue)}发“{choose_words(verdict.mended)}”。"
    return _refusal("没有选上", verdict, mending, rule, catalogue) + _still(before, catalogue)


def swap_refused(
    verdict: ChoiceVerdict, before: Sequence[str], rule: ChoiceRule, catalogue: Catalogue
) -> Answer:
    """换点: nothing was stored."""
    mending = "下一步：发“推荐选点”看可以怎么选。"
    if verdict.swap is not None:
        step = _step(verdict.swap, verdict.mended, catalogue)
        mending = f"{step}发“换点 {verdict.swap.old} {verdict.swap.new}”。"
    return _refusal("没有换", verdict, mending, rule, catalogue) + _still(before, catalogue)


def _refusal(
    opening: str, verdict: ChoiceVerdict, mending: str, rule: ChoiceRule, catalogue: Catalogue
) -> Answer:
    first, *others = [_fault(finding, rule, catalogue) for finding in verdict.refusals]
    return answer(f"{opening}：{first}。", *(item(f"{other}。") for other in others), mending)


def _still(before: Sequence[str], catalogue: Catalogue) -> Answer:
    if not before:
        return SILENCE
    return answer(quote(f"你原来选的没有变：{code_labels(before, catalogue)}。"))


def how_to_choose(before: Sequence[str], rule: ChoiceRule, catalogue: Catalogue) -> Answer:
    """选点 without codes."""
    lines: list[Line | str] = [
        f"选点要写 {rule.points} 个编码，覆盖至少 {rule.dimensions} 个维度，例如“选点 A1 A5 B2”。",
        "下一步：不知道选哪几个，发“推荐选点”。",
    ]
    if before:
        lines.append(quote(f"你现在选的：{code_labels(before, catalogue)}。"))
    return answer(*lines)


def how_to_swap(before: Sequence[str], catalogue: Catalogue) -> Answer:
    """换点 without two codes."""
    if not before:
        return answer("你还没有选点，不用换。下一步：发“推荐选点”。")
    return answer(
        f"换点要写两个编码，先旧后新，例如“换点 {before[0]} 新编码”。",
        quote(f"你现在选的：{code_labels(before, catalogue)}。"),
    )


def swaps(old: str, new_codes: Sequence[str], catalogue: Catalogue) -> Answer:
    """换点 with the old code only; the lines can be answered with their number."""
    return answer(
        f"{code_label(old, catalogue)} 可以换成：",
        *(f"{number}. {code_label(code, catalogue)}" for number, code in enumerate(new_codes, 1)),
        f"回复 1 到 {len(new_codes)} 就换（5 分钟内有效），或发“换点 {old} 新编码”。"
        if len(new_codes) > 1
        else f"回复 1 就换（5 分钟内有效），或发“换点 {old} 新编码”。",
    )


def only_together(old: str, mended: Sequence[str], catalogue: Catalogue) -> Answer:
    """Where another of the chosen points has to go as well."""
    return answer(
        f"只换 {code_label(old, catalogue)} 不够，别的点也要换。",
        f"可以选 {code_labels(mended, catalogue)}：发“{choose_words(mended)}”。",
    )


def nothing_to_swap_to(old: str, catalogue: Catalogue) -> Answer:
    return answer(
        f"本校范围里没有别的点能换下 {code_label(old, catalogue)}。",
        "下一步：发“微能力清单 本校”看范围，或找本校学校管理员。",
    )


def _fault(finding: Finding, rule: ChoiceRule, catalogue: Catalogue) -> str:
    codes, named = finding.codes, code_labels(finding.codes, catalogue)
    match finding.fault:
        case ChoiceFault.UNKNOWN:
            return listed(impossible(code, catalogue) for code in codes)
        case ChoiceFault.TOO_FEW:
            return f"要选 {rule.points} 个不同的点，这里只有 {len(codes)} 个"
        case ChoiceFault.TOO_MANY:
            return f"只能选 {rule.points} 个点，这里有 {len(codes)} 个"
        case ChoiceFault.DIMENSIONS:
            where = listed(sorted(catalogue.dimensions(codes)))
            return f"{len(codes)} 个点都在“{where}”，要覆盖至少 {rule.dimensions} 个维度"
        case one_of_them:
            return f"{named} {_ABOUT_CODES[one_of_them]}"


_ABOUT_CODES = {
    ChoiceFault.REPEATED: "写了不止一次",
    ChoiceFault.OUTSIDE_SCOPE: "不在本校已备案的范围里",
    ChoiceFault.CERTIFIED: "已经认证，不能换掉",
    ChoiceFault.NOT_CHOSEN: "不在你选的点里",
    ChoiceFault.ALREADY_CHOSEN: "你已经选了",
}


def _warning(finding: Finding, catalogue: Catalogue) -> str:
    return f"{code_labels(finding.codes, catalogue)} 不在本校报的范围里；范围备案以后就不能选了，可能要换"


def _step(swap: Replacement | None, mended: Sequence[str], catalogue: Catalogue) -> str:
    match swap:
        case Replacement(str() as old, str() as new) if old not in mended:  # else it was written twice
            return f"把 {code_label(old, catalogue)} 换成 {code_label(new, catalogue)} 就行："
        case Replacement(_, str() as new):
            return f"再加上 {code_label(new, catalogue)} 就行："
        case Replacement(str() as old, None):
            return f"去掉 {code_label(old, catalogue)} 就行："
        case _:
            return f"可以选 {code_labels(mended, catalogue)}："
