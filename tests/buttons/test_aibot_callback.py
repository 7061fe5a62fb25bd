"""The AI bot in callback mode: answered in time or by refreshes, with cards, and once by the response_url."""

import asyncio
import json
import time
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.platforms.wecom.crypto import Cipher, signature
from bot.tenant.people import Chat, Platform, Room
from tests.buttons.conftest import CALLED, IN_GROUP
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import held

TEACHER = Chat(Platform.WECOM, Room.AIBOT, "T1")
OFFICE = Chat(Platform.WECOM, Room.AIBOT, "T4")
ANNOUNCED = "公告 全体教师 明天下午开会"
STALE = "这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。"
RESPONSE = "wecom.aibot.response"


@pytest.fixture
def parts(parts, request):
    late = request.node.get_closest_marker("late") is not None
    return replace(parts, answer_within=1.0) if late else parts


@pytest.fixture
def patient(tenant):
    """Refreshes come quickly."""
    inside = tenant.app.tenant
    inside.pace = replace(inside.pace, stream_refresh=0.05)


def now(phones, shown):
    return next(one for one in phones.cards(shown.chat) if one.number == shown.number)


async def test_a_question_is_answered_in_the_response(phones):
    await phones.says("T1", "我的学时", TEACHER)
    assert phones.texts(TEACHER)[0].startswith("线上 18.5 学时")
    assert not phones.calls(RESPONSE)


async def test_in_a_group_the_name_is_no_part_of_the_question(phones):
    await phones.says("T1", "帮助", IN_GROUP)
    assert len(phones.texts(IN_GROUP)) == 1


async def test_silence_is_an_empty_response(phones):
    heard = await phones.says("T1", "收到", TEACHER)
    assert (heard.reason, phones.texts(TEACHER)) == ("", [])


async def test_whoever_opens_the_chat_is_welcomed(phones, tenant):
    await tenant.app.wecom.aibot.enters(phones.member("T1"))
    assert phones.texts(TEACHER) == ["你已绑定为示例甲。发“还差什么”看下一步，发“帮助”看我能做什么。"]


async def test_a_preview_and_its_buttons_come_in_one_response(phones):
    await phones.says("T4", ANNOUNCED, OFFICE)
    assert len(phones.texts(OFFICE)) == 1
    (card,) = phones.cards(OFFICE)
    assert [button.label for button in card.drawn.buttons] == ["确认", "取消"]


async def test_a_tap_settles_the_card_and_its_answer_comes_by_the_response_url_once(phones):
    await phones.says("T4", ANNOUNCED, OFFICE)
    (card,) = phones.cards(OFFICE)
    heard = await phones.taps("T4", card, "确认")
    await phones.until(lambda: len(phones.texts(OFFICE)) >= 2)

    assert heard.reason == ""
    outcome = "公告 1 已开始发送：4 人（私信）。发“发送情况 1”看结果。"
    assert phones.texts(OFFICE)[1].split("\n")[0] == outcome
    assert now(phones, card).drawn.text.split("\n")[1] == outcome
    assert [(b.label, b.spent) for b in now(phones, card).drawn.buttons] == [("已点过", True)]
    assert len(phones.calls(RESPONSE)) == 1


async def test_two_people_tapping_in_a_group_meet_as_in_words(phones):
    await phones.says("T4", "绑定本群 示例县第一小学", IN_GROUP)
    await phones.says("T4", "绑定本群 全市", IN_GROUP)
    (card,) = phones.cards(IN_GROUP)
    await phones.taps("T2", card, "确认")
    await phones.until(lambda: len(phones.texts(IN_GROUP)) >= 3)
    assert STALE in phones.texts(IN_GROUP)[2]
    assert not any(button.spent for button in now(phones, card).drawn.buttons)

    await phones.taps("T4", card, "确认")
    await phones.until(lambda: len(phones.texts(IN_GROUP)) >= 4)
    assert "本群已绑定全市。" in phones.texts(IN_GROUP)[3]
    assert all(button.spent for button in now(phones, card).drawn.buttons)
    heard = await phones.practice.app.wecom.presses(
        phones.member("T2"), now(phones, card), card.drawn.buttons[0].value, {}
    )
    assert heard.reason  # there is nothing to press any more


@pytest.mark.usefixtures("patient")
@pytest.mark.late
async def test_what_takes_longer_is_brought_by_a_refresh(phones, county):
    with held(county.database):
        saying = asyncio.create_task(phones.says("T1", "选点 A1 A5 B2", TEACHER))
        await phones.until(lambda: phones.texts(TEACHER) == ["正在查，请稍等。"])
        await phones.until(lambda: len(phones.calls("wecom.aibot.refresh")) >= 2)
    await asyncio.wait_for(saying, PATIENCE_SECONDS)
    (said,) = phones.texts(TEACHER)
    assert said.startswith("选好了：A1 技术支持的学情分析、")


@pytest.mark.usefixtures("patient")
@pytest.mark.late
async def test_a_late_silence_does_not_leave_people_waiting(phones, county):
    with held(county.database):
        saying = asyncio.create_task(phones.says("T1", "收到", TEACHER))
        await phones.until(lambda: phones.texts(TEACHER) == ["正在查，请稍等。"])
    await asyncio.wait_for(saying, PATIENCE_SECONDS)
    assert phones.texts(TEACHER) == ["收到。"]


@pytest.mark.usefixtures("patient")
@pytest.mark.late
async def test_the_buttons_of_a_late_answer_come_by_the_response_url(phones, county):
    with held(county.database):
        saying = asyncio.create_task(phones.says("T4", ANNOUNCED, OFFICE))
        await phones.until(lambda: phones.texts(OFFICE) == ["正在查，请稍等。"])
    await asyncio.wait_for(saying, PATIENCE_SECONDS)
    await phones.until(lambda: phones.cards(OFFICE))
    assert len(phones.calls(RESPONSE)) == 1


@pytest.mark.usefixtures("patient")
@pytest.mark.late
async def test_a_refresh_may_ask_another_process(phones, county, two_bots):
    one, other = two_bots
    asked = []
    with held(county.database):
        saying = asyncio.create_task(phones.says("T1", "选点 A1 A5 B2", TEACHER))
        await phones.until(lambda: phones.texts(TEACHER) == ["正在查，请稍等。"])
    await asyncio.wait_for(saying, PATIENCE_SECONDS)
    asked = phones.calls("wecom.aibot.refresh")
    # The balancer reaches the two in turn: the message came to one of them, the first refresh to the other.
    assert len(asked) >= 1
    assert phones.texts(TEACHER)[0].startswith("选好了：A1 技术支持的学情分析、")
    assert one.url != other.url


@pytest.mark.late
async def test_a_slow_tap_says_that_it_is_being_done_and_then_what_came_of_it(phones, county):
    await phones.says("T4", ANNOUNCED, OFFICE)
    (card,) = phones.cards(OFFICE)
    with held(county.database):
        await phones.taps("T4", card, "取消")
        assert "正在处理，结果马上发给你。" in now(phones, card).drawn.text
    await phones.until(lambda: len(phones.texts(OFFICE)) >= 2)
    assert len(phones.calls(RESPONSE)) == 1


async def test_points_are_chosen_by_a_vote(phones):
    await phones.says("T1", "选点", TEACHER)
    (card,) = phones.cards(TEACHER)
    (vote,) = card.drawn.choices
    await phones.taps("T1", card, "就选这些", **{vote.key: ("A1", "A5", "B2")})
    await phones.until(lambda: len(phones.texts(TEACHER)) >= 2)
    assert phones.texts(TEACHER)[-1].startswith("选好了：A1 技术支持的学情分析、")


async def test_the_address_is_verified(tenant, phones):
    heard = await tenant.app.wecom.aibot.verify_url()
    assert heard.reason == "回调地址通过了验证。"


def sealed(plain, *, token=CALLED.token, at=None, key=CALLED.encoding_aes_key):
    """Query and body as the platform would send them."""
    encrypt = Cipher(key, "").encrypt(plain if isinstance(plain, bytes) else json.dumps(plain).encode())
    stamp, nonce = str(round(time.time()) if at is None else at), "n0nce"
    query = {
        "msg_signature": signature(token, stamp, nonce, encrypt),
        "timestamp": stamp,
        "nonce": nonce,
    }
    return query, json.dumps({"encrypt": encrypt}).encode()


@pytest.mark.parametrize(
    ("request_of", "status"),
    [
        (lambda: ({}, b"{}"), 403),
        (lambda: sealed({"msgtype": "text"}, token="wrong"), 403),
        (lambda: sealed({"msgtype": "text"}, at=1_600_000_000), 403),
        (lambda: (sealed({})[0], b"not json"), 400),
        (lambda: (sealed({})[0], b'{"encrypt": 7}'), 400),
        (lambda: sealed({"msgtype": "text"}, key="b" * 43), 400),
        (lambda: sealed(b"[1, 2]"), 400),
        (lambda: sealed({"msgtype": "text"}), 400),
        (lambda: sealed({"msgtype": "event", "from": {"userid": "T1"}, "event": None}), 200),
        (lambda: (sealed({})[0], b"x" * 70_000), 413),
    ],
    ids=[
        "bare",
        "forged",
        "stale",
        "no json",
        "no text",
        "other key",
        "a list",
        "nobody",
        "odd event",
        "large",
    ],
)
async def test_statuses(bot, request_of, status):
    query, body = request_of()
    async with ClientSession() as session:
        answer = await session.post(f"{bot.url}/wecom/aibot/callback", params=query, data=body)
        assert (answer.status, "example" in await answer.text()) == (status, False)
