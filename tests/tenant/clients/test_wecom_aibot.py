"""The official Python SDK for AI bots against the emulated long connection."""

import asyncio

import pytest

from bot.tenant.tenant import Outcome, Said, SaidKind
from tests.kit.aibot import BOT_ID, IN_GROUP, PRIVATE, SECRET, TEACHER, aibot_place, buttons, card, markdown
from tests.kit.aibot_sdk import WSClient, WSClientOptions, sdk_socket
from tests.kit.patience import PATIENCE_SECONDS


class Silent:
    """A logger that remembers instead of printing."""

    def __init__(self):
        self.lines = []

    def note(self, message, *args):
        self.lines.append(message)

    debug = info = warn = error = note


@pytest.fixture
async def place(aiohttp_server):
    place, app = aibot_place()
    server = await aiohttp_server(app)
    place.tenant.base_url = str(server.make_url("")).rstrip("/")
    return place


@pytest.fixture
async def start(place, monkeypatch):
    """`await start()`: a client of the SDK with a queue of (event, frame)."""
    # It hands a TLS context to every connection, which websockets refuses for a ws:// address.
    monkeypatch.setattr(sdk_socket, "_SSL_CONTEXT", None)
    clients = []

    async def begin(*, secret=SECRET, **more):
        options = {"reconnect_interval": 20, "max_reconnect_attempts": 2, **more}
        client = WSClient(
            WSClientOptions(bot_id=BOT_ID, secret=secret, ws_url=place.socket_url, logger=Silent(), **options)
        )
        client.seen = asyncio.Queue()
        for name in ("authenticated", "disconnected", "error", "message", "event", "reconnecting"):
            client.on(name, lambda *data, name=name: client.seen.put_nowait((name, *data)))
        clients.append(client)
        await client.connect()
        return client

    yield begin
    for client in clients:
        manager = client._ws_manager
        client.disconnect()
        receiving = manager._receive_task
        await asyncio.gather(*(t for t in asyncio.all_tasks() if "_async_disconnect" in repr(t)))
        if receiving is not None:
            await asyncio.gather(receiving, return_exceptions=True)


async def sees(client, name):
    """The data of the next event with this name; others in between are let go."""
    while True:
        found, *data = await asyncio.wait_for(client.seen.get(), PATIENCE_SECONDS)
        if found == name:
            return data[0] if data else None


@pytest.fixture
async def client(start):
    client = await start()
    await sees(client, "authenticated")
    return client


async def test_it_authenticates(place, client):
    assert place.aibot.connected


async def test_a_wrong_secret_is_an_error_and_no_end_of_the_connection(place, start):
    client = await start(secret="wrong")
    assert str(await sees(client, "error")) == (
        "Authentication failed: invalid bot_id or secret (code: 853000)"
    )
    assert client.is_connected
    assert not place.aibot.connected


async def test_it_answers_a_group_with_a_stream(place, client):
    saying = asyncio.create_task(place.says("我的学时", chat=IN_GROUP))
    frame = await sees(client, "message")
    assert frame["body"]["text"]["content"] == "@研修助手 我的学时"
    await client.reply_stream(frame, "s1", "正在查询…")
    assert place.last(IN_GROUP).drawn.unfinished
    ack = await client.reply_stream(frame, "s1", "**18.5** 学时", finish=True)
    assert (ack["errcode"], ack["errmsg"]) == (0, "ok")
    assert (await saying).outcome is Outcome.ANSWERED
    assert place.last(IN_GROUP).drawn.text == "18.5 学时"


async def test_a_refusal_reaches_the_caller(place, client):
    asyncio.create_task(place.says("我的学时"))  # noqa: RUF006
    frame = await sees(client, "message")
    with pytest.raises(RuntimeError, match="errcode=846608"):
        for content in ("完", "又来"):
            await client.reply_stream(frame, "s1", content, finish=True)


async def test_it_pushes_markdown_and_files_are_opened(place, client):
    said = Said(kind=SaidKind.FILE, file_name="证书.pdf", content=b"%PDF example")
    saying = asyncio.create_task(place.aibot.says(TEACHER, PRIVATE, said))
    part = (await sees(client, "message"))["body"]["file"]
    assert await client.download_file(part["url"], part["aeskey"]) == (b"%PDF example", "证书.pdf")
    await client.send_message("T1", markdown("收到了"))
    assert (await saying).outcome is Outcome.ANSWERED
    with pytest.raises(RuntimeError, match="errcode=93006"):
        await client.send_message("wrExampleGroup", markdown("没有人说过话"))
    assert place.told()[-1] == "收到了"


async def test_a_card_is_pressed_and_updated(place, client):
    saying = asyncio.create_task(place.says("待审"))
    frame = await sees(client, "message")
    await client.reply_template_card(frame, buttons())
    await saying
    pressing = asyncio.create_task(place.aibot.presses(TEACHER, place.last(), "pass", {}))
    event = await sees(client, "event")
    assert event["body"]["event"]["template_card_event"]["event_key"] == "pass"
    await client.update_template_card(event, {**buttons(), "replace_text": "已通过"})
    assert (await pressing).outcome is Outcome.ANSWERED
    assert [button.label for button in place.last().drawn.buttons] == ["已通过"]


async def test_a_stream_with_a_card_and_a_welcome(place, client):
    entering = asyncio.create_task(place.aibot.enters(TEACHER))
    event = await sees(client, "event")
    await client.reply_welcome(event, {"msgtype": "text", "text": {"content": "您好"}})
    assert (await entering).outcome is Outcome.ANSWERED
    saying = asyncio.create_task(place.says("待审"))
    frame = await sees(client, "message")
    await client.reply_stream_with_card(frame, "s1", "有一条", finish=True, template_card=buttons())
    assert (await saying).outcome is Outcome.ANSWERED
    assert place.told() == [
        "您好",
        "待审",
        "有一条",
        card(buttons())["template_card"]["main_title"]["title"] + "\n示例甲的 5 学时",
    ]


async def test_its_pings_are_answered(place, start):
    client = await start(heartbeat_interval=30)
    await sees(client, "authenticated")
    await asyncio.sleep(0.3)
    # After two pings without an answer it would have closed the connection.
    assert client.is_connected
    pings = [e for e in place.tenant.wire.exchanges() if e.name == "wecom.aibot.ping"]
    assert len(pings) >= 3


async def test_a_second_process_drives_it_out_and_it_kicks_back(place, client, start):
    place.tenant.switches.aibot_kicked_by = "cut"
    second = await start()
    await sees(second, "authenticated")
    assert (await sees(client, "event"))["body"]["event"] == {"eventtype": "disconnected_event"}
    # The Python SDK does not know that event, connects again and drives out the other in its turn.
    await sees(client, "disconnected")
    await sees(client, "authenticated")
    assert (await sees(second, "event"))["body"]["event"] == {"eventtype": "disconnected_event"}


async def test_after_a_polite_close_it_does_not_come_back(place, client, start):
    second = await start()
    await sees(second, "authenticated")
    await sees(client, "event")
    # websockets ends its loop without an error on close code 1000, and the SDK waits for the error.
    await asyncio.wait_for(client._ws_manager._receive_task, PATIENCE_SECONDS)
    assert (client.is_connected, client.seen.empty()) == (False, True)
    assert place.aibot.connected


async def test_it_comes_back_after_a_cut(place, client):
    drop = next(deed for deed in place.aibot.deeds() if deed.name == "wecom.aibot.drop")
    await drop.do()
    await sees(client, "disconnected")
    await sees(client, "authenticated")
    assert place.aibot.connected
