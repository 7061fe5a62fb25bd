"""The table of workdays: the State Council's decisions, as a library keeps them, and the plan's own corrections."""

from collections.abc import Iterable
from datetime import date

from chinese_calendar import constants

from bot.policy.workdays import Workdays


def load_workdays(off: Iterable[date], on: Iterable[date]) -> Workdays:
    """`off` and `on` come from the plan file and win over the library; a year that they name is known."""
    closed, worked = frozenset(off), frozenset(on)
    return Workdays(
        off=(frozenset(constants.holidays) | closed) - worked,
        on=(frozenset(constants.workdays) | worked) - closed,
        years=frozenset(day.year for day in (*constants.holidays, *closed, *worked)),
    )
