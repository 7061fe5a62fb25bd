"""Which column is which: headers by alias, within the first ten rows of whichever sheet has them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.imports.cells import Cell, label
from bot.imports.fields import FIELDS, Field
from bot.imports.files import Sheet
from bot.imports.kinds import ImportRefused, Kind

HEADER_ROWS = 10


# Hours that a course or the programme requires in some exports and that were earned in others.
_DOUBTFUL_HOURS = frozenset(
    (
        *("总学时", "学时", "总学时数", "学时数", "合计学时", "学时合计", "应修学时", "规定学时", "要求学时"),
        *("课程学时", "应得学时", "计划学时"),
    )
)
_MINUTES = re.compile(r"时长|分钟")
_IDENTITIES = frozenset({"staff_no", "study_account", "mobile"})
_DECORATION = re.compile(r"\((必填|选填|必填项|可选|文本|学时|小时|单位:?学时)\)|[*:：☆★]|(?<=.)必填$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where the data of a file is."""

    sheet: Sheet
    header_row: int  # index of the (last) header row within `sheet.rows`
    columns: dict[str, int]  # by key of the field
    titles: dict[str, str]  # the headers as written, by key
    notes: tuple[str, ...]

    @property
    def above(self) -> Sequence[Sequence[Cell]]:
        return self.sheet.rows[: self.header_row]

    @property
    def below(self) -> Sequence[Sequence[Cell]]:
        return self.sheet.rows[self.header_row + 1 :]

    @property
    def first_number(self) -> int:
        """The number, in the sheet, of the first row of data."""
        return self.header_row + 2


def normal_header(cell: Cell) -> str:
    """Without blanks, line breaks, full-width forms, * and （必填）."""
    return _DECORATION.sub("", label(cell).replace("\n", "")).casefold() if isinstance(cell, str) else ""


def find_table(sheets: Iterable[Sheet], kind: Kind) -> Table:
    """The first sheet with a recognisable header wins. Raises ImportRefused with what was seen and wanted."""
    sheets = tuple(sheets)
    nearest: tuple[Sheet, int, list[str]] | None = None
    for sheet in sheets:
        place = header_place(sheet, kind)
        if place is None:
            continue
        index, headers, complete = place
        if complete:
            return _table(sheet, index, headers, kind)
        nearest = nearest or (sheet, index, headers)
    raise _no_table(sheets, nearest, kind)


def not_read(sheets: Iterable[Sheet], read: Sheet) -> tuple[str, ...]:
    """A note of the other sheets that hold anything."""
    rows = {sheet.name: sum(map(_holds, sheet.rows)) for sheet in sheets if sheet is not read}
    others = "、".join(f"“{name}”（{count} 行）" for name, count in rows.items() if count)
    return (f"只读了工作表“{read.name}”，没有读{others}。",) if others else ()


def _holds(row: Sequence[Cell]) -> bool:
    return any(cell != "" for cell in row)


def headers_as(sheets: Iterable[Sheet], kind: Kind) -> frozenset[str] | None:
    """The headers of the first sheet that has all that this kind needs; None where there is none."""
    for sheet in sheets:
        place = header_place(sheet, kind)
        if place is not None and place[2]:
            return frozenset(filter(None, place[1]))
    return None


def header_place(sheet: Sheet, kind: Kind) -> tuple[int, list[str], bool] | None:
    """Index of the header row, its headers, and whether every required column is there.

    A header may span two rows (a merged 学时 above 线上 and 线下).
    """
    best: tuple[int, list[str], bool] | None = None
    most = 1
    rows = sheet.rows[:HEADER_ROWS]
    for index, row in enumerate(rows):
        headers = [normal_header(cell) for cell in row]
        candidates = [(index, headers)]
        if index + 1 < len(rows):
            candidates.append((index + 1, _both(headers, [normal_header(cell) for cell in rows[index + 1]])))
        for place, names in candidates:
            keys = _recognised(names, kind)
            if "name" not in keys or len(keys) < 2:
                continue
            complete = all(field.key in keys for field in FIELDS[kind] if field.required)
            if complete:
                return place, names, True
            if len(keys) > most:
                best, most = (place, names, False), len(keys)
    return best


def _both(upper: list[str], lower: list[str]) -> list[str]:
    width = max(len(upper), len(lower))
    padded = zip(upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True)
    return [below or above for above, below in padded]


def _recognised(headers: list[str], kind: Kind) -> set[str]:
    present = set(headers)
    return {field.key for field in FIELDS[kind] if not present.isdisjoint(map(str.casefold, field.titles))}


def _table(sheet: Sheet, index: int, headers: list[str], kind: Kind) -> Table:
    columns: dict[str, int] = {}
    titles: dict[str, str] = {}
    notes: list[str] = []
    for field in FIELDS[kind]:
        positions = _positions(field, headers, columns.values())
        if not positions:
            continue
        chosen = _choose(field, positions, headers, sheet)
        columns[field.key] = chosen
        titles[field.key] = headers[chosen]
        others = [headers[position] for position in positions if position != chosen]
        if others:
            notes.append(f"“{field.title}”取自“{headers[chosen]}”列，没有用“{'”“'.join(others)}”。")
    if kind is Kind.ONLINE_HOURS and "总学时" in headers:
        notes.append("“总学时”是应修的学时，没有使用。")
    check_identity(columns, kind, sheet)
    return Table(sheet=sheet, header_row=index, columns=columns, titles=titles, notes=tuple(notes))


def _positions(field: Field, headers: list[str], taken: Iterable[int]) -> list[int]:
    """Columns of a field, the most exact title first; the same title twice stands twice."""
    used = set(taken)
    return [
        position
        for title in field.titles
        for position, header in enumerate(headers)
        if header == title.casefold() and position not in used
    ]


def _choose(field: Field, positions: list[int], headers: list[str], sheet: Sheet) -> int:
    first = positions[0]
    twice = [position for position in positions if headers[position] == headers[first]]
    if len(twice) > 1:
        raise ImportRefused(
            f"工作表“{sheet.name}”有 {len(twice)} 列都叫“{headers[first]}”"
            f"（{'、'.join(column_letter(position) for position in twice)} 列），请只留一列再导入。"
        )
    # Which of two identities is better can be said; which of two figures is meant can not.
    if len(positions) > 1 and field.key == "hours" and headers[first] != field.title:
        both = "”和“".join(headers[position] for position in positions)
        raise ImportRefused(
            f"工作表“{sheet.name}”的“{both}”都像{field.title}，请把要用的一列改名为“{field.title}”再导入。"
        )
    return first


def check_identity(columns: dict[str, int], kind: Kind, sheet: Sheet) -> None:
    if kind in {Kind.SCHOOLS, Kind.ROSTER} or "school" in columns or not _IDENTITIES.isdisjoint(columns):
        return
    raise ImportRefused(
        f"工作表“{sheet.name}”只有姓名，认不出人：还需要 人员编号、学习账号、手机号 或 学校 中的一列。"
    )


def _no_table(
    sheets: Sequence[Sheet], nearest: tuple[Sheet, int, list[str]] | None, kind: Kind
) -> ImportRefused:
    wanted = "、".join(field.title for field in FIELDS[kind] if field.required)
    if nearest is not None:
        sheet, index, headers = nearest
        if kind is Kind.ONLINE_HOURS and (question := _question(headers)):
            return ImportRefused(question)
        keys = _recognised(headers, kind)
        missing = "、".join(f.title for f in FIELDS[kind] if f.required and f.key not in keys)
        return ImportRefused(
            f"工作表“{sheet.name}”第 {index + 1} 行的表头缺少：{missing}。看到的表头：{_list(headers)}。"
        )
    seen = headers_seen(sheets)
    if not seen:
        return ImportRefused("文件里没有数据。")
    return ImportRefused(f"前 {HEADER_ROWS} 行里没有找到表头。需要的列：{wanted}。看到的是：{seen}。")


def _question(headers: list[str]) -> str:
    doubtful = [header for header in headers if header in _DOUBTFUL_HOURS]
    if doubtful:
        return (
            f"文件里只有“{doubtful[0]}”，没有“获得学时”。在不少平台上它是要求修满的学时，不是已经获得的。"
            f"这一列是每个人已经获得的学时吗？是的话，请把表头改为“获得学时”再导入；不是的话，请从平台导出带“获得学时”的表。"
        )
    minutes = [header for header in headers if _MINUTES.search(header)]
    if minutes:
        return (
            f"文件里只有“{minutes[0]}”，没有“获得学时”。时长和分钟不能直接当作学时。"
            f"请从平台导出带“获得学时”的表，或换算后把表头改为“获得学时”。"
        )
    return ""


def headers_seen(sheets: Iterable[Sheet]) -> str:
    """What was probably meant as headers, whatever they are; "" where there is nothing."""
    return _list(header for sheet in sheets for header in _widest(sheet))


def _widest(sheet: Sheet) -> list[str]:
    """The row with the most text among the first ten: what was probably meant as the header."""
    rows = [[normal_header(cell) for cell in row] for row in sheet.rows[:HEADER_ROWS]]
    return max(rows, key=lambda row: sum(map(bool, row)), default=[])


def _list(headers: Iterable[str]) -> str:
    named = [header[:20] for header in headers if header]
    return "、".join(named[:15]) + (f" 等 {len(named)} 列" if len(named) > 15 else "")


def column_letter(index: int) -> str:
    """0 → A, 26 → AA: how spreadsheets call their columns."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
