"""Workbooks that can be taken away: which there are, and who may have which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Any, Self

from bot.policy.people import LEADS, Grant, Role


@unique
class ExportKind(StrEnum):
    """By the words of the command line."""

    ACCEPTANCE = "acceptance"  # 验收
    UNFINISHED = "unfinished"  # 未完成
    RANKING = "ranking"  # 排名
    ROSTER = "roster"  # 名册
    AUDIT = "audit"  # 审计记录


@unique
class Ending(StrEnum):
    """Of the file; a .csv holds the main table alone."""

    XLSX = "xlsx"
    CSV = "csv"


SAID = {
    "验收": ExportKind.ACCEPTANCE,
    "未完成": ExportKind.UNFINISHED,
    "排名": ExportKind.RANKING,
}
"""Behind 导出 in the chat."""

OF_ONE_SCHOOL = frozenset({ExportKind.ACCEPTANCE, ExportKind.UNFINISHED, ExportKind.ROSTER})
"""What there is for a single school, and what its leads may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made."""

    kind: ExportKind
    ending: Ending = Ending.XLSX
    school_id: int | None = None  # None = the whole county
    day: date | None = None  # of a ranking that was posted; None = as it is now

    def as_content(self) -> dict[str, Any]:
        """As a one-time link keeps it."""
        return {
            "kind": self.kind.value,
            "ending": self.ending.value,
            "school": self.school_id,
            "day": None if self.day is None else self.day.isoformat(),
        }

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> Self:
        day = content.get("day")
        return cls(
            kind=ExportKind(content["kind"]),
            ending=Ending(content["ending"]),
            school_id=content.get("school"),
            day=None if day is None else date.fromisoformat(day),
        )


def may_export(grants: Iterable[Grant], order: Order) -> bool:
    """The project office and the leading group everything; a school's lead what there is of the own school."""
    return any(_covers(grant, order) for grant in grants)


def _covers(grant: Grant, order: Order) -> bool:
    if grant.role in {Role.OFFICE, Role.OVERSIGHT}:
        return True
    return (
        grant.role in LEADS
        and grant.school_id is not None
        and grant.school_id == order.school_id
        and order.kind in OF_ONE_SCHOOL
    )
