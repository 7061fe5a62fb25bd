"""Which column is which, where somebody has said it: headers to choose from, and the table that follows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.imports.cells import shown
from bot.imports.columns import HEADER_ROWS, Table, check_identity, column_letter, header_place, normal_header
from bot.imports.fields import FIELDS, Field
from bot.imports.files import Sheet
from bot.imports.kinds import Chosen, ImportRefused, Kind
from storage.identifiers import mask

MOST_SHOWN = 60  # columns
_LONG_NUMBER = re.compile(r"[0-9]{6,}[0-9Xx]?")
_LOOKED_AT = 20  # rows below a header, for an example of what stands there


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file; identifiers in its example are masked."""

    index: int
    letter: str
    title: str
    example: str


@dataclass(frozen=True, slots=True)
class Headers:
    """What somebody can choose from."""

    sheet: int  # its place in the file
    name: str
    row: int  # index of the header row
    columns: tuple[Column, ...]


def headers_of(sheets: Sequence[Sheet], kind: Kind, chosen: Chosen | None) -> Headers | None:
    """Of the table that would be read, or of what was probably meant as one; None of a file without any cell."""
    place = (chosen.sheet, chosen.header_row) if chosen is not None else _likely_place(sheets, kind)
    if place is None:
        return None
    number, row = place
    sheet = sheets[number]
    titles = sheet.rows[row]
    below = sheet.rows[row + 1 : row + 1 + _LOOKED_AT]
    columns = [
        Column(index, column_letter(index), shown(cell)[:30], _example(below, index))
        for index, cell in enumerate(titles[:MOST_SHOWN])
    ]
    return Headers(number, sheet.name, row, tuple(one for one in columns if one.title or one.example))


def chosen_table(sheets: Sequence[Sheet], kind: Kind, chosen: Chosen) -> Table:
    """Raises ImportRefused where a required column was not chosen, or one was chosen twice."""
    columns = dict(chosen.columns)
    titles = {field.key: field.title for field in FIELDS[kind]}
    for field in FIELDS[kind]:
        if field.required and field.key not in columns:
            raise ImportRefused(f"还没有选“{field.title}”在哪一列。")
    _check_each_once(columns, titles)
    sheet = sheets[chosen.sheet]
    header = sheet.rows[chosen.header_row]
    check_identity(columns, kind, sheet)
    written = {
        key: (normal_header(header[index]) if index < len(header) else "") or f"{column_letter(index)} 列"
        for key, index in columns.items()
    }
    named = "、".join(
        f"{titles[key]}＝{column_letter(index)} 列“{written[key]}”" for key, index in columns.items()
    )
    return Table(
        sheet=sheet,
        header_row=chosen.header_row,
        columns=columns,
        titles=written,
        notes=(f"各列由你指定：{named}。",),
    )


def fields_of(kind: Kind) -> tuple[Field, ...]:
    return FIELDS[kind]


def _check_each_once(columns: Mapping[str, int], titles: Mapping[str, str]) -> None:
    by_index: dict[int, str] = {}
    for key, index in columns.items():
        other = by_index.setdefault(index, key)
        if other != key:
            raise ImportRefused(
                f"“{titles[other]}”和“{titles[key]}”都选了 {column_letter(index)} 列，请各选一列。"
            )


def _likely_place(sheets: Sequence[Sheet], kind: Kind) -> tuple[int, int] | None:
    """A complete header first, then the nearest to one, then the row with the most words."""
    nearest: tuple[int, int] | None = None
    for number, sheet in enumerate(sheets):
        place = header_place(sheet, kind)
        if place is not None and place[2]:
            return number, place[0]
        if place is not None and nearest is None:
            nearest = number, place[0]
    if nearest is not None:
        return nearest
    rows = [
        (sum(map(bool, map(normal_header, row))), -number, -index)
        for number, sheet in enumerate(sheets)
        for index, row in enumerate(sheet.rows[:HEADER_ROWS])
    ]
    most = max(rows, default=(0, 0, 0))
    return (-most[1], -most[2]) if most[0] else None


def _example(rows: Sequence[Sequence[object]], index: int) -> str:
    for row in rows:
        if index < len(row) and row[index] != "":
            found = shown(row[index])[:30]  # type: ignore[arg-type]
            if found.strip():
                return _LONG_NUMBER.sub(lambda match: mask(match[0]), found)
    return ""
