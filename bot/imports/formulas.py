"""Cells of an .xlsx that readers take for empty: formulas whose results nobody has saved, and errors such as #N/A."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

from bot.imports.cells import FAILED, UNSAVED, Cell

Place = tuple[int, int, str]  # row and column, 0 = the first, and what is to stand there

# ECMA-376 part 1, 18.3.1.4: a cell `c` with its formula `f` and no value `v`. Of text, `t="str"`, an empty one is a result.
_TELLING = re.compile(
    rb'<c\b(?P<failed>[^<>]*\bt="e"[^<>]*)>|'
    rb"<c\b(?P<about>[^<>]*)>\s*<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_OF_TEXT = re.compile(rb'\bt="str"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_PIECE_BYTES = 4 << 20
_LONGEST_CELL = 16 << 10  # a formula has at most 8,192 characters
_MOST_BYTES = 4 << 20  # of the two lists of sheets


def not_empty(data: bytes) -> Mapping[str, Sequence[Place]]:
    """By the name of the sheet. `data` is an .xlsx that has been found harmless."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {
            member.filename: places
            for member in archive.infolist()
            if member.filename.startswith("xl/worksheets/") and (places := tuple(_places(archive, member)))
        }
        if not found:
            return {}
        return {name: found[part] for name, part in _sheets(archive) if part in found}


def with_marks(rows: Sequence[Sequence[Cell]], places: Sequence[Place]) -> Sequence[Sequence[Cell]]:
    """The grid in which such cells can be told from empty ones."""
    marked = [list(row) for row in rows]
    for row, column, mark in places:
        if row < len(marked):
            cells = marked[row]
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = mark
    return marked


def _places(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Place]:
    with archive.open(member) as part:
        rest = b""
        while piece := part.read(_PIECE_BYTES):
            whole = rest + piece
            end = 0
            for match in _TELLING.finditer(whole) if b"<f" in whole or b't="e"' in whole else ():
                end = match.end()
                about = match["failed"] or match["about"]
                place = _PLACE.search(about)
                if place is not None and _OF_TEXT.search(about) is None:
                    yield int(place[2]) - 1, _column(place[1]), FAILED if match["failed"] else UNSAVED
            rest = whole[max(end, len(whole) - _LONGEST_CELL) :]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """What each sheet is called, and the part that holds it."""
    parts = {
        one["Id"]: posixpath.normpath(posixpath.join("/xl", one["Target"])).lstrip("/")
        for one in _elements(archive, _RELATIONS, _RELATION)
        if "Id" in one and "Target" in one
    }
    for sheet in _elements(archive, _WORKBOOK, _SHEET):
        relation = next((value for key, value in sheet.items() if key.endswith(":id")), "")
        if relation in parts and "name" in sheet:
            yield sheet["name"], parts[relation]


def _elements(archive: zipfile.ZipFile, part: str, element: re.Pattern[bytes]) -> Iterator[dict[str, str]]:
    try:
        with archive.open(part) as opened:
            written = opened.read(_MOST_BYTES)
    except KeyError:  # a workbook that is laid out in another way
        return
    for match in element.finditer(written):
        yield {
            key.decode(errors="replace"): unescape(value.decode(errors="replace"))
            for key, value in _ATTRIBUTE.findall(match[0])
        }
