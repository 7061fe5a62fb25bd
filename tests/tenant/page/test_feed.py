"""The live feed: everything that changes reaches an open page, and nothing is lost between two connections."""

import asyncio
import re
from datetime import datetime

import pytest

from bot.clock import SHANGHAI
from bot.tenant.faults import Effect, Fault
from bot.tenant.page.events import Merged, Overflow, restarted
from bot.tenant.page.state import make_page
from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.transcript import Author
from tests.kit.patience import PATIENCE_SECONDS
from tests.tenant.page.platforms import BOT, drawn
from tests.tenant.page.reading import seat

APP = Chat(Platform.WECOM, Room.APP, "t1")
GROUP = Chat(Platform.WECOM, Room.GROUP, "wrGroup1")


async def test_a_connection_begins_with_everything_that_is_shown(events, tenant):
    shown = tenant.transcript.post(APP, drawn("早上好"), BOT, at_ms=0)

    feed = await events()
    first, second = await feed.next("chat"), await feed.next("chat")

    assert (first["platform"], first["chat"], first["busy"]) == ("wecom", "wecom:app:t1", False)
    assert [message["number"] for message in first["messages"]] == [shown.number]
    assert "早上好" in first["messages"][0]["html"]
    assert (second["platform"], second["messages"]) == ("dingtalk", [])


async def test_a_connection_first_says_which_server_it_is(events, screen, programme):
    drawn_by = re.search(r'data-instance="([0-9a-f]{16})"', await screen.page())[1]
    programme.move_to(datetime(2024, 6, 3, 8, 0, tzinfo=SHANGHAI))

    assert await (await events()).next("opening", "chat") == {
        "instance": drawn_by,
        "restarted": "练习场重新启动过：聊天记录从头开始，日期回到 6月3日。",
    }


async def test_another_start_is_another_server(sides):
    first, second = make_page(sides, None, ()), make_page(sides, None, ())

    assert first.instance != second.instance
    assert restarted(first) == "练习场重新启动过：聊天记录从头开始。"  # nobody moves a clock here


async def test_question_and_answer_arrive_by_themselves(events, screen):
    feed = await events()

    await screen.live("/say", **seat(), text="我的学时", to_bot="1")
    question, answer = await feed.next("message"), await feed.next("message")

    assert question["chat"] == answer["chat"] == "wecom:app:t1"
    assert 'class="message own"' in question["html"]
    assert "你有 18.5 学时。" in answer["html"]
    assert answer["number"] == question["number"] + 1


async def test_what_was_missed_is_there_after_connecting_again(events, tenant):
    feed = await events()
    await feed.next("chat")
    feed.answer.close()
    tenant.transcript.post(APP, drawn("你不在的时候"), BOT, at_ms=0)

    again = await (await events()).next("chat")

    assert "你不在的时候" in again["messages"][-1]["html"]


async def test_a_message_that_grows_is_drawn_again_under_its_number(events, tenant):
    shown = tenant.transcript.post(APP, drawn("你", unfinished=True), BOT, at_ms=0)
    feed = await events()
    await feed.next("chat")

    tenant.transcript.redraw(shown, drawn("你还差"))
    tenant.transcript.redraw(shown, drawn("你还差 6.5 学时"))
    told = await feed.next("message")

    assert told["number"] == shown.number
    assert "你还差 6.5 学时" in told["html"]  # two states in one batch: only the last is told


async def test_a_message_in_another_chat_is_counted_as_unread(events, tenant):
    feed = await events()
    await feed.next("changed")  # the opening is over

    tenant.transcript.post(GROUP, drawn("今天的排名"), BOT, at_ms=0)
    tenant.transcript.post(GROUP, drawn("收到"), Author("示例甲", "T1"), at_ms=0)

    assert await feed.next("unread") == {"platform": "wecom", "chat": "wecom:group:wrGroup1", "unread": 1}


async def test_a_message_for_somebody_else_is_not_told(events, tenant):
    feed = await events()
    await feed.next("changed")

    tenant.transcript.post(Chat(Platform.WECOM, Room.APP, "t2"), drawn("只给示例乙"), BOT, at_ms=0)
    tenant.transcript.post(APP, drawn("给示例甲"), BOT, at_ms=0)

    assert "给示例甲" in (await feed.next("message", "unread"))["html"]


async def test_both_phones_see_the_group_each_in_its_own_way(events, screen, tenant):
    chat = "wecom:group:wrGroup1"
    own = await events(wecom="T1", wecom_chat=chat)
    other = await events(wecom="T2", wecom_chat=chat)

    await screen.live("/say", **seat(chat=chat), text="大家好")

    assert 'class="message own"' in (await own.next("message"))["html"]
    html = (await other.next("message"))["html"]
    assert 'class="message theirs"' in html
    assert "示例甲" in html


async def test_typing_is_shown_while_the_bot_is_asked(events, screen, sides):
    sides.wecom.pause = asyncio.Event()
    feed = await events()
    await feed.next("changed")

    await screen.live("/say", **seat(), text="我的学时", to_bot="1")
    begun = await feed.next("busy")
    sides.wecom.pause.set()
    while (ended := await feed.next("busy"))["busy"]:
        pass

    assert begun == {"platform": "wecom", "busy": True, "can_bind": True}
    assert ended == {"platform": "wecom", "busy": False, "can_bind": True}


async def test_nobody_is_offered_a_code_once_the_bot_knows_them(events, programme):
    assert (await (await events()).next("chat"))["can_bind"]

    programme.bound.add(("wecom", "t1"))

    assert not (await (await events()).next("chat"))["can_bind"]


async def test_nobody_types_once_the_platform_has_given_up(events, screen, sides, tenant):
    sides.wecom.pause = asyncio.Event()
    await screen.live("/say", **seat(), text="我的学时", to_bot="1")
    feed = await events()
    assert (await feed.next("chat"))["busy"]

    tenant.transcript.remark(tenant.transcript.of(APP)[-1], "60 秒后再送一次。")

    assert (await feed.next("busy"))["busy"] is False
    sides.wecom.pause.set()


async def test_a_press_that_nobody_heard_is_told_to_whoever_has_the_chat_open(events, screen, sides):
    sides.wecom.heard = Heard(Outcome.UNHEARD, "卡片没有反应。")
    feed = await events()
    await feed.next("changed")

    await screen.live("/join", **seat())

    assert await feed.next("notice") == {"text": "卡片没有反应。"}


async def test_requests_appear_as_rows(events, screen):
    feed = await events()
    await feed.next("changed")

    await screen.live("/say", **seat(), text="我的学时", to_bot="1")
    told = await feed.next("wire")

    assert len(told["rows"]) == 1
    assert "wecom.callback" in told["rows"][0]
    assert 'href="/wire/1"' in told["rows"][0]


async def test_a_fault_that_is_used_up_is_told(events, screen, tenant):
    tenant.faults.switch_on(Fault(call="wecom.*", effect=Effect.HTTP_500, left=1))
    feed = await events()
    await feed.next("changed")
    await feed.next("changed")

    async with screen.http.post("/wecom/cgi-bin/webhook/send", json={}) as answer:
        assert answer.status == 500

    assert await feed.next("changed") == {"part": "faults"}


async def test_another_browser_hears_of_the_clock(events, screen):
    feed = await events()
    await feed.next("changed")
    await feed.next("changed")

    await screen.live("/clock", step="day")

    assert await feed.next("changed") == {"part": "clock"}


async def test_people_who_are_not_there_have_no_feed(http):
    assert (await http.get("/events", params={"wecom": "nobody"})).status == 404


async def test_a_feed_ends_with_the_tenant(events, tenant):
    feed = await events()
    await feed.next("chat")

    tenant.closing.set()

    async with asyncio.timeout(PATIENCE_SECONDS):
        await feed.answer.content.read()


async def test_a_browser_that_has_gone_is_forgotten(events, tenant):
    feed = await events()
    await feed.next("chat")
    feed.answer.close()

    # Whoever writes to it finds that out.
    async with asyncio.timeout(PATIENCE_SECONDS):
        while tenant.transcript._watchers:
            tenant.transcript.post(APP, drawn("hallo"), BOT, at_ms=0)
            await asyncio.sleep(0.01)


async def test_several_queues_are_read_as_one():
    first, second = asyncio.Queue(), asyncio.Queue()
    async with Merged(first, second) as merged:
        assert await merged.batch(0.01) == []
        first.put_nowait(1)
        second.put_nowait(2)
        second.put_nowait(3)
        await asyncio.sleep(0)
        assert sorted(await merged.batch(1)) == [1, 2, 3]
        first.put_nowait(4)
        assert await merged.batch(1) == [4]


async def test_a_full_queue_ends_the_connection_because_something_may_be_missing():
    queue = asyncio.Queue(2)
    async with Merged(queue) as merged:
        queue.put_nowait(1)
        await asyncio.sleep(0)  # the waiting reader takes this one
        queue.put_nowait(2)
        queue.put_nowait(3)
        with pytest.raises(Overflow):
            await merged.batch(1)
