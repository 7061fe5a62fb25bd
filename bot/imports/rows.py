"""Rows of data: what to pass over, and cells by the name of their column with every fault collected."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.imports.cells import FAILED, Cell, CellFault, label, name, saved, shown, value
from bot.imports.columns import Table, normal_header
from bot.imports.report import Draft, Fault, Skip
from storage.identifiers import mask

T = TypeVar("T")

_SUMMARY = re.compile(
    r"合计|小计|总计|共计|总人数|平均|均值|说明|备注|注[:：]|填表|制表|审核人|审核[:：]|负责人|联系人|统计(时间|日期|人)"
    r"|数据(截至|截止|时间|日期)|截[至止]|导出(时间|日期)|打印"
)
# Merged over several rows these say whose rows they are; a merged figure must not be counted twice.
_REPEATED_WHEN_MERGED = ("name", "staff_no", "study_account", "mobile", "school")
_SECRET = frozenset({"staff_no", "study_account", "mobile", "wecom", "dingtalk"})


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row that holds data, by the sheet's numbering."""

    number: int
    cells: Sequence[Cell]


class Reader:
    """Reads cells of one table and collects what is wrong with them."""

    def __init__(self, table: Table, draft: Draft) -> None:
        self._columns = table.columns
        self._table = table
        self._draft = draft

    def has(self, key: str) -> bool:
        return key in self._columns

    def raw(self, row: RawRow, key: str) -> Cell:
        """Empty also where the column or the end of a short row is missing."""
        index = self._columns.get(key)
        return "" if index is None or index >= len(row.cells) else row.cells[index]

    def read(self, row: RawRow, key: str, convert: Callable[[Cell], T], default: T) -> T:
        """The converted cell; after a fault the default, and the row is among `bad`."""
        index = self._columns.get(key)
        cells = row.cells
        try:
            return convert("" if index is None or index >= len(cells) else saved(cells[index]))
        except CellFault as fault:
            self.fault(row, key, fault.reason, fault.cure)
            return default

    def fault(self, row: RawRow, key: str, reason: str, cure: str) -> None:
        written = shown(self.raw(row, key))
        if key in _SECRET:
            written = mask(written)
        self._draft.faults.append(Fault(row.number, self._table.titles.get(key, key), written, reason, cure))

    def rows(self) -> Iterator[RawRow]:
        """Rows with data; blank rows, sums, remarks and repeated headers are counted and passed over."""
        filled = self._filled()
        header = self._table.titles["name"]
        # Of a school its kind alone is a row that somebody began; a figure alone is a sum without a word.
        telling = self._columns.get("kind")
        name_at = self._columns["name"]
        for number, cells in enumerate(filled, self._table.first_number):
            written = cells[name_at] if name_at < len(cells) else ""
            if (
                isinstance(written, str)
                and written.isalpha()
                and written != header
                and _SUMMARY.match(written) is None
            ):
                yield RawRow(number, cells)  # the ordinary case, decided cheaply
                continue
            skip = _why_skip(cells, written, header)
            if skip is Skip.BLANK and telling is not None and telling < len(cells) and value(cells[telling]):
                skip = None
            if skip is None:
                yield RawRow(number, cells)
            else:
                self._draft.skip(skip)

    def _filled(self) -> Sequence[Sequence[Cell]]:
        """The rows with merged identities written into every row that they span."""
        places = {self._columns[key] for key in _REPEATED_WHEN_MERGED if key in self._columns}
        merges = [merge for merge in self._table.sheet.merged if merge[0] in places]
        if not merges:
            return self._table.below
        rows = [list(row) for row in self._table.below]
        shift = self._table.header_row + 1
        done: dict[int, int] = {}  # column -> last row; no spreadsheet lets merges lie upon each other
        for column, top, bottom in sorted(merges):
            first = top - shift
            if not 0 <= first < len(rows) or column >= len(rows[first]) or top <= done.get(column, -1):
                continue
            done[column] = bottom
            for row in rows[first + 1 : bottom - shift + 1]:
                row.extend([""] * (column + 1 - len(row)))
                row[column] = rows[first][column]
        return rows


def _why_skip(cells: Sequence[Cell], written: Cell, header: str) -> Skip | None:
    # Formulas that were pulled down further than the list goes say nothing there but #N/A.
    present = [cell for cell in cells if cell is not FAILED and (not isinstance(cell, str) or cell.strip())]
    if not present:
        return Skip.BLANK
    called = "" if written is FAILED else name(written)
    if called:
        if normal_header(written) == header:
            return Skip.HEADER
        return Skip.SUMMARY if _SUMMARY.match(label(called)) else None
    if any(isinstance(cell, str) and _SUMMARY.match(label(cell)) for cell in present[:3]):
        return Skip.SUMMARY
    # A row number that was filled in beforehand, and nothing else.
    return Skip.BLANK if len(present) == 1 else None
