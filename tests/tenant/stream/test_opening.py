"""Credentials for a ticket, a ticket for one connection."""

import json
import xml.etree.ElementTree as ET

import pytest
from aiohttp import WSServerHandshakeError

from bot.tenant.faults import Effect, Fault


async def test_the_right_credentials_open_a_way_to_the_stream(caller, tenant):
    opened = await caller.ticket()
    assert set(opened) == {"endpoint", "ticket"}
    assert opened["endpoint"] == tenant.base_url.replace("http:", "ws:") + "/dingtalk/stream"


async def test_a_tenant_on_https_has_a_secure_stream(caller, tenant):
    tenant.base_url = "https://example.org/tenant"
    assert (await caller.ticket())["endpoint"] == "wss://example.org/tenant/dingtalk/stream"


@pytest.mark.parametrize("wrong", [{"clientSecret": "no"}, {"clientId": "no"}, {"clientSecret": None}])
async def test_wrong_credentials_are_refused(caller, wrong):
    status, text = await caller.open(**wrong)
    refused = json.loads(text)
    assert (status, refused["code"], refused["message"]) == (401, "authFailed", "鉴权失败")
    assert set(refused) == {"code", "message", "requestid"}


@pytest.mark.parametrize(
    "wrong", [None, "CALLBACK", [{"type": "CALLBACK"}], [{"type": "SYSTEM", "topic": "x"}], ["x"]]
)
async def test_subscriptions_have_a_type_and_a_topic(caller, wrong):
    status, text = await caller.open(subscriptions=wrong)
    assert (status, json.loads(text)["code"]) == (400, "systemError")


@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}, {"Accept": "text/html"}])
async def test_a_client_that_does_not_ask_for_json_gets_xml(caller, accept):
    status, text = await caller.open(headers=accept)
    root = ET.fromstring(text)
    assert (status, [child.tag for child in root]) == (200, ["endpoint", "ticket"])


async def test_a_ticket_opens_one_connection(caller):
    opened = await caller.ticket()
    await caller.use(opened)
    with pytest.raises(WSServerHandshakeError) as refused:
        await caller.use(opened)
    assert refused.value.status == 401


async def test_a_ticket_lives_ninety_seconds(caller, tenant):
    young, old = await caller.ticket(), await caller.ticket()
    tenant.clock.run_ahead(89)
    await caller.use(young)
    tenant.clock.run_ahead(1)
    with pytest.raises(WSServerHandshakeError):
        await caller.use(old)


async def test_a_ticket_that_is_not_encoded_is_not_understood(caller):
    opened = await caller.ticket()
    with pytest.raises(WSServerHandshakeError):
        await caller.use(opened, encoded=False)


async def test_somebody_is_connected_when_the_socket_is_open_and_no_longer_when_it_is_closed(caller, stream):
    assert not stream.connected
    client = await caller.connect()
    assert stream.connected
    await client.socket.close()
    assert not stream.connected


async def test_opening_is_a_call_like_others_for_faults_and_the_wire(caller, tenant):
    tenant.faults.switch_on(Fault(call="dingtalk.stream.open", effect=Effect.HTTP_500, left=1))
    assert (await caller.open())[0] == 500
    await caller.connect()
    assert [(e.name, e.method, e.status) for e in tenant.wire.exchanges()] == [
        ("dingtalk.stream.open", "POST", 500),
        ("dingtalk.stream.open", "POST", 200),
        ("dingtalk.stream.connect", "GET", 101),
    ]
