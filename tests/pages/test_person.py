"""One person's story, and what the office can put right in it."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.plan import PracticeSource
from bot.policy.standing import Grade
from storage.audit import record
from storage.certifications import NewCertification, certify
from storage.choices import replace_choice
from storage.delivery_tables import outbox
from storage.evidence import hand_in, move
from storage.import_tables import import_reversal
from storage.settling import settle
from storage.submissions import Link, find
from storage.tables import (
    account,
    audit,
    import_run,
    inbox,
    online_snapshot,
    person,
    practice_entry,
    role,
    standing,
)

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
THEIRS = "/office/people/1"
CORRECT = f"{THEIRS}/correct"


@pytest.fixture
def source() -> PracticeSource:
    """Where practice hours come from."""
    return PracticeSource.CERTIFICATION


@pytest.fixture
def parts(parts, source):
    return replace(parts, plan=replace(parts.plan, practice=replace(parts.plan.practice, source=source)))


def scalar(county, statement):
    with county.database.reading() as connection:
        return connection.scalar(statement)


@pytest.fixture
def hears(tenant):
    """`await hears("T1")`: what the bot has sent somebody unasked."""

    async def read(key: str, platform: str = "wecom") -> str:
        return (await tenant.on(platform).somebody(key).sees()).text

    return read


@SQLITE
async def test_a_story_has_who_where_and_why(enters, county):
    office = await enters(4)

    page = await office.get(THEIRS)

    for words in (
        "示例县第一小学",
        "语文组",
        "企业微信账号 …（花名册，1970-01-01 08:00 绑定）",
        "进度：没选点",
        "线上 18.5 学时，要求 25 学时，还差 6.5 学时",
        "2024-05-19",
        "台账里还没有记录。",
        "还没有选点。",
        "还没有交过材料。",
    ):
        assert words in page.main, words
    looks = select(audit.c.actor).where(audit.c.action == "person.viewed", audit.c.person_id == 1)
    assert scalar(county, looks) == "person:4"


@SQLITE
async def test_only_those_who_lead_somebody_see_the_story(enters, county):
    leader, lead, office, teacher = [await enters(one) for one in (2, 3, 4, 1)]

    seen = [(await one.get(THEIRS)).status for one in (leader, lead, office, teacher)]

    assert seen == [200, 200, 200, 403]
    assert (await leader.get("/office/people/3")).status == 404  # of no group
    assert (await lead.get("/office/people/4")).status == 404  # of another school
    assert (await lead.get("/office/people/99")).main == (await lead.get("/office/people/4")).main


@SQLITE
async def test_what_somebody_said_in_private_is_only_named(enters, county):
    with county.database.writing() as connection:
        connection.execute(
            inbox.insert().values(
                platform="wecom", key="wecom:1", folded="t1", chat="", received_at=5, text="我妈病了，学时能缓吗",
                command="我的学时", outcome="answered", reply="{}",
            )
        )  # fmt: skip
        record(
            connection, at=6, actor="operator", action="import online-hours", person_id=1,
            detail={"import": 5, "hours": [600, None]},
        )  # fmt: skip
    office, lead = await enters(4), await enters(3)

    page = await office.get(THEIRS)

    assert "管服务器的人\n导入线上学时\n导入序号 5；学时 6 学时 → 没有数据" in page.main
    assert "本人发给机器人的（最近 1 条）" in page.main
    assert "企业微信私聊\n我的学时\n答了" in page.main
    assert "我妈病了" not in page.body
    for_lead = await lead.get(THEIRS)
    assert "发给机器人" not in for_lead.main
    assert "操作记录" not in for_lead.main
    assert "更正" not in for_lead.main


async def test_a_snapshot_that_is_wrong_counts_no_more_and_again(enters, county, hears):
    with county.database.writing() as connection:
        connection.execute(
            online_snapshot.insert().values(
                id=9, person_id=1, as_of=date(2024, 5, 20), online_hours=2600, counts=False
            )
        )
    office = await enters(4)
    await office.get(THEIRS)

    done = await office.post(CORRECT, {"what": "count", "snapshot": "9", "reason": "平台补登"})

    assert "示例甲的线上数据（5月20日（周一），26 学时）计入了，进度已重算，本人会收到通知。" in done.main
    assert scalar(county, select(standing.c.online_hours).where(standing.c.person_id == 1)) == 2600
    assert await hears("T1") == (
        "市教育局提升工程项目办更正了你的线上学时：学习平台 5月20日（周一）的数据（26 学时）从现在起计入。"
        "原因：平台补登。现在的学时发“我的学时”看，不对就发“申诉”加上原因。"
    )

    await office.post(CORRECT, {"what": "uncount", "snapshot": "9", "reason": "平台又核减"})

    assert scalar(county, select(standing.c.online_hours).where(standing.c.person_id == 1)) == 1850
    page = await office.get(THEIRS)
    assert "更正：线上数据（截至 2024-05-20）不再计入\n示例丁：平台又核减" in page.main
    assert "（26 学时）不再计入。原因：平台又核减。" in await hears("T1")
    assert scalar(county, select(func.count()).select_from(online_snapshot)) == 2
    actions = select(audit.c.action).where(audit.c.person_id == 1, audit.c.action.like("online.%"))
    with county.database.reading() as connection:
        assert connection.scalars(actions.order_by(audit.c.id)).all() == [
            "online.counted",
            "online.uncounted",
        ]


@SQLITE
@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"what": "uncount", "snapshot": "1", "reason": "错"}, "请写明原因，至少 2 个字，本人会看到。"),
        ({"what": "uncount", "snapshot": "1", "reason": "错" * 201}, "原因写了 201 个字，最多 200 个，请写短一些。"),
        ({"what": "count", "snapshot": "1", "reason": "弄错了"}, "这份数据已经是这样，不用再改。"),
        ({"what": "uncount", "snapshot": "77", "reason": "弄错了"}, "没有这一份线上数据，请刷新这个人的页面再看。"),
        ({"what": "reverse", "entry": "1", "reason": "弄错了"}, "这一笔不能冲销"),
        ({"what": "state", "state": "active", "reason": "弄错了"}, "请选一个不同的状态。"),
        ({"what": "delete", "reason": "弄错了"}, "没有这一种更正"),
        ({"what": "grant", "role": "teacher", "reason": "弄错了"}, "请选一个角色。"),
        (
            {"what": "grant", "role": "office", "reason": "新来的"},
            "这个角色看得到全县每个人的数据，项目办还能改。确定要给，请把“看得到全县”勾上。",
        ),
        (
            {"what": "grant", "role": "oversight", "whole": "1", "school": "示例一小", "reason": "新来的"},
            "这个角色管全县，不分学校。请把学校那一格清空；要给学校的，请选校长或学校管理员。",
        ),
        ({"what": "revoke", "role": "office", "reason": "弄错了"}, "没有这个角色，或者已经收回了。"),
        ({"what": "unbind", "account": "99", "reason": "弄错了"}, "没有这个账号，或者已经解绑了。"),
        ({"what": "reopen", "number": "5", "reason": "弄错了"}, "这个编号不是这位老师的材料"),
    ],
)  # fmt: skip
async def test_what_cannot_be_put_right_changes_nothing(enters, county, form, why):
    office = await enters(4)
    await office.get(THEIRS)
    before = scalar(county, select(standing).where(standing.c.person_id == 1))

    refused = await office.post(CORRECT, form)

    assert refused.status == 400
    assert why in refused.main
    assert scalar(county, select(standing).where(standing.c.person_id == 1)) == before
    assert scalar(county, select(func.count()).select_from(outbox)) == 0


@SQLITE
async def test_nobody_puts_right_their_own_data(enters, county):
    office = await enters(4)
    await office.get("/office/people/4")

    refused = await office.post(
        "/office/people/4/correct", {"what": "state", "state": "exempt", "reason": "忙不过来"}
    )

    assert refused.status == 403
    assert "自己的数据和角色，请项目办的另一位来更正。" in refused.main
    assert scalar(county, select(person.c.state).where(person.c.id == 4)) == "active"


@SQLITE
async def test_only_the_office_corrects(enters):
    lead = await enters(3)
    await lead.get(THEIRS)

    assert (await lead.post(CORRECT, {"what": "state", "state": "exempt", "reason": "不想学"})).status == 403


async def test_a_story_says_when_and_why_a_whole_import_was_taken_back(enters, county):
    runs = [
        {"id": number, "kind": "online-hours", "file_name": name, "file_hash": name, "state": "applied",
         "counts": {}, "started_at": at, "finished_at": at + 1_000}
        for number, name, at in (
            (3, "错的.xlsx", 1_716_170_400_000), (4, "错的.xlsx", 1_716_174_000_000), (5, "对的.xlsx", 1_716_177_600_000)
        )
    ]  # fmt: skip
    with county.database.writing() as connection:
        connection.execute(import_run.insert(), runs)
        connection.execute(
            online_snapshot.insert(),
            [
                {"person_id": 1, "as_of": date(2024, 5, day), "online_hours": 2600, "import_id": one}
                for day, one in ((17, 3), (18, 5))
            ],
        )
        connection.execute(
            import_reversal.insert(),
            [
                {"import_id": 3, "asked_by": 4, "asked_at": 1, "reason": "传错了文件", "mark": "m", "state": "done", "run_id": 4},
                {"import_id": 5, "asked_by": 4, "asked_at": 1, "reason": "再看看", "mark": "m", "state": "asked", "run_id": None},
            ],
        )  # fmt: skip
    office = await enters(4)

    page = await office.get(THEIRS)

    lines = page.main.partition("经过")[2].splitlines()
    told = [(line, lines[at + 1]) for at, line in enumerate(lines) if "线上" in line]
    assert told == [
        ("线上 26 学时（截至 5月18日（周六））", "对的.xlsx"),
        ("撤销整份导入：线上 26 学时（截至 5月17日（周五））不再计入", "示例丁：传错了文件"),
        ("线上 26 学时（截至 5月17日（周五））", "错的.xlsx"),
    ]
    assert page.main.count("整份导入已撤销") == 1


@pytest.mark.parametrize("source", [PracticeSource.IMPORTED])
async def test_a_row_of_the_schools_ledger_is_reversed_and_stays(enters, county, source, hears):
    """8 学时 from a file: reversed they are +8 and -8, and nothing enters them again by itself."""
    with county.database.writing() as connection:
        connection.execute(
            import_run.insert().values(
                id=3, kind="practice-hours", file_name="台账.xlsx", file_hash="h", state="applied", counts={},
                started_at=1, finished_at=2,
            )
        )  # fmt: skip
        connection.execute(
            practice_entry.insert().values(
                person_id=1, practice_hours=800, source="imported", reference="A5 校本课", note="听课表",
                import_id=3, entered_at=2,
            )
        )  # fmt: skip
        settle(connection, [1], county.plan, county.catalogue, now_ms=3)
        entry = connection.scalar(select(practice_entry.c.id))
    office = await enters(4)
    assert "合计 8 学时。" in (await office.get(THEIRS)).main

    done = await office.post(CORRECT, {"what": "reverse", "entry": str(entry), "reason": "重复登记"})

    assert "已冲销示例甲的实践学时：A5 技术支持的课堂导入 校本课，8 学时。" in done.main
    rows = select(practice_entry.c.practice_hours, practice_entry.c.reverses_id, practice_entry.c.note)
    with county.database.reading() as connection:
        ledger = [tuple(row) for row in connection.execute(rows.order_by(practice_entry.c.id))]
    assert ledger == [(800, None, "听课表"), (-800, entry, "重复登记")]
    assert scalar(county, select(standing.c.practice_hours).where(standing.c.person_id == 1)) == 0
    assert "冲销了你的一笔实践学时：A5 技术支持的课堂导入 校本课，8 学时。原因：重复登记。" in await hears(
        "T1"
    )
    assert (
        await office.post(CORRECT, {"what": "reverse", "entry": str(entry), "reason": "再来一次"})
    ).status == 400

    with county.database.writing() as connection:
        settle(connection, [1], county.plan, county.catalogue, now_ms=4)
    assert scalar(county, select(func.count()).select_from(practice_entry)) == 2


async def test_a_certification_is_taken_back_by_reopening(enters, county, hears):
    """The first certified point has brought 8 学时; reopened it brings none."""
    link = Link(url="https://pan.example.com/s/1", fingerprint="f", extraction="ab12")
    with county.database.writing() as connection:
        replace_choice(connection, 1, ["A5", "B2", "C3"], at=1)
        number = hand_in(
            connection, person_id=1, code="A5", note="第一课时", links=[link], late=Lateness.IN_TIME, at=2, real_ms=2
        )  # fmt: skip
        passed = find(connection, number)
        move(connection, passed, EvidenceState.PASSED, EventKind.PASSED, actor_id=2, at=3, remark="导入好")
        certify(connection, [NewCertification(1, "A5", Grade.PASS, 3)])
        settle(connection, [1], county.plan, county.catalogue, now_ms=3)
    office = await enters(4)

    page = await office.get(THEIRS)

    assert f"编号 {number}：A5 技术支持的课堂导入，合格" in page.main
    assert 'href="https://pan.example.com/s/1" rel="noopener noreferrer"' in page.body
    assert f"编号 {number}（A5 技术支持的课堂导入）定为合格\n示例乙，导入好" in page.main
    assert "合计 8 学时。" in page.main

    done = await office.post(CORRECT, {"what": "reopen", "number": str(number), "reason": "视频打不开"})

    assert "合计 0 学时。" in done.main
    assert f"编号 {number}：A5 技术支持的课堂导入，待审" in done.main
    assert "冲销：A5 技术支持的课堂导入\n-8 学时" in done.main
    assert "认证取消 A5 技术支持的课堂导入" in done.main
    assert "实践学时 8 学时 → 0 学时。原因：视频打不开。" in await hears("T1")
    assert "重开了你审过的编号" in await hears("T2")


@SQLITE
async def test_a_state_keeps_its_date_and_changes_the_rate(enters, county, hears):
    office = await enters(4)
    await office.get("/office/people/2")

    done = await office.post(
        "/office/people/2/correct", {"what": "state", "state": "retired", "reason": "已办退休"}
    )

    assert "示例乙的状态改为“退休”" in done.main
    assert "名册：退休" in done.main
    assert scalar(county, select(standing.c.active).where(standing.c.person_id == 2)) is False
    # The roster's role ends, as it would by an import.
    assert scalar(county, select(role.c.ended_at).where(role.c.person_id == 2)) is not None
    assert "不计入学校合格率。原因：已办退休。" in await hears("T2")


@SQLITE
async def test_a_role_is_given_and_taken(enters, county, hears):
    office = await enters(4)
    await office.get(THEIRS)

    given = await office.post(
        CORRECT, {"what": "grant", "role": "leader", "school": "", "reason": "接任组长"}
    )
    assert "给了你一个角色：示例县第一小学语文组教研组长。" in await hears("T1")
    again = await office.post(CORRECT, {"what": "grant", "role": "leader", "reason": "接任组长"})
    taken = await office.post(
        CORRECT, {"what": "revoke", "role": "leader", "school": "1", "group": "1", "reason": "换人了"}
    )

    assert "示例甲是示例县第一小学语文组教研组长了，本人会收到通知。" in given.main
    assert again.status == 400
    assert "示例甲不再是示例县第一小学语文组教研组长了" in taken.main
    assert "收回了你的角色：示例县第一小学语文组教研组长。" in await hears("T1")
    assert scalar(county, select(func.count()).where(role.c.person_id == 1, role.c.ended_at.is_(None))) == 0


@SQLITE
async def test_an_account_is_unbound_and_its_owner_told(enters, county, hears):
    office = await enters(4)
    page = await office.get(THEIRS)
    mine = select(account.c.id).where(account.c.person_id == 1, account.c.platform == "wecom")
    account_id = scalar(county, mine)
    assert f'name="account" value="{account_id}"' in page.body

    done = await office.post(CORRECT, {"what": "unbind", "account": str(account_id), "reason": "手机丢了"})

    assert "示例甲的企业微信账号解除了绑定" in done.main
    assert scalar(county, mine) is None
    assert scalar(county, select(func.count()).where(account.c.person_id == 1)) == 1
    # On the other platform, for there is nobody behind this account any more.
    assert "解除了你的企业微信账号的绑定。原因：手机丢了。" in await hears("T1", "dingtalk")


@SQLITE
async def test_a_binding_code_is_shown_once(enters, county, hears):
    office = await enters(4)
    await office.get(THEIRS)

    page = await office.post(CORRECT, {"what": "code"})

    code = re.search(r"绑定码：([A-Z2-9]{8})，给示例甲", page.main)
    assert code is not None, page.main
    assert code[1] not in (await office.get(THEIRS)).body
    assert scalar(county, select(audit.c.actor).where(audit.c.action == "binding_code.issued")) == "person:4"
    assert "给你发了一个新的绑定码" in await hears("T1")
