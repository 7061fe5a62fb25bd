"""Groups: the office binds them where it speaks, and what concerns one person is answered in private."""

import pytest
from sqlalchemy import select

from bot.policy.outgoing import Kind, Way
from bot.tenant.people import Platform
from messages.outgoing import answer
from storage import chat_groups, outbox
from storage.delivery_tables import heard_chat
from storage.sealing import Sealing

WAYS = {Platform.WECOM: Way.WECOM_AIBOT, Platform.DINGTALK: Way.DINGTALK_GROUP}
TITLES = {Platform.WECOM: "", Platform.DINGTALK: "第一小学语文群"}  # WeCom tells no name
TOLD = "已私信你。没看到就点我的头像，再发一次。"


@pytest.fixture
def here(tenant, group_platform, county):
    return tenant.on(group_platform)


@pytest.fixture
def office(here):
    return here.somebody("T4")


@pytest.fixture
def someone(here):
    return here.somebody("T1")


@pytest.fixture
def group(here, office, someone):
    return here.group("第一小学语文群", office, someone)


async def test_the_office_binds_the_group_in_which_it_speaks(county, office, someone, group, group_platform):
    assert (await someone.says("绑定本群 第一小学", group=group)).startswith("“绑定本群”只有项目办可以用")
    assert await office.says("绑定本群 第一小学", group=group) == (
        "本群已绑定示例县第一小学。\n每日排名 18:00 发到这里。"
    )
    assert (await office.says("绑定本群 全市", group=group)).startswith("本群现在绑定的是示例县第一小学")
    assert (await someone.says("确认", group=group)).startswith("群里没有等你确认的操作")
    assert (await office.says("确认", group=group)).startswith("本群已绑定全市。")

    with county.database.reading() as connection:
        (bound,) = chat_groups.bound(connection)
        key = Sealing(county.secret_key)
        (found,) = chat_groups.addresses(connection, [bound.id], key, county.clock.real_ms()).values()
    assert (bound.way, bound.school_id, bound.title) == (WAYS[group_platform], None, TITLES[group_platform])
    assert found.address == group.group.chat_id
    assert ("/robot/sendBySession?session=" in found.reply_url) == (group_platform is Platform.DINGTALK)


async def test_what_is_posted_to_a_bound_group_arrives_there(county, office, group, tenant):
    await office.says("绑定本群 第一小学", group=group)

    with county.database.writing() as connection:
        (bound,) = chat_groups.bound(connection)
        post = outbox.Post(
            key="example", kind=Kind.CORRECTION, answer=answer("示例县第一小学排第 1。"), group_id=bound.id
        )
        outbox.post(connection, [post], at=county.clock.real_ms())

    assert (await group.sees()).text == "示例县第一小学排第 1。"


async def test_ones_own_figures_are_asked_for_in_a_group_and_read_in_private(someone, group):
    assert await someone.says("我的学时", group=group) == TOLD

    assert (await someone.sees()).text.startswith("线上 18.5 学时，实践 0 学时")
    group.sees_nothing()
    assert "18.5 学时" in await someone.says("我的学时")


async def test_at_night_an_answer_is_given_all_the_same(someone, group, clock):
    clock.today = clock.today.replace(hour=23)

    assert await someone.says("我的学时", group=group) == TOLD
    assert "18.5 学时" in (await someone.sees()).text


async def test_a_group_in_which_somebody_speaks_is_known(county, someone, group, group_platform):
    await someone.says("截止时间")
    with county.database.reading() as connection:
        assert connection.execute(select(heard_chat)).all() == []

    await someone.says("截止时间", group=group)
    with county.database.reading() as connection:
        (heard,) = connection.execute(select(heard_chat)).all()
    names = (group_platform.value, group.group.chat_id, TITLES[group_platform])
    assert (heard.platform, heard.chat, heard.title) == names
    assert (heard.reply_until > heard.heard_at) == (group_platform is Platform.DINGTALK)
