"""Callback mode: encrypted both ways, read strictly, sent again, and asked for while a stream grows."""

import asyncio
import json
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import ClientSession, web

from bot.platforms.wecom.crypto import Cipher, signature
from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.wecom.aibot.aibot import NO_BOT
from tests.kit.aibot import AES, IN_GROUP, QUICK, TEACHER, TOKEN, buttons, card, markdown
from tests.kit.patience import PATIENCE_SECONDS

CIPHER = Cipher(AES, "")


def stream(content, *, finish=True, stream_id="s1"):
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": finish, "content": content}}


@dataclass
class Answering:
    """A bot that answers from a list: a plain answer to be sealed, a Response as it is, or None for silence."""

    answers: list = field(default_factory=list)
    heard: list = field(default_factory=list)
    queries: list = field(default_factory=list)
    sealed: dict = field(default_factory=dict)  # what is put over the sealed answer
    third: asyncio.Event = field(default_factory=asyncio.Event)  # it has heard three

    async def post(self, request):
        query = request.query
        encrypt = (await request.json())["encrypt"]
        assert query["msg_signature"] == signature(TOKEN, query["timestamp"], query["nonce"], encrypt)
        self.queries.append(query)
        self.heard.append(json.loads(CIPHER.decrypt(encrypt)))
        if len(self.heard) >= 3:
            self.third.set()
        answer = self.answers.pop(0) if self.answers else None
        if answer is None:
            return web.Response(text="success")
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(self.seal(answer, query["nonce"]))

    def seal(self, answer, nonce):
        encrypt = CIPHER.encrypt(json.dumps(answer, ensure_ascii=False).encode())
        signed = signature(TOKEN, "1767225601", nonce, encrypt)
        sealed = {"encrypt": encrypt, "msgsignature": signed, "timestamp": 1767225601, "nonce": nonce}
        return {**sealed, **self.sealed}

    async def get(self, request):
        return web.Response(
            body=self.answers.pop(0) if self.answers else CIPHER.decrypt(request.query["echostr"])
        )


@pytest.fixture
def answering():
    return Answering()


@pytest.fixture
async def place(make_place, aiohttp_server, answering):
    app = web.Application()
    app.router.add_post("/wecom/aibot/callback", answering.post)
    app.router.add_get("/wecom/aibot/callback", answering.get)
    server = await aiohttp_server(app)
    return await make_place(callback=True, bot_url=str(server.make_url("")).rstrip("/"))


async def test_the_address_is_verified_by_its_bare_plain_text(place, answering):
    (deed,) = place.aibot.deeds()
    assert await deed.do() == "回调地址通过了验证。"
    answering.answers = [b'"1616140317555161061"']
    assert await deed.do() == "回调地址的应答不是解密后的原文。"


async def test_a_message_is_answered_by_a_stream(place, answering):
    answering.answers = [stream("**18.5** 学时")]
    assert await place.says("我的学时") == Heard(Outcome.ANSWERED)
    (body,) = answering.heard
    assert (body["msgtype"], body["text"], body["chattype"]) == ("text", {"content": "我的学时"}, "single")
    assert "response_url" in body
    assert place.told() == ["我的学时", "18.5 学时"]
    exchange = place.tenant.wire.exchanges()[-1]
    assert '"我的学时"' in exchange.opened
    assert "18.5" in exchange.answer_opened
    assert "18.5" not in exchange.answer


async def test_a_growing_stream_is_asked_for_until_it_is_finished(place, answering):
    answering.answers = [
        stream("正在", finish=False),
        stream("正在查询…", finish=False),
        None,
        stream("18.5 学时"),
        stream("太多"),
    ]
    assert await asyncio.wait_for(place.says("我的学时", chat=IN_GROUP), PATIENCE_SECONDS) == Heard(
        Outcome.ANSWERED
    )
    await asyncio.sleep(0.1)
    first, *refreshes = answering.heard
    assert len(refreshes) == 3
    assert {body["msgid"] for body in answering.heard} == {body["msgid"] for body in refreshes} | {
        first["msgid"]
    }
    refreshed = refreshes[0]
    assert refreshed.pop("msgid") != first["msgid"]
    assert refreshed == {
        "aibotid": "AIBOT01",
        "chatid": "wrExampleGroup",
        "chattype": "group",
        "from": {"userid": "T1"},
        "msgtype": "stream",
        "stream": {"id": "s1"},
    }
    assert place.told(IN_GROUP) == ["@研修助手 我的学时", "18.5 学时"]


async def test_after_six_minutes_nobody_asks_any_more(place, answering):
    answering.answers = [stream("正在", finish=False)] * 3
    saying = asyncio.create_task(place.says("我的学时"))
    await asyncio.wait_for(answering.third.wait(), PATIENCE_SECONDS)
    place.tenant.clock.run_ahead(361)
    await asyncio.wait_for(saying, PATIENCE_SECONDS)
    asked = len(answering.heard)
    await asyncio.sleep(0.1)
    assert len(answering.heard) == asked
    assert (place.last().drawn.text, place.last().drawn.unfinished) == ("正在", False)


@pytest.mark.parametrize("answer", [b"", b"success"])
async def test_nothing_is_an_answer_too(place, answering, answer):
    answering.answers = [web.Response(body=answer)]
    assert await place.says("我的学时") == Heard(Outcome.ACKNOWLEDGED)
    assert (place.told(), place.last().note) == (["我的学时"], "")


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        ({"msgsignature": "0" * 40}, "签名不对"),
        ({"timestamp": 1767225602}, "签名不对"),
        ({"timestamp": "1767225601"}, "timestamp 不是整数"),
        ({"nonce": "other"}, "nonce 和请求里的不一样"),
        ({"encrypt": None}, "缺少 encrypt 或 msgsignature"),
    ],
)
async def test_an_answer_that_is_not_sealed_exactly_is_refused(place, answering, sealed, reason):
    answering.answers, answering.sealed = [stream("好")], sealed
    expected = f"机器人的应答用不了：{reason}。"
    assert await place.says("我的学时") == Heard(Outcome.REFUSED, expected)
    assert (place.told(), place.last().note) == (["我的学时"], expected)


async def test_an_answer_for_another_receiver_is_refused(place, answering):
    def post(sealed, nonce):
        encrypt = Cipher(AES, "wwexample00000000").encrypt(b"{}")
        return {
            "encrypt": encrypt,
            "msgsignature": signature(TOKEN, "1", nonce, encrypt),
            "timestamp": 1,
            "nonce": nonce,
        }

    answering.answers, answering.seal = [stream("好")], post
    assert (await place.says("我的学时")).reason == "机器人的应答用不了：解不开密文：receive-id。"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"msgtype": "text", "text": {"content": "好"}}, "invalid message type（40008）"),
        (markdown("好"), "invalid message type（40008）"),
        (stream("学" * 6827), "stream.content exceed max length 20480（40058）"),
        (["a list"], "密文里不是 JSON"),
        (web.Response(text="{}"), "缺少 encrypt 或 msgsignature"),
        (web.Response(text="<html>"), "不是 JSON"),
    ],
)
async def test_what_may_not_be_answered_is_refused(place, answering, answer, reason):
    answering.answers = [answer]
    assert (await place.says("我的学时")).reason == f"机器人的应答用不了：{reason}。"
    assert place.told() == ["我的学时"]


async def test_only_the_same_stream_may_be_answered_to_a_refresh(place, answering):
    answering.answers = [
        stream("正在", finish=False),
        stream("别的", stream_id="s2"),
        card(buttons()),
        stream("18.5 学时"),
    ]
    assert (await place.says("我的学时")).outcome is Outcome.ANSWERED
    assert place.told() == ["我的学时", "18.5 学时"]
    assert place.tenant.transcript.of(place.last().chat)[0].note == (
        "机器人的应答用不了：刷新时要回同一个 stream.id。"
    )


@pytest.mark.parametrize("fresh", [True, False])
async def test_a_failure_is_tried_three_times(place, answering, fresh):
    place.tenant.switches.wecom_retry_fresh = fresh
    answering.answers = [web.Response(status=500), web.Response(status=404), stream("18.5 学时")]
    assert (await place.says("我的学时")).outcome is Outcome.ANSWERED
    assert len({body["msgid"] for body in answering.heard}) == 1
    assert len({query["msg_signature"] for query in answering.queries}) == (3 if fresh else 1)
    answering.answers = [web.Response(status=500) for _ in range(4)]
    assert await place.says("还差什么") == Heard(Outcome.REFUSED, "机器人回了 HTTP 500。")
    assert len(answering.answers) == 1


async def test_an_answer_that_the_platform_does_not_see_is_asked_for_again(place, answering):
    place.tenant.faults.switch_on(Fault(call="wecom.aibot.msg_callback", effect=Effect.UNHEARD, left=1))
    answering.answers = [stream("一"), stream("二")]
    assert (await place.says("我的学时")).outcome is Outcome.ANSWERED
    assert place.told() == ["我的学时", "二"]


async def test_nobody_at_the_address(make_place, unused_tcp_port):
    place = await make_place(callback=True, bot_url=f"http://127.0.0.1:{unused_tcp_port}")
    assert await place.says("我的学时") == Heard(Outcome.UNHEARD, "机器人没有应答。")
    assert place.last().note == "机器人没有应答。"


async def test_a_welcome_may_be_text(place, answering):
    answering.answers = [{"msgtype": "text", "text": {"content": "您好"}}]
    assert await place.aibot.enters(TEACHER) == Heard(Outcome.ANSWERED)
    assert place.told() == ["您好"]


async def test_a_pressed_card_is_told_once_and_changed_by_the_answer(place, answering):
    answering.answers = [card(buttons())]
    await place.says("待审")
    answering.answers = [web.Response(status=500)]
    assert (await place.aibot.presses(TEACHER, place.last(), "pass", {})).outcome is Outcome.REFUSED
    assert len(answering.heard) == 2
    done = {"response_type": "update_template_card", "template_card": {**buttons(), "replace_text": "已通过"}}
    answering.answers = [done]
    assert await place.aibot.presses(TEACHER, place.last(), "pass", {}) == Heard(Outcome.ANSWERED)
    assert [button.label for button in place.last().drawn.buttons] == ["已通过"]


async def test_a_visit_and_a_rating_are_told_once(place, answering):
    answering.answers = [web.Response(status=500)]
    assert (await place.aibot.enters(TEACHER)).outcome is Outcome.REFUSED
    body = stream("18.5 学时")
    body["stream"]["feedback"] = {"id": "fb"}
    answering.answers = [body, web.Response(status=500)]
    await place.says("我的学时")
    heard = await place.aibot.presses(TEACHER, place.last(), "feedback:1", {})
    assert heard.outcome is Outcome.REFUSED
    events = [body["event"]["eventtype"] for body in answering.heard if "event" in body]
    assert events == ["enter_chat", "feedback_event"]


async def test_a_rating_takes_no_answer(place, answering):
    body = stream("18.5 学时")
    body["stream"]["feedback"] = {"id": "fb"}
    answering.answers = [body, stream("谢谢")]
    await place.says("我的学时")
    assert (await place.aibot.presses(TEACHER, place.last(), "feedback:1", {})).reason == (
        "机器人的应答用不了：评价事件不能有应答。"
    )


async def later(url, body):
    async with ClientSession() as session, session.post(url, json=body) as response:
        assert response.status == 200
        return (await response.json())["errcode"]


async def test_the_response_url_is_good_once_within_an_hour(place, answering):
    await place.says("我的学时")
    url = answering.heard[0]["response_url"]
    assert await later(url, stream("好")) == 40008
    assert await later(url, markdown("学" * 6827)) == 40058
    assert await later(url, markdown("18.5 学时")) == 0
    assert await later(url, markdown("又来")) == 60140
    assert await later(url + "x", markdown("不认识")) == 40058
    assert await later(url + "码", markdown("不认识")) == 40058
    await place.says("还差什么")
    place.tenant.clock.run_ahead(3601)
    assert await later(answering.heard[1]["response_url"], markdown("太晚")) == 60140
    assert place.told() == ["我的学时", "18.5 学时", "还差什么"]


async def test_a_later_answer_in_a_group_quotes_and_is_no_card(place, answering):
    await place.says("我的学时", chat=IN_GROUP)
    url = answering.heard[0]["response_url"]
    assert await later(url, card(buttons())) == 40008
    assert await later(url, markdown("18.5 学时")) == 0
    drawn = place.last(IN_GROUP).drawn
    assert drawn.text == "18.5 学时"
    assert drawn.html.startswith('<blockquote class="quoted">示例甲：@研修助手 我的学时</blockquote>')


async def test_in_this_mode_a_subscription_is_refused(place, connect):
    bot = await connect(place)
    assert await bot.subscribe() == 853000
    assert place.aibot.connected


async def test_a_bot_that_hangs_is_given_up(make_place, aiohttp_server):
    async def hang(_request):
        await asyncio.sleep(1)
        return web.Response()

    app = web.Application()
    app.router.add_post("/wecom/aibot/callback", hang)
    server = await aiohttp_server(app)
    pace = replace(QUICK, wecom_answer=0.05)
    place = await make_place(callback=True, pace=pace, bot_url=str(server.make_url("")).rstrip("/"))
    assert (await place.says("我的学时")).outcome is Outcome.UNHEARD
    assert len(place.tenant.wire.exchanges()) == 3


async def test_without_an_aibot_nobody_hears(make_place):
    place = await make_place()
    assert (await place.says("我的学时")).reason == NO_BOT
