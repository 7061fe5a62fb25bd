"""Everything that is to be mended in a file, as a workbook beside it."""

from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from bot.imports.report import Entry, Report

_WIDTHS = {"工作表": 14, "行": 8, "列": 16, "值": 22, "姓名": 26, "原因": 52, "怎么办": 52}
CELL_HEADERS = ("工作表", "行", "列", "值", "原因", "怎么办")
PERSON_HEADERS = ("工作表", "行", "姓名", "原因", "怎么办")


def problem_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}.问题.xlsx")


def write_problems(report: Report, path: Path) -> str:
    """The path it was written to, or a sentence why it could not be."""
    target = problem_path(path)
    try:
        # Nothing that somebody typed into a list may become a formula or a link in ours.
        with xlsxwriter.Workbook(
            target, {"strings_to_formulas": False, "strings_to_urls": False}
        ) as workbook:
            sheets = (
                ("问题", CELL_HEADERS, fault_rows(report)),
                ("可疑", PERSON_HEADERS, entry_rows(report, report.suspicious)),
                ("未匹配", PERSON_HEADERS, entry_rows(report, report.unmatched)),
            )
            for title, headers, rows in sheets:
                if rows:
                    write_sheet(workbook, title, headers, rows)
    except FileCreateError:
        return f"问题清单写不进“{target.parent}”（没有权限，或同名文件正打开着），这次只在这里列出。"
    return str(target)


def fault_rows(report: Report) -> list[tuple[str | int, ...]]:
    return [
        (report.sheet, fault.row, fault.column, fault.value, fault.reason, fault.cure)
        for fault in report.faults
    ]


def entry_rows(report: Report, entries: tuple[Entry, ...]) -> list[tuple[str | int, ...]]:
    return [(report.sheet, entry.row or "", entry.who, entry.text, entry.cure) for entry in entries]


def write_sheet(
    workbook: xlsxwriter.Workbook, title: str, headers: tuple[str, ...], rows: list[tuple[str | int, ...]]
) -> None:
    bold = workbook.add_format({"bold": True})
    as_text = workbook.add_format({"num_format": "@"})
    sheet = workbook.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(headers) - 1)
    for column, header in enumerate(headers):
        sheet.set_column(column, column, _WIDTHS.get(header, 14), None if header == "行" else as_text)
        sheet.write_string(0, column, header, bold)
    for number, row in enumerate(rows, 1):
        for column, found in enumerate(row):
            if isinstance(found, int):
                sheet.write_number(number, column, found)
            else:
                sheet.write_string(number, column, found, as_text)
