"""Workbooks: by a one-time link out of the chat, and from a page of the office's and the leads'."""

import io
import re
from urllib.parse import unquote

import openpyxl
import pytest
from sqlalchemy import select, update

from storage.entry_links import Purpose, issue
from storage.tables import audit, role

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def names(read):
    return openpyxl.load_workbook(io.BytesIO(read.raw)).sheetnames


def called(read):
    return unquote(read.headers["Content-Disposition"].partition("UTF-8''")[2])


async def test_a_link_of_the_chat_brings_the_workbook_once(tenant, county, browser):
    said = await tenant.on("wecom").somebody("T4").says("导出 验收")
    path = "/" + re.search(r"https?://\S+", said)[0].split("/", 3)[3]

    looked = await browser().get(path, headers={"User-Agent": "SomePreviewer/1.0 (link preview)"})
    first = await browser().get(path)
    again = await browser().get(path)

    assert looked.main == "研修助手\n这是下载表格的链接，请在浏览器里打开。"
    assert (first.status, again.status) == (200, 403)
    assert names(first) == ["说明", "学校", "示例县第一小学", "示例县教育局", "没有计入"]
    assert called(first).endswith("验收表 2024-05-20.xlsx")
    assert again.main == "研修助手\n这个链接用过了，每个链接只能用一次。\n私聊机器人发“导出”，再取一个。"
    with county.database.reading() as connection:
        row = connection.execute(
            select(audit.c.actor, audit.c.detail).where(audit.c.action == "export.made")
        ).one()
    # two schools, four people, nobody left out
    assert row == (
        "person:4",
        {"kind": "acceptance", "ending": "xlsx", "school": None, "day": None, "rows": 6},
    )


async def test_a_link_is_no_way_into_the_pages_and_theirs_none_to_a_workbook(county, browser):
    with county.database.writing() as connection:
        at = county.clock.real_ms()
        export = issue(
            connection, 4, Purpose.EXPORT, at=at, minutes=10, content={"kind": "audit", "ending": "csv"}
        )
        office = issue(connection, 4, Purpose.OFFICE, at=at, minutes=10)

    one = browser()
    assert (await one.get(f"/office/enter/{export}")).status == 403
    assert (await one.get(f"/office/export/{office}")).status == 403
    assert (await one.get(f"/office/export/{export}")).status == 200
    assert (await one.get("/office")).status == 401


async def test_an_old_link_says_what_to_do(county, browser):
    with county.database.writing() as connection:
        code = issue(connection, 4, Purpose.EXPORT, at=county.clock.real_ms(), minutes=10, content={})
    county.clock.waits(601)

    late = await browser().get(f"/office/export/{code}")

    assert late.main == "研修助手\n这个链接过期了，有效 10 分钟。\n私聊机器人发“导出”，再取一个。"


async def test_a_role_that_is_gone_takes_the_link_along(county, enters):
    one = await enters(4)
    with county.database.writing() as connection:
        content = {"kind": "roster", "ending": "csv"}
        code = issue(connection, 4, Purpose.EXPORT, at=county.clock.real_ms(), minutes=10, content=content)
        connection.execute(update(role).where(role.c.person_id == 4).values(ended_at=1))

    refused = await one.get(f"/office/export/{code}")

    assert refused.status == 403
    assert refused.main == "研修助手\n这张表现在不归你取，没有下载。角色变了的话，请问项目办。"


async def test_the_office_takes_what_it_chooses(county, enters):
    office = await enters(4)
    page = await office.get("/office/exports")
    roster = await office.post("/office/exports", {"kind": "roster", "ending": "csv", "school": "第一小学"})
    await office.get("/office/exports")
    history = await office.post("/office/exports", {"kind": "audit", "ending": "xlsx"})

    assert [line for line in page.main.splitlines() if line.startswith("下载")] == [
        "下载验收表",
        "下载未完成名单",
        "下载学校排名",
        "下载名册",
        "下载审计记录",
    ]
    assert roster.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [line.split(",")[0] for line in roster.raw.decode("utf-8-sig").splitlines()] == [
        "姓名", "示例甲", "示例乙", "示例丙",
    ]  # fmt: skip
    assert names(history) == ["说明", "审计记录"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "everything"}, "没看懂要哪一张表，请回到上一页再选一次。"),
        ({"kind": "ranking", "day": "昨天"}, "没看懂要哪一张表，请回到上一页再选一次。"),
        ({"kind": "roster", "school": "../../etc"}, "没有找到“../../etc”，请写学校的全名。"),
        ({"kind": "roster", "school": "示例县"}, "“示例县”可以指几所学校，请写全名。"),
    ],
)
async def test_what_cannot_be_made_is_refused(enters, form, said):
    office = await enters(4)
    await office.get("/office/exports")

    refused = await office.post("/office/exports", form)

    assert refused.status == 400
    assert refused.main.splitlines()[-1] == said


async def test_a_day_without_a_ranking_says_so(enters):
    office = await enters(4)
    await office.get("/office/exports")

    refused = await office.post("/office/exports", {"kind": "ranking", "day": "2024-03-02"})

    assert refused.status == 409
    assert refused.main == "研修助手\n3月2日（周六）没有发过排名。没有做出表来。"


async def test_a_lead_takes_the_own_school_and_no_other(enters):
    lead = await enters(3)
    page = await lead.get("/office/exports")
    own = await lead.post("/office/exports", {"kind": "unfinished", "ending": "xlsx", "school": ""})
    await lead.get("/office/exports")
    other = await lead.post("/office/exports", {"kind": "roster", "ending": "csv", "school": "示例县教育局"})
    await lead.get("/office/exports")
    history = await lead.post("/office/exports", {"kind": "audit", "ending": "csv"})

    assert "审计记录" not in page.main
    assert called(own).startswith("示例县第一小学未完成名单")
    assert (other.status, history.status) == (400, 403)
    assert other.main.splitlines()[-1] == "没有找到“示例县教育局”，请写学校的全名。"


async def test_a_teacher_finds_no_such_page(enters):
    one = await enters(1)
    await one.get("/me")

    assert (await one.get("/office/exports")).status == 403
    assert (await one.post("/office/exports", {"kind": "roster"})).status == 403
