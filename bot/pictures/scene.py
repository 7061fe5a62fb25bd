"""What a picture is made of before it is SVG or PNG: boxes, lines, discs and words, at places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from bot.pictures.colours import INK

At = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; `stroke`: the colour of its edge, "" = none."""

    left: float
    top: float
    width: float
    height: float
    fill: str
    stroke: str = ""
    thick: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Several lines of one colour, each through its points."""

    through: tuple[tuple[At, ...], ...]
    colour: str
    thick: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A round dot; with a `stroke` a ring."""

    at: At
    radius: float
    fill: str
    stroke: str = ""
    thick: float = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text; `anchor`: which of its ends stands at `left`. `middle`: of the height of a Chinese character."""

    left: float
    middle: float
    text: str
    size: float
    colour: str = INK
    bold: bool = False
    anchor: str = "start"  # "middle", "end": as SVG calls them


Shape = Box | Lines | Disc | Words


@dataclass(frozen=True, slots=True)
class Scene:
    """`title` and `alt` are read out where nothing is seen.

    `scale`: pixels of a PNG for each unit; `palette`: its colours, where they are fixed.
    """

    width: int
    height: int
    title: str
    alt: str
    shapes: tuple[Shape, ...]
    scale: float
    palette: tuple[str, ...] = ()


def hatch(left: float, top: float, width: float, height: float, *, gap: float) -> tuple[tuple[At, ...], ...]:
    """Diagonals in a rectangle, `gap` apart on its edges."""
    found = []
    reach = gap
    while reach < width + height:
        # From the left or the lower edge up to the upper or the right one.
        start = (left + max(0, reach - height), top + min(reach, height))
        end = (left + min(reach, width), top + max(0, reach - width))
        found.append((start, end))
        reach += gap
    return tuple(found)


def dashed(points: Sequence[At], on: float, off: float) -> tuple[tuple[At, ...], ...]:
    """The pieces of a line that are drawn; the pattern runs on round its corners."""
    return tuple(_dashes(points, on, off))


def _dashes(points: Sequence[At], on: float, off: float) -> Iterator[tuple[At, ...]]:
    drawn, left = True, on
    piece = list(points[:1])
    for start, end in pairwise(points):
        length, gone = hypot(end[0] - start[0], end[1] - start[1]), 0.0
        while length - gone > left:
            gone += left
            share = gone / length
            corner = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            if drawn:
                yield (*piece, corner)
            drawn, left, piece = not drawn, (off if drawn else on), [corner]
        left -= length - gone
        if drawn:
            piece.append(end)
    if drawn and len(piece) > 1:
        yield tuple(piece)


def tick(left: float, middle: float, size: float, colour: str) -> Lines:
    """✓, drawn: not every telephone's font has one."""
    points = ((left, middle), (left + size * 0.38, middle + size * 0.36), (left + size, middle - size * 0.42))
    return Lines(through=(points,), colour=colour, thick=size / 5)


def ring(left: float, middle: float, size: float, colour: str) -> Disc:
    """○, drawn."""
    return Disc(
        at=(left + size / 2, middle), radius=size * 0.4, fill="", stroke=colour, thick=max(1.5, size / 7)
    )
