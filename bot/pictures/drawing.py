"""A table as a scene: as wide as a telephone, in 16 colours, the same for the same table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.pictures.fonts import Weight, advance
from bot.pictures.scene import Box, Scene, Shape, Words
from bot.pictures.tables import MOST_ROWS, Align, Column, Row, Section, Table, Tone, level, plain

WIDTH = 1080  # pixels; a telephone shows it edge to edge
_MARGIN = 36
_GAP = 14  # left and right of a cell's text
_INNER = WIDTH - 2 * _MARGIN
_BAR = 8  # left of one's own row
_MOST_LINES = 3  # of one cell: what tells two schools apart often stands at the end
_CUT = "…"
_OPENING, _CLOSING = "（《“", "）》”，。、：；！？…%"

WHITE, ZEBRA, OWN, HEAD, RULE = "#ffffff", "#f4f7fb", "#fff1cf", "#e3ecf7", "#cbd5e1"
INK, QUIET, ACCENT, GOOD, BAD = "#1b2430", "#5f6b7a", "#1f5fa8", "#14804a", "#c0392b"
# Sixteen: the colours above, and steps between them for the edges of letters.
_STEPS = ("#40495a", "#8e98a5", "#aeb6c1", "#7fa3cf", "#86bfa1", "#e09c95")
PALETTE = (WHITE, ZEBRA, OWN, HEAD, RULE, INK, QUIET, ACCENT, GOOD, BAD, *_STEPS)
_ANCHORS = {Align.LEFT: "start", Align.CENTRE: "middle", Align.RIGHT: "end"}
_TONES = {Tone.PLAIN: INK, Tone.GOOD: GOOD, Tone.BAD: BAD, Tone.QUIET: QUIET}


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text looks; `line` = from one line to the next, in pixels."""

    size: int
    line: int
    weight: Weight = Weight.REGULAR


_TITLE = _Style(46, 64, Weight.BOLD)
_NOTE = _Style(28, 42)
_HEADING = _Style(34, 50, Weight.BOLD)
_COLUMN = _Style(28, 40)
_CELL = _Style(32, 44)
_OWN_CELL = _Style(32, 44, Weight.BOLD)


@dataclass(frozen=True, slots=True)
class _Text:
    """Lines, one below the other."""

    lines: tuple[str, ...]
    style: _Style
    colour: str
    align: Align = Align.LEFT

    @property
    def height(self) -> int:
        return len(self.lines) * self.style.line


@dataclass(frozen=True, slots=True)
class _Strip:
    """A piece of the picture from edge to edge: texts side by side, with the left edge and width of each."""

    texts: tuple[tuple[int, int, _Text], ...]
    above: int = 0
    below: int = 0
    fill: str = WHITE
    bar: bool = False
    rule: bool = False

    @property
    def height(self) -> int:
        return self.above + max(text.height for _, _, text in self.texts) + self.below


def table_scene(table: Table) -> Scene:
    strips = list(_strips(table))
    height = sum(strip.height for strip in strips) + 2 * _MARGIN
    shapes: list[Shape] = [Box(left=0, top=0, width=WIDTH, height=height, fill=WHITE)]
    top = _MARGIN
    for strip in strips:
        shapes += _shapes(strip, top)
        top += strip.height
    return Scene(WIDTH, height, table.title, table.alt, tuple(shapes), scale=1, palette=PALETTE)


# ── what stands where ──


def _strips(table: Table) -> Iterator[_Strip]:
    yield _across(table.title, _TITLE, INK, below=6)
    for note in table.notes:
        yield _across(note, _NOTE, QUIET)
    cap = level([len(section.rows) for section in table.sections], MOST_ROWS)
    drawn = [_cut(section, cap) for section in table.sections]
    for whole, section in zip(table.sections, drawn, strict=True):
        alike = [other for other in drawn if other.columns == section.columns]
        yield from _section(section, _edges(section.columns, alike))
        left_out = len(whole.rows) - len(section.rows)
        if left_out:
            yield _across(f"{_CUT} 其余 {left_out} 行见文字", _NOTE, QUIET, above=8)


def _cut(section: Section, cap: int) -> Section:
    shown = (row for number, row in enumerate(section.rows) if number < cap or row.own)
    return replace(section, rows=tuple(shown))


def _section(section: Section, edges: Sequence[tuple[int, int]]) -> Iterator[_Strip]:
    if section.heading:
        yield _across(section.heading, _HEADING, ACCENT, above=26, below=8)
    heads = [
        (left, width, _Text(_wrapped(column.title, _COLUMN, width), _COLUMN, QUIET, column.align))
        for column, (left, width) in zip(section.columns, edges, strict=True)
    ]
    yield _Strip(tuple(heads), above=8, below=8, fill=HEAD)
    for number, row in enumerate(section.rows):
        yield _row(row, section.columns, edges, zebra=number % 2 == 1)


def _row(row: Row, columns: Sequence[Column], edges: Sequence[tuple[int, int]], *, zebra: bool) -> _Strip:
    style = _OWN_CELL if row.own else _CELL
    texts = []
    for cell, column, (left, width) in zip(row.cells, columns, edges, strict=True):
        tone = Tone.PLAIN if isinstance(cell, str) else cell.tone
        lines = _wrapped(plain(cell), style, width)
        texts.append((left, width, _Text(lines, style, _TONES[tone], column.align)))
    fill = OWN if row.own else ZEBRA if zebra else WHITE
    return _Strip(tuple(texts), above=10, below=10, fill=fill, bar=row.own, rule=True)


def _across(text: str, style: _Style, colour: str, *, above: int = 0, below: int = 0) -> _Strip:
    lines = _Text(_wrapped(text, style, _INNER), style, colour)
    return _Strip(((_MARGIN, _INNER, lines),), above, below)


def _edges(columns: Sequence[Column], sections: Sequence[Section]) -> list[tuple[int, int]]:
    """Left edge and width of each column's text, the same for all sections with these columns.

    What is too wide is cut from the widest; what is left over goes to the widest.
    """
    wanted = []
    for number, column in enumerate(columns):
        cells = (plain(row.cells[number]) for section in sections for row in section.rows)
        widest = max((_width(text, _OWN_CELL) for text in cells), default=0)
        wanted.append(max(widest, _width(column.title, _COLUMN)))
    room = _INNER - 2 * _GAP * len(columns)
    cap = level(wanted, room)
    widths = [min(width, cap) for width in wanted]
    widths[wanted.index(max(wanted))] += room - sum(widths)
    edges, left = [], _MARGIN
    for width in widths:
        edges.append((left + _GAP, width))
        left += width + 2 * _GAP
    return edges


def _wrapped(text: str, style: _Style, width: int) -> tuple[str, ...]:
    """At most three lines of about the same length; what does not fit is cut."""
    lines = _broken(text, style, width)
    if len(lines) > _MOST_LINES:
        last = lines[_MOST_LINES - 1]
        while last and _width(last + _CUT, style) > width:
            last = last[:-1]
        return (*lines[: _MOST_LINES - 1], last + _CUT)
    while len(lines) > 1 and width > style.size:
        width -= style.size // 2
        narrower = _broken(text, style, width)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return tuple(lines) or ("",)


def _broken(text: str, style: _Style, width: int) -> list[str]:
    """One line more than are shown, where there are more."""
    lines: list[str] = []
    while text and len(lines) <= _MOST_LINES:
        fits = _fitting(text, style, width)
        lines.append(text[:fits])
        text = text[fits:]
    return lines


def _fitting(text: str, style: _Style, width: int) -> int:
    """How many characters stand on the first line; one at least."""
    if _width(text, style) <= width:
        return len(text)
    fits, room = 0, float(width)
    for character in text:
        room -= advance(character, style.size, style.weight)
        if room < 0:
            break
        fits += 1
    fits = min(max(1, fits), len(text) - 1) or 1
    return next((at for at in range(fits, 0, -1) if _may_break(text[at - 1 : at + 1])), fits)


def _may_break(pair: str) -> bool:
    """Between these two: Chinese anywhere, but for brackets and stops; numbers and Latin words nowhere."""
    if pair.isascii() and pair.isalnum():
        return False
    return pair[0] not in _OPENING and pair[-1] not in _CLOSING


def _width(text: str, style: _Style) -> int:
    return ceil(sum(advance(character, style.size, style.weight) for character in text))


# ── ink ──


def _shapes(strip: _Strip, top: int) -> Iterator[Shape]:
    bottom = top + strip.height
    if strip.fill != WHITE:
        yield Box(left=_MARGIN, top=top, width=_INNER, height=strip.height, fill=strip.fill)
    if strip.rule:
        yield Box(left=_MARGIN, top=bottom - 1, width=_INNER, height=1, fill=RULE)
    if strip.bar:
        yield Box(left=_MARGIN - _BAR, top=top, width=_BAR, height=strip.height, fill=ACCENT)
    for left, width, text in strip.texts:
        middle = (top + strip.above + bottom - strip.below - text.height + text.style.line) // 2
        across = {Align.LEFT: left, Align.CENTRE: left + width / 2, Align.RIGHT: left + width}[text.align]
        for number, line in enumerate(text.lines):
            if line:
                yield Words(
                    left=across,
                    middle=middle + number * text.style.line,
                    text=line,
                    size=text.style.size,
                    colour=text.colour,
                    bold=text.style.weight is Weight.BOLD,
                    anchor=_ANCHORS[text.align],
                )
