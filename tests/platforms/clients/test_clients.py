"""What goes over the wire to a person, and what is made of answers that no platform gives."""

import asyncio
import json
import socket

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot.sending import Do, SendFailed
from bot.tenant.faults import Effect
from bot.tenant.people import Chat, Room
from bot.tenant.people import Platform as Where
from messages.outgoing import Reply
from storage.tables import channel

PAGE = Reply(body="编号 12 通过了。")
PRIVATE = {"wecom": Room.APP, "dingtalk": Room.ROBOT}


@pytest.fixture(params=["wecom", "dingtalk"])
def platform(request):
    return request.param


def read(tenant, platform, account="T1"):
    """What stands in the private chat with the bot."""
    chat = Chat(Where(platform), PRIVATE[platform], account)
    return [shown.drawn.text for shown in tenant.app.tenant.transcript.of(chat)]


async def verdict(client, account="T1", page=PAGE):
    with pytest.raises(SendFailed) as failed:
        await client.send(account, page, first_tried_s=None)
    return failed.value.verdict.do


async def test_a_message_arrives_in_the_private_chat(tenant, client_of, platform):
    await client_of(platform, tenant.url).send("T1", PAGE, first_tried_s=None)

    assert read(tenant, platform) == [PAGE.body]


async def test_markdown_goes_to_dingtalk_as_such(tenant, client_of):
    page = Reply(body="有 2 件事：\n\n- 一\n- 二", markdown=True, title="有 2 件事：")

    await client_of("dingtalk", tenant.url).send("T1", page, first_tried_s=None)

    (sent,) = [one for one in tenant.app.tenant.wire.exchanges() if one.name == "dingtalk.robot.oto_send"]
    assert json.loads(sent.body)["msgKey"] == "sampleMarkdown"


@pytest.mark.parametrize(
    ("first_tried_s", "check"),
    [
        (None, {}),
        (0, {"enable_duplicate_check": 1, "duplicate_check_interval": 30}),
        (61, {"enable_duplicate_check": 1, "duplicate_check_interval": 91}),
        (99_999, {"enable_duplicate_check": 1, "duplicate_check_interval": 14_400}),  # four hours at most
    ],
)
async def test_wecom_is_asked_to_compare_repetitions_only_and_no_longer_than_needed(
    tenant, client_of, first_tried_s, check
):
    await client_of("wecom", tenant.url).send("T1", PAGE, first_tried_s=first_tried_s)

    (sent,) = [one for one in tenant.app.tenant.wire.exchanges() if one.name == "wecom.message.send"]
    whole = {"touser": "T1", "msgtype": "text", "agentid": 1000002, "text": {"content": PAGE.body}}
    assert json.loads(sent.body) == whole | check


@pytest.mark.parametrize("account", ["@all", "T1|T2", "T1|@all", "", "示例甲", "T1 "])
async def test_an_account_that_would_mean_more_than_one_person_is_never_sent(tenant, client_of, account):
    assert await verdict(client_of("wecom", tenant.url), account) is Do.LEAVE
    assert tenant.app.tenant.wire.exchanges() == ()


async def test_somebody_whom_the_platform_does_not_know_is_left(tenant, client_of, platform):
    assert await verdict(client_of(platform, tenant.url), "Nobody") is Do.LEAVE


async def test_somebody_who_gets_too_much_is_put_off_alone(tenant, client_of):
    tenant.fault(Effect.CODE, "dingtalk.flow_control", target="T1")
    with pytest.raises(SendFailed) as failed:
        await client_of("dingtalk", tenant.url).send("T1", PAGE, first_tried_s=None)

    found = failed.value.verdict
    assert (found.do, found.after_s, found.everybody) == (Do.AGAIN, 60, False)


@pytest.mark.parametrize("changed", [{"secret": "wrong"}, {"corp_id": "wwwrong"}, {"agent_id": 7}])
async def test_wrong_settings_of_wecom_stop_it(tenant, client_of, changed):
    assert await verdict(client_of("wecom", tenant.url, **changed)) is Do.STOP


@pytest.mark.parametrize("changed", [{"client_secret": "wrong"}, {"client_id": "x"}, {"robot_code": "x"}])
async def test_wrong_settings_of_dingtalk_stop_it(tenant, client_of, changed):
    assert await verdict(client_of("dingtalk", tenant.url, **changed)) is Do.STOP


SEND = {"wecom": "wecom.message.send", "dingtalk": "dingtalk.robot.oto_send"}
TOKEN = {"wecom": "wecom.gettoken", "dingtalk": "dingtalk.token"}


@pytest.mark.parametrize(
    ("effect", "wecom", "dingtalk"),
    [
        (Effect.HTTP_500, Do.DOUBT, Do.AGAIN),
        (Effect.HANG, Do.DOUBT, Do.DOUBT),
        (Effect.RESET, Do.DOUBT, Do.DOUBT),
        (Effect.LOST_ANSWER, Do.DOUBT, Do.DOUBT),
        (Effect.HTML, Do.DOUBT, Do.AGAIN),
    ],
)
async def test_what_is_no_answer_of_the_platform(tenant, client_of, platform, effect, wecom, dingtalk):
    tenant.fault(effect, SEND[platform])

    assert await verdict(client_of(platform, tenant.url)) is {"wecom": wecom, "dingtalk": dingtalk}[platform]


@pytest.mark.parametrize("effect", [Effect.HTTP_500, Effect.HANG, Effect.RESET, Effect.HTML])
async def test_without_a_token_nothing_is_in_doubt(tenant, client_of, platform, effect):
    # More than once: a GET that was cut off is repeated by the HTTP client itself.
    tenant.fault(effect, TOKEN[platform], times=None)

    assert await verdict(client_of(platform, tenant.url)) is Do.AGAIN


async def test_where_nobody_listens_nothing_is_in_doubt(client_of, platform):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    assert await verdict(client_of(platform, f"http://127.0.0.1:{port}")) is Do.AGAIN


@pytest.fixture
async def gateway():
    """Something else that answers: `gateway(status, text)` gives its address."""
    servers = []

    async def start(status, body, **headers):
        async def answer(request):
            if request.path.endswith("gettoken"):
                return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})
            if request.path.endswith("accessToken"):
                return web.json_response({"accessToken": "t", "expireIn": 7200})
            return web.Response(status=status, text=body, headers=headers)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url("")).rstrip("/")

    yield start
    for server in servers:
        await server.close()


@pytest.mark.parametrize(
    ("status", "body", "wecom", "dingtalk"),
    [
        (200, "", Do.DOUBT, Do.AGAIN),
        (200, "[]", Do.DOUBT, Do.AGAIN),
        (200, "{}", Do.DOUBT, Do.AGAIN),
        (200, '{"errcode": "what"}', Do.DOUBT, Do.AGAIN),
        (200, '{"status":1111,"wait":5,"punish":"deny"}', Do.DOUBT, Do.AGAIN),  # DingTalk's ban of an address
        (200, "x" * 100_000, Do.DOUBT, Do.AGAIN),
        (302, "", Do.AGAIN, Do.AGAIN),
        (403, "<html>", Do.AGAIN, Do.AGAIN),
        (502, "<html>", Do.DOUBT, Do.AGAIN),
        (504, "<html>", Do.DOUBT, Do.DOUBT),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_a_gateway_says(gateway, client_of, platform, status, body, wecom, dingtalk):
    address = await gateway(status, body, Location="/elsewhere")

    assert await verdict(client_of(platform, address)) is {"wecom": wecom, "dingtalk": dingtalk}[platform]


async def test_a_refused_address_is_named(gateway, client_of):
    """The text of 60020 as WeCom writes it."""
    said = {
        "errcode": 60020,
        "errmsg": "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at …",
    }
    client = client_of("wecom", await gateway(200, json.dumps(said)))
    with pytest.raises(SendFailed) as failed:
        await client.send("T1", PAGE, first_tried_s=None)

    assert failed.value.detail == "from 203.0.113.7"


@pytest.mark.parametrize("listed", ["invaliduser", "unlicenseduser"])
async def test_whom_wecom_names_as_not_reached_is_left_in_either_case(gateway, client_of, listed):
    said = {"errcode": 0, "errmsg": "ok", listed: "other|t1"}

    assert await verdict(client_of("wecom", await gateway(200, json.dumps(said)))) is Do.LEAVE


async def test_a_token_is_fetched_once_for_everybody(tenant, client_of, platform):
    clients = [client_of(platform, tenant.url) for _ in range(3)]
    await asyncio.gather(*(clients[n % 3].send("T1", PAGE, first_tried_s=None) for n in range(12)))

    fetched = [one for one in tenant.app.tenant.wire.exchanges() if one.name == TOKEN[platform]]
    assert len(fetched) == 1
    assert len(read(tenant, platform)) == 12


async def test_a_token_that_was_withdrawn_is_renewed_once_for_everybody(tenant, client_of, platform):
    clients = [client_of(platform, tenant.url) for _ in range(3)]
    await asyncio.gather(*(client.send("T1", PAGE, first_tried_s=None) for client in clients))
    side = tenant.app.wecom.api.access if platform == "wecom" else tenant.app.dingtalk.gate
    side.tokens.withdraw()
    await asyncio.gather(*(clients[n % 3].send("T1", PAGE, first_tried_s=None) for n in range(9)))

    fetched = [one for one in tenant.app.tenant.wire.exchanges() if one.name == TOKEN[platform]]
    assert len(fetched) == 2
    assert len(read(tenant, platform)) == 12


async def test_a_platform_that_insists_on_a_token_it_refuses_is_not_asked_for_ever(tenant, client_of):
    """WeCom gives out the same one while it is valid."""
    client = client_of("wecom", tenant.url)
    await client.send("T1", PAGE, first_tried_s=None)
    tenant.fault(Effect.CODE, "wecom.message.send", code=40014, times=None)

    assert await verdict(client) is Do.STOP
    fetched = [one for one in tenant.app.tenant.wire.exchanges() if one.name == "wecom.gettoken"]
    assert len(fetched) == 2


async def test_a_wrong_secret_is_said_once_however_many_wait(tenant, client_of):
    client = client_of("wecom", tenant.url, secret="wrong")

    found = await asyncio.gather(*(verdict(client) for _ in range(20)))

    assert found == [Do.STOP] * 20
    assert len(tenant.app.tenant.wire.exchanges()) == 1


async def test_a_token_lies_in_the_database_only_sealed(tenant, client_of, database, platform):
    await client_of(platform, tenant.url).send("T1", PAGE, first_tried_s=None)
    side = tenant.app.wecom.api.access if platform == "wecom" else tenant.app.dingtalk.gate
    (token,) = side.tokens._expires

    with database.reading() as connection:
        stored = connection.scalar(select(channel.c.token).where(channel.c.platform == platform))
    assert stored
    assert token not in stored
    assert token.encode().hex() not in stored
