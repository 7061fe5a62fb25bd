"""Cutting long texts into pages: at line borders, else between characters, never inside a link."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import count

# A link ends where a space or Chinese punctuation begins; Chinese letters may be part of one.
LINK = re.compile(r"https?://[^\s，。；、！？：）】》」”’]+", re.IGNORECASE)

_SPARED = 4  # a quarter of a page that is left over is worth beginning on
_LEAST_HALF = 40  # bytes: room for a footer and a character with its marks

_JOINER = "\u200d"
_REGIONAL = range(0x1F1E6, 0x1F200)  # two of them make a flag
_SKIN = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)

# What separates a line from the one before it on the same page ("" for the first), and the line.
Piece = tuple[str, str]
# Number of a page and of all pages → the line at its end.
Footer = Callable[[int, int], str]


def footer(number: int, total: int) -> str:
    return f"({number}/{total}) 回复“更多”看下一段"


def plain_footer(number: int, total: int) -> str:
    """Where the next page comes by itself."""
    return f"({number}/{total})"


def split(
    pieces: Sequence[Piece],
    limit: int,
    before_footer: str = "\n",
    footer: Footer = footer,
) -> tuple[str, ...]:
    """Pages of at most `limit` UTF-8 bytes; each but the last ends with its footer, which the limit includes."""
    whole = "".join(separator + line for separator, line in pieces)
    # No character takes more than four bytes: most answers are measured without being encoded.
    if len(whole) * 4 <= limit or _size(whole) <= limit:
        return (whole,)
    for digits in count(1):  # how many pages there are decides how much room their footers take
        most = 10**digits - 1
        bodies = _fill(pieces, limit - _size(before_footer + footer(most, most)))
        if len(bodies) <= most:
            break
    total = len(bodies)
    paged = [f"{body}{before_footer}{footer(n, total)}" for n, body in enumerate(bodies[:-1], start=1)]
    return (*paged, bodies[-1])


def halves(body: str) -> tuple[str, ...]:
    """A page in pages of half its size and a little; one that can hardly be shorter stays as it is."""
    pieces = [("\n" if number else "", line) for number, line in enumerate(body.split("\n"))]
    return split(pieces, _size(body) // 2 + _LEAST_HALF, footer=plain_footer)


def clusters(text: str) -> Iterator[str]:
    """The characters as a reader sees them: with their marks, joined emoji, flags."""
    start = 0
    for at in range(1, len(text)):
        if not _belongs_to_previous(text, at, start):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _belongs_to_previous(text: str, at: int, start: int) -> bool:
    char, previous = text[at], text[at - 1]
    point = ord(char)
    if _JOINER in (char, previous) or unicodedata.category(char).startswith("M"):
        return True
    if point in _SKIN or point in _TAGS:
        return True
    return point in _REGIONAL and ord(previous) in _REGIONAL and at - start == 1


def _fill(pieces: Sequence[Piece], room: int) -> list[str]:
    """A page never begins with an empty line, nor is it one: an empty body would say nothing at all."""
    bodies: list[str] = []
    body, size = "", 0
    for separator, line in pieces:
        more = _size(line)
        gap = _size(separator)
        if body and size + gap + more <= room:
            body, size = body + separator + line, size + gap + more
            continue
        if more > room:
            # It is cut anyway: its beginning need not leave a title alone on a page.
            spare = room - size - gap if body else 0
            first, *full, line = _cut(line, room, spare)  # noqa: PLW2901  the rest is a line of its own
            body += separator + first if first else ""
            bodies += [body, *full] if body else full
            more = _size(line)
        elif body:
            bodies.append(body)
        body, size = line, more
    return [*bodies, body] if body or not bodies else bodies


def _cut(line: str, room: int, spare: int) -> list[str]:
    """Of a line that is longer than `room`: what fits into `spare`, or nothing, and then pages full."""
    chunks: list[str] = []
    chunk, size, most = "", 0, spare if spare >= room // _SPARED else 0
    for unit in _units(line, room):
        more = _size(unit)
        if size + more > most:
            chunks.append(chunk)
            chunk, size, most = "", 0, room
        chunk, size = chunk + unit, size + more
    return [*chunks, chunk]


def _units(line: str, room: int) -> Iterator[str]:
    """What a cut may not go through; only a link or a character that alone fills a page is taken apart."""
    at = 0
    for link in LINK.finditer(line):
        yield from _characters(line[at : link.start()], room)
        if _size(link.group()) <= room:
            yield link.group()
        else:
            yield from _characters(link.group(), room)
        at = link.end()
    yield from _characters(line[at:], room)


def _characters(text: str, room: int) -> Iterator[str]:
    for cluster in clusters(text):
        if _size(cluster) <= room:
            yield cluster
        else:
            yield from cluster


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
