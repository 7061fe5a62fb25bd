"""各群: bound, let go and tried by form; no address is shown again."""

import pytest
from sqlalchemy import select, update

from bot.policy.outgoing import Kind, Way
from messages.outgoing import answer
from storage import chat_groups
from storage.delivery_tables import chat_group, outbox
from storage.outbox import Post, post
from storage.sealing import Sealing
from storage.tables import audit

pytestmark = pytest.mark.one_database

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEY = "00000000-0000-4000-8000-00000000abcd"


def webhook_of(parts, key):
    """As this installation's WeCom has them."""
    return f"{parts.settings.wecom.api_base}/cgi-bin/webhook/send?key={key}"


@pytest.fixture
def webhook(parts):
    return webhook_of(parts, KEY)


async def bind(office, address, **other):
    await office.get("/office/groups")
    form = {"platform": "wecom", "school": "示例县第一小学", "webhook": address, "title": "语文群"} | other
    return await office.post("/office/groups/bind", form)


async def test_a_group_is_bound_changed_and_let_go(county, enters, webhook):
    office = await enters(4)

    page = await bind(office, webhook)
    assert "已绑定：企业微信群机器人 示例县第一小学（语文群）。" in page.main
    assert "企业微信群机器人，地址末四位 …abcd，序号 1" in page.main
    assert KEY not in page.body
    changed = await bind(office, webhook, school="全市", title="")
    assert "已更新：企业微信群机器人 全市（语文群）。" in changed.main
    gone = await office.post("/office/groups/unbind", {"group": "1"})
    assert "已解绑：企业微信群机器人 全市（语文群）。" in gone.main
    assert "还没有绑定群。" in gone.main
    assert (await office.post("/office/groups/unbind", {"group": "1"})).status == 404

    with county.database.reading() as connection:
        rows = connection.execute(
            select(audit.c.actor, audit.c.action, audit.c.detail).where(audit.c.action.like("group.%"))
        )
        assert [tuple(row) for row in rows] == [
            ("person:4", "group.bound", {"group": 1, "school": 1, "way": "wecom.webhook"}),
            ("person:4", "group.bound", {"group": 1, "school": None, "way": "wecom.webhook", "school_before": 1}),
            ("person:4", "group.unbound", {"group": 1, "school": None}),
        ]  # fmt: skip


@ONE_DATABASE
async def test_what_cannot_be_bound_is_refused_in_one_sentence(county, enters, webhook):
    office = await enters(4)
    for other, said in (
        ({"platform": ""}, "先选平台：企业微信，或者钉钉。"),
        ({"chat": "wrExample"}, "Webhook 地址和群的会话 ID 要写一个，只写一个。"),
        ({"platform": "dingtalk"}, "Webhook 地址：这是企业微信的地址，平台要选企业微信。"),
        ({"webhook": "https://evil.example/cgi-bin/webhook/send?key=" + KEY}, "Webhook 地址：不是企业微信的地址，要以"),
        ({"webhook": "", "chat": "https://x.example"}, "群的会话 ID：这是网址，不是群的会话 ID。"),
        ({"secret": "SECabc"}, "加签密钥：只有钉钉群机器人的 Webhook 才有加签密钥。"),
        ({"school": ""}, "写上这个群是哪所学校的；收全市排名的群写“全市”。"),
        ({"school": "第九小学"}, "没有叫“第九小学”的学校"),
    ):  # fmt: skip
        page = await bind(office, webhook, **other)
        assert page.status == 400, other
        assert said in page.main
        assert KEY not in page.main
    with county.database.reading() as connection:
        assert connection.scalar(select(chat_group.c.id)) is None


async def test_a_test_message_arrives_in_the_group(county, enters, tenant):
    group = tenant.on("wecom").group("语文组", tenant.on("wecom").somebody("T1"))
    office = await enters(4)
    await bind(office, webhook_of(county, group.group.webhook))

    page = await office.post("/office/groups/try", {"group": "1"})

    assert "测试消息正在发往企业微信群机器人 示例县第一小学（语文群），一般几秒就到。" in page.main
    seen = await group.sees()
    assert seen.text == "这是一条测试消息：看到它，就说明机器人能发到这个群。不用回复。"


@ONE_DATABASE
async def test_a_stopped_group_stands_first_with_its_cause_and_cure(county, enters):
    with county.database.writing() as connection:
        sealing = Sealing(county.secret_key)
        for title, address in (("好的群", "wrA"), ("停的群", "wrB")):
            binding = chat_groups.Binding(way=Way.WECOM_AIBOT, address=address, school_id=1, title=title)
            chat_groups.bind(connection, binding, sealing, at=1, by="operator")
        chat_groups.stop(connection, 2, "93006", at=5)
        dead = Post(key="a", kind=Kind.RANKING, answer=answer("全县合格率 62.5%"), group_id=2)
        post(connection, [dead], at=3)
        why = "群不存在。把智能机器人加回群里。"
        connection.execute(update(outbox).values(state="dead", reason="stopped", why=why, done_at=6))
    office = await enters(4)

    page = await office.get("/office/groups")

    assert page.main.index("停的群") < page.main.index("好的群")
    assert "群不存在。把智能机器人加回群里（错误码 93006）" in page.main
    assert "把智能机器人加回群里，在群里@它发“绑定本群 学校名”。" in page.main
    tried = await office.post("/office/groups/try", {"group": "2"})
    assert tried.status == 400
    assert "这个群停发了，试发也发不出去。" in tried.main


@ONE_DATABASE
async def test_many_groups_are_turned_page_by_page(county, enters):
    with county.database.writing() as connection:
        sealing = Sealing(county.secret_key)
        for number in range(1, 53):
            binding = chat_groups.Binding(
                way=Way.WECOM_WEBHOOK,
                address=f"https://wecom.example/cgi-bin/webhook/send?key=0000-{number:04}",
                school_id=1 if number % 2 else None,
                title=f"第{number}群",
            )
            chat_groups.bind(connection, binding, sealing, at=1, by="operator")
    office = await enters(4)

    first = await office.get("/office/groups")
    assert first.body.partition("<tbody>")[2].count('<th scope="row">') == 50
    assert "绑定的群 52 个，没有停发的" in first.main
    second = await office.get("/office/groups?after=50")
    assert "第51群" in second.main
    assert "第50群" not in second.main
    found = await office.get("/office/groups?q=第7群")
    assert found.body.partition("<tbody>")[2].count('<th scope="row">') == 1
    alone = await office.get("/office/groups?group=7")
    assert "地址末四位 …0007，序号 7" in alone.main
