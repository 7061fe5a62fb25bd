"""What goes wrong with a stream: disconnects, cuts, dead connections, strangers, and faults on demand."""

import asyncio
import json
import time

import pytest
from aiohttp import WSMsgType

from bot.tenant.dingtalk.frames import MESSAGES
from bot.tenant.faults import Effect, Fault
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.stream import MESSAGE


async def acknowledging(client, got):
    """Takes whatever comes, until the connection ends."""
    async for message in client.socket:
        frame = json.loads(message.data)
        got.append(frame)
        await client.ack(frame, data=frame["data"] if frame["type"] == "SYSTEM" else '{"response": null}')


@pytest.fixture
def paces():
    return {"disconnect_close": 0.2, "stream_ghost": 30.0}


@pytest.fixture
async def attend(caller):
    """`got = await attend()`: one more client, which acknowledges; what it gets appears in `got`."""
    tasks = []

    async def do():
        got = []
        client = await caller.connect()
        tasks.append(asyncio.create_task(acknowledging(client, got)))
        return got

    yield do
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_after_a_disconnect_frame_nothing_more_comes_and_then_the_end(caller, stream, deed):
    client = await caller.connect()
    assert await deed("disconnect") == "已请机器人换一条连接，旧连接 0.2 秒后关闭。"
    frame = await client.frame()
    assert (frame["type"], frame["headers"]["topic"]) == ("SYSTEM", "disconnect")
    assert json.loads(frame["data"]) == {"reason": "connection is expired"}
    assert not stream.connected
    assert await stream.push(MESSAGES, MESSAGE, 5) is None
    started = time.perf_counter()
    assert (await client.socket.receive(timeout=PATIENCE_SECONDS)).type is WSMsgType.CLOSE
    assert time.perf_counter() - started > 0.1


async def test_a_connection_opened_before_the_old_one_ends_gets_the_messages(caller, stream, deed, attend):
    await caller.connect()
    await deed("disconnect")
    got = await attend()
    assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": None}
    assert len(got) == 1


async def test_a_cut_reaches_the_client_without_a_farewell_and_a_waiting_push_at_once(caller, stream, deed):
    client = await caller.connect()
    pushing = asyncio.create_task(stream.push(MESSAGES, MESSAGE, 60))
    await client.frame()
    assert await deed("cut") == "连接已断开。"
    assert await asyncio.wait_for(pushing, PATIENCE_SECONDS) is None
    message = await client.socket.receive(timeout=PATIENCE_SECONDS)
    assert message.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    assert not stream.connected


async def test_a_dead_connection_is_pushed_to_until_the_platform_notices(
    caller, stream, tenant, deed, attend
):
    client = await caller.connect()
    assert await deed("half_dead") == "连接已断开，平台 30 秒内还会往旧连接上推消息。"
    assert (await client.socket.receive(timeout=PATIENCE_SECONDS)).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    got = await attend()
    taken = await asyncio.gather(*(stream.push(MESSAGES, MESSAGE, 0.5) for _ in range(60)))
    # All to the same one: once in 2^59 runs.
    assert 0 < len(got) < 60
    assert taken.count(None) == 60 - len(got)
    tenant.clock.run_ahead(30)
    assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": None}


async def test_a_silent_connection_looks_open_and_carries_nothing(caller, stream, deed, tenant):
    client = await caller.connect()
    assert await deed("silent") == "连接不再传送任何东西，平台 30 秒内还会往旧连接上推消息。"
    assert stream.connected
    assert await stream.push(MESSAGES, MESSAGE, 0.1) is None
    with pytest.raises(TimeoutError):
        await client.frame(0.1)
    assert not client.socket.closed
    tenant.clock.run_ahead(30)
    assert not stream.connected


async def test_a_stranger_with_the_same_credentials_takes_its_share(stream, deed, attend, tenant):
    got = await attend()
    assert await deed("stranger") == "另一个进程连上来了，会随机抢走一部分消息。"
    taken = await asyncio.gather(*(stream.push(MESSAGES, MESSAGE, 5) for _ in range(60)))
    assert taken == [{"response": None}] * 60
    stolen = [e for e in tenant.wire.exchanges() if e.url == "/dingtalk/stream（另一个进程）"]
    # None or all of them: once in 2^59 runs.
    assert 0 < len(stolen) < 60
    assert len(stolen) + len(got) == 60
    assert await deed("stranger") == "另一个进程已经离开。"
    assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": None}
    assert len(stolen) + len(got) == 60 + 1


async def test_deeds_say_when_there_is_nobody_to_do_them_to(deed, caller):
    for name in ("disconnect", "cut", "half_dead", "silent"):
        assert await deed(name) == "现在没有 Stream 连接。"
    assert await deed("event") == "机器人没有收下事件。"


async def test_an_event_is_told_by_a_deed(deed, attend):
    got = await attend()
    assert await deed("event") == "机器人收下了事件。"
    assert json.loads(got[0]["data"])["userId"] == ["T1"]


class TestFaults:
    @pytest.fixture
    def strike(self, tenant):
        def on(effect, **details):
            tenant.faults.switch_on(Fault(call="dingtalk.stream", effect=effect, left=1, **details))

        return on

    async def test_a_frame_that_hangs_does_not_arrive(self, stream, attend, strike, tenant):
        got = await attend()
        strike(Effect.HANG)
        assert await stream.push(MESSAGES, MESSAGE, 0.1) is None
        assert got == []
        (exchange,) = [e for e in tenant.wire.exchanges() if e.method == "WS"]
        assert exchange.fault == "hang"

    async def test_an_ack_that_is_not_heard_leaves_the_bot_with_the_message(self, stream, attend, strike):
        got = await attend()
        strike(Effect.UNHEARD)
        assert await stream.push(MESSAGES, MESSAGE, 5) is None
        assert len(got) == 1

    async def test_twice_at_the_same_moment_has_two_message_ids(self, stream, attend, strike):
        got = await attend()
        strike(Effect.TWICE)
        assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": None}
        assert len(got) == 2
        assert got[0]["data"] == got[1]["data"]
        assert got[0]["headers"]["messageId"] != got[1]["headers"]["messageId"]

    async def test_a_slow_frame_comes_later(self, stream, attend, strike):
        await attend()
        strike(Effect.SLOW, seconds=0.2)
        started = time.perf_counter()
        assert await stream.push(MESSAGES, MESSAGE, 5) == {"response": None}
        assert time.perf_counter() - started >= 0.2

    @pytest.mark.parametrize(("effect", "frames"), [(Effect.RESET, 0), (Effect.LOST_ANSWER, 1)])
    async def test_a_connection_cut_before_or_after_the_frame(self, stream, attend, strike, effect, frames):
        got = await attend()
        strike(effect)
        assert await stream.push(MESSAGES, MESSAGE, 5) is None
        assert len(got) == frames
        assert not stream.connected

    async def test_a_fault_may_single_out_one_chat(self, stream, attend, strike):
        got = await attend()
        strike(Effect.HANG, target="cidB==")
        assert await stream.push(MESSAGES, MESSAGE, 5, target="cidA==") == {"response": None}
        assert await stream.push(MESSAGES, MESSAGE, 0.1, target="cidB==") is None
        assert len(got) == 1


async def test_closing_ends_connections_and_waiting_pushes_at_once(caller, stream, attend):
    await attend()
    client = await caller.connect()
    pushes = [asyncio.create_task(stream.push(MESSAGES, MESSAGE, 60)) for _ in range(20)]
    await client.frame()
    started = time.perf_counter()
    closing = asyncio.create_task(stream.close())
    await asyncio.wait_for(asyncio.gather(*pushes), PATIENCE_SECONDS)
    assert (await client.socket.receive()).type in (WSMsgType.TEXT, WSMsgType.CLOSE)
    await closing
    assert time.perf_counter() - started < 30  # of the minute that the pushes would have waited
