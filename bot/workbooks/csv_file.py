"""A table as CSV: UTF-8 with BOM, so that Excel reads Chinese, and nothing in it that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import IO, Final

from bot.workbooks.sheet import Cell, Counts, Kind, Share, Sheet
from messages.texts.wording import number, percent

_RUN_BY_SPREADSHEETS: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
"""What a cell must not begin with (OWASP, CSV Injection; full-width forms are taken for the others in Chinese Excel)."""
_EVERY = 1000


def write_csv(target: IO[bytes], sheet: Sheet, progress: Callable[[int], None] | None = None) -> Counts:
    """`progress` is told every now and then how many rows there are."""
    written = 0
    wrapper = io.TextIOWrapper(target, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(wrapper)
    writer.writerow([column.title for column in sheet.columns])
    kinds = [column.kind for column in sheet.columns]
    for row in sheet.rows:
        writer.writerow([_plain(kind, cell) for kind, cell in zip(kinds, row, strict=True)])
        written += 1
        if progress is not None and written % _EVERY == 0:
            progress(written)
    wrapper.flush()
    wrapper.detach()
    return {sheet.title: written}


def harmless(text: str) -> str:
    """An apostrophe before what would be taken for a formula; `as_it_was` takes it off again.

    Only text: a number of ours may begin with a minus.
    """
    return text if _RUN_BY_SPREADSHEETS.match(text) is None else f"'{text}"


def as_it_was(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and _RUN_BY_SPREADSHEETS.match(text) else text


def _plain(kind: Kind, cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case Share(part, whole):
            return percent(part, whole)
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case _:
            return number(cell) if kind is Kind.HOURS else str(cell)
