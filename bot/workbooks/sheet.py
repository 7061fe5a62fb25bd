"""What a workbook is before it is a file: sheets of typed columns, whose rows may be without end."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto, unique
from typing import Final, NamedTuple

MOST_TITLE: Final = 31  # Excel's limit for the name of a worksheet
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@unique
class Kind(Enum):
    """How the cells of a column are written."""

    TEXT = auto()  # ids as well: 0012 stays 0012
    NUMBER = auto()
    HOURS = auto()  # whole hundredths, written as hours: 1850 → 18.5
    SHARE = auto()  # written as a true number that shows as 33.3%
    DAY = auto()
    MOMENT = auto()  # a datetime in the programme's zone
    LONG = auto()  # text that may take several lines


class Share(NamedTuple):
    """An exact part of a whole; the whole is never 0."""

    part: int
    whole: int


Cell = str | int | Share | date | datetime | None
"""None is an empty cell."""
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its header."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 10  # in characters of Latin; a Chinese one takes two


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; its rows are read once, when they are written."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]


Counts = Mapping[str, int]
"""How many rows were written, by the title of the sheet."""
Cover = Callable[[Counts], Iterable[tuple[str, str]]]
"""What the first sheet says, a label and a sentence each; known once everything else was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A whole workbook. A .csv holds the sheet `main` alone."""

    title: str  # of the file, without day and ending
    cover: Cover
    sheets: tuple[Sheet, ...]
    main: Sheet


def worksheet_names(titles: Iterable[str]) -> list[str]:
    """As Excel takes them: without forbidden characters, at most 31 long, and each another, whatever its case."""
    taken: set[str] = set()
    found = []
    for title in titles:
        plain = _FORBIDDEN.sub(" ", title).strip().strip("'").strip() or "表"
        if plain.casefold() == "history":  # Excel keeps that one for itself
            plain = f"{plain}_"
        name, number = plain[:MOST_TITLE].rstrip("' "), 1
        while name.casefold() in taken:
            number += 1
            tail = f"（{number}）"
            name = plain[: MOST_TITLE - len(tail)] + tail
        taken.add(name.casefold())
        found.append(name)
    return found
