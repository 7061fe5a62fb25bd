"""What the bot may say, to what, for how long and how often."""

import asyncio

import pytest

from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.wecom.identifiers import open_userid
from tests.kit.aibot import IN_GROUP, LEADER, PRIVATE, TEACHER, buttons, card, markdown

WELCOME = {"msgtype": "text", "text": {"content": "您好，我是研修助手。"}}


async def test_one_callback_may_be_answered_many_times_for_a_day(place, heard, bot):
    frame, _ = await heard()
    assert await bot.answers(frame, markdown("**18.5** 学时")) == 0
    assert await bot.answers(frame, markdown("- A5\n- A7")) == 0
    place.tenant.clock.run_ahead(24 * 3600 - 60)
    assert await bot.answers(frame, markdown("还在")) == 0
    place.tenant.clock.run_ahead(120)
    assert await bot.answers(frame, markdown("太晚了")) == 846605
    assert place.told() == ["我的学时", "18.5 学时", "· A5\n· A7", "还在"]


async def test_a_mention_stays_plain_text(place, heard, bot):
    frame, _ = await heard(chat=IN_GROUP)
    await bot.answers(frame, markdown("<@T1> 您好"))
    assert place.last(IN_GROUP).drawn.text == "<@T1> 您好"
    assert place.last(IN_GROUP).drawn.mentions == ()


async def test_an_unknown_req_id_is_refused(bot):
    assert await bot.code("aibot_respond_msg", markdown("好"), "nothing") == 846605


@pytest.mark.parametrize("body", [WELCOME, {"msgtype": "news"}, {"msgtype": 7}, {}])
async def test_plain_text_is_no_answer(place, heard, bot, body):
    frame, _ = await heard()
    assert await bot.answers(frame, body) == 40008
    assert place.told() == ["我的学时"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (markdown("学" * 6826 + "12"), 0),  # 3 × 6826 + 2 = 20480 bytes
        (markdown("学" * 6826 + "123"), 40058),
        (markdown(""), 44004),
        ({"msgtype": "markdown"}, 40058),
        ({"msgtype": "stream"}, 40058),
        ({"msgtype": "file", "file": {"media_id": "unknown"}}, 40007),
        ({"msgtype": "template_card"}, 40063),
        (card({**buttons(), "task_id": "空格 不行"}), 40058),
    ],
)
async def test_an_answer_is_checked_before_anybody_sees_it(place, heard, bot, body, code):
    frame, _ = await heard()
    assert await bot.answers(frame, body) == code
    assert len(place.told()) == (2 if code == 0 else 1)


async def test_a_push_reaches_only_those_who_have_spoken(place, heard, bot):
    assert await bot.pushes("T1", markdown("提醒")) == 93006
    assert await bot.pushes("wrExampleGroup", markdown("提醒"), chat_type=2) == 93006
    await heard()
    await heard(chat=IN_GROUP)
    assert await bot.pushes("T1", markdown("给您的提醒"), chat_type=1) == 0
    assert await bot.pushes("wrExampleGroup", markdown("给大家的提醒"), chat_type=2) == 0
    assert await bot.pushes("T2", markdown("提醒")) == 93006
    assert (place.told()[-1], place.told(IN_GROUP)[-1]) == ("给您的提醒", "给大家的提醒")


async def test_the_id_of_a_group_keeps_its_case_and_that_of_a_person_does_not_matter(heard, bot):
    await heard()
    await heard(chat=IN_GROUP)
    assert await bot.pushes("wrexamplegroup", markdown("提醒")) == 93006
    assert await bot.pushes("t1", markdown("提醒")) == 0
    assert await bot.pushes(open_userid("T1"), markdown("提醒")) == 0


@pytest.mark.parametrize(
    ("chat_id", "chat_type", "code"),
    [
        ("wrExampleGroup", 0, 0),
        ("wrExampleGroup", 2, 0),
        ("wrExampleGroup", 1, 93006),
        ("T1", 0, 0),
        ("T1", 1, 0),
        ("T1", 2, 93006),
        ("T1", 3, 40058),
        ("T1", "group", 40058),
    ],
)
async def test_the_kind_of_chat_is_guessed_only_where_it_is_not_said(heard, bot, chat_id, chat_type, code):
    await heard()
    await heard(chat=IN_GROUP)
    assert await bot.pushes(chat_id, markdown("提醒"), chat_type=chat_type) == code


@pytest.mark.parametrize("kind", ["text", "stream"])
async def test_text_and_streams_cannot_be_pushed(heard, bot, kind):
    await heard()
    body = {"msgtype": kind, kind: {"content": "提醒", "id": "s"}}
    assert await bot.pushes("T1", body) == 40008


async def test_answers_and_pushes_together_are_thirty_a_minute_in_one_conversation(place, heard, bot):
    frame, _ = await heard()
    for n in range(15):
        assert await bot.answers(frame, markdown(f"第 {n}")) == 0
        assert await bot.pushes("T1", markdown(f"第 {n}")) == 0
    assert await bot.pushes("T1", markdown("第 31")) == 45009
    assert await bot.answers(frame, markdown("第 31")) == 45009
    assert await bot.streams(frame, "第 31") == 45009
    group, _ = await heard(chat=IN_GROUP)
    assert await bot.answers(group, markdown("群里另算")) == 0
    place.tenant.clock.run_ahead(61)
    assert await bot.pushes("T1", markdown("又可以了")) == 0
    assert len(place.told()) == 1 + 30 + 1


async def test_a_push_ends_the_waiting_for_an_answer(place, heard, bot):
    _, waiting = await heard()
    await bot.pushes("T1", markdown("18.5 学时"))
    assert await waiting == Heard(Outcome.ANSWERED)


async def test_the_first_visit_of_a_day_is_told_and_may_be_welcomed_once(place, bot):
    entering = asyncio.create_task(place.aibot.enters(TEACHER))
    frame = await bot.hears()
    body = frame["body"]
    assert frame["cmd"] == "aibot_event_callback"
    assert (body["event"], body["chattype"]) == ({"eventtype": "enter_chat"}, "single")
    assert abs(body["create_time"] - place.tenant.clock.stamp_ms() / 1000) < 5
    req_id = frame["headers"]["req_id"]
    assert await bot.code("aibot_respond_msg", markdown("好"), req_id) == 846605
    assert await bot.code("aibot_respond_welcome_msg", markdown("好"), req_id) == 40008
    assert await bot.code("aibot_respond_welcome_msg", WELCOME, req_id) == 0
    assert await entering == Heard(Outcome.ANSWERED)
    assert await bot.code("aibot_respond_welcome_msg", WELCOME, req_id) == 846605
    assert place.told() == ["您好，我是研修助手。"]

    assert await place.aibot.enters(TEACHER) == Heard(Outcome.ACKNOWLEDGED)
    place.tenant.clock.run_ahead(24 * 3600)
    entering = asyncio.create_task(place.aibot.enters(TEACHER))
    frame = await bot.hears()
    place.tenant.clock.run_ahead(6)
    assert await bot.code("aibot_respond_welcome_msg", WELCOME, frame["headers"]["req_id"]) == 846605
    await entering


async def test_everybody_has_a_private_chat_with_the_bot(place):
    assert place.aibot.chats_of(TEACHER) == ((PRIVATE, "研修助手（智能机器人）"),)
    assert place.aibot.chats_of(LEADER)[0][0] == Chat(Platform.WECOM, Room.AIBOT, "T2")
