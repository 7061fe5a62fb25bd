"""Requirement as a scene: a bar for each part, full and ticked where it is reached, hatched where it is not."""

from collections.abc import Iterator

from bot.pictures.charts import Part, Requirement
from bot.pictures.colours import BLUE, BLUE_PALE, GREEN, QUIET, TRACK, WHITE
from bot.pictures.lettering import width, wrapped
from bot.pictures.paper import INNER, MARGIN, NOTE, TEXT, Paper
from bot.pictures.scene import Box, Lines, Scene, Shape, hatch, ring, tick

_BAR = 28
_SIGN = 22
_GAP = 10  # of the hatch
_MOST_STEPS = 12  # of a bar whose parts are counted one by one


def requirement_scene(picture: Requirement) -> Scene:
    paper = Paper(picture.title)
    for part in picture.parts:
        _part(paper, part)
    return paper.scene(picture.alt, picture.note)


def _part(paper: Paper, part: Part) -> None:
    paper.skip(14)
    middle = paper.top + TEXT * 0.7
    colour = GREEN if part.reached else BLUE if part.have is not None else TRACK
    sign = tick if part.reached else ring
    paper.add(sign(MARGIN, middle, _SIGN, colour))
    label = MARGIN + _SIGN + 10
    paper.word(part.label, left=label, middle=middle, bold=True)
    beside = label + width(part.label, TEXT) + 16
    if beside + width(part.said, TEXT) <= MARGIN + INNER:
        paper.word(part.said, left=MARGIN + INNER, middle=middle, anchor="end")
        paper.skip(TEXT * 1.5)
    else:
        paper.skip(TEXT * 1.5)
        paper.lines(wrapped(part.said, TEXT, INNER, most=2), size=TEXT)
    paper.add(*_bar(part, paper.top))
    paper.skip(_BAR + 8)
    if part.note:
        paper.lines(wrapped(part.note, NOTE, INNER, most=2), size=NOTE, colour=QUIET)


def _bar(part: Part, top: float) -> Iterator[Shape]:
    yield Box(left=MARGIN, top=top, width=INNER, height=_BAR, fill=WHITE, stroke=TRACK, thick=2)
    full = INNER * min(part.have or 0, part.target) / part.target
    if part.reached:
        yield Box(left=MARGIN, top=top, width=full, height=_BAR, fill=GREEN, stroke=GREEN, thick=2)
    elif full:
        yield Box(left=MARGIN, top=top, width=full, height=_BAR, fill=BLUE_PALE, stroke=BLUE, thick=2)
        yield Lines(through=hatch(MARGIN, top, full, _BAR, gap=_GAP), colour=BLUE, thick=2)
    if 1 < part.target <= _MOST_STEPS:
        edges = [MARGIN + INNER * step / part.target for step in range(1, part.target)]
        through = tuple(((edge, top), (edge, top + _BAR)) for edge in edges)
        yield Lines(through=through, colour=WHITE if part.reached else TRACK, thick=2)
