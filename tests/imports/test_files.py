"""Every kind of file that offices and platforms send."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
import xlwt

from bot.imports import files, packed
from bot.imports.cells import FAILED
from bot.imports.columns import find_table
from bot.imports.files import read_file
from bot.imports.html_table import html_tables
from bot.imports.kinds import ImportRefused, Kind

JUNK = (
    "“a.xlsx”不是表格，也不是能看懂的文字，多半坏了，或者只是改了名字。"
    "请用 Excel 或 WPS 打开原来的文件，另存为 .xlsx 再导入。"
)
ROWS = [["姓名", "人员编号", "获得学时"], ["赵一", "T001", "18.5"]]
HTML = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>
<table border=1><tr><th colspan="3">示例县学时</th></tr><tr><td>姓名</td><td>人员<br>编号</td><td>获得学时</td></tr>
<tr><td rowspan="2">赵一</td><td>T001</td><td>18.5</td></tr><tr><td>T002</td><td>&nbsp;</td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding_and_delimiter(folder, encoding, delimiter):
    path = folder.csv("a.csv", ROWS, encoding=encoding, delimiter=delimiter)
    assert read_file(path).sheets[0].rows == ROWS


def test_a_new_workbook_keeps_types(folder):
    path = folder.xlsx("a.xlsx", [["姓名", "日期"], ["赵一", 7], ["钱二", date(2024, 5, 6)]])
    assert read_file(path).sheets[0].rows == [["姓名", "日期"], ["赵一", 7.0], ["钱二", date(2024, 5, 6)]]


def test_a_workbook_of_openpyxl_is_read(folder):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(folder.path / "a.xlsx")
    assert read_file(folder.path / "a.xlsx").sheets[0].rows == ROWS


def test_an_old_workbook_is_read(folder):
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(str(folder.path / "a.xls"))
    found = read_file(folder.path / "a.xls").sheets[0]
    assert (found.name, found.rows) == ("名单", ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_xls_that_is_html_is_read(folder, encoding):
    sheet = read_file(folder.raw("a.xls", HTML.encode(encoding))).sheets[0]
    assert sheet.rows == [
        ["示例县学时", "", ""],
        ["姓名", "人员\n编号", "获得学时"],
        ["赵一", "T001", "18.5"],
        ["", "T002", ""],
    ]
    assert sheet.merged == ((0, 2, 3),)


def test_an_xls_that_is_text_is_read(folder):
    assert read_file(folder.csv("a.xls", ROWS, delimiter="\t")).sheets[0].rows == ROWS


def test_a_span_at_the_end_of_a_row_does_not_shift_later_rows():
    page = "<table><tr><td>a<td rowspan=2>b</tr><tr><td>c</tr><tr><td>d<td>e</tr></table>"
    assert html_tables(page)[0][0] == [["a", "b"], ["c", ""], ["d", "e"]]


def test_rows_keep_their_numbers_behind_empty_ones(folder):
    path = folder.xlsx("a.xlsx", [[], [], *ROWS])
    assert read_file(path).sheets[0].rows[2] == ROWS[0]


def test_hidden_sheets_are_left_alone(folder):
    with xlsxwriter.Workbook(folder.path / "a.xlsx") as workbook:
        workbook.add_worksheet("看得见").write(0, 0, "a")
        workbook.add_worksheet("看不见").hide()
    assert [sheet.name for sheet in read_file(folder.path / "a.xlsx").sheets] == ["看得见"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "“a.xlsx”是空的。"),
        (
            b"PK\x03\x04 broken",
            "“a.xlsx”打不开，文件可能不完整。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。",
        ),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "“a.xlsx”设了打开密码，请在 Excel 或 WPS 里去掉密码，另存后再导入。",
        ),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600),
            "“a.xlsx”打不开，文件可能不完整。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。",
        ),
        (b"%PDF-1.7", "“a.xlsx”不是表格文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
        (b"\x00\x01\x02\xff\xfe", JUNK),
        (b"\x01\x02\x03, \x04\x05", JUNK),
        (b"this is not a workbook at all", JUNK),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(folder, data, sentence):
    with pytest.raises(ImportRefused) as caught:
        read_file(folder.raw("a.xlsx", data))
    assert str(caught.value) == sentence


def test_a_control_character_that_strayed_into_a_table_does_no_harm(folder):
    many = [*ROWS, *(["钱二", f"T{number:03}", "20"] for number in range(2, 30))]
    path = folder.raw("a.csv", "\n".join(",".join(row) for row in many).encode() + b"\x1a")
    assert len(read_file(path).sheets[0].rows) == len(many)


def test_a_missing_file_and_a_folder_are_said(folder):
    with pytest.raises(ImportRefused, match="没有找到文件"):
        read_file(folder.path / "nothing.xlsx")
    with pytest.raises(ImportRefused, match="是文件夹，请写到文件名"):
        read_file(folder.path)


def test_limits_of_size_and_rows(folder, monkeypatch):
    path = folder.csv("a.csv", ROWS)
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    with pytest.raises(ImportRefused, match="工作表“CSV”有 2 行，最多 1 行，请分成几个文件。"):
        read_file(path)
    with pytest.raises(ImportRefused, match="工作表“Sheet1”有 2 行，最多 1 行"):
        read_file(folder.xlsx("a.xlsx", ROWS))
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    with pytest.raises(ImportRefused, match="最多 0 MB"):
        read_file(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(folder, monkeypatch):
    path = folder.xlsx("a.xlsx", ROWS)
    monkeypatch.setattr(packed, "MOST_UNPACKED_BYTES", 100)
    with pytest.raises(ImportRefused, match="解开后太大"):
        read_file(path)


def test_a_workbook_that_unpacks_to_a_hundred_times_its_size_is_refused(folder, monkeypatch):
    path = folder.xlsx("a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * 200_000)  # deflate makes about 220 bytes of it
    assert read_file(path).sheets[0].rows
    monkeypatch.setattr(packed, "HARMLESS_UNPACKED_BYTES", 100_000)
    with pytest.raises(ImportRefused, match="解开后太大"):
        read_file(path)


def test_a_header_with_a_line_break_in_a_quoted_csv_cell(folder):
    path = folder.raw("a.csv", '姓名,"人员\n编号",获得学时\n赵一,T001,25\n'.encode())
    table = find_table(read_file(path).sheets, Kind.ONLINE_HOURS)
    assert table.columns == {"name": 0, "staff_no": 1, "hours": 2}


def test_the_same_bytes_have_the_same_digest(folder):
    one, other = folder.csv("a.csv", ROWS), folder.csv("b.csv", ROWS)
    assert read_file(one).digest == read_file(other).digest
    assert io.BytesIO(one.read_bytes()).read() == other.read_bytes()


def test_an_error_in_a_cell_is_no_empty_cell(folder):
    with xlsxwriter.Workbook(folder.path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "获得学时"])
        sheet.write(1, 0, "赵一")
        sheet.write_formula(1, 1, "=VLOOKUP(A2,C:D,2,0)", None, "#N/A")
        sheet.write_row(2, 0, ["钱二", 7])
    rows = read_file(folder.path / "a.xlsx").sheets[0].rows
    assert rows == [["姓名", "获得学时"], ["赵一", FAILED], ["钱二", 7.0]]


@pytest.mark.parametrize(
    "written",
    ['姓名,人员编号,获得学时\n"赵一,T001,18\n钱二,T002,7\n', '姓名,人员编号\n"赵一,T001\n钱二,"T002"\n'],
)
def test_a_quote_that_nobody_closes_never_swallows_the_rows_below_it(folder, written):
    (folder.path / "a.csv").write_text(written, encoding="utf-8")
    with pytest.raises(ImportRefused, match="引号不成对"):
        read_file(folder.path / "a.csv")
