"""Schools beside each other, one school, and the pages of those who lead one or a group."""

import pytest
from sqlalchemy import select, update

from bot.policy.filing import FilingState, Slot
from storage.choices import replace_choice
from storage.filings import find, hand_in
from storage.standings import rewrite
from storage.tables import account, audit, person, role, school

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_schools_stand_beside_each_other(enters, county):
    """示例县第一小学 has three people , none of whom is done."""
    with county.database.writing() as connection:
        connection.execute(update(school).where(school.c.id == 2).values(ranked=False, short_name="教育局"))
        hand_in(
            connection, school_id=1, slot=Slot.DEVELOPMENT, content="https://pan.example.com/1", person_id=3, at=1
        )  # fmt: skip
    office = await enters(4)

    page = await office.get("/office/schools")

    assert "共 2 个单位。" in page.main
    # School, band, k/n, rate, mean completion: 18.5 of 25 is 74 % of one of three parts of one of three people.
    assert "示例县第一小学\n小学\n0/3\n0.0%\n8.2%\n已备案 0/5，等备案 1 项\n示例丙\n0 个" in page.main
    assert "示例县教育局\n不参与排名\n其他\n0/1" in page.main
    assert "没有找到" in (await office.get("/office/schools?q=第九")).main
    assert "共 1 个单位。" in (await office.get("/office/schools?q=教育局")).main
    assert "共 1 个单位。" in (await office.get("/office/schools?band=primary&sort=rate&page=99")).main


@SQLITE
@pytest.mark.parametrize(
    ("sort", "order"),
    [("name", ["教育局", "第一小学"]), ("best", ["第一小学", "教育局"]), ("rate", ["教育局", "第一小学"])],
)
async def test_schools_are_put_in_order(enters, sort, order):
    office = await enters(4)

    page = (await office.get(f"/office/schools?sort={sort}")).main

    assert (page.index(f"示例县{order[0]}") < page.index(f"示例县{order[1]}")) is True


@SQLITE
async def test_a_long_scope_is_folded(enters, county):
    """Thirty names in one column are three screens of a phone."""
    codes = "A1 A2 A3 A5 A7 A12 B1"
    with county.database.writing() as connection:
        hand_in(connection, school_id=1, slot=Slot.SCOPE, content=codes, person_id=3, at=1)
    lead = await enters(3)

    page = await lead.get("/office/my-school")

    assert "<details><summary>7 个微能力点</summary>A1 技术支持的学情分析、" in page.body


async def test_a_school_has_its_figures_people_groups_and_filings(enters, county):
    with county.database.writing() as connection:
        replace_choice(connection, 1, ["A5", "B2", "C3"], at=1)
        rewrite(connection, [1], county.plan, county.catalogue)
        number = hand_in(connection, school_id=1, slot=Slot.SCOPE, content="A5 B2 C3", person_id=3, at=1)
    lead = await enters(3)

    page = await lead.get("/office/my-school")

    for words in (
        "合格\n0/3",
        "线上数据截至 2024-05-19，其余截至 2024-05-20。2 人还没有线上数据，完成度里按 0 算。",
        "优秀名额：已用 0，还可用 5，共 5。",  # 60 % of 3 people × 3 points
        "没选点 2 人",
        "没交 1 人\n示例甲",
        "语文组\n示例乙\n0/2",
        "本校范围\n等备案\nA5 技术支持的课堂导入、B2",
        f"编号 {number}，示例丙",
        "签培训协议\n没打勾",
        "A5 技术支持的课堂导入\n学法指导\n1 人\n0 人",
        "还没有绑定群",
    ):
        assert words in page.main, words
    assert "备案通过" not in page.main  # that is the office's
    assert (await lead.get("/office/schools/1")).main.splitlines()[1:] == page.main.splitlines()[1:]
    assert (await lead.get("/office/schools/2")).status == 404
    assert (await lead.get("/office/schools")).status == 403
    with county.database.reading() as connection:
        looked = connection.scalar(select(audit.c.detail).where(audit.c.action == "list.viewed"))
    assert looked == {"school": 1, "people": 3}


async def test_the_office_files_and_sends_back_as_in_the_chat(enters, county, tenant):
    with county.database.writing() as connection:
        first = hand_in(connection, school_id=1, slot=Slot.SCOPE, content="A1 A5 B2 B9", person_id=3, at=1)
        second = hand_in(
            connection, school_id=1, slot=Slot.RESEARCH, content="https://pan.example.com/2", person_id=3, at=1
        )  # fmt: skip
    office = await enters(4)
    page = await office.get("/office/schools/1")
    assert page.body.count("备案通过") == 2

    done = await office.post("/office/schools/1/filings", {"number": str(first), "decision": "accept"})
    back = await office.post(
        "/office/schools/1/filings", {"number": str(second), "decision": "return", "reason": "缺考核细则"}
    )
    short = await office.post("/office/schools/1/filings", {"number": str(second), "decision": "return"})
    unknown = await office.post("/office/schools/1/filings", {"number": "x", "decision": "accept"})

    assert "已备案" in done.main
    assert "缺考核细则" in back.main
    assert short.status == 200
    assert unknown.status == 400
    with county.database.reading() as connection:
        states = [find(connection, number).state for number in (first, second)]
    assert states == [FilingState.FILED, FilingState.RETURNED]
    principal = tenant.on("wecom").somebody("T3")
    assert "备案" in (await principal.sees()).text
    assert "缺考核细则" in (await principal.sees()).text


@SQLITE
async def test_a_lead_files_nothing(enters, county):
    with county.database.writing() as connection:
        number = hand_in(connection, school_id=1, slot=Slot.SCOPE, content="A1 A5 B2", person_id=3, at=1)
    lead = await enters(3)
    await lead.get("/office/my-school")

    refused = await lead.post("/office/schools/1/filings", {"number": str(number), "decision": "accept"})

    assert refused.status == 403
    with county.database.reading() as connection:
        assert find(connection, number).state is FilingState.HANDED_IN


async def test_a_leader_sees_the_group_and_no_other(enters, county):
    leader = await enters(2)

    page = await leader.get("/office/my-team")

    assert "示例县第一小学语文组" in page.main
    assert "全组 2 人" in page.main
    assert "示例甲\n在册\n18.5 学时\n0 学时\n0 个\n没选点" in page.main
    assert "示例乙\n在册\n没有数据\n0 学时\n0 个\n没选点" in page.main
    assert "待审材料 0 份" in page.main
    assert (await leader.get("/office/teams/1")).status == 200
    assert (await leader.get("/office/teams/2")).status == 404
    assert (await leader.get("/office/schools/1")).status == 403
    assert 'href="/office/my-team"' in page.body
    assert 'href="/office/my-school"' not in page.body


@SQLITE
async def test_whoever_leads_two_schools_chooses(enters, county):
    with county.database.writing() as connection:
        connection.execute(
            role.insert().values(person_id=3, role="principal", school_id=2, source="grant", granted_at=1)
        )
    lead = await enters(3)

    page = await lead.get("/office/my-school")

    assert "你管着几个学校，看哪一个？\n示例县第一小学\n示例县教育局" in page.main


@SQLITE
async def test_a_school_without_anybody_active_has_no_figures(enters, county):
    with county.database.writing() as connection:
        connection.execute(update(person).where(person.c.school_id == 1).values(state="retired"))
        rewrite(connection, [1, 2, 3], county.plan, county.catalogue)
    office = await enters(4)

    assert "没有在册的人，没有进度可看。" in (await office.get("/office/schools/1")).main
    assert "示例县第一小学\n小学\n没有在册的人" in (await office.get("/office/schools")).main
    assert (await office.get("/office/teams/1")).status == 200
    with county.database.reading() as connection:
        assert len(connection.execute(select(account.c.id)).all()) == 8
