"""The webhook of a group's robot, and the one that comes with each message."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.tenant.calls import Ask, Refused
from bot.tenant.dingtalk.posting import group_chat
from bot.tenant.dingtalk.signing import robot_sign
from bot.tenant.dingtalk.webhook import _message
from bot.tenant.tenant import Said

from .conftest import KEYED, SIGNED, TEACHER

OK = {"errcode": 0, "errmsg": "ok"}
HOUR = 3_600_000


def text(content, **more):
    return {"msgtype": "text", "text": {"content": content}, **more}


def signed(tenant, *, off=0, secret=SIGNED.webhook_secret):
    timestamp = str(tenant.clock.stamp_ms() + off)
    return {"timestamp": timestamp, "sign": robot_sign(secret, timestamp)}


async def test_a_message_appears_in_the_group_with_the_names_of_who_is_mentioned(stranger, tenant, group):
    message = text("@User001 明天交", at={"atUserIds": ["User001"], "atMobiles": ["13800000002"]})
    assert await stranger.hook("hook-open", message) == OK
    (shown,) = tenant.transcript.of(group)
    assert shown.drawn.text == "@示例甲 明天交 @示例乙"
    assert shown.drawn.mentions == ("User001", "User002")
    assert (shown.by_bot, shown.author.name, shown.drawn.wire) == (True, "研修助手", message)


@pytest.mark.parametrize("code", [400101, 300001, 300005])
async def test_an_unknown_token_is_refused_with_one_of_three_codes(stranger, tenant, code):
    tenant.switches.dingtalk_unknown_token = code
    assert (await stranger.hook("hook-gone", text("好")))["errcode"] == code
    assert (await stranger.hook("", text("好")))["errcode"] == code


async def test_the_code_may_be_a_text(stranger, tenant):
    tenant.switches.dingtalk_code_as_text = True
    assert await stranger.hook("hook-open", text("好")) == {"errcode": "0", "errmsg": "ok"}
    assert (await stranger.hook("hook-gone", text("好")))["errcode"] == "400101"


async def test_a_signed_robot_takes_only_what_is_signed_right(stranger, tenant, read):
    assert await stranger.hook("hook-signed", text("好"), **signed(tenant)) == OK
    no_match = {"errcode": 310000, "errmsg": "sign not match"}
    assert await stranger.hook("hook-signed", text("没签")) == no_match
    assert await stranger.hook("hook-signed", text("别的"), **signed(tenant, secret="SECother")) == no_match
    twice = signed(tenant)
    twice["sign"] = quote(twice["sign"], safe="")
    assert await stranger.hook("hook-signed", text("签了两次"), **twice) == no_match
    assert read(group_chat(SIGNED)) == ["好"]


@pytest.mark.parametrize("off", [-HOUR - 5, HOUR + 5000])
async def test_a_sign_of_another_hour_is_refused(stranger, tenant, off):
    answer = await stranger.hook("hook-signed", text("好"), **signed(tenant, off=off))
    assert answer == {"errcode": 310000, "errmsg": "invalid timestamp"}
    assert await stranger.hook("hook-signed", text("好"), **signed(tenant, off=off * 9 // 10)) == OK


async def test_a_wrong_clock_of_the_platform_makes_signatures_stale(stranger, tenant):
    mine = signed(tenant)
    tenant.clock.skew_ms = 70 * 60_000
    assert (await stranger.hook("hook-signed", text("好"), **mine))["errmsg"] == "invalid timestamp"


async def test_a_time_that_is_no_number_is_refused(stranger):
    sign = robot_sign(SIGNED.webhook_secret, "now")
    answer = await stranger.hook("hook-signed", text("好"), timestamp="now", sign=sign)
    assert answer == {"errcode": 310000, "errmsg": "invalid timestamp"}


async def test_a_robot_with_keywords_wants_one_of_them_anywhere_in_the_message(stranger, read):
    assert await stranger.hook("hook-keyed", text("你好")) == {
        "errcode": 310000,
        "errmsg": "keywords not in content",
    }
    assert await stranger.hook("hook-keyed", text("18.5 学时")) == OK
    titled = {"msgtype": "markdown", "markdown": {"title": "研修通知", "text": "明天"}}
    assert await stranger.hook("hook-keyed", titled) == OK
    assert read(group_chat(KEYED)) == ["18.5 学时", "明天"]


@pytest.mark.parametrize("code", [410100, 130101])
async def test_the_twenty_first_message_mutes_the_robot_for_ten_minutes(stranger, tenant, read, group, code):
    tenant.switches.dingtalk_rate_code = code
    for number in range(20):
        assert await stranger.hook("hook-open", text(f"{number}")) == OK
    assert (await stranger.hook("hook-open", text("第 21 条")))["errcode"] == code
    tenant.clock.run_ahead(599)
    assert (await stranger.hook("hook-open", text("还在十分钟里")))["errcode"] == code
    assert await stranger.hook("hook-keyed", text("别的机器人不受影响：学时")) == OK
    tenant.clock.run_ahead(2)
    assert await stranger.hook("hook-open", text("十分钟过了")) == OK
    assert read(group)[-1] == "十分钟过了"
    assert len(read(group)) == 21


async def test_the_same_uuid_is_shown_once_and_costs_nothing(stranger, read, group):
    for _ in range(30):
        assert await stranger.hook("hook-open", text("提醒", msgUuid="job-42")) == OK
    assert await stranger.hook("hook-open", text("提醒", msgUuid="job-43")) == OK
    assert read(group) == ["提醒", "提醒"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_another_content_type_is_refused(stranger, content_type):
    answer = await stranger.oapi(
        "robot/send",
        data=json.dumps(text("好")).encode(),
        query={"access_token": "hook-open"},
        headers={"Content-Type": content_type},
    )
    assert answer["errcode"] == 43004


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"{", b"\xff", b"[" * 5000])
async def test_what_is_no_json_object_is_refused(stranger, body):
    answer = await stranger.oapi(
        "robot/send",
        data=body,
        query={"access_token": "hook-open"},
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    assert answer == {"errcode": 40035, "errmsg": "缺少参数 json"}


async def test_json_in_another_encoding_than_utf_8_is_refused(stranger):
    body = '{"msgtype": "text", "text": {"content": "hi"}}'
    for encoding in ("utf-16", "utf-16-le", "gb18030"):
        text = body.replace("hi", "研修") if encoding == "gb18030" else body
        answer = await stranger.oapi(
            "robot/send",
            query={"access_token": "hook-open"},
            data=text.encode(encoding),
            headers={"Content-Type": "application/json"},
        )
        assert answer == {"errcode": 40035, "errmsg": "缺少参数 json"}


async def test_a_body_over_twenty_thousand_bytes_is_refused(stranger, read, group):
    room = 20_000 - len(json.dumps(text(""), ensure_ascii=False).encode())
    for size, code in ((room, 0), (room + 1, 460101)):
        body = json.dumps(text("字" * (size // 3) + "a" * (size % 3)), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        query = {"access_token": "hook-open"}
        assert (await stranger.oapi("robot/send", data=body, query=query, headers=headers))["errcode"] == code
    assert len(read(group)) == 1


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text("a字😀\n", min_size=1, max_size=40), st.integers(19_900, 20_100), st.booleans())
def test_the_limit_counts_bytes_as_they_are_on_the_wire(piece, size, ascii_only):
    body = json.dumps(text(piece), ensure_ascii=ascii_only).encode()
    body += b" " * (size - len(body))
    ask = Ask({}, {"Content-Type": "application/json"}, body)
    if len(body) <= 20_000:
        assert _message(ask) == text(piece)
    else:
        with pytest.raises(Refused) as caught:
            _message(ask)
        assert caught.value.code == 460101


async def test_half_a_surrogate_pair_is_a_question_mark(stranger, read, group):
    answer = await stranger.oapi(
        "robot/send",
        data=b'{"msgtype":"text","text":{"content":"\\ud83d \\ud83d\\ude00"}}',
        query={"access_token": "hook-open"},
        headers={"Content-Type": "application/json"},
    )
    assert (answer, read(group)) == (OK, ["? 😀"])


async def answered_by(side, bot, chat):
    await side.says(TEACHER, chat, Said(text="帮助"))
    return bot.bodies[-1]


async def test_a_session_takes_messages_until_it_expires(stranger, side, bot, tenant, private, read):
    body = await answered_by(side, bot, private)
    # 90 minutes
    assert body["sessionWebhookExpiredTime"] - body["createAt"] in range(5_400_000, 5_400_050)
    path = body["sessionWebhook"].removeprefix(f"{tenant.base_url}/dingtalk/oapi/")
    assert path.startswith("robot/sendBySession?session=")
    assert await stranger.oapi(path, text("第一句")) == OK
    assert (
        await stranger.oapi(path, {"msgtype": "markdown", "markdown": {"title": "T", "text": "第二句"}}) == OK
    )
    tenant.clock.run_ahead(5_401)
    assert await stranger.oapi(path, text("太晚")) == {"errcode": 300001, "errmsg": "session 不存在"}
    assert read(private) == ["帮助", "第一句", "第二句"]


async def test_the_life_of_a_session_can_be_chosen(stranger, side, bot, tenant, private):
    tenant.switches.dingtalk_session_seconds = 30
    body = await answered_by(side, bot, private)
    assert body["sessionWebhookExpiredTime"] - body["createAt"] in range(30_000, 30_050)
    tenant.clock.run_ahead(31)
    session = body["sessionWebhook"].partition("=")[2]
    answer = await stranger.oapi("robot/sendBySession", text("太晚"), query={"session": session})
    assert answer["errcode"] == 300001


async def test_a_session_takes_no_files_and_answers_into_its_own_group(
    stranger, side, bot, tenant, group, read
):
    body = await answered_by(side, bot, group)
    path = body["sessionWebhook"].removeprefix(f"{tenant.base_url}/dingtalk/oapi/")
    for kind in ("image", "file", "voice", "interactiveCard"):
        assert (await stranger.oapi(path, {"msgtype": kind, kind: {"media_id": "@l"}}))["errcode"] == 400105
    assert await stranger.oapi(path, text("@User001 好", at={"atUserIds": ["User001"]})) == OK
    assert read(group) == ["@研修助手 帮助", "@示例甲 好"]
    assert (await stranger.oapi("robot/sendBySession?session=forged", text("好")))["errcode"] == 300001


async def test_whether_a_session_is_limited_can_be_chosen(stranger, side, bot, tenant, private):
    body = await answered_by(side, bot, private)
    path = body["sessionWebhook"].removeprefix(f"{tenant.base_url}/dingtalk/oapi/")
    for _ in range(25):
        assert await stranger.oapi(path, text("好")) == OK
    tenant.switches.dingtalk_session_limited = True
    answers = [(await stranger.oapi(path, text("好")))["errcode"] for _ in range(21)]
    assert answers == [0] * 20 + [410100]
