"""Tables of an HTML page: what the “Excel” export of many web systems really is."""

from html.parser import HTMLParser

_MOST_SPAN = 500  # a colspan beyond this is nonsense and would only fill memory


class _Tables(HTMLParser):
    """Outermost tables only; a table inside a cell is text of that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.merged: list[list[tuple[int, int, int]]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._held: dict[int, int] = {}  # columns that a rowspan above still covers, with the rows left

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
                self.merged.append([])
                self._held = {}
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_row()
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self._close_cell()
            given = dict(attrs)
            self._span = (_span(given.get("colspan")), _span(given.get("rowspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

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
        row += ["".join(self._cell).strip(), *[""] * (columns - 1)]
        self._cell = None

    def _end_row(self) -> None:
        """What spans from above may also cover the end of a row, behind its last cell."""
        self._close_cell()
        if self.tables[-1]:
            self._skip_held(self.tables[-1][-1])

    def _skip_held(self, row: list[str]) -> None:
        while self._held.get(len(row), 0):
            self._held[len(row)] -= 1
            row.append("")


def _span(written: str | None) -> int:
    if written is None or not written.strip().isdecimal():
        return 1
    return min(max(int(written), 1), _MOST_SPAN)


def html_tables(page: str) -> list[tuple[list[list[str]], tuple[tuple[int, int, int], ...]]]:
    """Rows of each table, and its cells that span rows as column, first row, last row.

    A spanned cell stands once, the rest of its span is empty.
    """
    parser = _Tables()
    parser.feed(page)
    parser.close()
    return [(rows, tuple(merged)) for rows, merged in zip(parser.tables, parser.merged, strict=True)]
