"""Spreadsheets on the pages: sent, shown before anything changes, approved by the right person, taken back."""

import asyncio
import io
import re
import zipfile

import pytest
import xlsxwriter
from aiohttp import FormData
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from storage.connection_tables import received_file
from storage.tables import audit, import_run, standing

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOURS = [
    ["统计时间：2024年5月20日"],
    ["姓名", "人员编号", "获得学时"],
    ["示例甲", "T1", 20],
    ["示例乙", "T2", 25],
]


def xlsx(rows) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    return buffer.getvalue()


async def send(one, content, name="线上学时.xlsx", **fields):
    """The page on which an uploaded file stands, after the background thread has looked at it."""
    await one.get("/office/import")
    form = FormData(quote_fields=False)
    for key, value in {"csrf": one.csrf, "kind": "", "as_of": "", **fields}.items():
        form.add_field(key, value)
    form.add_field("file", content, filename=name, content_type="application/octet-stream")
    async with one.session.post(one.base + "/office/import", data=form) as response:
        page = await one._read(response)
    return await settled(one, page) if page.status == 200 else page


async def settled(one, page):
    async with asyncio.timeout(30):
        while "data-poll" in page.body:
            await asyncio.sleep(0.1)
            page = await one.get(page.url)
    return page


def path(page):
    return re.sub(r"^https?://[^/]+", "", page.url).partition("?")[0]


def mark(page):
    return re.search(r'name="mark" value="([^"]+)"', page.body)[1]


async def does(one, page, do, **fields):
    done = await one.post(path(page), {"mark": mark(page), "do": do, **fields})
    return await settled(one, done)


def bomb() -> bytes:
    """A workbook that says of one part that it is 2 GB when unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    packed = buffer.getvalue()
    at = packed.rindex(b"PK\x01\x02") + 24  # the unpacked size in the central directory
    return packed[:at] + (2 << 30).to_bytes(4, "little") + packed[at + 4 :]


def laughs() -> bytes:
    """A workbook whose shared strings are entities of entities."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">{levels}]><sst><si><t>&l9;</t></si></sst>'
    )
    source = zipfile.ZipFile(io.BytesIO(xlsx(HOURS)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, strings if name.endswith("sharedStrings.xml") else source.read(name))
    return buffer.getvalue()


def done_of(county):
    with county.database.reading() as connection:
        return dict(connection.execute(select(standing.c.person_id, standing.c.online_hours)).all())


async def test_nothing_changes_before_somebody_approves_what_was_shown(county, enters):
    one = await enters(4)

    page = await send(one, xlsx(HOURS))

    assert "等确认" in page.main
    assert "工作表“Sheet1”，2 行，数据截至 2024-05-20。" in page.main
    assert "18.5 学时 → 20 学时" in page.main
    # 示例甲 20/25 of the online third, 示例乙 25/25; before 18.5/25; three active people in the school.
    # (0.74 / 3) / 3 = 8.2 %; (0.8 / 3 + 1 / 3) / 3 = 20.0 %
    assert "8.2% → 20.0%" in page.main
    assert done_of(county)[1] == 1850

    page = await does(one, page, "approve")

    assert "已导入" in page.main
    assert (done_of(county)[1], done_of(county)[2]) == (2000, 2500)
    listed = await one.get("/office/import")
    assert "线上学时.xlsx\n线上学时\n2024-05-20\n1\n1\n示例丁\n已导入" in listed.main
    with county.database.reading() as connection:
        actions = connection.execute(select(audit.c.actor, audit.c.action).order_by(audit.c.id)).all()
        assert connection.scalar(select(import_run.c.actor)) == "person:4"
    did = [action for actor, action in actions if actor == "person:4"]
    # One for 示例甲, whose hours were otherwise before, one for whoever had none, and one for the whole.
    did = [one for one in did if one not in {"page.entered", "file.viewed"}]
    assert did == ["file.received", "file.confirmed", *["import online-hours"] * 3]


async def test_a_whole_import_is_taken_back_with_a_reason(county, enters):
    one = await enters(4)
    page = await does(one, await send(one, xlsx(HOURS)), "approve")
    run = re.search(r"/office/import/runs/(\d+)", page.body)[0]

    shown = await one.get(f"{run}?revert=1")
    assert "示例甲\n20 学时（截至 2024-05-20） → 18.5 学时（截至 2024-05-19）" in shown.main
    assert "示例乙\n25 学时（截至 2024-05-20） → 没有数据" in shown.main
    without = await one.post(run, {"mark": mark(shown), "reason": " "})
    assert without.status == 400
    page = await settled(one, await one.post(run, {"mark": mark(shown), "reason": "导错了文件"}))

    assert "这次导入已撤销，原因：导错了文件" in page.main
    assert (done_of(county)[1], done_of(county)[2]) == (1850, None)
    again = await one.post(run, {"mark": mark(shown), "reason": "再来一次"})
    assert "刚才已经有人处理了，什么都没有改" in again.main


@SQLITE
async def test_columns_can_be_named_where_the_headers_do_not(county, enters):
    one = await enters(4)
    rows = [["大名", "号", "修得"], ["示例甲", "T1", 20]]

    page = await send(one, xlsx(rows), kind="online-hours", as_of="2024-05-20")
    assert "也可以在下面“哪一列是什么”里直接选。" in page.main
    assert "C 列：修得，如 20" in page.main
    form = {"kind": "online-hours", "as_of": "2024-05-20", "columns": "1"}
    page = await does(one, page, "look", **form, **{"column-name": "0", "column-hours": "0"})
    assert "“姓名”和“获得学时”都选了 A 列，请各选一列。" in page.main
    page = await does(
        one, page, "look", **form, **{"column-name": "0", "column-staff_no": "1", "column-hours": "2"}
    )
    assert "18.5 学时 → 20 学时" in page.main
    await does(one, page, "approve")
    assert done_of(county)[1] == 2000


WRONG = [
    (xlsx([["姓名", "人员编号", "总学时"], ["示例甲", "T1", 50]]), {"kind": "online-hours", "as_of": "2024-05-20"},
     "文件里只有“总学时”，没有“获得学时”。"),
    (xlsx([["姓名", "人员编号", "获得学时"], ["示例甲", "T1", 20]]), {}, "请填“数据截至”是哪一天，再看一遍。"),
    (xlsx([["菜名", "价格"], ["面", "2"]]), {},
     "这份表能打开，但不像学校、名册或学时的表（看到的是：菜名、价格）。是不是选错了文件？"),
    (xlsx([["姓名", "人员编号", "总学时"], ["示例甲", "T1", 50]]), {}, "看不出这是哪一种表，请选一种。"),
    (b"no workbook, whatever\x01\x02 its name", {}, "不是表格，也不是能看懂的文字，多半坏了，或者只是改了名字。"),
    (xlsx([["姓名", "人员编号", "获得学时"], ["示例甲", 4.1e17, 20]]), {"as_of": "2024-05-20"},
     "有 1 处读不懂，什么都没有导入。请改好再传，或勾选“略过读不懂的行”再看一遍。"),
    (xlsx([["统计时间：2024年5月1日"], ["姓名", "人员编号", "获得学时"], ["示例甲", "T1", 20]]), {},
     "没有变化：里面的数据系统里都有了，不用导入。"),
    (b"PK\x03\x04 this is no workbook", {}, "请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
    (xlsx([["姓名", "人员编号", "获得学时"], ["示例甲", "T1", "二十"]]), {"as_of": "2024-05-20", "skip_bad": "1"},
     "这份表里没有能导入的数据，原因在下面。"),
    (xlsx([["姓名", "人员编号", "获得学时"], ["无此人", "T999", 20]]), {"as_of": "2024-05-20"},
     "这份表里没有能导入的数据，原因在下面。"),
]  # fmt: skip


@SQLITE
@pytest.mark.parametrize(
    ("content", "fields", "said"),
    WRONG,
    ids=["total", "day", "foreign", "kind", "text", "scientific", "older", "broken", "unreadable", "nobody"],
)
async def test_a_wrong_spreadsheet_says_in_one_sentence_what_to_do(county, enters, content, fields, said):
    page = await send(await enters(4), content, **fields)

    assert said in page.main
    assert "--" not in page.main
    assert "python" not in page.main
    assert done_of(county)[1] == 1850


@SQLITE
@pytest.mark.parametrize("content", [bomb(), laughs()], ids=["zip bomb", "billion laughs"])
async def test_a_file_that_is_meant_to_break_the_bot_is_refused(county, enters, content):
    """No wait, no memory: the next file is looked at as if nothing had been."""
    one = await enters(4)

    bad = await send(one, content, as_of="2024-05-20", kind="online-hours")
    good = await send(one, xlsx(HOURS))

    assert "等确认" not in bad.main
    assert "18.5 学时 → 20 学时" in good.main


@SQLITE
async def test_rows_to_mend_come_as_they_were_and_become_no_formulas(county, enters):
    one = await enters(4)
    rows = [*HOURS, ["=1+1", "T3", "很多"], ["<b>示例</b>", "T9", 3]]

    page = await send(one, xlsx(rows))
    assert "<b>示例</b>" in page.main  # as text
    assert "<b>" not in page.body
    book = (await one.get(path(page) + "/workbook")).raw

    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert sheets.sheet_names[0] == "要改的行"
    assert sheets.get_sheet_by_name("要改的行").to_python() == [
        ["姓名", "人员编号", "获得学时"],
        ["=1+1", "T3", "很多"],
    ]
    assert b"<f>" not in book


@SQLITE
async def test_two_who_decide_at_once_are_told(county, enters):
    first, second = await enters(4), await enters(4)
    page = await send(first, xlsx(HOURS))
    theirs = await second.get(path(page))
    await does(first, page, "decline", reason="不是这份")

    late = await second.post(path(page), {"mark": mark(theirs), "do": "approve"})

    assert "刚才已经有人处理了，什么都没有改。下面是它现在的样子。" in late.main
    assert "不是这份" in late.main
    assert done_of(county)[1] == 1850


@SQLITE
async def test_what_has_moved_meanwhile_is_shown_anew(county, enters):
    one = await enters(4)
    page = await send(one, xlsx(HOURS))
    other = await send(one, xlsx([*HOURS[:2], ["示例甲", "T1", 19]]), name="另一份.xlsx", kind="online-hours")
    await does(one, other, "approve")

    page = await does(one, page, "approve")

    assert "等确认" in page.main
    assert "19 学时 → 20 学时" in page.main
    assert done_of(county)[1] == 1900


@SQLITE
async def test_others_neither_see_nor_send_files(county, enters):
    page = await send(await enters(4), xlsx(HOURS))
    teacher = await enters(1)

    assert (await teacher.get(path(page))).status == 403
    assert (await teacher.get("/office/import")).status == 403
    await teacher.get("/me")
    assert (await teacher.post(path(page), {"mark": mark(page), "do": "approve"})).status == 403
    assert done_of(county)[1] == 1850


@SQLITE
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/名册.xlsx", "名册.xlsx"),
        ("C:\\表\\学时.xlsx", "学时.xlsx"),
        ("a\u202exslx.csv", "axslx.csv"),
    ],
)
async def test_a_name_is_never_a_path(county, enters, name, kept):
    page = await send(await enters(4), xlsx(HOURS), name=name)

    assert page.main.startswith(f"导入 {kept}\n")


@SQLITE
async def test_what_is_no_table_is_not_taken(county, enters):
    one = await enters(4)

    assert "不是能导入的表格" in (await send(one, b"%PDF-1.7", name="名册.pdf")).main
    assert "文件是空的" in (await send(one, b"", name="名册.xlsx")).main
    with county.database.reading() as connection:
        assert connection.scalar(select(received_file.c.id)) is None
