"""Whatever comes over the wire, the connection goes on and the next one who asks is answered."""

import asyncio
import json
from uuid import uuid4

import pytest

from bot.platforms.wecom.aibot.frames import Ack, read_frame
from storage.connection_tables import owed_reply
from storage.delivery_tables import outbox
from tests.long_connection.conftest import private, until

WHO = "你是示例甲，示例县第一小学。"
MINE = private("T1")


async def comes(world, frame):
    """A frame of the platform's own, as it stands."""
    live = world.aibot._link._live
    await live.write(frame if isinstance(frame, str) else json.dumps(frame))
    await asyncio.sleep(0.05)


def message(**changed):
    body = {
        "msgid": uuid4().hex,
        "aibotid": "AIBOT01",
        "chattype": "single",
        "from": {"userid": "T1"},
        "msgtype": "text",
        "text": {"content": "我是谁"},
    }
    return {**body, **changed}


def frame(body, req_id="r1", cmd="aibot_msg_callback"):
    return {"cmd": cmd, "headers": {"req_id": req_id}, "body": body}


HOSTILE = {
    "a req_id that is no text, and no msgid": frame(message(msgid=""), "\ud800"),
    "a req_id that is no text": frame(message(), "\ud800"),
    "a req_id with NUL": frame(message(), "a\0b"),
    "unknown cmd": frame({}, cmd="aibot_something_new"),
    "cmd of another type": {"cmd": ["x"], "headers": [], "body": 5},
    "no body": {"cmd": "aibot_msg_callback", "headers": None},
    "ack of nothing": {"headers": {"req_id": "nobody's"}, "errcode": 0},
    "too deep": "[" * 100_000,
    "long text": frame(message(text={"content": "中" * 70_000}), "r-long"),
    "NUL and surrogate in the text": frame(message(text={"content": "我\0是\ud800谁"}), "r-nul"),
    "big numbers": frame(message(create_time=10**400, msgid=10**30), "r-big"),
    "userid too long": frame(message(**{"from": {"userid": "x" * 65}}), "r-u"),
    "huge req_id": frame(message(), "r" * 200_000),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_the_connection_outlives_it(world, bot, parts, name):
    await comes(world, HOSTILE[name])
    await asyncio.sleep(0.3)
    told = len(world.told(MINE))
    await world.says("我是谁")

    assert len(world.told(MINE)) == told + 1
    assert world.told(MINE)[-1].startswith(WHO)
    assert len(world.sent("subscribe")) == 1
    await until(lambda: not owed_in(parts))


@pytest.mark.parametrize("req_id", ["\ud800", "a\0b"])
async def test_a_message_whose_req_id_is_no_text_is_answered_by_a_push(world, bot, parts, req_id):
    await world.says("我是谁")  # only to whom has spoken
    await comes(world, frame(message(), req_id))
    await until(lambda: len(world.told(MINE)) == 2)

    assert len(world.sent("send_msg")) == 1
    await until(lambda: not owed_in(parts))


async def test_commands_that_nobody_knows_alarm_nobody(world, bot, parts):
    for _ in range(5):
        await comes(world, frame({}, cmd="aibot_something_new"))
    await asyncio.sleep(0.3)

    with parts.database.reading() as connection:
        assert connection.execute(outbox.select()).first() is None


def owed_in(parts):
    with parts.database.reading() as connection:
        return connection.execute(owed_reply.select()).all()


@pytest.mark.parametrize(("given", "errcode"), [(0, 0), ("0", 0), ("45009", 45009), ("-1", -1)])
def test_an_errcode_may_be_written_as_a_string(given, errcode):
    assert read_frame(json.dumps({"headers": {"req_id": "r1"}, "errcode": given})) == Ack("r1", errcode, {})


@pytest.mark.parametrize("given", [None, True, 0.5, "", "ok", "٣", "9" * 5000, [0]])
def test_what_is_no_errcode_acknowledges_nothing(given):
    assert read_frame(json.dumps({"headers": {"req_id": "r1"}, "errcode": given})) is None
