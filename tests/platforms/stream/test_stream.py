"""The bot on DingTalk's stream: acknowledged in time, answered once, whatever becomes of the connection."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.platforms.dingtalk.stream.connection import Pace
from bot.tenant.faults import Effect
from bot.tenant.tenant import Outcome, SaidKind
from tests.kit.county import settle_county
from tests.kit.servers import held

from .conftest import GROUP, QUICK, owed_in, until

SESSION = "dingtalk.robot.send_by_session"
TO_PEOPLE = "dingtalk.robot.oto_send"
TO_GROUPS = "dingtalk.robot.group_send"
PUSH = "dingtalk.stream"
HOURS = "18.5 学时"


async def test_a_message_is_acknowledged_and_answered_by_its_session(bot, phones, database):
    heard = await phones.says("T1", "我的学时")
    assert heard.outcome is Outcome.ACKNOWLEDGED
    (said,) = await phones.has("T1", 1)
    assert HOURS in said
    assert [len(phones.called(name)) for name in (SESSION, TO_PEOPLE)] == [1, 0]
    await until(lambda: owed_in(database) == 0)


async def test_a_group_is_answered_where_it_asked(bot, phones):
    await phones.says("T1", "截止时间", GROUP)
    (said,) = await phones.has("T1", 1, GROUP)
    assert "2024-05-30" in said or "5月30日" in said
    assert phones.read("T1") == []


async def test_messages_of_one_person_are_answered_in_their_order(bot, phones):
    asked = ["我的学时", "截止时间", "微能力 A5", "我是谁"]
    await asyncio.gather(*(phones.says("T1", text) for text in asked))
    said = await phones.has("T1", 4)
    assert [mark in one for mark, one in zip([HOURS, "截止", "A5", "示例甲"], said, strict=True)] == [
        True
    ] * 4


async def test_what_needs_no_answer_is_only_acknowledged(bot, phones, database):
    assert (await phones.says("T1", "谢谢")).outcome is Outcome.ACKNOWLEDGED
    await asyncio.sleep(0.1)
    assert phones.read("T1") == []
    assert owed_in(database) == 0


@pytest.mark.parametrize("switch", [("dingtalk_outsider_id", "absent"), ("dingtalk_outsider_id", "null")])
async def test_a_guest_is_answered_by_the_session_only(bot, phones, switch):
    setattr(phones.tenant.switches, *switch)
    await phones.says("guest", "我的学时")
    await phones.has("guest", 1)
    phones.fault(Effect.CODE, SESSION, code=300001)
    await phones.says("guest", "我是谁")
    await until(lambda: len(phones.called(SESSION)) == 2)
    await asyncio.sleep(0.1)
    assert not phones.called(TO_PEOPLE)


async def test_a_session_that_is_over_gives_way_to_the_api(bot, phones, database):
    phones.tenant.switches.dingtalk_session_seconds = 30  # within the minute that we keep away from the end
    await phones.says("T1", "我的学时")
    await phones.says("T1", "截止时间", GROUP)
    await phones.has("T1", 1)
    await phones.has("T1", 1, GROUP)
    assert [len(phones.called(name)) for name in (SESSION, TO_PEOPLE, TO_GROUPS)] == [0, 1, 1]
    await until(lambda: owed_in(database) == 0)


async def test_a_session_that_is_refused_gives_way_to_the_api(bot, phones):
    phones.fault(Effect.CODE, SESSION, code=300001, times=2)
    await phones.says("T1", "我的学时")
    await phones.says("T1", "截止时间", GROUP)
    await phones.has("T1", 1)
    await phones.has("T1", 1, GROUP)
    assert [len(phones.called(name)) for name in (SESSION, TO_PEOPLE, TO_GROUPS)] == [2, 1, 1]


async def test_an_answer_that_the_platform_could_not_take_is_said_later(bot, phones, clock, database):
    phones.fault(Effect.CODE, SESSION, code=300001)
    phones.fault(Effect.CODE, TO_PEOPLE, code="system.busy")
    await phones.says("T1", "我的学时")
    await until(lambda: len(phones.called(TO_PEOPLE)) == 1)
    assert phones.read("T1") == []
    clock.ahead_ms += 20_000
    (said,) = await phones.has("T1", 1)
    assert HOURS in said
    await until(lambda: owed_in(database) == 0)


async def test_an_answer_that_may_have_been_taken_is_said_once_more_after_a_minute(
    bot, phones, clock, database
):
    phones.fault(Effect.LOST_ANSWER, SESSION, times=1)
    await phones.says("T1", "我的学时")
    await until(lambda: len(phones.called(SESSION)) == 1)
    clock.ahead_ms += 40_000
    await asyncio.sleep(2.2)
    assert len(phones.called(SESSION)) == 1
    clock.ahead_ms += 40_000
    await until(lambda: len(phones.called(SESSION)) == 2)
    await until(lambda: owed_in(database) == 0)


async def test_a_repetition_under_a_new_message_id_is_not_answered_again(bot, phones):
    phones.fault(
        Effect.LOST_ANSWER, PUSH
    )  # it was taken, and the acknowledgement got lost with the connection
    heard = await phones.says("T1", "我的学时")
    assert heard.outcome in (Outcome.ACKNOWLEDGED, Outcome.UNHEARD)
    await until(lambda: len(phones.called(PUSH)) >= 2)
    await asyncio.sleep(0.3)
    assert len(phones.read("T1")) == 1


async def test_two_copies_at_once_are_one_message(bot, phones):
    phones.fault(Effect.TWICE, PUSH)
    await phones.says("T1", "我的学时")
    await phones.has("T1", 1)
    await asyncio.sleep(0.3)
    assert len(phones.read("T1")) == 1
    assert len(phones.called(PUSH)) == 2


async def test_asked_to_leave_it_is_on_a_new_connection_at_once(bot, phones):
    await phones.does("disconnect")
    await until(lambda: len(phones.called("dingtalk.stream.connect")) == 2)
    assert (await phones.says("T1", "我的学时")).outcome is Outcome.ACKNOWLEDGED
    await phones.has("T1", 1)


async def test_what_came_before_is_still_acknowledged_on_the_old_connection(bot, phones, database):
    with held(database):
        saying = asyncio.create_task(phones.says("T1", "我的学时"))
        await until(lambda: len(phones.called(PUSH)) == 1)
        await phones.does("disconnect")
        await until(lambda: len(phones.called("dingtalk.stream.connect")) == 2)
        assert (await saying).outcome is Outcome.ACKNOWLEDGED  # 0.7 s later, kept in the journal
    await phones.has("T1", 1)
    assert len(phones.called(PUSH)) == 1
    assert not phones.called("dingtalk.stream.ack")  # none went over another socket


@pytest.mark.parametrize("deed", ["cut", "half_dead"])
async def test_a_connection_that_breaks_is_opened_anew(bot, phones, deed):
    await phones.does(deed)
    await until(lambda: len(phones.called("dingtalk.stream.connect")) == 2)
    await asyncio.sleep(0.7)  # until the platform no longer believes in the old one
    assert (await phones.says("T1", "我的学时")).outcome is Outcome.ACKNOWLEDGED
    await phones.has("T1", 1)


async def test_a_connection_on_which_nothing_comes_any_more_is_given_up(bot, phones):
    await phones.does("silent")
    await until(lambda: len(phones.called("dingtalk.stream.connect")) == 2)  # QUICK.silent
    assert (await phones.says("T1", "我的学时")).outcome is Outcome.ACKNOWLEDGED
    await phones.has("T1", 1)


async def test_a_connection_that_is_pinged_stays(bot, phones):
    await asyncio.sleep(QUICK.silent + 0.5)  # pinged every half second
    assert len(phones.called("dingtalk.stream.connect")) == 1
    assert len(phones.called("dingtalk.stream.ping")) >= 3
    assert {one.status for one in phones.called("dingtalk.stream.ping")[:-1]} == {200}


async def test_our_own_pings_notice_a_dead_connection_sooner(process, phones):
    async with process(pace=Pace(first=0.05, heartbeat=0.4)) as one:
        await until(lambda: one.door.connected)
        await phones.does("silent")
        await until(lambda: len(phones.called("dingtalk.stream.connect")) == 2)


async def test_greetings_and_events_disturb_nobody(bot, phones):
    phones.tenant.switches.dingtalk_stream_greets = True
    await phones.does("cut")
    await until(lambda: len(phones.called("dingtalk.stream.keepalive")) >= 1)
    assert await phones.does("event") == "机器人收下了事件。"
    (event,) = phones.called("dingtalk.stream.event")
    assert event.answer_opened == '{"status":"SUCCESS","message":"ok"}'


async def test_an_unknown_topic_is_refused_by_name(bot, phones):
    stream = phones.app.dingtalk.stream
    assert await stream.push("/v1.0/graph/api/invoke", {}, 0.2) is None  # not subscribed to
    connection = stream._connections[-1]
    connection._subscriptions |= {("CALLBACK", "/v1.0/graph/api/invoke")}
    assert await stream.push("/v1.0/graph/api/invoke", {}, 1.0) is None
    (other,) = phones.called("dingtalk.stream.other")
    assert other.status == 404


async def test_what_cannot_be_read_is_refused_and_the_office_learns_it_when_it_is_often(bot, phones):
    stream = phones.app.dingtalk.stream
    for _ in range(3):
        assert await stream.push("/v1.0/im/bot/messages/get", {"senderStaffId": "x" * 65}, 1.0) is None
    assert {one.status for one in phones.called(PUSH)} == {400}
    assert list(bot.alarms._waiting) == [key for key in bot.alarms._waiting if "unreadable/dingtalk" in key]
    assert len(bot.alarms._waiting) == 1


async def test_a_message_without_words_is_answered(bot, phones):
    await phones.says("T1", "", kind=SaidKind.IMAGE)
    await phones.has("T1", 1)


async def test_a_slow_database_delays_neither_acknowledgement_nor_journal(bot, phones, database):
    with held(database):
        heard = await phones.says("T1", "我的学时")
        assert heard.outcome is Outcome.ACKNOWLEDGED
        assert len(list(bot.parts.journal_folder.glob("*.json"))) == 1
        assert phones.read("T1") == []
    (said,) = await phones.has("T1", 1)
    assert HOURS in said
    await until(lambda: not list(bot.parts.journal_folder.glob("*.json")))


async def test_where_nothing_can_be_kept_it_comes_again(bot, phones, database, clock):
    bot.parts.journal_folder.write_text("no folder")
    with held(database):
        saying = asyncio.create_task(phones.says("T1", "我的学时"))
        await until(lambda: len(phones.called(PUSH)) == 1)
        await asyncio.sleep(1.0)
    heard = await saying
    assert heard.outcome is Outcome.ACKNOWLEDGED
    assert len(phones.called(PUSH)) == 2
    clock.ahead_ms += 20_000  # the lane has had it all the same, and nobody waits for it: it is due
    await phones.has("T1", 1)


async def test_wrong_credentials_are_told_and_not_hammered(process, phones):
    pace = Pace(credentials_first=30.0)
    async with process(pace=pace, BOT_DINGTALK__CLIENT_SECRET="wrong") as one:
        await until(lambda: one.alarms._waiting)
        await asyncio.sleep(0.3)
        assert len(phones.called("dingtalk.stream.open")) == 1
        ((key, said),) = one.alarms._waiting.items()
        assert key.startswith("callback-credentials/dingtalk/")
        assert said.plain.startswith("钉钉的消息收不进来\n钉钉不认机器人的 Client ID 和 Client Secret")


async def test_a_platform_that_is_away_is_tried_for_ever(process, phones):
    phones.fault(Effect.CODE, "dingtalk.stream.open", code="systemError", times=3)
    phones.fault(Effect.RESET, "dingtalk.stream.open", times=1)
    async with process() as one:
        settle_county(one.parts)
        await until(lambda: one.door.connected)
        assert len(phones.called("dingtalk.stream.open")) == 5
        await phones.says("T1", "我的学时")
        await phones.has("T1", 1)


async def test_each_process_has_a_connection_of_its_own(process, phones):
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(process())
        other = await stack.enter_async_context(process())
        settle_county(one.parts)
        await until(lambda: one.door.connected and other.door.connected)
        for _ in range(6):
            assert (await phones.says("T1", "我的学时")).outcome is Outcome.ACKNOWLEDGED
        await phones.has("T1", 6)


async def test_a_stop_says_what_is_on_its_way(process, phones, database):
    async with process() as one:
        settle_county(one.parts)
        await until(lambda: one.door.connected)
        phones.fault(Effect.SLOW, SESSION, seconds=0.5)
        await phones.says("T1", "我的学时")
    assert len(phones.read("T1")) == 1
    assert owed_in(database) == 0
    assert (await phones.says("T1", "我是谁")).outcome is Outcome.NO_BOT


async def test_the_ticket_is_in_no_log(bot, phones, caplog, capsys):
    await phones.does("cut")
    await until(lambda: len(phones.called("dingtalk.stream.connect")) == 2)
    opened = [one.answer for one in phones.called("dingtalk.stream.open")]
    assert len(opened) == 2
    written = "".join(capsys.readouterr()) + caplog.text
    assert "ticket" not in written
