"""Spreadsheets that were made to hurt: refused in one sentence or read, never with more memory or time than others."""

import io
import resource
import zipfile
from contextlib import suppress
from datetime import date

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.imports import old_workbook
from bot.imports.columns import find_table
from bot.imports.files import read_content
from bot.imports.kinds import ImportRefused, Kind
from bot.received_files.recognising import likely_kinds

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOOK = f'<workbook xmlns="{NS}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
TWO = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
ONE = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)
TOO_WIDE = "“a.xlsx”的表格边上有多余的格子，大得读不了。请把名单复制到新的工作表，另存后再导入。"
BROKEN = "“a.xlsx”打不开，文件可能不完整。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"
BOMB = "“a.xlsx”解开后太大，不像是名单。请只留需要的工作表，另存后再导入。"


def packed(members):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return kept.getvalue()


def workbook(inside=ONE, *, target="worksheets/sheet1.xml", sheet="", **more):
    """An .xlsx with one sheet, of which `inside` is what stands in the worksheet."""
    related = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="{target}"/></Relationships>'
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": related,
            f"xl/{target}": sheet or f'<worksheet xmlns="{NS}">{inside}</worksheet>',
            **{name.replace("__", "/") + ".xml": content for name, content in more.items()},
        }
    )


def old(places):
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, column in places:
        sheet.write(row, column, 1.5)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def in_rows(row):
    return f'<sheetData><row r="1048570">{row}</row></sheetData>'


PREFIXED = TWO.replace("<", "<x:").replace("<x:/", "</x:")
REFUSED = {
    "two cells far apart": (lambda: workbook(TWO), TOO_WIDE),
    "and a dimension that is not true": (lambda: workbook('<dimension ref="A1:B2"/>' + TWO), TOO_WIDE),
    "and another name": (lambda: workbook(TWO, target="tabs/one.xml"), TOO_WIDE),
    "and a name that is not XML's": (lambda: workbook(TWO, target="media/image1.png"), TOO_WIDE),
    "and single quotes": (lambda: workbook(TWO.replace('"', "'")), TOO_WIDE),
    "and blanks in the place": (lambda: workbook(TWO.replace('r="X', 'r \n = "X')), TOO_WIDE),
    "and marks in another attribute": (lambda: workbook(TWO.replace('r="X', 't="<>" r="X')), TOO_WIDE),
    "and a prefix": (
        lambda: workbook(sheet=f'<x:worksheet xmlns:x="{NS}">{PREFIXED}</x:worksheet>'),
        TOO_WIDE,
    ),
    "cells without places in a far row": (lambda: workbook(in_rows("<c><v>1</v></c>" * 500)), TOO_WIDE),
    "and others to make up for them": (
        lambda: workbook(in_rows('<c t="n"><v>1</v></c><x r="A1"/>' * 500)),
        TOO_WIDE,
    ),
    "cells without rows": (
        lambda: workbook(
            '<sheetData><c r="A1048576"><v>1</v></c>' + "<c><v>1</v></c>" * 500 + "</sheetData>"
        ),
        TOO_WIDE,
    ),
    "a place with a megabyte of blanks": (
        lambda: workbook(TWO.replace('r="X', f'r{" " * (9 << 20)}="X')),
        BROKEN,
    ),
    "a place by entity": (lambda: workbook(TWO.replace("XFD", "&#88;FD")), BROKEN),
    "a place that is none": (lambda: workbook(ONE.replace("A1", "ZZZZZZ99999999999999")), TOO_WIDE),
    "a shared string that is not there": (lambda: workbook(ONE.replace("<c ", '<c t="s" ')), BROKEN),
    "a merge that is none": (
        lambda: workbook(ONE + '<mergeCells><mergeCell ref="A1:A1:A1"/></mergeCells>'),
        BROKEN,
    ),
    "shared strings without end": (
        lambda: workbook(xl__sharedStrings=f'<sst xmlns="{NS}">{"<si/>" * 8_000_000}</sst>'),
        BOMB,
    ),
    "LibreOffice's format": (
        lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
        BROKEN,
    ),
    "Excel's binary format": (lambda: packed({"xl/workbook.bin": b"\x83\x01\x00"}), BROKEN),
    "an archive that is no workbook": (lambda: packed({"readme.txt": "x"}), BROKEN),
    "an old workbook, two cells far apart": (lambda: old([(0, 0), (65535, 255)]), BROKEN),
    "an old workbook that is rubbish": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2_000,
        BROKEN,
    ),
    "a page with spans without end": (
        lambda: b"<html><table><tr>" + b"<td colspan=500>" * 200_000,
        "工作表“表格”有太多列，最多 500 列。",
    ),
    "a page with rows without end": (
        lambda: b"<html><table>" + b"<tr>" * 300_002,
        "“a.xlsx”有太多行，最多 300000 行，请分成几个文件。",
    ),
    "a page that is none": (lambda: b"<html><table><tr><td><![<![", BROKEN),
    "a line of commas": (lambda: b"," * 2_000_000, "工作表“CSV”有 2000001 列，最多 500 列。"),
    "lines without end": (
        lambda: b"a\n" * 300_001,
        "工作表“CSV”有 300001 行，最多 300000 行，请分成几个文件。",
    ),
    "a quote that is never closed": (
        lambda: b'a,"' + b"b" * 200_000,
        "“a.xlsx”里的引号不成对，读不下去。请用 Excel 或 WPS 另存为 .xlsx 再导入。",
    ),
}
READ = {
    "a span of five thousand digits": b"<html><table><tr><td colspan=" + b"9" * 5_000 + b">a</table>",
    "UTF-16 inside": workbook(sheet=f'<worksheet xmlns="{NS}">{TWO}</worksheet>'.encode("utf-16")),
    "formulas by the thousand": workbook(
        xl__calcChain=f'<calcChain xmlns="{NS}">'
        + "".join(f'<c r="{letter}{row}" i="1"/>' for row in range(1, 5_000) for letter in "ABCDEFGHIJ")
        + "</calcChain>"
    ),
    "cells without places": workbook(
        "<sheetData>" + ("<row>" + "<c><v>1</v></c>" * 4 + "</row>") * 100 + "</sheetData>"
    ),
    "depth": workbook("<a>" * 100_000),
    "a date out of range": workbook(ONE.replace("<v>1</v>", "<v>99999999999</v>")),
    "merges by the thousand": workbook(
        ONE + "<mergeCells>" + '<mergeCell ref="A1:A1048576"/>' * 9_000 + "</mergeCells>"
    ),
    "tables by the thousand": b"<html>" + b"<table></table>" * 20_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_sentence(name):
    made, sentence = REFUSED[name]
    content = made()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImportRefused) as refused:
        read_content("a.xlsx", content)
    assert str(refused.value) == sentence
    # KiB that it took at its worst: the file unpacked, and not what it would lay out
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10


@pytest.mark.parametrize("name", READ)
def test_it_is_read(name):
    sheets = read_content("a.xlsx", READ[name]).sheets
    assert sheets
    assert sum(len(row) for sheet in sheets for row in sheet.rows) <= 500
    for kind in Kind:
        with suppress(ImportRefused):
            find_table(sheets, kind)


def test_an_old_workbook_is_read_by_another_process(monkeypatch):
    monkeypatch.setattr(old_workbook, "_SECONDS", 0.01)
    with pytest.raises(old_workbook.Broken):  # nothing starts in so little time
        old_workbook.old_sheets(old([(0, 0)]))
    monkeypatch.undo()
    assert old_workbook.old_sheets(old([(0, 0), (2, 1)])) == [("S", [[1.5, ""], ["", ""], ["", 1.5]], ())]


FEW = settings(max_examples=60, derandomize=True, deadline=None)
VALID = (
    workbook('<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row></sheetData>'),
    "姓名,人员编号,学校\n赵一,T1,示例县第一小学\n".encode("gb18030"),
    b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d<td rowspan=2>a</table>",
)


def look(content):
    """Everything that is done with a file before anybody is asked about it."""
    with suppress(ImportRefused):
        sheets = read_content("a.xlsx", content).sheets
        likely_kinds(sheets, practice_imported=True)
        for kind in Kind:
            with suppress(ImportRefused):
                find_table(sheets, kind)


@FEW
@given(
    st.binary(max_size=2_000) | st.text(max_size=500).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_refused_or_read(content):
    look(content)


@FEW
@given(st.sampled_from(VALID), st.integers(0, 5_000), st.integers(0, 40), st.binary(max_size=20))
def test_a_damaged_file_is_refused_or_read(content, place, length, new):
    at = place % len(content)
    look(content[:at] + new + content[at + length :])


CELLS = st.text(max_size=12) | st.floats() | st.integers() | st.booleans() | st.dates(date(1, 1, 1)).map(str)


@FEW
@given(st.lists(st.lists(CELLS.map(str), max_size=6), max_size=6))
def test_any_cells_below_a_header_are_refused_or_read(rows):
    head = ["姓名,人员编号,学校,手机号,获得学时,数据截至"]
    look(
        "\n".join(head + [",".join(cell.replace(",", " ") for cell in row) for row in rows]).encode(
            "utf-8", "ignore"
        )
    )
