"""Whether an .xlsx may be unpacked and laid out: what does so takes the memory it needs, or the process ends."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Final

MOST_CELLS = 40_000_000  # a million rows of the forty widest columns seen
# A sheet is laid out from its first row and column to its last, whatever stands in between.
HARMLESS_CELLS = 4_000_000
MOST_TIMES_LAID_OUT = 50
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
# Rosters become ten to forty times as large; whatever gives a hundred times as much was made to fill the memory.
MOST_TIMES_UNPACKED = 100
HARMLESS_UNPACKED_BYTES = 32 * 1024 * 1024

# LibreOffice's format and Excel's binary one: their readers lay out what is repeated before one can look.
_OTHERS: Final = frozenset({"content.xml", "mimetype", "xl/workbook.bin"})
_PLACE: Final = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,9})([0-9]{1,20})")  # of a cell, or of a row
_PLACED: Final = re.compile(rb"<c\s[^<>]*?\br\s*=\s*[\"'][A-Za-z]{1,3}[0-9]{1,7}[\"']")
_FEW: Final = 100
_PREFIX: Final = re.compile(rb"<[^\s<>/:]+:")
_PREFIXED: Final = re.compile(_PREFIX.pattern + rb"(?:c|row)\b")
_PIECE_BYTES: Final = 4 << 20
_TAG_BYTES: Final = 64 << 10  # a tag is not as long
_BLANK_BYTES: Final = 1 << 20  # nobody writes so many blanks in a row


class Broken(Exception):
    """No workbook, or not a whole one."""


class Bomb(Exception):
    """It unpacks to more than a workbook of names ever does."""


class TooWide(Exception):
    """Cells far apart make a sheet of more than can be laid out."""


def check_packed(data: bytes) -> None:
    """Raises Broken, Bomb, TooWide."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Broken from None


def _check(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if any(member.filename.lower() in _OTHERS for member in members):
        raise Broken
    if sum(member.file_size for member in members) > MOST_UNPACKED_BYTES or any(map(_is_bomb, members)):
        raise Bomb
    left = MOST_CELLS
    for member in members:
        with archive.open(member) as part:
            extent = _extent(part)
        left -= extent.area
        if left < 0 or extent.area > max(HARMLESS_CELLS, extent.cells * MOST_TIMES_LAID_OUT):
            raise TooWide


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    """By the sizes that the archive gives; no reader reads more than these."""
    most = max(HARMLESS_UNPACKED_BYTES, member.compress_size * MOST_TIMES_UNPACKED)
    return member.file_size > most


@dataclass(slots=True)
class _Extent:
    """Where the last cell of a part is, and how many there are; a part that is no worksheet has none.

    By the cells themselves: what a sheet says of its own size need not be true, nor its file be named as usual.
    """

    rows: int = 0
    cells: int = 0
    letters: set[bytes] = field(default_factory=set)
    tags: int = 0  # of rows
    in_row: int = 0  # cells need not say where they stand: then they follow each other
    widest: int = 0

    @property
    def area(self) -> int:
        columns = max(max(map(_column, self.letters), default=0), self.widest)
        return max(self.rows, self.tags) * columns

    def add(self, piece: bytes) -> None:
        places = _PLACE.findall(piece)
        self.letters.update(column for column, _ in places)
        self.rows = max(self.rows, max(map(int, {row for _, row in places}), default=0))
        plain = _PREFIX.sub(b"<", piece) if _PREFIXED.search(piece) else piece
        cells, rows = plain.count(b"<c"), plain.count(b"<row")
        self.cells += cells
        self.tags += rows
        unplaced = cells - len(_PLACED.findall(plain))
        if rows and unplaced > _FEW:
            unplaced = self._longest_row(plain)
        self.in_row = unplaced if rows else self.in_row + unplaced
        self.widest = max(self.widest, self.in_row)

    def _longest_row(self, plain: bytes) -> int:
        """Of cells, placed or not; the first goes on where the last piece has ended."""
        first, *others = (row.count(b"<c") for row in plain.split(b"<row"))
        return max(self.in_row + first, *others)


def _extent(part: IO[bytes]) -> _Extent:
    extent = _Extent()
    rest = b""
    while read := part.read(_PIECE_BYTES):
        piece = rest + read
        # A tag is looked at in one piece, and so is a place, however many blanks are in it.
        whole = piece.rfind(b"<")
        if len(piece) - whole > _TAG_BYTES:
            whole = max(0, len(piece[:-_TAG_BYTES].rstrip()) - _TAG_BYTES)
        rest = piece[whole:]
        if len(rest) > _BLANK_BYTES:
            raise Broken
        extent.add(piece[:whole])
    extent.add(rest)
    return extent


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
