"""微能力 <编码>: what a point is, what it asks for, and how the asker stands to it."""

from dataclasses import dataclass

from bot.policy.points import Point
from bot.policy.standing import Grade
from messages.outgoing import Answer, Line, answer, quote
from messages.texts.my_points import GRADES
from messages.texts.points import OfferedScope, evidence, place


@dataclass(frozen=True, slots=True)
class OwnPoint:
    """How the asker stands to a point; never shown in a group."""

    chosen: bool
    grade: Grade | None  # None = not certified
    scope: OfferedScope | None


def point(which: Point, own: OwnPoint | None) -> Answer:
    """`own` is None in a group."""
    lines: list[Line | str] = [
        f"{which.label}：{place(which)}。",
        f"{evidence(which)}。",
    ]
    if own is not None:
        lines += [f"{_status(own)}{_scope(which, own)}。", _next(which, own)]
    if not which.evidence_confirmed:
        lines.append(quote("“一般需要”是常见做法，具体以项目办和教研组长的要求为准。"))
    return answer(*lines)


def which_point() -> Answer:
    return answer("要看哪个点？发编码就行，例如“微能力 A5”；全部的点发“微能力清单”。")


def _status(own: OwnPoint) -> str:
    if own.grade is not None:
        return f"你的这个点已认证（{GRADES[own.grade]}）"
    return "你选了它，还没认证" if own.chosen else "你没有选它"


def _scope(which: Point, own: OwnPoint) -> str:
    if own.scope is None:
        return "，本校还没有定范围"
    inside = "在" if which.code in own.scope.codes else "不在"
    return f"，它{inside}本校范围里（{'已备案' if own.scope.filed else '还没备案'}）"


def _next(which: Point, own: OwnPoint) -> str:
    if own.grade is not None:
        return "下一步：这个点不用再做什么，其他的发“还差什么”看。"
    if own.chosen:
        return "下一步：按上面的要求准备材料。"
    if own.scope is not None and own.scope.filed and which.code not in own.scope.codes:
        return "下一步：发“微能力清单 本校”看能选的点。"
    return "下一步：想选它，发“推荐选点”看怎么搭配。"
