"""Workdays: Monday to Friday, but for the State Council's days off and the days worked instead (调休)."""

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5
_NOVEMBER = 11


@dataclass(frozen=True, slots=True)
class Workdays:
    """A year outside `years` has no table: there the plain week holds, and `knows` says so."""

    off: frozenset[date]  # days off, also where they fall on a weekend
    on: frozenset[date]  # days worked instead
    years: frozenset[int]

    def knows(self, day: date) -> bool:
        return day.year in self.years

    def missing_year(self, today: date) -> int | None:
        """The year whose table is wanted and not there; the State Council publishes next year's by November."""
        if not self.knows(today):
            return today.year
        following = today.year + 1
        return following if today.month >= _NOVEMBER and following not in self.years else None

    def is_workday(self, day: date) -> bool:
        if day in self.on:
            return True
        return day.weekday() < _SATURDAY and day not in self.off

    def since(self, day: date, today: date) -> int:
        """Workdays after `day`, today included: what comes on Monday has waited one on Tuesday."""
        return sum(self.is_workday(day + number * _DAY) for number in range(1, (today - day).days + 1))

    def last_waiting_more_than(self, workdays: int, today: date) -> date:
        """The last day such that what came then has waited for more than so many workdays."""
        day, passed = today, 0
        while passed <= workdays:
            passed += self.is_workday(day)
            day -= _DAY
        return day
