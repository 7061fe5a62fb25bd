"""DingTalk as a whole in stream mode: a person says something, a small bot answers on the session webhook."""

import asyncio
import json
from contextlib import suppress

import pytest
from aiohttp import ClientSession, web

from bot.tenant.courier import Courier
from bot.tenant.dingtalk.side import DingTalkSide
from bot.tenant.dispatch import route
from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Outcome, Said
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.stream import Caller


class Bot:
    """Acknowledges at once, then says how long the message was; remembers every frame."""

    def __init__(self, session: ClientSession, caller: Caller) -> None:
        self._session = session
        self._caller = caller
        self.frames = []

    async def listen(self, connected: asyncio.Event) -> None:
        client = await self._caller.connect()
        connected.set()
        async for message in client.socket:
            frame = json.loads(message.data)
            self.frames.append(frame)
            await client.ack(frame)
            body = json.loads(frame["data"])
            text = body["text"]["content"].strip()
            answer = {"msgtype": "text", "text": {"content": f"听到 {len(text)} 个字"}}
            async with self._session.post(body["sessionWebhook"], json=answer) as response:
                assert (await response.json())["errcode"] == 0


@pytest.fixture
def paces():
    return {"dingtalk_again": 0.05}


@pytest.fixture
async def side(aiohttp_server, tenant):
    courier = Courier(tenant)
    side = DingTalkSide(tenant, courier)
    app = web.Application()
    app.add_routes([route(tenant, call) for call in side.calls()])
    app.add_routes(side.routes())

    async def shut(_app):
        tenant.closing.set()
        await side.close()
        await courier.close()

    app.on_shutdown.append(shut)
    server = await aiohttp_server(app)
    tenant.base_url = str(server.make_url("/")).rstrip("/")
    return side


@pytest.fixture
async def bot(side, tenant):
    async with ClientSession() as session:
        bot = Bot(session, Caller(session, tenant.base_url))
        connected = asyncio.Event()
        listening = asyncio.create_task(bot.listen(connected))
        await asyncio.wait_for(connected.wait(), PATIENCE_SECONDS)
        yield bot
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


@pytest.fixture
def person(tenant):
    return tenant.directory.members["t1"]


@pytest.fixture
def chat(side, person):
    ((private, _title),) = side.chats_of(person)
    return private


async def read(tenant, chat, messages):
    """What stands in the chat when so many messages do."""
    with tenant.transcript.watch() as changes:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(tenant.transcript.of(chat)) < messages:
                await changes.get()
    return [(shown.by_bot, shown.drawn.text) for shown in tenant.transcript.of(chat)]


async def test_a_person_is_heard_over_the_stream_and_answered_on_the_session_webhook(
    side, bot, tenant, person, chat
):
    heard = await side.says(person, chat, Said(text="我的学时"))
    assert heard.outcome is Outcome.ACKNOWLEDGED
    assert await read(tenant, chat, 2) == [(False, "我的学时"), (True, "听到 4 个字")]
    assert [e.name for e in tenant.wire.exchanges() if e.url == "/dingtalk/callback"] == []


async def test_a_message_whose_ack_is_lost_comes_once_more_under_the_same_msg_id(
    side, bot, tenant, person, chat
):
    tenant.faults.switch_on(Fault(call="dingtalk.stream", effect=Effect.UNHEARD, left=1))
    heard = await side.says(person, chat, Said(text="我的学时"))
    assert heard.outcome is Outcome.ACKNOWLEDGED
    first, second = bot.frames
    assert json.loads(first["data"])["msgId"] == json.loads(second["data"])["msgId"]
    assert first["headers"]["messageId"] != second["headers"]["messageId"]
    assert [by_bot for by_bot, _text in await read(tenant, chat, 3)] == [False, True, True]


async def test_without_a_connection_the_person_is_told_so(side, tenant, person, chat):
    heard = await side.says(person, chat, Said(text="我的学时"))
    assert heard.outcome is Outcome.NO_BOT
    (shown,) = tenant.transcript.of(chat)
    assert shown.note == heard.reason == "机器人没有听到：它的 Stream 现在没有连上。"
