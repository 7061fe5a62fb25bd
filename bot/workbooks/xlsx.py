"""Sheets as an Excel workbook, written row by row: memory does not grow with the rows."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Any, Final

from xlsxwriter import Workbook

from bot.workbooks.long_sheet import LongSheet
from bot.workbooks.sheet import Book, Column, Counts, Kind, Row, Sheet, worksheet_names

COVER: Final = "说明"
MOST_ROWS: Final = 1_000_000  # below the header; Excel has 1,048,576 in all
_EVERY = 1000
_LABEL_WIDTH, _SENTENCE_WIDTH = 16, 96
_OPTIONS: Final = {
    "constant_memory": True,
    # Nothing that somebody typed may become a formula, a link or a number in ours.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_FORMATS: Final = {
    Kind.TEXT: {"num_format": "@"},
    Kind.NUMBER: {"num_format": "0"},
    Kind.HOURS: {"num_format": "General"},
    Kind.SHARE: {"num_format": "0.0%"},
    Kind.DAY: {"num_format": "yyyy-mm-dd", "align": "left"},
    Kind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    Kind.LONG: {"num_format": "@", "text_wrap": True, "valign": "top"},
}
_HEADER: Final = {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "valign": "vcenter", "text_wrap": True}

Progress = Callable[[int], None]


def write_xlsx(target: IO[bytes], book: Book, progress: Progress | None = None) -> Counts:
    """`progress` is told every now and then how many rows there are of all sheets."""
    with Workbook(target, dict(_OPTIONS)) as workbook:
        return _Writer(workbook, progress).write(book)


class _Writer:
    """One workbook: its formats, and how many rows it has."""

    def __init__(self, workbook: Workbook, progress: Progress | None) -> None:
        self._workbook = workbook
        self._progress = progress
        self._formats = {kind: workbook.add_format(look) for kind, look in _FORMATS.items()}
        self._header = workbook.add_format(_HEADER)
        self._bold = workbook.add_format({"bold": True, "valign": "top"})
        self._written = 0

    def write(self, book: Book) -> Counts:
        self._workbook.set_properties({"title": book.title})
        names = worksheet_names([COVER, *(sheet.title for sheet in book.sheets)])
        cover, *empty = [self._workbook.add_worksheet(name, worksheet_class=LongSheet) for name in names]
        counts = {
            sheet.title: self._sheet(worksheet, sheet)
            for worksheet, sheet in zip(empty, book.sheets, strict=True)
        }
        self._cover(cover, book.cover(counts))
        return counts

    def _sheet(self, worksheet: Any, sheet: Sheet) -> int:
        """A table that is too long for one worksheet goes on in more, at the end of the workbook."""
        rows, written, first = iter(sheet.rows), 0, worksheet.get_name()[:24]
        while True:
            here = self._table(worksheet, sheet.columns, rows)
            written += here
            following = next(rows, None) if here == MOST_ROWS else None
            if following is None:
                return written
            rows = _with(following, rows)
            further = f"{first} 续{written // MOST_ROWS}"
            worksheet = self._workbook.add_worksheet(further, worksheet_class=LongSheet)

    def _table(self, worksheet: Any, columns: tuple[Column, ...], rows: Iterable[Row]) -> int:
        for number, column in enumerate(columns):
            worksheet.set_column(number, number, column.width)
        worksheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            worksheet.write_string(0, number, column.title, self._header)
        looks = [(column.kind, self._formats[column.kind]) for column in columns]
        written: int = worksheet.write_rows(looks, self._counted(islice(rows, MOST_ROWS)))
        worksheet.autofilter(0, 0, max(written, 1), len(columns) - 1)
        worksheet.repeat_rows(0)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        return written

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._written += 1
            if self._progress is not None and self._written % _EVERY == 0:
                self._progress(self._written)
            yield row

    def _cover(self, worksheet: Any, lines: Iterable[tuple[str, str]]) -> None:
        worksheet.set_column(0, 0, _LABEL_WIDTH)
        worksheet.set_column(1, 1, _SENTENCE_WIDTH)
        worksheet.freeze_panes(1, 0)
        wrapped = self._formats[Kind.LONG]
        for number, (label, sentence) in enumerate(lines):
            worksheet.write_string(number, 0, label, self._bold)
            worksheet.write_string(number, 1, sentence, wrapped)
        worksheet.fit_to_pages(1, 0)


def _with(first: Row, others: Iterable[Row]) -> Iterator[Row]:
    yield first
    yield from others
