"""A worksheet of typed columns whose rows go to XlsxWriter's row file as they come.

The library keeps a row as objects, looks at the kind of every cell and writes it in several calls. Where a column
says once what its cells are, a row is one string: a million rows take a third of the time.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from bot.workbooks.sheet import Cell, Kind, Row, Share

MOST_CHARACTERS: Final = 32767 // 2  # of a cell: Excel counts in UTF-16
_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001  of Excel's calendar, which knows no zones
_DAY_SECONDS: Final = 86_400
_ODD: Final = re.compile("[&<>\x00-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s$")


class LongSheet(Worksheet):  # type: ignore[misc]  # the library brings no types
    """Its header is written as usual; then `write_rows`, once."""

    def write_rows(self, looks: Iterable[tuple[Kind, Any]], rows: Iterable[Row]) -> int:
        """Below row 0. `looks`: by column what its cells are, and their format. Returns how many rows there were."""
        self._write_single_row(1)  # what the header still holds
        writers = [
            _writer(kind, xl_col_to_name(number), look._get_xf_index())  # noqa: SLF001  there is no other way
            for number, (kind, look) in enumerate(looks)
        ]
        put, number = self.fh.write, 1
        for number, row in enumerate(rows, 2):
            cells = [
                write(number, cell)
                for write, cell in zip(writers, row, strict=True)
                if cell is not None and cell != ""
            ]
            put(f'<row r="{number}">{"".join(cells)}</row>')
        self.dim_rowmin, self.dim_rowmax = 0, number - 1
        self.dim_colmin, self.dim_colmax = 0, len(writers) - 1
        self.previous_row = number
        return number - 1

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        """In constant memory the library takes <r>…</r> for its own markup; here it is somebody's text."""
        self._xml_inline_string(string, False, attributes)


def _writer(kind: Kind, column: str, look: int) -> Callable[[int, Any], str]:
    opening = f'<c r="{column}'
    if kind in {Kind.TEXT, Kind.LONG}:
        between = f'" s="{look}" t="inlineStr"><is><t'

        def text(number: int, cell: Any) -> str:
            found = f">{cell}" if _ODD.search(cell) is None and len(cell) <= MOST_CHARACTERS else _odd(cell)
            return f"{opening}{number}{between}{found}</t></is></c>"

        return text
    between, value = f'" s="{look}"><v>', _VALUES[kind]

    def numeric(number: int, cell: Any) -> str:
        return f"{opening}{number}{between}{value(cell):.16g}</v></c>"

    return numeric


def _odd(text: str) -> str:
    """What comes after <t: characters that XML, or Excel, takes for something else (ECMA-376, part 1, 22.4.2.4)."""
    shown = text[:MOST_CHARACTERS]
    shown = re.sub(r"_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1", shown)
    shown = re.sub(
        "[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]", lambda odd: f"_x{ord(odd[0]):04X}_", shown
    )
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' xml:space="preserve">{shown}'


def _hours(cell: int) -> float:
    return cell / 100


def _share(cell: Share) -> float:
    return cell.part / cell.whole


def _day(cell: date) -> float:
    return (cell - _FIRST_DAY.date()).days


def _moment(cell: datetime) -> float:
    passed = cell.replace(tzinfo=None) - _FIRST_DAY
    return passed.days + passed.seconds / _DAY_SECONDS


def _number(cell: Cell) -> Cell:
    return cell


_VALUES: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.NUMBER: _number,
    Kind.HOURS: _hours,
    Kind.SHARE: _share,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
}
