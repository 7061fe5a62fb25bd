"""The official Python client of DingTalk's stream, which nobody here wrote, against the practice tenant.

It runs in a thread, because it calls the gateway synchronously and cannot be stopped from outside.
"""

import asyncio
import json
import logging
import queue
import threading
from contextlib import asynccontextmanager, suppress

import dingtalk_stream
import dingtalk_stream.stream
import pytest
from dingtalk_stream import AckMessage, ChatbotMessage

from bot.tenant.dingtalk.frames import CARDS, MESSAGES
from bot.tenant.dingtalk.stream import Stream
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.stream import OPEN_PATH, ROBOT, stream_app, stream_tenant

MESSAGE = {
    "msgtype": "text",
    "text": {"content": " 我的学时"},
    "msgId": "msgT1+a/b==",
    "createAt": 1700000000000,
    "conversationType": "2",
    "conversationId": "cidTEST0001==",
    "conversationTitle": "测试群",
    "senderId": "$:LWCP_v1:$S1",
    "senderStaffId": "T1",
    "senderNick": "示例甲",
    "sessionWebhook": "https://example.org/robot/sendBySession?session=0123abcd",
    "sessionWebhookExpiredTime": 1700005400000,
    "robotCode": ROBOT.robot_code,
}
CARD = {
    "type": "actionCallback",
    "outTrackId": "card-1",
    "corpId": ROBOT.corp_id,
    "userId": "T1",
    "content": json.dumps({"cardPrivateData": {"actionIds": ["ok"], "params": {"action": "accept"}}}),
    "extension": "{}",
}


class Hurried:
    """asyncio, except that the client's fixed waits of 3 s and 10 s after a failure are short."""

    def __getattr__(self, name):
        return getattr(asyncio, name)

    async def sleep(self, seconds):
        await asyncio.sleep(min(seconds, 0.1))


class Robot(dingtalk_stream.ChatbotHandler):
    def __init__(self):
        super().__init__()
        self.heard = queue.SimpleQueue()

    async def process(self, callback):
        self.heard.put(ChatbotMessage.from_dict(callback.data))
        return AckMessage.STATUS_OK, "OK"


class Cards(dingtalk_stream.CallbackHandler):
    def __init__(self):
        super().__init__()
        self.heard = queue.SimpleQueue()

    async def process(self, callback):
        self.heard.put(dingtalk_stream.CardCallbackMessage.from_dict(callback.data))
        return AckMessage.STATUS_OK, {"cardData": {"cardParamMap": {"state": "已通过"}}}


class Events(dingtalk_stream.EventHandler):
    def __init__(self):
        super().__init__()
        self.heard = queue.SimpleQueue()

    async def process(self, event):
        self.heard.put((event.headers.event_type, event.data))
        return AckMessage.STATUS_OK, "OK"


class Official(dingtalk_stream.DingTalkStreamClient):
    """Its `start` can only be left by a KeyboardInterrupt, so opening a connection raises one in the end."""

    def __init__(self, credential):
        logger = logging.getLogger("tests.dingtalk_stream")
        logger.setLevel(logging.CRITICAL)
        super().__init__(credential, logger)
        self.leaving = threading.Event()
        self.opened = queue.SimpleQueue()

    def open_connection(self):
        if self.leaving.is_set():
            raise KeyboardInterrupt
        opened = super().open_connection()
        self.opened.put(opened)
        return opened


@asynccontextmanager
async def running(client):
    loop = asyncio.new_event_loop()

    def run():
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(client.start())

    thread = threading.Thread(target=run, name="dingtalk-stream")
    thread.start()
    try:
        yield client
    finally:
        client.leaving.set()
        # The loop may have come to its end by itself.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: client.websocket and loop.create_task(client.websocket.close()))
        # In a thread as well: the server that it says farewell to runs on this loop.
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()


async def got(heard):
    return await asyncio.to_thread(heard.get, timeout=PATIENCE_SECONDS)


async def until(tenant, true):
    """Waits for it, looking whenever something has gone over the wire."""
    with tenant.wire.watch() as exchanges:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not true():
                await exchanges.get()


@pytest.fixture
def tenant():
    return stream_tenant(disconnect_close=0.3)


@pytest.fixture
async def stream(aiohttp_server, tenant, monkeypatch):
    stream = Stream(tenant)
    server = await aiohttp_server(stream_app(stream, tenant))
    tenant.base_url = str(server.make_url("/")).rstrip("/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(
        dingtalk_stream.DingTalkStreamClient, "OPEN_CONNECTION_API", tenant.base_url + OPEN_PATH
    )
    monkeypatch.setattr(dingtalk_stream.stream, "asyncio", Hurried())
    return stream


@pytest.fixture
def robot():
    return Robot()


@pytest.fixture
async def official(stream, robot, tenant):
    """The client with right credentials, connected."""
    client = Official(dingtalk_stream.Credential(ROBOT.client_id, ROBOT.client_secret))
    client.register_callback_handler(ChatbotMessage.TOPIC, robot)
    client.cards, client.events = Cards(), Events()
    client.register_callback_handler(dingtalk_stream.CallbackHandler.TOPIC_CARD_CALLBACK, client.cards)
    client.register_all_event_handler(client.events)
    async with running(client):
        await until(tenant, lambda: stream.connected)
        yield client


async def deed(stream, name):
    (found,) = [one for one in stream.deeds() if one.name == f"dingtalk.stream.{name}"]
    return await found.do()


async def test_it_reads_a_robot_message_and_its_ack_is_taken(official, robot, stream):
    assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": "OK"}
    message = await got(robot.heard)
    assert (message.message_id, message.sender_staff_id, message.text.content) == (
        "msgT1+a/b==",
        "T1",
        " 我的学时",
    )


async def test_it_answers_a_card(official, stream):
    answer = await stream.push(CARDS, CARD, 5)
    assert answer == {"response": {"cardData": {"cardParamMap": {"state": "已通过"}}}}
    pressed = await got(official.cards.heard)
    assert (pressed.card_instance_id, pressed.user_id) == ("card-1", "T1")
    assert pressed.content["cardPrivateData"]["params"] == {"action": "accept"}


async def test_it_takes_an_event(official, stream):
    assert await stream.tell("user_modify_org", {"userId": ["T1"]}, 5)
    assert await got(official.events.heard) == ("user_modify_org", {"userId": ["T1"]})


async def test_a_handler_that_says_no_has_not_taken_the_message(official, robot, stream):
    async def refuse(_callback):
        return AckMessage.STATUS_SYSTEM_EXCEPTION, "no"

    robot.process = refuse
    assert await stream.push(MESSAGES, MESSAGE, 5) is None


async def test_it_echoes_pings(aiohttp_server, tenant, stream, robot):
    tenant.pace = stream_tenant(stream_ping=0.05).pace
    client = Official(dingtalk_stream.Credential(ROBOT.client_id, ROBOT.client_secret))
    client.register_callback_handler(ChatbotMessage.TOPIC, robot)
    async with running(client):
        await until(tenant, lambda: len(pings(tenant)) > 5)
        assert [ping.status for ping in pings(tenant)[:5]] == [200] * 5
        assert stream.connected


def pings(tenant):
    return [e for e in tenant.wire.exchanges() if e.name == "dingtalk.stream.ping"]


async def test_it_bears_the_greetings_of_the_node_sdk(tenant, stream, robot):
    tenant.switches.dingtalk_stream_greets = True
    client = Official(dingtalk_stream.Credential(ROBOT.client_id, ROBOT.client_secret))
    client.register_callback_handler(ChatbotMessage.TOPIC, robot)
    async with running(client):
        await until(tenant, lambda: stream.connected)
        assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": "OK"}


@pytest.mark.parametrize("trouble", ["disconnect", "cut"])
async def test_it_comes_back_with_a_new_ticket_after_a(official, robot, stream, tenant, trouble):
    first = await got(official.opened)
    await deed(stream, trouble)
    second = await got(official.opened)
    assert first["ticket"] != second["ticket"]
    await until(tenant, lambda: stream.connected)
    assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": "OK"}
    assert (await got(robot.heard)).message_id == "msgT1+a/b=="


async def test_while_the_platform_still_uses_a_dead_connection_some_messages_are_lost(
    official, robot, stream, tenant
):
    await got(official.opened)
    await deed(stream, "half_dead")
    await got(official.opened)
    await until(tenant, lambda: len([e for e in tenant.wire.exchanges() if e.status == 101]) == 2)
    taken = await asyncio.gather(*(stream.push(MESSAGES, MESSAGE, 1) for _ in range(40)))
    # All to the same connection: once in 2^39 runs.
    assert 0 < taken.count(None) < 40


async def test_wrong_credentials_are_told_to_it_and_it_asks_again(stream, tenant, robot):
    client = Official(dingtalk_stream.Credential(ROBOT.client_id, "wrong"))
    client.register_callback_handler(ChatbotMessage.TOPIC, robot)
    async with running(client):
        assert await got(client.opened) is None
        assert await got(client.opened) is None
    assert not stream.connected
    refused = tenant.wire.exchanges()[0]
    assert (refused.status, json.loads(refused.answer)["code"]) == (401, "authFailed")
