"""What a spreadsheet finds in our files: text stays text, numbers are numbers, and nothing runs."""

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from bot.workbooks import xlsx
from bot.workbooks.csv_file import as_it_was, harmless, write_csv
from bot.workbooks.sheet import Book, Column, Kind, Share, Sheet, worksheet_names
from bot.workbooks.xlsx import write_xlsx
from tests.workbooks.conftest import opened

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "http://example.com", "<r>x</r>", "<r><t>x</t></r>", "0012", "1E5"]
COLUMNS = (
    Column("编号"),
    Column("学时", Kind.HOURS),
    Column("占比", Kind.SHARE),
    Column("天", Kind.DAY),
    Column("时间", Kind.MOMENT),
    Column("个", Kind.NUMBER),
)
ROW = ("0012", 1850, Share(1, 3), date(2024, 5, 20), datetime(2024, 5, 20, 18, 0, 1), 7)  # noqa: DTZ001


def written(*sheets, cover=()):
    target = io.BytesIO()
    counts = write_xlsx(target, Book(title="示例", cover=lambda _: cover, sheets=sheets, main=sheets[0]))
    return opened(target.getvalue()), counts


def test_cells_are_what_they_say():
    taken, counts = written(Sheet("表", COLUMNS, [ROW, (None,) * 6]))

    cells = next(taken.workbook["表"].iter_rows(min_row=2, max_row=2))
    assert [cell.value for cell in cells] == [
        "0012", 18.5, 1 / 3, datetime(2024, 5, 20), datetime(2024, 5, 20, 18, 0, 1), 7,  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.number_format for cell in cells] == [
        "@", "General", "0.0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "0",
    ]  # fmt: skip
    assert counts == {"表": 2}


def test_heads_stay_in_sight_and_can_be_filtered():
    taken, _ = written(Sheet("表", COLUMNS, [ROW] * 3))

    sheet = taken.workbook["表"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:F4")


def test_nothing_that_somebody_typed_runs_or_becomes_markup_or_a_link():
    taken, _ = written(Sheet("表", (Column("名"),), [[text] for text in HOSTILE]))

    cells = [row[0] for row in taken.workbook["表"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == HOSTILE
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize("text", ["a&b<c>", " x ", "_x0041_", "a\x0bb", "two\nlines", "]]>", "𠀀", "'"])
def test_odd_characters_come_back_as_they_were(text):
    taken, _ = written(Sheet("表", (Column("名"),), [[text]]))

    assert unescape(taken.workbook["表"]["A2"].value) == text


def test_a_cell_ends_where_excel_ends_it():
    taken, _ = written(Sheet("表", (Column("名"), Column("长", Kind.LONG)), [["示" * 40_000, "示"]]))

    assert [len(cell.value) for cell in taken.workbook["表"][2]] == [16383, 1]


def test_a_table_that_is_too_long_goes_on_in_another(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    taken, counts = written(
        Sheet("长", (Column("个", Kind.NUMBER),), ([n] for n in range(7))), Sheet("短", COLUMNS, [])
    )

    assert taken.titles == ["说明", "长", "短", "长 续1", "长 续2"]
    assert [row["个"] for title in ("长", "长 续1", "长 续2") for row in taken.rows(title)] == list(range(7))
    assert counts == {"长": 7, "短": 0}


@given(st.lists(st.text(max_size=40), max_size=20))
def test_excel_takes_every_name_of_a_sheet(titles):
    names = worksheet_names(titles)

    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name
        assert name.casefold() != "history"


def test_schools_of_one_beginning_keep_names_of_their_own():
    school = "示例县某某街道办事处第一中心小学某某路校区和平里分部附属幼儿园"

    assert worksheet_names([school + "甲", school + "乙", "A/B", "a?b"]) == [
        school[:31],
        school[:28] + "（2）",
        "A B",
        "a b（2）",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "'=1"])
def test_a_csv_cell_that_would_run_is_guarded(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["", "示例甲", "0012", "1-2", "d'Exemple", "'示例"])
def test_any_other_csv_cell_is_as_it_was(text):
    assert harmless(text) == text


@given(st.text(alphabet="'=+-@\t\r\n＝a", max_size=6))
def test_the_guard_can_be_taken_off_again(text):
    assert as_it_was(harmless(text)) == text


def test_a_csv_is_read_by_excel_as_chinese_and_by_programs_as_a_table():
    target = io.BytesIO()
    write_csv(target, Sheet("表", (*COLUMNS, Column("名")), [(*ROW, '=HYPERLINK("x"),y')]))

    data = target.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [
        ["编号", "学时", "占比", "天", "时间", "个", "名"],
        ["0012", "18.5", "33.3%", "2024-05-20", "2024-05-20 18:00:01", "7", '\'=HYPERLINK("x"),y'],
    ]
