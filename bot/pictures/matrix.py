"""Coverage as a scene: a column for each environment, a row for each dimension."""

from bot.pictures.charts import MARK_WORDS, Cell, Coded, Coverage, Mark
from bot.pictures.colours import BLUE, BLUE_PALE, GREEN, GREEN_PALE, GROUND, INK, QUIET, TRACK, WHITE
from bot.pictures.lettering import width, wrapped
from bot.pictures.paper import INNER, MARGIN, NOTE, Paper
from bot.pictures.scene import Box, Scene, Shape, Words, ring, tick
from bot.policy.points import Dimension, Environment
from messages.texts.wording import environment

_COLUMN = INNER / len(Environment)
_LETTER = 20
_LINE = 26
_PAD = 8
_SIGN = 18
_MOST_LINES = 4
_BAND = 36
_LOOKS = {Mark.CERTIFIED: (GREEN_PALE, GREEN), Mark.CHOSEN: (BLUE_PALE, BLUE)}


def coverage_scene(picture: Coverage) -> Scene:
    paper = Paper(picture.title)
    paper.skip(8)
    _legend(paper)
    _heads(paper)
    for what in Dimension:
        _row(paper, what, [picture.cell(where, what) for where in Environment])
    return paper.scene(picture.alt, picture.note)


def _legend(paper: Paper) -> None:
    left, middle = float(MARGIN), paper.top + NOTE * 0.7
    for mark in (Mark.CERTIFIED, Mark.CHOSEN):
        paper.add(_sign(mark, left, middle))
        left += _SIGN + 8
        paper.word(MARK_WORDS[mark], left=left, middle=middle, size=NOTE, colour=QUIET)
        left += width(MARK_WORDS[mark], NOTE) + 24
    paper.skip(NOTE * 1.4 + 8)


def _heads(paper: Paper) -> None:
    for column, where in enumerate(Environment):
        left = MARGIN + column * _COLUMN
        paper.add(Box(left=left, top=paper.top, width=_COLUMN, height=_BAND, fill=GROUND, stroke=TRACK))
        middle = paper.top + _BAND / 2
        paper.word(
            environment(where),
            left=left + _COLUMN / 2,
            middle=middle,
            size=_LETTER,
            bold=True,
            anchor="middle",
        )
    paper.skip(_BAND)


def _row(paper: Paper, what: Dimension, cells: list[Cell]) -> None:
    paper.add(Box(left=MARGIN, top=paper.top, width=INNER, height=_BAND, fill=WHITE, stroke=TRACK))
    paper.word(
        f"维度：{what.value}", left=MARGIN + _PAD, middle=paper.top + _BAND / 2, size=_LETTER, colour=INK
    )
    paper.skip(_BAND)
    height = max(_height(cell) for cell in cells)
    for column, cell in enumerate(cells):
        left = MARGIN + column * _COLUMN
        paper.add(Box(left=left, top=paper.top, width=_COLUMN, height=height, fill=WHITE, stroke=TRACK))
        _cell(paper, cell, left, paper.top)
    paper.skip(height)


def _cell(paper: Paper, cell: Cell, left: float, top: float) -> None:
    top += _PAD
    for one in (*cell.of(Mark.CERTIFIED), *cell.of(Mark.CHOSEN)):
        lines = _lines(one)
        fill, colour = _LOOKS[one.mark]
        tall = len(lines) * _LINE + 8
        paper.add(
            Box(left=left + 4, top=top, width=_COLUMN - 8, height=tall, fill=fill, stroke=colour, thick=2),
            _sign(one.mark, left + _PAD + 2, top + 4 + _LINE / 2),
            *_words(lines, left + _PAD + _SIGN + 8, top + 4, INK),
        )
        top += tall + 6
    rest = _rest(cell)
    if rest:
        paper.add(*_words((rest,), left + _PAD, top, QUIET))


def _words(lines: tuple[str, ...], left: float, top: float, colour: str) -> list[Words]:
    return [
        Words(left=left, middle=top + (number + 0.5) * _LINE, text=line, size=_LETTER, colour=colour)
        for number, line in enumerate(lines)
    ]


def _height(cell: Cell) -> float:
    marked = [*cell.of(Mark.CERTIFIED), *cell.of(Mark.CHOSEN)]
    return 2 * _PAD + sum(len(_lines(one)) * _LINE + 14 for one in marked) + (_LINE if _rest(cell) else 0)


def _lines(one: Coded) -> tuple[str, ...]:
    room = _COLUMN - 2 * _PAD - _SIGN - 12
    said = f"{one.label}（{one.said}）" if one.said else one.label
    return wrapped(said, _LETTER, room, most=_MOST_LINES)


def _rest(cell: Cell) -> str:
    """In words: what is neither certified nor chosen."""
    offered = len(cell.of(Mark.OFFERED))
    if not cell.points:
        return "没有可选的点"
    if not offered:
        return ""
    return f"可选 {offered} 个" if offered == len(cell.points) else f"另可选 {offered} 个"


def _sign(mark: Mark, left: float, middle: float) -> Shape:
    sign = tick if mark is Mark.CERTIFIED else ring
    return sign(left, middle, _SIGN, _LOOKS[mark][1])
