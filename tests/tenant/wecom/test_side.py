"""Who hears what on WeCom: the app alone in private, the AI bot alone in groups, webhooks nobody."""

import pytest
from aiohttp import web

from bot.tenant.dispatch import route
from bot.tenant.installation import Installation, WeComAibot
from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Said, SaidKind
from bot.tenant.wecom.side import WeComSide
from tests.tenant.wecom.conftest import APP_CHAT, CORP, GROUP_CHAT, SECRET, reply

NOT_INSTALLED = "机器人没有听到：企业微信的群里只有智能机器人听得到，这里没有装。"
NOT_CONNECTED = "机器人没有听到：企业微信的群里只有智能机器人听得到，它现在没有连上。"


@pytest.fixture
async def side(tenant, courier):
    made = WeComSide(tenant, courier)
    yield made
    tenant.closing.set()
    await made.close()


@pytest.fixture
def with_aibot(tenant):
    bot = WeComAibot(bot_id="aibexample", secret="example-secret")
    tenant.installation = Installation(app=tenant.installation.app, aibot=bot)


def titles(side, member):
    return [(chat.room, title) for chat, title in side.chats_of(member)]


async def test_the_app_comes_first_and_the_groups_last(side, tenant, jia):
    assert titles(side, jia) == [(Room.APP, "研修助手"), (Room.GROUP, "示例chinese")]
    # Without an account nobody can open a chat with the app.
    assert titles(side, tenant.directory.members["ding"]) == [(Room.GROUP, "示例county")]


async def test_the_ai_bot_comes_second(with_aibot, side, jia):
    assert [room for room, _title in titles(side, jia)] == [Room.APP, Room.AIBOT, Room.GROUP]


async def test_a_private_message_reaches_the_app(bot, side, jia, seen):
    bot.says(reply())
    assert await side.says(jia, APP_CHAT, Said(text="在吗")) == Heard(Outcome.ANSWERED)
    assert seen() == ["在吗", "你好"]


async def test_a_message_that_is_not_for_the_bot_is_only_shown(bot, side, jia, tenant, in_group):
    assert await side.says(jia, GROUP_CHAT, Said(text="早", to_bot=False)) == Heard(Outcome.NO_BOT)
    assert in_group() == ["早"]
    assert tenant.transcript.of(GROUP_CHAT)[0].note == ""
    assert bot.heard == []


async def test_without_an_ai_bot_nobody_hears_a_group(bot, side, jia, tenant, in_group):
    assert await side.says(jia, GROUP_CHAT, Said(text="排名")) == Heard(Outcome.NO_BOT, NOT_INSTALLED)
    assert tenant.transcript.of(GROUP_CHAT)[0].note == NOT_INSTALLED
    assert len(in_group()) == 1
    assert bot.heard == []


async def test_with_one_that_has_not_connected_neither(with_aibot, side, jia, tenant):
    assert (await side.says(jia, GROUP_CHAT, Said(text="排名"))).outcome is Outcome.NO_BOT
    assert [shown.note for shown in tenant.transcript.of(GROUP_CHAT)] == [NOT_CONNECTED]


async def test_outsiders_are_not_heard(side, tenant):
    ding = tenant.directory.members["ding"]
    county = Chat(Platform.WECOM, Room.GROUP, "wrcounty")
    heard = await side.says(ding, county, Said(kind=SaidKind.IMAGE))
    assert heard == Heard(Outcome.NO_BOT, "机器人没有听到：企业微信只把本单位成员的话转给它。")
    assert [shown.drawn.text for shown in tenant.transcript.of(county)] == ["[图片]"]


async def test_without_an_app_nobody_hears_anything(tenant, courier, jia):
    tenant.installation = Installation()
    side = WeComSide(tenant, courier)
    assert titles(side, jia) == [(Room.GROUP, "示例chinese")]
    assert (await side.joins(jia)).reason == "机器人没有听到：企业微信里没有安装自建应用。"
    assert (await side.says(jia, APP_CHAT, Said(text="在吗"))).outcome is Outcome.NO_BOT
    await side.close()


async def test_joining_and_repeating_reach_the_app(bot, side, jia, tenant):
    assert (await side.joins(jia)).outcome is Outcome.ACKNOWLEDGED
    await side.says(jia, APP_CHAT, Said(text="在吗"))
    await side.repeats(tenant.transcript.of(APP_CHAT)[0])
    assert [message.get("Event") or message["Content"] for message in bot.heard] == [
        "subscribe",
        "在吗",
        "在吗",
    ]


async def test_the_address_is_verified_as_a_deed(bot, side):
    (verify,) = [deed for deed in side.deeds() if deed.name == "wecom.verify"]
    assert await verify.do() == "回调地址已通过验证。"


async def test_every_call_has_a_name_an_address_and_a_source_of_its_own(side):
    calls = side.calls()
    assert len({call.name for call in calls}) == len(calls)
    assert len({(call.method, call.path) for call in calls}) == len(calls)
    assert all(call.name.startswith("wecom.") and call.title and call.source for call in calls)
    assert all(call.path.startswith("/wecom/") for call in calls)


async def test_the_whole_side_is_one_application(aiohttp_client, side, tenant):
    app = web.Application()
    app.add_routes([route(tenant, call) for call in side.calls()])
    app.add_routes(side.routes())
    client = await aiohttp_client(app)
    answer = await client.get("/wecom/cgi-bin/gettoken", params={"corpid": CORP, "corpsecret": SECRET})
    assert (await answer.json())["errcode"] == 0


async def test_a_get_where_a_post_is_needed_is_refused_in_the_platforms_own_way(aiohttp_client, side, tenant):
    app = web.Application()
    app.add_routes([route(tenant, call) for call in side.calls()])
    app.add_routes(side.routes())
    client = await aiohttp_client(app)
    for call in side.calls():
        if call.method == "POST":
            answer = await client.get(call.path)
            assert (answer.status, (await answer.json())["errcode"]) == (200, 40058)
