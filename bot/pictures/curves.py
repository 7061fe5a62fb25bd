"""Trend as a scene: percentages from 0 to 100 over days; lines differ in colour, dash and marks."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.pictures.charts import MOST_SERIES, NO_TREND, Series, Trend, Value
from bot.pictures.colours import QUIET, RULE, SERIES, TRACK, WHITE
from bot.pictures.lettering import wrapped
from bot.pictures.paper import INNER, MARGIN, NOTE, TEXT, Paper
from bot.pictures.scene import At, Box, Disc, Lines, Scene, Shape, dashed
from messages.texts.wording import day, percent

_LEFT = MARGIN + 66  # of the plot: the percentages stand before it
_RIGHT = MARGIN + INNER - 10
_HEIGHT = 260
_GRID = (0, 25, 50, 75, 100)
_DASHES = ((0, 0), (14, 10), (3, 8))  # on and off; the first line is whole
_THICK = 4
_SAMPLE = 56  # of a line, in the legend
_MARKS_APART = 72  # of one line at least: two dashes show between them
_TICKS = 4  # stretches between the days that are written below


def trend_scene(picture: Trend) -> Scene:
    paper = Paper(picture.title)
    days = picture.days
    if days is None:
        paper.lines(wrapped(NO_TREND, TEXT, INNER, most=2), size=TEXT, colour=QUIET)
        return paper.scene(picture.alt, picture.note)
    for number, series in enumerate(picture.series):
        _legend(paper, series, number)
    paper.skip(24)
    plot = _Plot(paper.top, *days)
    _grid(paper, plot)
    # The first is the one that it is about: drawn last, it lies on top; but nobody's marks lie under a line.
    backwards = list(reversed(list(enumerate(picture.series))))
    for number, series in backwards:
        paper.add(*_curve(series, number, plot))
    for number, series in backwards:
        paper.add(*_marks(series, number, plot))
    paper.skip(_HEIGHT + 8)
    _days(paper, plot)
    return paper.scene(picture.alt, picture.note)


class _Plot:
    """Where a value stands."""

    def __init__(self, top: float, first: date, last: date) -> None:
        self.top, self.first, self.last = top, first, last
        self._span = (last - first).days

    def across(self, when: date) -> float:
        if not self._span:
            return (_LEFT + _RIGHT) / 2
        return _LEFT + (_RIGHT - _LEFT) * (when - self.first).days / self._span

    def up(self, done: int, active: int) -> float:
        return self.top + _HEIGHT * (active - done) / active

    def at(self, one: Value) -> At:
        return self.across(one.day), self.up(one.done, one.active)

    @property
    def written(self) -> tuple[date, ...]:
        """Days that are written below, evenly."""
        steps = min(_TICKS, self._span)
        if not steps:
            return (self.first,)
        return tuple(self.first + timedelta(days=self._span * step // steps) for step in range(steps + 1))


def _legend(paper: Paper, series: Series, number: int) -> None:
    middle = paper.top + NOTE * 0.7
    ends = ((float(MARGIN), middle), (float(MARGIN + _SAMPLE), middle))
    paper.add(*_line(ends, number), _mark((MARGIN + _SAMPLE / 2, middle), number))
    said = f"{series.name} {_now(series)}"
    lines = wrapped(said, NOTE, INNER - _SAMPLE - 14, most=2)
    paper.lines(lines, size=NOTE, left=MARGIN + _SAMPLE + 14)


def _now(series: Series) -> str:
    if not series.known:
        return "没有数据"
    last = series.known[-1]
    return f"{percent(last.done, last.active)}（{last.done}/{last.active}）"


def _grid(paper: Paper, plot: _Plot) -> None:
    for share in _GRID:
        height = plot.up(share, 100)
        colour = TRACK if not share else RULE
        paper.add(Lines(through=(((_LEFT, height), (_RIGHT, height)),), colour=colour, thick=2))
        paper.word(f"{share}%", left=_LEFT - 10, middle=height, size=NOTE, colour=QUIET, anchor="end")


def _days(paper: Paper, plot: _Plot) -> None:
    written, year = plot.written, None
    for number, when in enumerate(written):
        across = plot.across(when)
        anchor = "middle"
        if len(written) > 1:
            anchor = {0: "start", len(written) - 1: "end"}.get(number, "middle")
        mark = ((across, plot.up(0, 1)), (across, plot.up(0, 1) + 7))
        paper.add(Lines(through=(mark,), colour=TRACK, thick=2))
        middle = paper.top + NOTE * 0.8
        paper.word(day(when), left=across, middle=middle, size=NOTE - 1, colour=QUIET, anchor=anchor)
        if when.year != year:
            year = when.year
            below = middle + NOTE * 1.2
            paper.word(f"{year}年", left=across, middle=below, size=NOTE - 1, colour=QUIET, anchor=anchor)
    paper.skip(NOTE * 2.8)


def _curve(series: Series, number: int, plot: _Plot) -> Iterator[Shape]:
    for stretch in series.stretches():
        if len(stretch) > 1:
            yield from _line(tuple(map(plot.at, stretch)), number)


def _marks(series: Series, number: int, plot: _Plot) -> Iterator[Shape]:
    for stretch in series.stretches():
        for point in _marked(tuple(map(plot.at, stretch)), number):
            yield _mark(point, number)


def _marked(points: Sequence[At], number: int) -> Iterator[At]:
    """The ends, and between them few enough for the dashes to show; lines close together take turns."""
    yield points[0]
    if len(points) == 1:
        return
    share = _MARKS_APART / MOST_SERIES
    nearest, end = points[0][0] + share * (number + 1), points[-1][0] - share
    for point in points[1:-1]:
        if nearest <= point[0] <= end:
            yield point
            nearest = point[0] + _MARKS_APART
    yield points[-1]


def _line(points: Sequence[At], number: int) -> Iterator[Shape]:
    on, off = _DASHES[number]
    through = dashed(points, on, off) if on else (tuple(points),)
    yield Lines(through=through, colour=SERIES[number], thick=_THICK)


def _mark(at: At, number: int) -> Shape:
    """A dot, an open square round it, an open ring: to be told apart in black and white, one on the other as well."""
    if number == 1:
        return Box(left=at[0] - 8, top=at[1] - 8, width=16, height=16, fill=WHITE, stroke=SERIES[1], thick=3)
    if number:
        return Disc(at=at, radius=7, fill=WHITE, stroke=SERIES[number], thick=3)
    return Disc(at=at, radius=5, fill=SERIES[0])
