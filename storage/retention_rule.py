"""A rule of retention: which rows of one table go, after how long, and why then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, unique
from typing import Any, Final

from sqlalchemy import ColumnElement, Table

from bot.policy.plan import RetentionRule

DAY_MS: Final = 24 * 3_600_000


@unique
class Fate(StrEnum):
    """What becomes of a row whose time is over."""

    DELETE = "删除"
    CLEAR = "清空内容，留下记录"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When the rules are applied: instants by the real clock, days by the programme's."""

    now_ms: int
    today: date
    days: RetentionRule

    def ago(self, days: int) -> int:
        return self.now_ms - days * DAY_MS

    def day_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


Condition = Callable[[Moment], ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which rows of one table go, after how long, and why then."""

    name: str  # for programs: stays the same
    table: Table
    fate: Fate = Fate.DELETE
    rows: str
    days: str | int  # a key of [retention], or what the program knows
    since: str  # from when on the days count
    why: str
    due: Condition
    young: Condition | None = None  # rows come in this order: behind some that are all young nothing is due
    looks: Condition | None = None  # cheaper than `due` and true wherever that is: what is looked for first
    clears: Callable[[Moment], Mapping[str, Any]] = lambda _moment: {}

    def limit(self, days: RetentionRule) -> int:
        """In days."""
        return self.days if isinstance(self.days, int) else int(getattr(days, self.days))


def older(column: ColumnElement[int], days: str | int) -> Condition:
    def condition(moment: Moment) -> ColumnElement[bool]:
        limit = days if isinstance(days, int) else getattr(moment.days, days)
        return column < moment.ago(limit)

    return condition


def not_older(column: ColumnElement[int], days: str) -> Condition:
    return lambda moment: column >= moment.ago(getattr(moment.days, days))
