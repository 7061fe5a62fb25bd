"""Frames, acks, pings: what the protocol promises when nothing goes wrong."""

import asyncio
import json
from collections import Counter

import pytest

from bot.tenant.dingtalk.frames import CARDS, MESSAGES
from bot.tenant.wire import Towards
from tests.kit.stream import MESSAGE


async def pushed(stream, client, *, seconds=5.0, topic=MESSAGES, data=MESSAGE):
    """The push under way, and the frame that the client got."""
    pushing = asyncio.create_task(stream.push(topic, data, seconds))
    return pushing, await client.frame()


async def test_a_message_is_a_callback_frame_with_its_data_as_a_json_string(caller, stream, tenant):
    pushing, frame = await pushed(stream, await caller.connect())
    headers = frame.pop("headers")
    assert json.loads(frame.pop("data")) == MESSAGE
    assert frame == {"specVersion": "1.0", "type": "CALLBACK"}
    assert set(headers) == {"appId", "connectionId", "contentType", "messageId", "time", "topic"}
    assert (headers["topic"], headers["contentType"]) == (MESSAGES, "application/json")
    assert abs(int(headers["time"]) - tenant.clock.stamp_ms()) < 5000
    pushing.cancel()


async def test_the_data_of_the_ack_is_what_a_push_returns(caller, stream):
    client = await caller.connect()
    answer = {"response": {"cardData": {"cardParamMap": {"state": "已通过"}}}}
    pushing, frame = await pushed(stream, client, topic=CARDS, data={"outTrackId": "card-1"})
    await client.ack(frame, data=json.dumps(answer))
    assert await pushing == answer


@pytest.mark.parametrize("data", [None, ""])
async def test_an_ack_may_come_without_data(caller, stream, data):
    client = await caller.connect()
    pushing, frame = await pushed(stream, client)
    await client.ack(frame, data=data)
    assert await pushing == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": 500},
        {"code": 404},
        {"data": {"response": None}},
        {"data": "OK"},
        {"data": "[]"},
    ],
    ids=str,
)
async def test_an_ack_that_is_not_200_with_a_json_string_does_not_count(caller, stream, wrong):
    client = await caller.connect()
    pushing, frame = await pushed(stream, client)
    await client.ack(frame, **wrong)
    assert await pushing is None


@pytest.mark.parametrize("nonsense", ["", "pong", "[]", "{}", '{"code": "200", "headers": {}}', "[" * 50_000])
async def test_what_is_no_ack_is_seen_and_changes_nothing(caller, stream, tenant, nonsense):
    client = await caller.connect()
    pushing, frame = await pushed(stream, client)
    await client.socket.send_str(nonsense)
    await client.ack(frame, code="200")
    await client.ack(frame)
    assert await pushing == {"response": None}
    stray = [e for e in tenant.wire.exchanges() if e.towards is Towards.PLATFORM and e.method == "WS"]
    assert [e.name for e in stray] == ["dingtalk.stream.ack"] * 2


async def test_without_an_ack_in_time_a_message_was_not_taken_and_a_late_ack_is_of_no_effect(
    caller, stream, tenant
):
    client = await caller.connect()
    assert await stream.push(MESSAGES, MESSAGE, 0.05) is None
    await client.ack(await client.frame())
    pushing, frame = await pushed(stream, client)
    await client.ack(frame)
    assert await pushing == {"response": None}
    frames = {(e.towards, e.name, e.status) for e in tenant.wire.exchanges() if e.method == "WS"}
    assert frames == {
        (Towards.BOT, "dingtalk.stream", 0),
        (Towards.PLATFORM, "dingtalk.stream.ack", 0),
        (Towards.BOT, "dingtalk.stream", 200),
    }


async def test_every_try_has_a_new_message_id_and_the_same_data(caller, stream):
    client = await caller.connect()
    frames = []
    for _ in range(2):
        pushing, frame = await pushed(stream, client)
        await client.ack(frame)
        await pushing
        frames.append(frame)
    first, second = frames
    assert first["headers"]["messageId"] != second["headers"]["messageId"]
    assert first["data"] == second["data"]


async def test_an_ack_on_another_socket_does_not_count(caller, stream):
    one, other = await caller.connect(), await caller.connect(subscriptions=[])
    pushing, frame = await pushed(stream, one, seconds=0.3)
    await other.ack(frame)
    assert await pushing is None


async def test_each_message_goes_to_one_client_and_both_get_some(caller, stream):
    clients = [await caller.connect(), await caller.connect()]
    got = Counter()

    async def acknowledge(number):
        while True:
            await clients[number].ack(await clients[number].frame())
            got[number] += 1

    listening = [asyncio.create_task(acknowledge(number)) for number in range(2)]
    taken = await asyncio.gather(*(stream.push(MESSAGES, MESSAGE, 5) for _ in range(60)))
    for task in listening:
        task.cancel()
    assert taken == [{"response": None}] * 60
    # One client gets all of them once in 2^59 runs.
    assert got.total() == 60
    assert set(got) == {0, 1}


async def test_nobody_who_listens_to_it_is_nobody_at_all(caller, stream):
    assert await stream.push(MESSAGES, MESSAGE, 5) is None
    await caller.connect(subscriptions=[{"type": "CALLBACK", "topic": CARDS}])
    assert await stream.push(MESSAGES, MESSAGE, 5) is None


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ('{"status": "SUCCESS", "message": "ok"}', True),
        ('{"status": "LATER", "message": "busy"}', False),
        # What dingtalk-stream 0.24.3 sends: the event itself.
        ('{"userId": ["T1"]}', True),
    ],
)
async def test_an_event_is_taken_or_put_off(caller, stream, data, taken):
    client = await caller.connect()
    telling = asyncio.create_task(stream.tell("user_modify_org", {"userId": ["T1"]}, 5))
    frame = await client.frame()
    assert (frame["type"], frame["headers"]["topic"]) == ("EVENT", "*")
    assert frame["headers"]["eventType"] == "user_modify_org"
    assert frame["headers"]["eventCorpId"] == "dingexamplecorp"
    assert {"eventId", "eventBornTime", "eventUnifiedAppId"} < set(frame["headers"])
    await client.ack(frame, data=data)
    assert await telling is taken


class TestEventsThatAreNotTaken:
    @pytest.fixture
    def paces(self):
        return {"dingtalk_again": 0.05}

    @pytest.mark.parametrize("ack", [(200, '{"status": "LATER"}'), (500, '{"status": "SUCCESS"}')])
    async def test_they_come_again_with_the_same_event_id_under_a_new_message_id(self, caller, stream, ack):
        client = await caller.connect()
        telling = asyncio.create_task(stream.tell("user_modify_org", {"userId": ["T1"]}, 5))
        first = await client.frame()
        await client.ack(first, *ack)
        assert await telling is False
        second = await client.frame()
        await client.ack(second, data='{"status": "SUCCESS"}')
        assert second["headers"]["eventId"] == first["headers"]["eventId"]
        assert second["headers"]["messageId"] != first["headers"]["messageId"]
        assert second["data"] == first["data"]


async def test_the_event_of_the_page_has_one_id(caller, deed):
    client = await caller.connect()
    doing = asyncio.create_task(deed("event"))
    frame = await client.frame()
    await client.ack(frame, data='{"status": "LATER"}')
    assert json.loads(frame["data"])["eventId"] == frame["headers"]["eventId"]
    assert await doing == "机器人没有收下事件。60 秒后再推一次。"


class TestPings:
    @pytest.fixture
    def paces(self):
        return {"stream_ping": 0.1, "disconnect_close": 0.2}

    async def test_who_echoes_stays_connected(self, caller):
        client = await caller.connect()
        opaques = set()
        for _ in range(4):
            frame = await client.frame()
            assert (frame["type"], frame["headers"]["topic"]) == ("SYSTEM", "ping")
            opaques.add(json.loads(frame["data"])["opaque"])
            await client.ack(frame, data=frame["data"])
        assert len(opaques) == 4

    @pytest.mark.parametrize("data", [None, '{"opaque": "something else"}'])
    async def test_who_does_not_is_sent_away(self, caller, stream, data):
        client = await caller.connect()
        ping = await client.frame()
        if data:
            await client.ack(ping, data=data)
        farewell = await client.frame()
        assert farewell["headers"]["topic"] == "disconnect"
        assert json.loads(farewell["data"]) == {"reason": "persistent connection is timeout"}
        assert not stream.connected

    async def test_the_greetings_that_the_node_sdk_knows_come_when_the_switch_is_on(self, caller, tenant):
        tenant.switches.dingtalk_stream_greets = True
        client = await caller.connect()
        topics = [(await client.frame())["headers"]["topic"] for _ in range(3)]
        assert topics == ["CONNECTED", "REGISTERED", "KEEPALIVE"]


async def test_a_ping_of_the_websocket_itself_is_answered(caller):
    client = await caller.connect()
    await client.socket.ping(b"example")
    # aiohttp keeps pongs to itself, so the next thing that can be read is the end.
    waiting = asyncio.create_task(client.socket.receive())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    waiting.cancel()
