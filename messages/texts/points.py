"""How points, their place in the standard and a school's scope are said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.policy.points import Catalogue, Dimension, Environment, Point
from messages.texts.wording import environment, listed


@dataclass(frozen=True, slots=True)
class OfferedScope:
    """本校范围 as a teacher meets it."""

    codes: frozenset[str]
    filed: bool  # binding; otherwise it only warns


def coverage(codes: Iterable[str], catalogue: Catalogue) -> str:
    """As in "2 个维度（教学设计、学法指导）、1 个环境（多媒体教学环境）"."""
    known = [code for code in codes if code in catalogue]
    dimensions, environments = catalogue.dimensions(known), catalogue.environments(known)
    return "、".join((
        f"{len(dimensions)} 个维度{_named(one for one in Dimension if one in dimensions)}",
        f"{len(environments)} 个环境{_named(environment(e) for e in Environment if e in environments)}",
    ))  # fmt: skip


def place(point: Point) -> str:
    """As in "学法指导，多媒体教学环境"."""
    return f"{point.dimension}，{environment(point.environment)}"


def evidence(point: Point) -> str:
    """What to hand in; only what somebody has confirmed is said without 一般."""
    if not point.evidence:
        return "要交的材料还没有整理，请问教研组长"
    return f"{'需要' if point.evidence_confirmed else '一般需要'}{listed(point.evidence)}"


def impossible(code: str, catalogue: Catalogue) -> str:
    """Why there is no such code: "没有 A14，A 类到 A13 为止"."""
    letters = {one.value: one for one in Environment}
    if code[:1] not in letters:
        return f"没有 {code} 这个编码"
    return f"没有 {code}，{code[0]} 类到 {code[0]}{catalogue.last_number(letters[code[0]])} 为止"


def choose_words(codes: Sequence[str]) -> str:
    """What to type to choose these."""
    return f"选点 {' '.join(codes)}"


def _named(names: Iterable[str]) -> str:
    words = listed(names)
    return f"（{words}）" if words else ""
