"""Reads an .xls in a process of its own, because its reader lays out whatever size two cells make up.

Of an .xlsx the places of all cells can be looked at before (`files.py`); in the old format they lie scattered over the
sectors of a compound file. A process that has taken too much memory ends alone, and takes nobody's chat with it.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from bot.imports.packed import Broken, TooWide

MOST_CELLS: Final = 4_000_000  # 65,536 rows, which is all that the format has, of sixty columns
_MOST_BYTES: Final = (
    1 << 30
)  # of address space; where the system knows no such limit, the machine's memory is it
_SECONDS: Final = 60

Cell = str | int | float | bool | date | datetime | time | timedelta
Grid = tuple[str, list[list[Cell]], tuple[tuple[int, int, int], ...]]
"""Name, rows, and vertical merges as column, first row, last row."""


class _End(IntEnum):
    """How the process has ended; whatever else it says, the file was broken."""

    READ = 0
    LOCKED = 3
    TOO_WIDE = 4


class Locked(Exception):
    """It cannot be opened without a password."""


def old_sheets(data: bytes) -> list[Grid]:
    """The visible worksheets. Raises Locked, TooWide, Broken."""
    try:
        done = subprocess.run(  # noqa: S603  ourselves
            [sys.executable, "-m", __name__], input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Broken from None
    match done.returncode:
        case _End.READ:
            grids: list[Grid] = pickle.loads(done.stdout)  # noqa: S301  written by `_main` below
            return grids
        case _End.LOCKED:
            raise Locked
        case _End.TOO_WIDE:
            raise TooWide
    raise Broken


def _grids(data: bytes) -> Iterator[Grid]:
    left = MOST_CELLS
    with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
        for meta in workbook.sheets_metadata:
            if meta.visible != SheetVisibleEnum.Visible or meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            rows, columns = sheet.end or (0, 0)
            left -= (rows + 1) * (columns + 1)
            if left < 0:
                raise TooWide
            merged = tuple(
                (first, top, bottom)
                for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
                if first == last and bottom > top
            )
            yield meta.name, sheet.to_python(skip_empty_area=False), merged


def _main() -> _End:
    with suppress(ImportError):
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        grids = list(_grids(sys.stdin.buffer.read()))
    except PasswordError:
        return _End.LOCKED
    except TooWide:
        return _End.TOO_WIDE
    pickle.dump(grids, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    return _End.READ


if __name__ == "__main__":
    try:
        sys.exit(_main())
    except (CalamineError, OSError, ValueError, MemoryError):
        sys.exit(1)
