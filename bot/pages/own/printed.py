"""The sheet that one prints: who, the figures with their entries and rule, and lines to sign on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.pages.own.home import own_turn
from bot.pages.visit import Outcome, Shown, Visit
from bot.policy.explanation import Explanation, PartExplanation, Source, explain
from bot.policy.explanation import Part as Required
from handlers.turn import Turn
from messages.texts.my_points import GRADES
from messages.texts.next_step import STATES, requirement
from messages.texts.wording import as_of, code_label, environment, hours, tail
from storage.choices import certified_points
from storage.own_data import own_data
from storage.standings import record_of

_NAMES = {
    Required.ONLINE: "线上学时",
    Required.PRACTICE: "实践学时",
    Required.TOGETHER: "合计学时",
    Required.POINTS: "认证的微能力点",
    Required.DIMENSIONS: "覆盖的维度",
}
_HOURS = frozenset({Required.ONLINE, Required.PRACTICE, Required.TOGETHER})


@dataclass(frozen=True, slots=True)
class Figure:
    """One requirement in words."""

    name: str
    target: str
    have: str
    missing: str  # "" = reached


@dataclass(frozen=True, slots=True)
class Entry:
    """What counts towards hours: a snapshot, or a row of the ledger."""

    day: date | None
    kind: str
    what: str
    hours: str
    note: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certified point."""

    label: str
    dimension: str
    environment: str
    grade: str
    day: date


def printed(visit: Visit) -> Outcome:
    turn = own_turn(visit)
    record = record_of(visit.connection, visit.visitor.person_id)
    explanation = explain(record, visit.plan, visit.catalogue)
    data = own_data(visit.connection, visit.visitor.person_id)
    return Shown(
        "me/print.html",
        "学习情况表",
        {
            "person": visit.visitor,
            "state": STATES[visit.visitor.state],
            "staff_no": tail(data.staff_no_tail) if data.staff_no_tail else data.staff_no,
            "done": explanation.done,
            "figures": [_figure(part) for part in explanation.parts],
            "entries": list(_entries(turn, explanation)),
            "certificates": _certificates(visit),
            "requirement": requirement(visit.plan.requirement),
            "rule_version": explanation.rule_version,
            "as_of": as_of(record.facts.online_as_of, visit.today).plain,
        },
    )


def _figure(part: PartExplanation) -> Figure:
    have = "没有数据" if part.have is None else _amount(part.part, part.have)
    missing = _amount(part.part, part.missing) if part.missing else ""
    return Figure(_NAMES[part.part], _amount(part.part, part.target), have, missing)


def _amount(part: Required, amount: int) -> str:
    return hours(amount) if part in _HOURS else f"{amount} 个"


def _entries(turn: Turn, explanation: Explanation) -> Iterator[Entry]:
    for part in explanation.parts:
        if part.part in {Required.ONLINE, Required.PRACTICE}:
            for source in part.counted:
                yield _entry(turn, source)


def _entry(turn: Turn, source: Source) -> Entry:
    amount = "" if source.hours is None else hours(source.hours)
    if source.as_of is not None:
        return Entry(source.as_of, "线上", "学习平台的数据", amount, "")
    day = None if source.entered_at is None else turn.day(source.entered_at)
    return Entry(day, "实践", code_label(source.reference, turn.catalogue), amount, source.note)


def _certificates(visit: Visit) -> list[Certificate]:
    """In order of certification; a point that the catalogue has dropped has no place any more."""
    found = []
    for one in certified_points(visit.connection, visit.visitor.person_id):
        known = one.code in visit.catalogue
        found.append(
            Certificate(
                label=code_label(one.code, visit.catalogue),
                dimension=visit.catalogue[one.code].dimension.value if known else "",
                environment=environment(visit.catalogue[one.code].environment) if known else "",
                grade=GRADES[one.grade],
                day=visit.time(one.at).date(),
            )
        )
    return found
