"""Who has a submission: the people by name, and when it goes on to others."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.policy.review import Level
from messages.outgoing import Data, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The way of a submission through its reviewers."""

    levels: frozenset[Level]  # whose turn it is now
    later: frozenset[Level]  # whose it becomes as well, once it has waited long; none where nothing changes
    leaders: tuple[str, ...]
    leads: tuple[str, ...]
    long: int  # more workdays than these is long
    usual: int | None = None  # workdays that these people took lately; None = nobody knows yet


def people(course: Course, levels: Iterable[Level]) -> tuple[Part, ...]:
    """“乙组长、丙管理员”; the project office is many, and called 项目办."""
    wanted = set(levels)
    names: list[Part] = []
    if Level.GROUP in wanted:
        names += map(Data, course.leaders)
    if Level.SCHOOL in wanted:
        names += map(Data, course.leads)
    if Level.OFFICE in wanted:
        names.append("项目办")
    parts: list[Part] = []
    for name in names:
        parts += ("、", name) if parts else (name,)
    return tuple(parts)


def reviewed_by(course: Course, *, held: bool) -> tuple[Part, ...]:
    """`held`: nobody reviews it before the office has reopened it."""
    who = people(course, course.levels)
    if held:
        return ("项目办重开以后由", *who, "审核。")
    return ("由", *who, "审核", *_pace(course), "。")


def _pace(course: Course) -> tuple[Part, ...]:
    if course.usual == 0:
        return ("，最近一般当天审完",)
    if course.usual is not None:
        return (f"，最近一般 {course.usual} 个工作日审完",)
    if course.later:
        return (f"；超过 {course.long} 个工作日没审，会转给", *people(course, course.later))
    return ()
