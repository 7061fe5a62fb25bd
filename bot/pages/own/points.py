"""One's own points on one's own page: how far each is, what it asks for, and what could be chosen instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.policy.choice import Chooser
from bot.policy.evidence import EvidenceState
from bot.policy.points import Environment, Point
from bot.policy.suitability import recommend
from handlers.school_scope import chooser
from handlers.turn import Turn
from messages.texts.evidence_words import STATES
from messages.texts.my_points import GRADES
from messages.texts.points import place
from messages.texts.wording import code_label, code_labels, day, environment
from storage.choices import Certified
from storage.submissions import Submission

_TONES = {
    EvidenceState.WAITING: "warn",
    EvidenceState.RETURNED: "bad",
    EvidenceState.PASSED: "good",
    EvidenceState.EXCELLENT: "good",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPoint:
    """A point that is chosen or certified."""

    code: str
    label: str
    place: str  # "" for a point that the catalogue has dropped
    state: str
    tone: str  # of the tag: "good", "bad", "warn" or ""
    asks: tuple[str, ...]
    confirmed: bool  # somebody has confirmed what it asks for
    number: int | None  # of what is handed in for it
    open: bool  # something may be handed in
    remark: str  # "" where there is nothing to remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A point that may be chosen."""

    code: str
    label: str
    dimension: str
    ticked: bool
    fixed: bool  # certified: it stays chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """The form 选点."""

    offers: tuple[tuple[str, tuple[Offer, ...]], ...]  # by environment
    left: int  # how many are still to be chosen
    recommended: tuple[tuple[tuple[str, ...], str], ...]  # whole choices, in codes and in words


def own_points(
    turn: Turn, certified: Mapping[str, Certified], submitted: Mapping[str, Submission]
) -> tuple[OwnPoint, ...]:
    """Chosen ones first. `submitted`: by code, what was not taken back."""
    who = chooser(turn)
    codes = (*who.chosen, *(code for code in certified if code not in who.chosen))
    return tuple(_own(turn, who, code, certified.get(code), submitted.get(code)) for code in codes)


def choosing(turn: Turn) -> Choosing | None:
    """None where everything that is chosen is certified."""
    who, rule = chooser(turn), turn.plan.choice
    if len(who.settled) >= rule.points:
        return None
    rows = []
    for which in Environment:
        offers = tuple(
            _offer(point, who)
            for point in turn.catalogue
            if point.environment is which and _may_choose(point, who)
        )
        if offers:
            rows.append((environment(which), offers))
    left = max(0, rule.points - len(who.chosen))
    return Choosing(offers=tuple(rows), left=left, recommended=_recommended(turn, who) if left else ())


def _own(
    turn: Turn, who: Chooser, code: str, certified: Certified | None, submitted: Submission | None
) -> OwnPoint:
    known, catalogue = code in turn.catalogue, turn.catalogue
    state, tone = _state(turn, certified, submitted)
    return OwnPoint(
        code=code,
        label=code_label(code, catalogue),
        place=place(catalogue[code]) if known else "",
        state=state,
        tone=tone,
        asks=catalogue[code].evidence if known else (),
        confirmed=known and catalogue[code].evidence_confirmed,
        number=None if submitted is None else submitted.number,
        open=certified is None and code in who.chosen,
        remark=_remark(who, code, certified),
    )


def _state(turn: Turn, certified: Certified | None, submitted: Submission | None) -> tuple[str, str]:
    if certified is not None:
        return f"已认证，{GRADES[certified.grade]}，{day(turn.day(certified.at))}", "good"
    if submitted is None:
        return "没交", ""
    if submitted.held:
        return "待审（逾期，等项目办重开）", "warn"
    return STATES[submitted.state], _TONES.get(submitted.state, "")


def _remark(who: Chooser, code: str, certified: Certified | None) -> str:
    if code not in who.chosen:
        return "不在现在选的点里，仍然算。"
    if certified is None and who.scope is not None and who.scope.filed and code not in who.scope.codes:
        return "不在本校已备案的范围里，要换掉。"
    return ""


def _may_choose(point: Point, who: Chooser) -> bool:
    """A scope that is filed binds; what is chosen already can always be kept or dropped."""
    if point.code in who.chosen or who.scope is None or not who.scope.filed:
        return True
    return point.code in who.scope.codes


def _recommended(turn: Turn, who: Chooser) -> tuple[tuple[tuple[str, ...], str], ...]:
    scope = None if who.scope is None else who.scope.codes
    choices = recommend(turn.catalogue, scope, who.subject, who.stage, who.settled, rule=turn.plan.choice)
    return tuple((codes, code_labels(codes, turn.catalogue)) for codes in choices)


def _offer(point: Point, who: Chooser) -> Offer:
    return Offer(
        code=point.code,
        label=point.label,
        dimension=point.dimension.value,
        ticked=point.code in who.chosen,
        fixed=point.code in who.settled,
    )
