"""Everything that an import would do, as a workbook: lists in full, schools before and after, rows to be mended."""

import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter

from bot.imports.cells import text
from bot.imports.columns import Table
from bot.imports.effect import Effect
from bot.imports.problem_workbook import CELL_HEADERS, PERSON_HEADERS, entry_rows, fault_rows, write_sheet
from bot.imports.report import Fault, Report
from messages.texts import wording
from messages.texts.unit_words import BANDS

MOST_MENDED: Final = 5_000  # rows; comments are shapes, and Excel opens many of them slowly
_SCHOOL_HEADERS = (
    *("学校", "学段", "合格 前", "合格 后", "在册 前", "在册 后"),
    *("平均完成度 前", "平均完成度 后", "名次 前", "名次 后"),
)
_WIDTH = 16


def preview_workbook(report: Report, effect: Effect | None, table: Table | None) -> bytes:
    """Nothing that somebody typed into a list becomes a formula or a link in it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
        if table is not None and report.faults:
            _rows_to_mend(workbook, table, report.faults)
        lists = (
            ("问题", CELL_HEADERS, fault_rows(report)),
            ("可疑", PERSON_HEADERS, entry_rows(report, report.suspicious)),
            ("未匹配", PERSON_HEADERS, entry_rows(report, report.unmatched)),
            ("新增", PERSON_HEADERS, entry_rows(report, report.added)),
            ("更改", PERSON_HEADERS, entry_rows(report, report.changed)),
            ("表里没有", PERSON_HEADERS, entry_rows(report, report.absent)),
            ("学校", _SCHOOL_HEADERS, _schools(effect)),
        )
        for title, headers, rows in lists:
            if rows:
                write_sheet(workbook, title, headers, rows)
        if not workbook.worksheets():
            workbook.add_worksheet("没有变化")
    return content.getvalue()


def _schools(effect: Effect | None) -> list[tuple[str | int, ...]]:
    if effect is None:
        return []
    return [
        (
            one.name,
            BANDS[one.band],
            one.before.done,
            one.after.done,
            one.before.active,
            one.after.active,
            _mean(one.before.completion, one.before.active * effect.unit),
            _mean(one.after.completion, one.after.active * effect.unit),
            one.place_before or "",
            one.place_after or "",
        )
        for one in effect.schools
    ]


def _mean(part: int, whole: int) -> str:
    return wording.percent(part, whole) if whole else ""


def _rows_to_mend(workbook: xlsxwriter.Workbook, table: Table, faults: Sequence[Fault]) -> None:
    """As they stand in the file, with a comment at each cell that cannot be read: mended, it can be sent as it is."""
    as_text, bold = workbook.add_format({"num_format": "@"}), workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet("要改的行")
    sheet.freeze_panes(1, 0)
    header = table.sheet.rows[table.header_row]
    sheet.set_column(0, max(len(header) - 1, 0), _WIDTH, as_text)
    for column, cell in enumerate(header):
        sheet.write_string(0, column, text(cell), bold)
    columns = {title: table.columns[key] for key, title in table.titles.items()}
    numbers = sorted({fault.row for fault in faults})[:MOST_MENDED]
    places = {number: place for place, number in enumerate(numbers, 1)}
    for number, place in places.items():
        for column, cell in enumerate(table.sheet.rows[number - 1]):
            if cell != "":
                sheet.write_string(place, column, text(cell), as_text)
    said: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        if fault.row in places and fault.column in columns:
            said.setdefault((places[fault.row], columns[fault.column]), []).append(
                f"{fault.reason}。{fault.cure}"
            )
    for (place, column), reasons in said.items():
        sheet.write_comment(place, column, "\n".join(reasons), {"x_scale": 2})
