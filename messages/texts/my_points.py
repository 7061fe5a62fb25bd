"""我的微能力: chosen and certified points, what they cover, what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.policy.plan import ChoiceRule
from bot.policy.points import Catalogue
from bot.policy.standing import Evidence, Grade
from messages.outgoing import Answer, Line, answer, item
from messages.texts.next_step import Outlook, missing, next_step
from messages.texts.points import coverage, place
from messages.texts.wording import code_label, code_labels, day, live

_OPEN = {Evidence.WAITING: "材料待审", Evidence.RETURNED: "材料退回，要改"}
GRADES = {Grade.PASS: "合格", Grade.EXCELLENT: "优秀"}


def my_points(
    outlook: Outlook,
    certified: Mapping[str, tuple[Grade, date]],
    rule: ChoiceRule,
    catalogue: Catalogue,
    outside: Sequence[str],
) -> Answer:
    """`certified`: grade and day of each certified point, in order of certification.

    `outside`: chosen points that the school's filed scope no longer has.
    """
    chosen = outlook.facts.chosen
    shown = [*chosen, *(code for code in certified if code not in chosen)]
    lines: list[Line | str] = [_first(len(chosen), len(certified), rule)]
    handed_in = dict(outlook.facts.evidence)
    lines += [
        item(_point(code, certified, chosen, handed_in.get(code, Evidence.NONE), catalogue)) for code in shown
    ]
    if chosen:
        lines.append(f"选的点覆盖 {coverage(chosen, catalogue)}。")
    if certified:
        lines.append(f"认证的点覆盖 {coverage(certified, catalogue)}。")
    if outside:
        lines.append(
            f"注意：{code_labels(outside, catalogue)} 不在本校已备案的范围里，发“换点 {outside[0]}”换掉。"
        )
    if not outlook.gaps.none:
        lines.append(f"还差：{missing(outlook.gaps)}。")
    return answer(*lines, next_step(outlook), live(outlook.today))


def _first(chosen: int, certified: int, rule: ChoiceRule) -> str:
    if not chosen and not certified:
        return f"你还没有选微能力点，要选 {rule.points} 个，覆盖至少 {rule.dimensions} 个维度。"
    return f"选了 {chosen}/{rule.points} 个微能力点，已认证 {certified} 个。"


def _point(
    code: str,
    certified: Mapping[str, tuple[Grade, date]],
    chosen: tuple[str, ...],
    evidence: Evidence,
    catalogue: Catalogue,
) -> str:
    label = code_label(code, catalogue)
    where = f"（{place(catalogue[code])}）" if code in catalogue else ""
    if code not in certified:
        return f"{label}{where}：{_OPEN.get(evidence, '还没认证')}"
    grade, when = certified[code]
    extra = "" if code in chosen else "，不在现在选的点里，仍然算"
    return f"{label}{where}：已认证，{GRADES[grade]}，{day(when)}{extra}"
