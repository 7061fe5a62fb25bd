"""A stored standing beside what the rules say of it, in the words of the roster and not of the database."""

from typing import Final

from bot.policy.plan import Requirement
from bot.policy.standing import Step, completion_unit
from messages.texts.unit_words import STEP_NAMES
from messages.texts.wording import hours
from storage.roster_lookup import RosterEntry
from storage.standings import Difference

_COLUMNS: Final = {
    "school_id": "学校（数据库编号）",
    "active": "计入在册",
    "online_hours": "线上",
    "online_as_of": "线上截至",
    "practice_hours": "实践",
    "chosen": "选的点",
    "certified": "认证的点",
    "evidence": "交的材料",
    "done": "学习合格",
    "completion": "完成度",
    "next_step": "卡在哪一步",
    "rule_version": "规则版本",
}
_HOURS: Final = frozenset({"online_hours", "practice_hours"})
_NOTHING: Final = "没有"


def difference_line(found: Difference, person: RosterEntry, requirement: Requirement) -> str:
    who = f"{person.shown_number} {person.name}（{person.school_name}）"
    if not found.columns:
        return f"{who}：没有登记"
    unit = completion_unit(requirement)
    said = (
        f"{_COLUMNS[name]}登记为 {_said(name, old, unit)}，重算为 {_said(name, new, unit)}"
        for name, old, new in found.columns
    )
    return f"{who}：{'；'.join(said)}"


def _said(name: str, value: object, unit: int) -> str:
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "completion" and isinstance(value, int):
        return f"{value * 1000 // unit / 10:g}%"
    if name in _HOURS and isinstance(value, int):
        return hours(value)
    if name == "next_step":
        return STEP_NAMES.get(Step(str(value)), _NOTHING)
    return str(value)
