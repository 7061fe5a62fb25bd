"""我的主页: what the chat says stands on it, and what is done on it is done as the chat does it."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.pages.own.forms import links_in
from bot.pages.own.home import Section, sections
from messages.outgoing import answer, heading, item, quote
from storage import ledger
from storage.standings import rewrite
from storage.tables import audit, certification, choice, online_snapshot
from storage.work_tables import appeal, evidence, evidence_link, evidence_version

pytestmark = pytest.mark.one_database

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

A5, B2, C6 = "A5 技术支持的课堂导入", "B2 微课程设计与制作", "C6 应用数据分析模型"
LINK = "https://docs.example.com/a5"


async def told(person, word):
    """An answer of the chat, line by line, without the marks of lists."""
    return [line.removeprefix("· ") for line in (await person.says(word)).splitlines() if line]


async def chosen(one, *codes):
    await one.get("/me")
    return await one.post("/me/choose", [("code", code) for code in codes or ("A5", "B2", "C6")])


def done(county):
    """示例甲: 26 学时 online, three points in three dimensions, 8 + 8 + 9 学时."""
    with county.database.writing() as connection:
        connection.execute(
            online_snapshot.insert().values(person_id=1, as_of=date(2024, 5, 20), online_hours=2600)
        )
        for code, grade, at in (("A5", "excellent", 1), ("B2", "pass", 2), ("C6", "pass", 3)):
            connection.execute(choice.insert().values(person_id=1, code=code, chosen_at=1))
            connection.execute(
                certification.insert().values(
                    person_id=1, code=code, grade=grade, certified_at=1_716_000_000_000 + at
                )
            )
        ledger.derive(connection, [1], county.plan, 1_716_000_000_000)
        rewrite(connection, [1], county.plan, county.catalogue)


async def test_the_page_says_what_the_chat_says(tenant, county, enters):
    teacher = tenant.on("wecom").somebody("T1")
    one = await enters(1)

    page = (await one.get("/me")).main

    assert "\n".join(await told(teacher, "截止时间")) in page
    missing, step, as_of = await told(teacher, "还差什么")
    assert step.startswith("下一步：发“推荐选点”，选定微能力点（")
    on_page = step.replace("发“推荐选点”，选定微能力点", "在下面的“选点”里选定微能力点")
    assert f"{missing}\n{on_page}\n{as_of}" in page
    assert [line for line in await told(teacher, "为什么") if line not in page] == [
        "对不上就把这条转给本校学校管理员，或联系市教育局提升工程项目办。"
    ]
    # 18.5 of 25 学时: 6.5 are missing
    assert "线上学时\n18.5 / 25 学时\n还差 6.5 学时" in page


async def test_what_is_done_on_the_page_is_done(county, enters):
    one = await enters(1)
    assert (await chosen(one)).main.splitlines()[1] == f"选好了：{A5}、{B2}、{C6}。"
    shared = f"链接: {LINK} 提取码: 8k2d 复制这段内容后打开百度网盘手机App，操作更方便哦"
    taken = await one.post("/me/submit", {"code": "A5", "links": shared, "note": "课堂实录"})
    assert taken.main.splitlines()[1:3] == [
        f"收到，编号 1：{A5}，5月20日（周一）09:00。",
        "已存：提取码 8k2d，说明“课堂实录”。",
    ]
    again = await one.post("/me/submit", {"code": "A5", "links": f"{LINK}-new", "extraction": "ab12"})
    assert f"收到，编号 1：{A5}，第 2 版，" in again.main

    page = (await one.get("/me")).main
    assert "编号 1：" + A5 + "\n待审\n今天交，在示例乙那里。\n第 2 版\n2024-05-20 09:00 交" in page
    assert "2024-05-20 09:00\n示例甲交了第 2 版\n2024-05-20 09:00\n示例甲提交" in page
    back = await one.post("/me/withdraw", {"number": "1"})

    assert back.main.splitlines()[1] == f"已撤回：编号 1（{A5}）。"
    with county.database.reading() as connection:
        links = select(evidence_link.c.url, evidence_link.c.extraction).order_by(evidence_link.c.id)
        assert connection.execute(links).all() == [(LINK, "8k2d"), (f"{LINK}-new", "ab12")]
        assert connection.scalar(select(evidence.c.state)) == "withdrawn"
        done_by = select(audit.c.action).where(audit.c.actor == "person:1").order_by(audit.c.id)
        assert list(connection.scalars(done_by))[-4:] == [
            "choice.changed",
            "evidence.submitted",
            "evidence.resubmitted",
            "evidence.withdrawn",
        ]


@ONE_DATABASE
async def test_the_next_step_is_said_in_words_of_the_page(county, enters):
    one = await enters(1)
    assert "“推荐选点”" not in (await one.get("/me")).main.split("三项要求")[0]
    await chosen(one)

    page = (await one.get("/me")).main
    step = f"下一步：在下面的“提交材料”里交 {A5} 的材料，要交什么看“我的微能力点”（"
    assert step in page.split("三项要求")[0]
    taken = await one.post("/me/submit", {"code": "A5", "links": "https://pan.baidu.com/s/1abcdefg"})
    assert "下一步：网盘链接没有提取码，请在“提交材料”里把链接和提取码一起再交一次。" in taken.main
    shared = {"links": "https://pan.baidu.com/s/1abcdefg", "extraction": "8k2d"}
    again = await one.post("/me/submit", {"code": "B2", **shared})
    assert f"提醒：{B2}、{A5} 用了同一个链接；要是贴错了，把对的再交一次。" in again.main


@ONE_DATABASE
async def test_giving_up_what_was_handed_in_takes_one_more_click(tenant, county, enters):
    one = await enters(1)
    await chosen(one)
    await one.post("/me/submit", {"code": "B2", "links": LINK})

    asked = await chosen(one, "A5", "B3", "C6")
    first = re.search(r'name="shown" value="(\w+)"', asked.body)[1]
    assert f"换下的点已经交过材料：编号 1（{B2}）待审。现在还没有换。" in asked.main
    assert "回复“确认”" not in asked.main  # there are buttons
    assert "5 分钟内有效。" in asked.main
    county.clock.waits(1)
    other = await chosen(one, "A5", "B4", "C6")
    stale = await one.post("/me/confirm", {"shown": first})
    assert (stale.status, stale.main.splitlines()[1]) == (
        400,
        "没有执行：要确认的已经变了，请回到我的主页再来一次。",
    )
    second = re.search(r'name="shown" value="(\w+)"', other.body)[1]
    swapped = await one.post("/me/confirm", {"shown": second})

    assert "B4 技术支持的发现与解决问题" in swapped.main.splitlines()[1]
    with county.database.reading() as connection:
        now = select(choice.c.code).where(choice.c.ended_at.is_(None)).order_by(choice.c.code)
        assert list(connection.scalars(now)) == ["A5", "B4", "C6"]
    assert (await one.post("/me/confirm", {"shown": second})).status == 400
    leader = await tenant.on("wecom").somebody("T2").sees()
    assert leader.text == f"示例甲换了微能力点，编号 1（{B2}）已撤回，不用再审。"


@ONE_DATABASE
async def test_an_appeal_keeps_the_figures_and_tells_the_school(tenant, county, enters):
    one = await enters(1)
    await one.get("/me")

    said = await one.post("/me/appeal", {"text": "线上学了 22 学时，这里还是 18.5"})

    assert said.main.splitlines()[1:3] == ["申诉已记下，编号 1（5月20日（周一））。", "已告诉示例丙。"]
    assert "编号 1\n等答复\n2024-05-20：线上学了 22 学时，这里还是 18.5" in said.main
    heard = await tenant.on("wecom").somebody("T3").sees()
    assert "线上学了 22 学时" in heard.text
    too_long = await one.post("/me/appeal", {"text": "长" * 2001})
    assert (too_long.status, too_long.main.splitlines()[1]) == (
        400,
        "没有执行：写得太长了，最多 2000 个字。",
    )
    with county.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(appeal)) == 1


@ONE_DATABASE
async def test_nobody_takes_back_what_is_not_theirs(county, enters):
    author, office = await enters(1), await enters(4)
    await chosen(author)
    await author.post("/me/submit", {"code": "A5", "links": LINK})
    await office.get("/me")

    for number in ("1", "99", "", "-1", "x", "9" * 30):
        assert (await office.post("/me/withdraw", {"number": number})).status == 404
    with county.database.reading() as connection:
        assert connection.scalar(select(evidence.c.state)) == "waiting"


@ONE_DATABASE
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"code": "A99", "links": LINK}, "没有交上：请选一个微能力点。"),
        (
            {"code": "A5", "links": "在我的网盘里"},
            "没有交上：请贴上链接，要以 http:// 或 https:// 开头。返回上一页，写的还在。",
        ),
        (
            {"code": "A5", "links": "http://localhost/1", "note": "写了很久的说明"},
            "没有收：这个链接（localhost）指向本机或内部网络，别人打不开。返回上一页，写的还在，改好再提交。",
        ),
    ],
)
async def test_half_a_submission_says_what_is_missing(county, enters, form, said):
    one = await enters(1)
    await chosen(one)

    refused = await one.post("/me/submit", form)

    assert (refused.status, refused.main.splitlines()[1]) == (400, said)


@ONE_DATABASE
async def test_only_what_is_safe_can_be_followed_and_markup_is_text(county, enters):
    one = await enters(1)
    await chosen(one)
    await one.post("/me/submit", {"code": "A5", "links": LINK, "note": "<script>alert(1)</script>{{7*7}}"})
    with county.database.writing() as connection:
        # An older file or another program: the bot itself takes no such link.
        connection.execute(
            evidence_link.insert().values(
                number=1, version=1, position=2, url="javascript:alert(1)", fingerprint="x", extraction=""
            )
        )
        assert connection.scalar(select(evidence_version.c.note)) == "<script>alert(1)</script>{{7*7}}"

    page = await one.get("/me")

    assert re.findall(r'<a href="(\S+)" target="_blank" rel="noopener noreferrer">', page.body) == [LINK]
    assert "javascript:alert(1)" in page.main
    assert "说明：<script>alert(1)</script>{{7*7}}" in page.main
    assert "<script>alert" not in page.body


@ONE_DATABASE
async def test_the_sheet_has_every_figure_with_its_entries(county, enters):
    done(county)
    one = await enters(1)

    sheet = (await one.get("/me/print")).main

    assert "已经达到学习合格的要求" in sheet
    # 8 + 8 + 9 = 25, and 26 + 25 = 51
    for row in (
        "线上学时\n25 学时\n26 学时\n达到",
        "实践学时\n25 学时\n25 学时\n达到",
        "合计学时\n50 学时\n51 学时\n达到",
        "2024-05-20\n线上\n学习平台的数据\n26 学时",
        f"实践\n{A5}\n8 学时",
        f"实践\n{C6}\n9 学时",
        f"{A5}\n学法指导\n多媒体教学环境\n优秀\n2024-05-18",
        "本人签字\n学校盖章\n日期",
    ):
        assert row in sheet
    assert "线上数据截至" not in sheet  # all of it is of today
    assert "数据截至 5月20日（周一）。规则版本" in sheet
    page = await one.get("/me")
    assert "什么都不差，已经合格。" in page.main
    for form in ("/me/submit", "/me/choose"):
        assert f'action="{form}"' not in page.body


@ONE_DATABASE
async def test_whoever_leads_finds_the_way_to_what_they_lead(county, enters):
    found = {}
    for person_id in (1, 2, 3, 4):
        body = (await (await enters(person_id)).get("/me")).body
        units = re.search(r'<nav class="card units".*?</nav>', body, re.DOTALL)
        found[person_id] = [] if units is None else re.findall(r'href="([^"]+)">([^<]+)<', units[0])

    assert found == {
        1: [],
        2: [("/office/reviews", "待审的材料"), ("/office/teams/1", "本组")],
        3: [("/office/reviews", "待审的材料"), ("/office/schools/1", "示例县第一小学")],
        4: [("/office", "后台")],
    }


@ONE_DATABASE
async def test_looking_at_oneself_leaves_no_trace(county, enters):
    one = await enters(1)
    rows = select(func.count()).select_from(audit)
    with county.database.reading() as connection:
        before = connection.scalar(rows)

    assert (await one.get("/me")).status == (await one.get("/me/print")).status == 200

    with county.database.reading() as connection:
        assert connection.scalar(rows) == before


def test_links_are_read_out_of_what_a_share_button_copies():
    assert links_in("https://a.example.com/1\nhttps://b.example.com/2\n") == (
        ("https://a.example.com/1", "https://b.example.com/2"),
        "",
    )
    links, rest = links_in("链接: https://pan.baidu.com/s/1x 提取码: 8k2d 复制这段内容后打开百度网盘手机App")
    assert links == ("https://pan.baidu.com/s/1x",)
    assert "8k2d" in rest
    assert "复制" not in rest
    assert links_in("没有") == ((), "没有")


def test_an_answer_falls_into_its_headings():
    said = answer("开头", heading("甲"), item("一"), "二", heading("乙"), quote("旁注"))

    assert sections(said) == (Section("甲", ("一", "二")), Section("乙", ()))
