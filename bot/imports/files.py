"""From a file to grids of typed cells: .xlsx, .xls (also the ones that are HTML inside) and .csv."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.imports.cells import Cell
from bot.imports.formulas import Place, not_empty, with_marks
from bot.imports.html_table import (
    MOST_COLUMNS,
    MOST_ROWS,
    NotMarkup,
    TooManyColumns,
    TooManyRows,
    html_tables,
)
from bot.imports.kinds import ImportRefused
from bot.imports.old_workbook import Locked, old_sheets
from bot.imports.packed import Bomb, Broken, TooWide, check_packed
from bot.workbooks.csv_file import as_it_was

MOST_BYTES = 50 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a password makes an .xlsx into such a stream
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|meta|body|style|table|div)\b", re.IGNORECASE)
_OTHER_MARKUP = re.compile(rb"^\s*(<\?xml|MIME-Version:|\{\\rtf|%PDF)", re.IGNORECASE)
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f]")
_LETTERS_TO_A_CONTROL = 100  # in text; one that strayed in does no harm
_DELIMITERS = ",\t;，；"  # the full-width ones from files typed by hand


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid; row 0 is the sheet's row 1. Rows may be shorter than the widest."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[tuple[int, int, int], ...] = ()  # vertical merges: column, first row, last row


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What was read, with the fingerprint of its bytes."""

    name: str
    digest: str  # SHA-256
    sheets: tuple[Sheet, ...]


def read_file(path: Path) -> SourceFile:
    """Raises ImportRefused with one sentence when nothing can be read."""
    return read_content(path.name, _bytes(path))


def read_content(name: str, data: bytes) -> SourceFile:
    """As `read_file`, of what is no file here."""
    if not data.strip():
        raise ImportRefused(f"“{name}”是空的。")
    return SourceFile(name, sha256(data).hexdigest(), _sheets(data, name))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ImportRefused(
                f"“{path.name}”有 {size / 1024 / 1024:.0f} MB，最多 {MOST_BYTES // 1024 // 1024} MB。"
                f"请去掉图片和多余的工作表，或分成几个文件。"
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImportRefused(f"没有找到文件“{path}”，请检查路径。") from error
    except IsADirectoryError as error:
        raise ImportRefused(f"“{path}”是文件夹，请写到文件名。") from error
    except OSError as error:
        raise ImportRefused(
            f"读不了“{path.name}”：{error.strerror}。请检查权限，或先在别的程序里关掉它。"
        ) from error


def _sheets(data: bytes, name: str) -> tuple[Sheet, ...]:
    """By what the file is, not by what its name says: .xls files of web systems are often HTML or text."""
    if data.startswith((_ZIP, _OLE)):
        return _workbook(data, name)
    head = data[:4096]
    if _HTML.search(head) and b"urn:schemas-microsoft-com:office:spreadsheet" not in head:
        try:
            tables = html_tables(decode(data, name))
        except TooManyColumns:
            raise _too_many_columns("表格") from None
        except TooManyRows:
            raise ImportRefused(f"“{name}”有太多行，最多 {MOST_ROWS} 行，请分成几个文件。") from None
        except NotMarkup:
            raise _broken(name) from None
        return tuple(
            _limited(Sheet(f"表格{number}", rows, merged)) for number, (rows, merged) in enumerate(tables, 1)
        )
    if _OTHER_MARKUP.search(head):
        raise ImportRefused(f"“{name}”不是表格文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。")
    written = decode(data, name)
    sheet = _limited(Sheet("CSV", _csv(written, name)))
    if _is_junk(written, sheet, name):
        raise _no_workbook(name)
    return (sheet,)


def _is_junk(written: str, sheet: Sheet, name: str) -> bool:
    """What is text by chance; and what is called a workbook, and is neither that nor the table that some systems call so."""
    if len(_CONTROLS.findall(written)) * _LETTERS_TO_A_CONTROL > len(written):
        return True
    return name.casefold().endswith(_WORKBOOKS) and all(len(row) <= 1 for row in sheet.rows)


def _workbook(data: bytes, name: str) -> tuple[Sheet, ...]:
    if data.startswith(_OLE):
        return _old_workbook(data, name)
    try:
        check_packed(data)
    except Bomb:
        raise ImportRefused(f"“{name}”解开后太大，不像是名单。请只留需要的工作表，另存后再导入。") from None
    except TooWide:
        raise _too_wide(name) from None
    except Broken:
        raise _broken(name) from None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            visible = [
                meta.name
                for meta in workbook.sheets_metadata
                if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
            ]
            marks = not_empty(data)
            return tuple(_grid(workbook.get_sheet_by_name(title), marks.get(title, ())) for title in visible)
    except PasswordError as error:
        raise _locked(name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _broken(name) from error


def _old_workbook(data: bytes, name: str) -> tuple[Sheet, ...]:
    if _ENCRYPTED in data:
        raise _locked(name)
    try:
        return tuple(_limited(Sheet(*grid)) for grid in old_sheets(data))
    except Locked:
        raise _locked(name) from None
    except TooWide:
        raise _too_wide(name) from None
    except Broken:
        raise _broken(name) from None


def _too_wide(name: str) -> ImportRefused:
    return ImportRefused(
        f"“{name}”的表格边上有多余的格子，大得读不了。请把名单复制到新的工作表，另存后再导入。"
    )


def _broken(name: str) -> ImportRefused:
    return ImportRefused(f"“{name}”打不开，文件可能不完整。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。")


def _locked(name: str) -> ImportRefused:
    return ImportRefused(f"“{name}”设了打开密码，请在 Excel 或 WPS 里去掉密码，另存后再导入。")


def _grid(sheet: CalamineSheet, marks: Sequence[Place]) -> Sheet:
    """`marks`: cells that only look empty."""
    if sheet.end is not None:  # of an empty sheet it is
        rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
        if rows > MOST_ROWS:
            raise _too_long(sheet.name, rows)
        if columns > MOST_COLUMNS:
            raise _too_many_columns(sheet.name, columns)
    merged = tuple(
        (left, top, bottom)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if left == right and bottom > top
    )
    grid: Sequence[Sequence[Cell]] = sheet.to_python(skip_empty_area=False)
    return Sheet(sheet.name, with_marks(grid, marks) if marks else grid, merged)


def _limited(sheet: Sheet) -> Sheet:
    if len(sheet.rows) > MOST_ROWS:
        raise _too_long(sheet.name, len(sheet.rows))
    columns = max(map(len, sheet.rows), default=0)
    if columns > MOST_COLUMNS:
        raise _too_many_columns(sheet.name, columns)
    return sheet


def _too_many_columns(name: str, columns: int | None = None) -> ImportRefused:
    many = "太多列" if columns is None else f" {columns} 列"
    return ImportRefused(f"工作表“{name}”有{many}，最多 {MOST_COLUMNS} 列。")


def _too_long(name: str, rows: int) -> ImportRefused:
    return ImportRefused(f"工作表“{name}”有 {rows} 行，最多 {MOST_ROWS} 行，请分成几个文件。")


def decode(data: bytes, name: str) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM (Excel's “Unicode 文本”), else GB18030."""
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
        try:
            found = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in found:
            return found
    raise _no_workbook(name)


def _no_workbook(name: str) -> ImportRefused:
    return ImportRefused(
        f"“{name}”不是表格，也不是能看懂的文字，多半坏了，或者只是改了名字。"
        "请用 Excel 或 WPS 打开原来的文件，另存为 .xlsx 再导入。"
    )


def _csv(written: str, name: str) -> list[list[str]]:
    # Strict: a quote that nobody closes would swallow the rows below it without a word.
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=_delimiter(written), strict=True)
    try:
        rows = list(islice(reader, MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            raise _too_long("CSV", len(rows) + sum(1 for _ in reader))
    except csv.Error as error:
        raise ImportRefused(
            f"“{name}”里的引号不成对，读不下去。请用 Excel 或 WPS 另存为 .xlsx 再导入。"
        ) from error
    # Our own exports guard what a spreadsheet would take for a formula.
    return [[as_it_was(cell) for cell in row] for row in rows] if "'" in written else rows


def _delimiter(written: str) -> str:
    """The one that splits the first lines into the most columns."""
    lines = written[:20_000].splitlines()[:20]
    return max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines), default=0))
