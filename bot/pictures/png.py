"""A picture as PNG, drawn with the packaged font: the same bytes for the same picture, few colours, small."""

from collections.abc import Sequence
from io import BytesIO
from itertools import chain

from PIL import Image, ImageDraw

from bot.pictures.colours import WHITE, palette
from bot.pictures.fonts import Weight, face, require_glyphs
from bot.pictures.scene import At, Box, Disc, Lines, Scene, Shape, Words
from bot.pictures.scenes import Shows, scene_of
from bot.pictures.svg import BASELINE

_FINE = 2  # so many times larger are slanted lines and dots drawn at first: Pillow draws them with steps
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def png(picture: Shows) -> bytes:
    """Raises MissingGlyph for a character that the font lacks, ModuleNotFoundError, OSError without the font.

    At most 2 MB whatever a table holds. Takes a tenth of a second: not for the event loop.
    """
    scene = scene_of(picture)
    require_glyphs(shape.text for shape in scene.shapes if isinstance(shape, Words))
    image = _drawn(scene)
    colours = scene.palette or palette(_colours(scene.shapes))
    into = BytesIO()
    image.quantize(len(colours), palette=_palette(colours), dither=Image.Dither.NONE).save(into, "PNG")
    return into.getvalue()


def _drawn(scene: Scene) -> Image.Image:
    size = round(scene.width * scene.scale), round(scene.height * scene.scale)
    fine = _FINE if any(isinstance(shape, Lines | Disc) for shape in scene.shapes) else 1
    image = Image.new("RGB", (size[0] * fine, size[1] * fine), WHITE)
    pen = _Pen(ImageDraw.Draw(image), scene.scale * fine)
    for shape in scene.shapes:
        pen.draw(shape)
    if fine > 1:
        image = image.resize(size, Image.Resampling.BOX)
    lettering = ImageDraw.Draw(image)
    for shape in scene.shapes:
        if isinstance(shape, Words):
            _write(lettering, shape, scene.scale)
    return image


class _Pen:
    """Draws everything but words."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: float) -> None:
        self._draw = draw
        self._scale = scale

    def draw(self, shape: Shape) -> None:
        match shape:
            case Box():
                self._box(shape)
            case Lines():
                for points in shape.through:
                    self._line(points, shape)
            case Disc():
                self._disc(shape)
            case Words():
                pass

    def _box(self, box: Box) -> None:
        left, top = round(box.left * self._scale), round(box.top * self._scale)
        right = round((box.left + box.width) * self._scale)
        bottom = round((box.top + box.height) * self._scale)
        half = round(box.thick * self._scale / 2) if box.stroke else 0
        # As in SVG an edge lies half outside. Pillow's rectangles include their last pixel.
        edges = (left - half, top - half, max(left, right - 1) + half, max(top, bottom - 1) + half)
        self._draw.rectangle(edges, box.fill or None, box.stroke or None, max(1, 2 * half))

    def _line(self, points: Sequence[At], lines: Lines) -> None:
        scaled = [(across * self._scale, down * self._scale) for across, down in points]
        self._draw.line(scaled, lines.colour, max(1, round(lines.thick * self._scale)), joint="curve")

    def _disc(self, disc: Disc) -> None:
        half = disc.thick / 2 if disc.stroke else 0
        radius = (disc.radius + half) * self._scale
        across, down = disc.at[0] * self._scale, disc.at[1] * self._scale
        edges = (across - radius, down - radius, across + radius, down + radius)
        thick = max(1, round(disc.thick * self._scale))
        self._draw.ellipse(edges, disc.fill or None, disc.stroke or None, thick)


def _write(draw: ImageDraw.ImageDraw, words: Words, scale: float) -> None:
    font = face(round(words.size * scale), Weight.BOLD if words.bold else Weight.REGULAR)
    at = round(words.left * scale), round((words.middle + words.size * BASELINE) * scale)
    draw.text(at, words.text, words.colour, font, anchor=_ANCHORS[words.anchor])


def _colours(shapes: Sequence[Shape]) -> set[str]:
    found = chain.from_iterable(
        (shape.fill, shape.stroke) if isinstance(shape, Box | Disc) else (shape.colour,) for shape in shapes
    )
    return {colour for colour in found if colour}


def _palette(colours: Sequence[str]) -> Image.Image:
    image = Image.new("P", (1, 1))
    image.putpalette(b"".join(bytes.fromhex(colour[1:]) for colour in colours))
    return image
