"""Tables of an HTML page: what the “Excel” export of many web systems really is."""

from html.parser import HTMLParser

MOST_COLUMNS = 500
_MOST_SPAN = MOST_COLUMNS  # a colspan beyond this is nonsense and would only fill memory
_LONGEST_SPAN = 9  # digits
_MOST_TABLES = 50  # a page has its list in one of the first
_MOST_EMPTY = 2_000_000  # places that spans keep free
MOST_ROWS = 300_000


class TooManyColumns(Exception):
    """A row has more than `MOST_COLUMNS` cells."""


class TooManyRows(Exception):
    """A table has more than `MOST_ROWS` rows."""


class NotMarkup(Exception):
    """It begins like a page and goes on like none."""


class _Tables(HTMLParser):
    """Outermost tables only; a table inside a cell is text of that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.merged: list[list[tuple[int, int, int]]] = []
        self._depth = 0
        self._empty = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._held: dict[int, int] = {}  # columns that a rowspan above still covers, with the rows left

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._begin_table()
        elif self._depth != 1 or len(self.tables) > _MOST_TABLES:
            return
        elif tag == "tr":
            self._end_row()
            self.tables[-1].append([])
            if len(self.tables[-1]) > MOST_ROWS:
                raise TooManyRows
        elif tag in {"td", "th"}:
            self._close_cell()
            given = dict(attrs)
            self._span = (_span(given.get("colspan")), _span(given.get("rowspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def _begin_table(self) -> None:
        if len(self.tables) <= _MOST_TABLES:
            self.tables.append([])
            self.merged.append([])
        self._held = {}

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_row()
            self._depth -= 1
        elif self._depth == 1 and tag in {"td", "th"}:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        if not self.tables[-1]:
            self.tables[-1].append([])
        row = self.tables[-1][-1]
        self._skip_held(row)
        columns, rows = self._span
        if rows > 1:
            self._held |= dict.fromkeys(range(len(row), len(row) + columns), rows - 1)
            top = len(self.tables[-1]) - 1
            if columns == 1:
                self.merged[-1].append((len(row), top, top + rows - 1))
        row.append("".join(self._cell).strip())
        self._keep_free(row, columns - 1)
        self._cell = None

    def _end_row(self) -> None:
        """What spans from above may also cover the end of a row, behind its last cell."""
        self._close_cell()
        if self.tables[-1]:
            self._skip_held(self.tables[-1][-1])

    def _skip_held(self, row: list[str]) -> None:
        while self._held.get(len(row), 0) and len(row) < MOST_COLUMNS:
            self._held[len(row)] -= 1
            self._keep_free(row, 1)

    def _keep_free(self, row: list[str], columns: int) -> None:
        self._empty += columns
        if len(row) > MOST_COLUMNS or self._empty > _MOST_EMPTY:
            raise TooManyColumns
        row += [""] * min(columns, MOST_COLUMNS - len(row))


def _span(written: str | None) -> int:
    digits = (written or "").strip()
    if not digits.isdecimal():
        return 1
    return _MOST_SPAN if len(digits) > _LONGEST_SPAN else min(max(int(digits), 1), _MOST_SPAN)


def html_tables(page: str) -> list[tuple[list[list[str]], tuple[tuple[int, int, int], ...]]]:
    """Rows of each table, and its cells that span rows as column, first row, last row.

    A spanned cell stands once, the rest of its span is empty. Raises TooManyColumns, TooManyRows, NotMarkup.
    """
    parser = _Tables()
    try:
        parser.feed(page)
        parser.close()
    except AssertionError:  # of html.parser, about a declaration that is none
        raise NotMarkup from None
    return [(rows, tuple(merged)) for rows, merged in zip(parser.tables, parser.merged, strict=True)]
