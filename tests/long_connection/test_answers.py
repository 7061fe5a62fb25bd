"""What is said to the AI bot is answered on the same connection: once, whole, and in time."""

import asyncio
import json

import pytest

from bot.tenant.faults import Effect
from bot.tenant.people import Chat
from storage.connection_tables import owed_reply
from tests.kit.servers import held
from tests.long_connection.conftest import GROUP, IN_GROUP, MEMBERS, private, until

WHO = "你是示例甲，示例县第一小学。"
MINE = private("T1")


def nothing_is_owed(parts):
    def look():
        with parts.database.reading() as connection:
            return connection.execute(owed_reply.select()).first() is None

    return look


def first_lines(texts):
    return [text.splitlines()[0] for text in texts]


async def test_whoever_asks_is_answered(world, bot, parts):
    await world.says("我是谁")

    assert first_lines(world.told(MINE)) == [WHO]
    (frame,) = world.sent("respond_msg")
    body = json.loads(frame.body)["body"]
    assert body["msgtype"] == "stream"
    assert (body["stream"]["finish"], body["stream"]["content"].split()[0]) == (True, WHO)
    await until(nothing_is_owed(parts))


@pytest.mark.parametrize("text", ["截止时间", "\u2005截止时间", "\u00a0截止时间 "])
async def test_a_group_is_answered_although_the_bots_name_has_a_space(world, bot, text):
    await world.says(text, chat=IN_GROUP)

    (told,) = world.told(IN_GROUP)
    assert told.startswith("现在是第 2 阶段“组织实施”")


async def test_a_groups_id_keeps_its_case(world, bot, parts):
    await world.says("截止时间", chat=IN_GROUP)

    with parts.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT chat FROM inbox").scalar_one()
    assert found == GROUP.chat_id == "wrExampleGroup"


async def test_the_same_message_twice_is_answered_once(world, bot):
    world.fault(Effect.TWICE, "wecom.aibot.msg_callback")
    await world.says("我是谁")
    await asyncio.sleep(0.5)

    assert first_lines(world.told(MINE)) == [WHO]


async def test_thanks_are_left_unanswered(world, bot):
    await world.says("谢谢")
    await asyncio.sleep(0.1)

    assert world.told(MINE) == []


@pytest.mark.late
async def test_an_answer_that_takes_longer_is_announced_and_then_takes_its_place(world, bot, parts):
    asking = asyncio.create_task(world.says("我是谁"))
    with held(parts.database):
        await until(lambda: world.told(MINE) == ["正在查，请稍等。"])
        (shown,) = world.shown(MINE)
        assert shown.drawn.unfinished
    await asking

    assert first_lines(world.told(MINE)) == [WHO]
    assert not shown.drawn.unfinished
    frames = [json.loads(one.body)["body"]["stream"] for one in world.sent("respond_msg")]
    assert [one["finish"] for one in frames] == [False, True]
    assert len({one["id"] for one in frames}) == 1


@pytest.mark.late
async def test_what_is_announced_comes_to_an_end_although_there_is_no_answer(world, bot, parts):
    asking = asyncio.create_task(world.says("谢谢"))
    with held(parts.database):
        await until(lambda: world.told(MINE) == ["正在查，请稍等。"])
    await asking

    assert world.told(MINE) == ["收到。"]


@pytest.mark.late
async def test_a_message_that_is_delivered_again_meanwhile_is_announced_once(world, bot, parts):
    world.fault(Effect.TWICE, "wecom.aibot.msg_callback")
    asking = asyncio.create_task(world.says("我是谁"))
    with held(parts.database):
        await until(lambda: "正在查，请稍等。" in world.told(MINE))
        await asyncio.sleep(0.4)
    await asking
    await asyncio.sleep(0.3)

    told = first_lines(world.told(MINE))
    assert told.count(WHO) == 1
    assert "正在查，请稍等。" not in told


async def test_a_connection_that_breaks_under_an_answer_costs_nobody_the_answer(world, bot, parts):
    world.fault(Effect.RESET, "wecom.aibot.respond_msg")
    await world.says("我是谁")

    assert first_lines(world.told(MINE)) == [WHO]
    await until(nothing_is_owed(parts))


async def test_an_answer_that_was_taken_before_the_break_is_not_said_twice(world, bot, parts):
    world.fault(Effect.LOST_ANSWER, "wecom.aibot.respond_msg")
    await world.says("我是谁")
    await world.connected()
    await until(nothing_is_owed(parts))

    assert first_lines(world.told(MINE)) == [WHO]
    # The same stream once more, which is finished: 846608.
    assert [
        json.loads(one.answer)["errcode"] if one.answer else None for one in world.sent("respond_msg")
    ] == [
        None,
        846608,
    ]


async def test_an_acknowledgement_that_never_comes_is_no_second_answer(world, bot, parts):
    world.fault(Effect.HANG, "wecom.aibot.respond_msg")
    await world.says("我是谁")
    await until(nothing_is_owed(parts))

    assert first_lines(world.told(MINE)) == [WHO]


@pytest.mark.parametrize("code", [846605, 846608])
async def test_where_a_reply_is_not_possible_any_more_the_answer_is_pushed(world, bot, parts, code):
    world.fault(Effect.CODE, "wecom.aibot.respond_msg", code=code)
    await world.says("截止时间", chat=IN_GROUP)
    await world.says("我是谁")
    await until(nothing_is_owed(parts))

    assert world.told(IN_GROUP)[0].startswith("现在是第 2 阶段“组织实施”")
    assert first_lines(world.told(MINE)) == [WHO]
    (push,) = world.sent("send_msg")
    body = json.loads(push.body)["body"]
    assert (body["chatid"], body["chat_type"], body["msgtype"]) == (GROUP.chat_id, 2, "markdown")


async def test_what_the_platform_finds_too_much_is_said_later(world, bot, parts, clock):
    world.fault(Effect.CODE, "wecom.aibot.respond_msg", code=45009)
    await world.says("我是谁")
    assert world.told(MINE) == []

    await world.says("截止时间")  # nothing more to that conversation for a minute
    clock.waits(16)
    await asyncio.sleep(0.3)
    assert (world.told(MINE), len(world.sent("respond_msg"))) == ([], 1)

    clock.waits(61)
    await until(nothing_is_owed(parts))
    assert len(world.told(MINE)) == 2


async def test_people_who_write_at_once_are_answered_each_in_their_own_chat(world, bot, parts):
    """Nothing on the connection waits for anything else."""
    chats = [Chat(MINE.platform, MINE.room, key) for key in MEMBERS]
    for _ in range(3):
        await asyncio.gather(*(world.says("我是谁", key=key) for key in MEMBERS))

    assert [len(world.told(chat)) for chat in chats] == [3] * len(MEMBERS)


async def test_whoever_opens_the_chat_is_welcomed(world, bot):
    await world.aibot.enters(MEMBERS["T1"])

    assert world.told(MINE) == ["你已绑定为示例甲。发“还差什么”看下一步，发“帮助”看我能做什么。"]
    (frame,) = world.sent("respond_welcome_msg")
    assert json.loads(frame.body)["body"]["msgtype"] == "text"
