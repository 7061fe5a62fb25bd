"""One thing that was looked at: how it is, what to do about it, and on which page of whose console."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class State(StrEnum):
    """How something is; only `BAD` makes the command fail."""

    GOOD = "good"
    CAREFUL = "careful"  # works, but somebody should know
    BAD = "bad"


@unique
class Area(StrEnum):
    """In the order in which people read them."""

    SETTINGS = "settings"
    MACHINE = "machine"
    DATABASE = "database"
    WECOM = "wecom"
    AIBOT = "aibot"
    DINGTALK = "dingtalk"
    CALLBACK = "callback"
    DOORS = "doors"
    GROUPS = "groups"
    PEOPLE = "people"
    WORK = "work"
    TRIAL = "trial"


HEADINGS: Final[Mapping[Area, str]] = MappingProxyType(
    {
        Area.SETTINGS: "设置和方案",
        Area.MACHINE: "服务器",
        Area.DATABASE: "数据库",
        Area.WECOM: "企业微信自建应用",
        Area.AIBOT: "企业微信智能机器人",
        Area.DINGTALK: "钉钉企业机器人",
        Area.CALLBACK: "回调地址",
        Area.DOORS: "能听到什么、能发什么",
        Area.GROUPS: "群",
        Area.PEOPLE: "人",
        Area.WORK: "定时任务和待发的消息",
        Area.TRIAL: "测试消息",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`say` and `do` are Chinese sentences with their full stop; never a secret, never what somebody wrote."""

    area: Area
    name: str  # for programs: stays the same
    state: State
    say: str
    do: str = ""  # what somebody has to do; "" = nothing
    where: str = ""  # the page of a platform's console

    @property
    def record(self) -> dict[str, str]:
        """For a program."""
        return {
            "area": self.area.value,
            "name": self.name,
            "state": self.state.value,
            "say": self.say,
            "do": self.do,
            "where": self.where,
        }


def good(area: Area, name: str, say: str) -> Finding:
    return Finding(area=area, name=name, state=State.GOOD, say=say)


def careful(area: Area, name: str, say: str, do: str = "", where: str = "") -> Finding:
    return Finding(area=area, name=name, state=State.CAREFUL, say=say, do=do, where=where)


def bad(area: Area, name: str, say: str, do: str = "", where: str = "") -> Finding:
    return Finding(area=area, name=name, state=State.BAD, say=say, do=do, where=where)


_MARKS: Final[Mapping[State, str]] = MappingProxyType({State.GOOD: "✓", State.CAREFUL: "！", State.BAD: "✗"})


def line(one: Finding) -> str:
    """For a person: one line."""
    where = f"（{one.where}）" if one.where else ""
    return f"{_MARKS[one.state]} {one.say}{one.do}{where}"


def page(found: Iterable[Finding]) -> list[str]:
    """All lines, under the headings of their areas; in the end how it is altogether."""
    found = list(found)
    lines: list[str] = []
    for area in Area:
        of_area = [line(one) for one in found if one.area is area]
        if of_area:
            lines += [HEADINGS[area], *of_area, ""]
    faults = sum(one.state is State.BAD for one in found)
    notes = sum(one.state is State.CAREFUL for one in found)
    if faults:
        return [*lines, f"有 {faults} 处要改，{notes} 处要留意。"]
    return [*lines, f"没有要改的，{notes} 处要留意。" if notes else "一切正常。"]
