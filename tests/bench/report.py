"""One table: what was measured, median with minimum and maximum, and the goal beside it."""

import sys
import unicodedata
from collections.abc import Sequence
from statistics import median


class Table:
    """Printed line by line, so that a long run shows what it has."""

    def __init__(self) -> None:
        self.line("measure", "median (min … max)", "goal")

    def row(self, name: str, value: str, goal: str = "") -> None:
        self.line(name, value, goal)

    @staticmethod
    def line(name: str, value: str, goal: str) -> None:
        print(f"{_padded(name, 52)}{_padded(value, 36)}{goal}", flush=True)
        sys.stdout.flush()


def spread(values: Sequence[float], digits: int = 0) -> str:
    middle, low, high = (f"{value:,.{digits}f}" for value in (median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({low} … {high})"


def _padded(text: str, width: int) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return text + " " * max(1, width - len(text) - wide)
