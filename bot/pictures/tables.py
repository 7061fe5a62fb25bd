"""What a picture of a table shows; everything in it is said in words as well."""

from dataclasses import dataclass
from enum import StrEnum, unique

MOST_ROWS = 100  # of all sections together; what a telephone can still be scrolled through
MOST_SECTIONS = 12
MOST_NOTES = 8


@unique
class Align(StrEnum):
    """Where a column's text stands."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@unique
class Tone(StrEnum):
    """What a cell's colour says; never the only one to say it."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not plain."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    title: str
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Row:
    """`own`: the row of the group that reads it, set off from the others and never left out."""

    cells: tuple[str | Cell, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One band of a ranking, for instance; an empty heading is not drawn."""

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if not self.columns or any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("every row has one cell for each column")


@dataclass(frozen=True, slots=True)
class Table:
    """`notes` stand below the title, a line each. More than `MOST_ROWS` rows are cut, and say so."""

    title: str
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()

    def __post_init__(self) -> None:
        if len(self.sections) > MOST_SECTIONS or len(self.notes) > MOST_NOTES:
            raise ValueError("a picture has room for few sections and notes")

    @property
    def alt(self) -> str:
        """Every row in words: heads with what stands below them."""
        said = list(self.notes)
        for section in self.sections:
            rows = "；".join(_row_said(section.columns, row) for row in section.rows)
            said.append(f"{section.heading}：{rows}" if section.heading else rows)
        return "。".join(one.removesuffix("。") for one in said if one) + "。"


def plain(cell: str | Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def _row_said(columns: tuple[Column, ...], row: Row) -> str:
    words = [
        f"{column.title} {plain(cell)}"
        for column, cell in zip(columns, row.cells, strict=True)
        if plain(cell)
    ]
    return "，".join(words)


def level(amounts: list[int], room: int) -> int:
    """The highest cap with which the amounts, cut to it, fit the room together: the small ones stay whole."""
    low, high = 0, max(amounts, default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(amount, middle) for amount in amounts) <= room:
            low = middle
        else:
            high = middle - 1
    return low
