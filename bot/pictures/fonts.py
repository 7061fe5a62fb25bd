"""The font of the pictures: a file that pip brings, so that every machine draws the same."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, unique
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from struct import iter_unpack, unpack
from typing import BinaryIO

from PIL import ImageFont

FONT_PACKAGE = "manimgx_fonts_cjk"
FONT_FILE = "NotoSansCJK-VF.otf.ttc"
SIMPLIFIED_CHINESE = 2  # JP, KR, SC, TC, HK


@unique
class Weight(IntEnum):
    """On the font's own axis."""

    REGULAR = 400
    BOLD = 700


class MissingGlyph(Exception):
    """The font cannot draw a character; an empty box would be shown in its place."""

    def __init__(self, character: str) -> None:
        super().__init__(f"U+{ord(character):04X}")
        self.character = character


def font_path() -> Path:
    """Raises ModuleNotFoundError where the font's package is not installed."""
    return Path(str(files(FONT_PACKAGE).joinpath(FONT_FILE)))


@cache
def face(size: int, weight: Weight) -> ImageFont.FreeTypeFont:
    """`size` in pixels. The plain layout engine: the other one is not on every machine, and places differently."""
    font = ImageFont.truetype(
        font_path(), size, index=SIMPLIFIED_CHINESE, layout_engine=ImageFont.Layout.BASIC
    )
    font.set_variation_by_axes([weight.value])
    return font


@lru_cache(20_000)
def advance(character: str, size: int, weight: Weight) -> float:
    """In pixels; the font has no kerning for this layout, so a text is as wide as its characters."""
    return face(size, weight).getlength(character)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters of a font: stretches of code points, in ascending order, ends included."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, character: str) -> bool:
        point = ord(character)
        found = bisect_right(self.starts, point) - 1
        return found >= 0 and point <= self.ends[found]


def require_glyphs(texts: Iterable[str]) -> None:
    """Raises MissingGlyph for the first character that would be drawn as an empty box."""
    covered = coverage()
    for text in texts:
        for character in text:
            if character not in covered:
                raise MissingGlyph(character)


@cache
def coverage() -> Coverage:
    with font_path().open("rb") as file:
        return _coverage(file, SIMPLIFIED_CHINESE)


def _coverage(file: BinaryIO, index: int) -> Coverage:
    """From the table 'cmap', format 12 (OpenType 1.9, "cmap" and "Font collections")."""
    file.seek(12 + 4 * index)
    file.seek(_u32(file))
    _version, tables = unpack(">4sH6x", file.read(12))
    directory = iter_unpack(">4s4xI4x", file.read(16 * tables))
    cmap = next(offset for tag, offset in directory if tag == b"cmap")
    file.seek(cmap + 2)
    (count,) = unpack(">H", file.read(2))
    encodings = iter_unpack(">HHI", file.read(8 * count))
    unicode_full = next(offset for *encoding, offset in encodings if encoding == [3, 10])
    file.seek(cmap + unicode_full + 12)  # past format, length and language
    groups = [
        (start + (glyph == 0), end)  # glyph 0 is the empty box
        for start, end, glyph in iter_unpack(">III", file.read(12 * _u32(file)))
    ]
    groups = [(start, end) for start, end in groups if start <= end]
    return Coverage(tuple(start for start, _ in groups), tuple(end for _, end in groups))


def _u32(file: BinaryIO) -> int:
    (value,) = unpack(">I", file.read(4))
    return int(value)
