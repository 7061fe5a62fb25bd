"""From a file to grids of typed cells: .xlsx, .xls (also the ones that are HTML inside) and .csv."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
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
from bot.imports.html_table import html_tables
from bot.imports.kinds import ImportRefused

MOST_BYTES = 50 * 1024 * 1024
MOST_CELLS = 40_000_000  # a million rows of the forty widest columns seen
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]{1,5})([0-9]{1,9})"')
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
MOST_ROWS = 300_000
MOST_COLUMNS = 500
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a password makes an .xlsx into such a stream
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|meta|body|style|table|div)\b", re.IGNORECASE)
_OTHER_MARKUP = re.compile(rb"^\s*(<\?xml|MIME-Version:|\{\\rtf|%PDF)", re.IGNORECASE)
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
    data = _bytes(path)
    if not data.strip():
        raise ImportRefused(f"“{path.name}”是空的。")
    return SourceFile(path.name, sha256(data).hexdigest(), _sheets(data, path.name))


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
        tables = html_tables(decode(data, name))
        return tuple(
            _limited(Sheet(f"表格{number}", rows, merged)) for number, (rows, merged) in enumerate(tables, 1)
        )
    if _OTHER_MARKUP.search(head):
        raise ImportRefused(f"“{name}”不是表格文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。")
    return (_limited(Sheet("CSV", _csv(decode(data, name), name))),)


def _workbook(data: bytes, name: str) -> tuple[Sheet, ...]:
    _check_packed(data, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            visible = [
                meta.name
                for meta in workbook.sheets_metadata
                if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
            ]
            return tuple(_grid(workbook.get_sheet_by_name(title)) for title in visible)
    except PasswordError as error:
        raise _locked(name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise ImportRefused(
            f"“{name}”打不开，文件可能不完整。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"
        ) from error


def _check_packed(data: bytes, name: str) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _locked(name)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            cells = max((_area(archive, member) for member in archive.infolist()), default=0)
    except zipfile.BadZipFile:
        return  # the workbook's reader says it better
    if cells > MOST_CELLS:
        raise ImportRefused(
            f"“{name}”的表格边上有多余的格子，大得读不了。请把名单复制到新的工作表，另存后再导入。"
        )
    if unpacked > MOST_UNPACKED_BYTES:
        raise ImportRefused(f"“{name}”解开后太大，不像是名单。请只留需要的工作表，另存后再导入。")


def _area(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Rows times columns of a worksheet by its own account; the reader lays out that many cells at once."""
    if not member.filename.startswith("xl/worksheets/"):
        return 0
    with archive.open(member) as sheet:
        found = _DIMENSION.search(sheet.read(8192))
    if found is None:
        return 0
    columns = 0
    for letter in found[1]:
        columns = columns * 26 + letter - 64
    return columns * int(found[2])


def _locked(name: str) -> ImportRefused:
    return ImportRefused(f"“{name}”设了打开密码，请在 Excel 或 WPS 里去掉密码，另存后再导入。")


def _grid(sheet: CalamineSheet) -> Sheet:
    if sheet.end is not None:  # of an empty sheet it is
        rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
        if rows > MOST_ROWS:
            raise _too_long(sheet.name, rows)
        if columns > MOST_COLUMNS:
            raise ImportRefused(f"工作表“{sheet.name}”有 {columns} 列，最多 {MOST_COLUMNS} 列。")
    merged = tuple(
        (left, top, bottom)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if left == right and bottom > top
    )
    return Sheet(sheet.name, sheet.to_python(skip_empty_area=False), merged)


def _limited(sheet: Sheet) -> Sheet:
    if len(sheet.rows) > MOST_ROWS:
        raise _too_long(sheet.name, len(sheet.rows))
    return sheet


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
    raise ImportRefused(
        f"“{name}”不是表格，也不是能看懂的文字。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"
    )


def _csv(written: str, name: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(written, newline=""), delimiter=_delimiter(written)))
    except csv.Error as error:
        raise ImportRefused(
            f"“{name}”里的引号不成对，读不下去。请用 Excel 或 WPS 另存为 .xlsx 再导入。"
        ) from error


def _delimiter(written: str) -> str:
    """The one that splits the first lines into the most columns."""
    lines = written[:20_000].splitlines()[:20]
    return max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines), default=0))
