"""Subscribing, pings, one connection driving out the other, and the ways in which one may die."""

import asyncio
import time
from dataclasses import replace

import pytest

from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.wecom.aibot.aibot import INTO_NOTHING
from tests.kit.aibot import IN_GROUP, QUICK, markdown
from tests.kit.patience import PATIENCE_SECONDS


async def closed(bot):
    """Waits until the platform has closed the connection."""
    await asyncio.wait_for(bot.reader, PATIENCE_SECONDS)
    return True


def deed(place, name):
    return next(deed.do for deed in place.aibot.deeds() if deed.name == name)()


async def test_a_wrong_secret_is_refused_and_the_socket_stays_open(place, connect):
    bot = await connect(place)
    ack = await bot.sends("aibot_subscribe", {"bot_id": "AIBOT01", "secret": "wrong"})
    assert (ack["errcode"], ack["errmsg"]) == (853000, "invalid bot_id or secret")
    assert not place.aibot.connected
    assert await bot.subscribe() == 0
    assert place.aibot.connected


@pytest.mark.parametrize(
    "body", [None, {}, {"bot_id": "OTHER", "secret": "example-aibot-secret"}, {"bot_id": 1}]
)
async def test_a_subscription_needs_both(place, connect, body):
    bot = await connect(place)
    assert await bot.code("aibot_subscribe", body) == 853000


async def test_nothing_but_a_ping_is_taken_before_the_subscription(place, connect):
    bot = await connect(place)
    assert await bot.code("ping") == 0
    assert await bot.code("aibot_send_msg", {"chatid": "T1", **markdown("好")}) == 853000
    assert await bot.code("aibot_upload_media_init", {}) == 853000


async def test_an_acknowledgement_repeats_the_req_id_and_has_no_cmd(bot):
    assert await bot.sends("ping", req_id="ping_1") == {
        "headers": {"req_id": "ping_1"},
        "errcode": 0,
        "errmsg": "ok",
    }


async def test_an_unknown_command_is_refused(bot):
    assert await bot.code("aibot_dance", {}) == 40008


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", 40008),
        ("[1]", 40008),
        ('{"cmd":"ping"}', 40058),
        ('{"cmd":"ping","headers":{"req_id":7}}', 40058),
    ],
)
async def test_a_frame_that_cannot_be_read_is_refused_under_no_req_id(bot, text, code):
    future = bot.acks[""] = asyncio.get_running_loop().create_future()
    await bot.socket.send_str(text)
    assert (await asyncio.wait_for(future, PATIENCE_SECONDS))["errcode"] == code


async def test_a_bot_that_does_not_ping_is_closed(make_place, connect):
    place = await make_place(pace=replace(QUICK, heartbeat=1.5))
    bot = await connect(place)
    await bot.subscribe()
    started = time.monotonic()
    for _ in range(4):
        await asyncio.sleep(0.5)
        assert await bot.code("ping") == 0
    assert await closed(bot)
    assert time.monotonic() - started > 3.0
    assert not place.aibot.connected


async def test_a_second_subscription_drives_out_the_first(place, connect, heard, bot):
    second = await connect(place)
    await second.subscribe()
    frame = await bot.hears()
    assert (frame["cmd"], frame["body"]["msgtype"]) == ("aibot_event_callback", "event")
    assert frame["body"]["event"] == {"eventtype": "disconnected_event"}
    assert await bot.code("aibot_send_msg", {"chatid": "T1", **markdown("好")}) == 853000
    assert await closed(bot)
    waiting = asyncio.create_task(place.says("我的学时"))
    assert (await second.hears())["body"]["text"] == {"content": "我的学时"}
    await waiting


async def test_an_answer_may_come_over_the_next_connection(place, connect, heard):
    frame, waiting = await heard()
    second = await connect(place)
    await second.subscribe()
    assert await second.streams(frame, "18.5 学时") == 0
    assert (await waiting).outcome is Outcome.ANSWERED


async def test_another_process_steals_the_connection_until_the_bot_comes_back(place, connect, bot):
    assert await deed(place, "wecom.aibot.steal") == "另一个进程连上了，消息都到它那里去了。"
    assert (await bot.hears())["body"]["event"] == {"eventtype": "disconnected_event"}
    assert await closed(bot)
    assert not place.aibot.connected
    assert await place.says("我的学时") == Heard(Outcome.UNHEARD, INTO_NOTHING)
    back = await connect(place)
    assert await back.subscribe() == 0
    assert place.aibot.connected


async def test_a_connection_that_is_cut_hears_nothing_more(place, bot):
    assert await deed(place, "wecom.aibot.drop") == "长连接已经切断。"
    assert await closed(bot)
    assert (await place.says("我的学时")).outcome is Outcome.NO_BOT
    assert await deed(place, "wecom.aibot.drop") == "现在没有长连接。"


async def test_a_half_dead_connection_is_open_and_silent(place, connect, bot):
    await deed(place, "wecom.aibot.half_dead")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.sends("ping"), 0.3)
    assert await place.says("我的学时") == Heard(Outcome.UNHEARD, INTO_NOTHING)
    assert (bot.inbox.empty(), bot.socket.closed) == (True, False)
    second = await connect(place)
    assert await second.subscribe() == 0
    waiting = asyncio.create_task(place.says("还差什么"))
    assert (await second.hears())["body"]["text"] == {"content": "还差什么"}
    await waiting


async def test_the_end_of_the_tenant_ends_every_connection_at_once(place, connect, bot):
    other = await connect(place)
    await deed(place, "wecom.aibot.half_dead")
    started = time.monotonic()
    await place.aibot.close()
    assert await closed(other)
    assert await closed(bot)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(("effect", "code"), [(Effect.CODE, 45009), (Effect.HTTP_500, -1)])
async def test_a_fault_refuses_a_command(place, heard, bot, effect, code):
    frame, _ = await heard()
    place.tenant.faults.switch_on(Fault(call="wecom.aibot.respond_msg", effect=effect, code=45009, left=1))
    assert await bot.streams(frame, "好") == code
    assert place.told() == ["我的学时"]
    assert await bot.streams(frame, "好") == 0


async def test_a_fault_singles_out_the_answers_in_one_chat(place, heard, bot):
    private, _ = await heard()
    group, _ = await heard(chat=IN_GROUP)
    place.tenant.faults.switch_on(Fault(call="wecom.aibot.*", effect=Effect.CODE, target=IN_GROUP.id))
    assert await bot.streams(private, "好") == 0
    assert await bot.streams(group, "好") == -1
    assert place.told(IN_GROUP) == ["@研修助手 我的学时"]


async def test_a_command_may_be_swallowed(place, heard, bot):
    frame, _ = await heard()
    place.tenant.faults.switch_on(Fault(call="wecom.aibot.*", effect=Effect.HANG, left=1))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.streams(frame, "好"), 0.3)
    assert place.told() == ["我的学时"]
    assert await bot.code("ping") == 0


async def test_an_acknowledgement_may_be_lost_after_the_deed(place, heard, bot):
    frame, _ = await heard()
    place.tenant.faults.switch_on(Fault(call="wecom.aibot.respond_msg", effect=Effect.LOST_ANSWER, left=1))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.streams(frame, "18.5 学时"), 0.3)
    assert place.told() == ["我的学时", "18.5 学时"]
    assert await closed(bot)


async def test_a_gateway_may_answer_with_a_page(place, bot):
    place.tenant.faults.switch_on(Fault(call="wecom.aibot.ping", effect=Effect.HTML, left=1))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.code("ping"), 0.3)
    assert bot.other == ["<html><head><title>502 Bad Gateway</title></head></html>"]


async def test_a_command_may_be_slow(place, bot):
    place.tenant.faults.switch_on(Fault(call="wecom.aibot.ping", effect=Effect.SLOW, seconds=0.2, left=1))
    started = time.monotonic()
    assert await bot.code("ping") == 0
    assert time.monotonic() - started >= 0.2
