"""The three ways into groups: signatures, sessions, pictures, and only to the platform's own address."""

import asyncio
import json
from base64 import b64decode
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.platforms.dingtalk.session import SESSION_MARGIN_MS
from bot.platforms.dingtalk.webhook import signed
from bot.sending import TAKEN, Do, SendFailed
from bot.tenant.app import DINGTALK_OAPI_PATH
from bot.tenant.faults import Effect
from messages.outgoing import Picture, Reply

PAGE = Reply(body="今天的排名出来了。")
PNG = Picture(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
SESSION = "dingtalk.robot.send_by_session"
UPLOAD = "dingtalk.media.upload"
HOUR_MS = 3_600_000


@pytest.fixture
def webhook(end_of):
    return end_of("dingtalk.webhook")


@pytest.fixture
def robot(end_of):
    return end_of("dingtalk.group")


@pytest.fixture
def session_of(tenant):
    """`session_of(end, lives_ms=…)`: the same group, where somebody has spoken to the robot just now."""

    def opened(end, lives_ms=90 * 60_000):
        address, _until = tenant.app.dingtalk._webhooks._sessions.open(end.chat)
        until = end.clock.real_ms() + lives_ms
        return replace(end, address=replace(end.address, reply_url=address, reply_until=until))

    return opened


# ── signatures ──


def test_a_sign_is_encoded_once():
    """The secret and the moment of the official sample; the sign has a "+" and ends in "="."""
    url = signed("https://oapi.dingtalk.com/robot/send?access_token=T", "this is secret", 1577262236757)

    assert str(url) == (
        "https://oapi.dingtalk.com/robot/send?access_token=T&timestamp=1577262236757"
        "&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"
    )


def test_a_robot_without_a_secret_is_called_at_its_address():
    address = "https://oapi.dingtalk.com/robot/send?access_token=T"
    assert str(signed(address, "", 1)) == address


async def test_every_call_is_signed_at_its_own_moment(webhook):
    await webhook.send(PAGE, key="k1")
    webhook.clock.ahead_ms = 1000
    await webhook.send(PAGE, key="k2")

    first, second = (parse_qs(urlsplit(one.url).query) for one in webhook.exchanges())
    assert int(second["timestamp"][0]) - int(first["timestamp"][0]) >= 1000
    assert first["sign"] != second["sign"]


@pytest.mark.parametrize("secret", ["", "SECwrong"])
async def test_a_wrong_secret_stops_this_group_alone_and_says_so(webhook, secret):
    failed = await replace(webhook, address=replace(webhook.address, secret=secret)).refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.everybody, failed.errcode) == (Do.STOP, False, 310000)
    assert failed.verdict.say.startswith("没有通过群机器人的安全设置：关键词、加签或 IP 地址。")


async def test_a_repetition_is_read_once_on_dingtalk(webhook):
    webhook.tenant.fault(Effect.LOST_ANSWER, webhook.call)
    failed = await webhook.refusal(PAGE, key="k1")
    await webhook.send(PAGE, key="k1", first_tried_s=1)

    assert failed.verdict.do is Do.DOUBT
    assert webhook.outlet.knows_repetitions_for_s > 0
    assert webhook.texts() == [PAGE.body]


@pytest.mark.parametrize("as_text", [False, True])
async def test_errcode_may_be_a_number_or_a_text(webhook, as_text):
    webhook.tenant.app.tenant.switches.dingtalk_code_as_text = as_text
    await webhook.send(PAGE)
    webhook.tenant.fault(Effect.CODE, webhook.call, code=400102)

    assert (await webhook.refusal(PAGE, key="k2")).errcode == 400102


@pytest.mark.parametrize("code", [400101, 300001, 300005])
async def test_an_unknown_webhook_is_understood_by_all_codes_that_were_seen(webhook, code):
    webhook.tenant.app.tenant.switches.dingtalk_unknown_token = code
    elsewhere = replace(webhook.address, webhook=webhook.address.webhook + "x")
    failed = await replace(webhook, address=elsewhere).refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.everybody, failed.errcode) == (Do.STOP, False, code)


@pytest.mark.parametrize("code", [410100, 130101])
async def test_dingtalk_is_left_in_peace_for_ten_minutes_after_too_many(webhook, code):
    webhook.tenant.app.tenant.switches.dingtalk_rate_code = code
    for number in range(20):
        await webhook.send(PAGE, key=f"k{number}")
    failed = await webhook.refusal(PAGE, key="k20")

    assert (failed.verdict.do, failed.verdict.after_s, failed.verdict.everybody) == (Do.AGAIN, 600, False)


async def test_wecom_is_left_in_peace_for_a_minute_after_too_many(end_of):
    end = end_of("wecom.webhook")
    for _ in range(20):
        await end.send(PAGE)
    failed = await end.refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.after_s, failed.verdict.everybody) == (Do.AGAIN, 60, False)


async def test_a_gateway_between_says_more_in_a_second_field(end_of, gateway):
    said = {"errcode": 88, "sub_code": "90018", "errmsg": "ding talk error"}
    failed = await end_of("dingtalk.webhook", at=await gateway(200, json.dumps(said))).refusal(PAGE)

    assert (failed.errcode, failed.verdict.do, failed.verdict.after_s) == (90018, Do.AGAIN, 1)


# ── only to the platform's own address ──


@pytest.mark.parametrize("name", ["wecom.webhook", "dingtalk.webhook"])
@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example.cn/cgi-bin/webhook/send?key=example-webhook-1",
        "http://evil.example.cn/robot/send?access_token=example-webhook-1",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_foreign_webhook_is_never_called(end_of, name, address):
    end = end_of(name)
    failed = await replace(end, address=replace(end.address, webhook=address)).refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.everybody) == (Do.STOP, False)
    assert end.tenant.app.tenant.wire.exchanges() == ()


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example.cn/robot/sendBySession?session=1",
        "http://[/robot/sendBySession?session=1",
        "{base}/robot/send?access_token=1",
        "{base}/robot/sendBySession/../send?access_token=1",
        "",
    ],
)
async def test_a_foreign_session_address_is_not_followed(robot, address):
    address = address.format(base=robot.tenant.url + DINGTALK_OAPI_PATH)
    opened = replace(robot.address, reply_url=address, reply_until=robot.clock.real_ms() + HOUR_MS)
    await replace(robot, address=opened).send(PAGE)

    assert [one.name for one in robot.tenant.app.tenant.wire.exchanges()] == ["dingtalk.token", robot.call]
    assert robot.texts() == [PAGE.body]


# ── sessions ──


async def test_while_its_session_lives_a_group_is_reached_without_a_token(robot, session_of):
    await session_of(robot).send(PAGE)

    assert [one.name for one in robot.tenant.app.tenant.wire.exchanges()] == [SESSION]
    assert robot.texts() == [PAGE.body]


async def test_in_its_last_minute_a_session_is_not_used_any_more(robot, session_of):
    await session_of(robot, lives_ms=SESSION_MARGIN_MS).send(PAGE)

    assert (len(robot.exchanges(SESSION)), robot.texts()) == (0, [PAGE.body])


@pytest.mark.parametrize("code", [300001, 410100, 430102])
async def test_where_a_session_refuses_the_robot_sends_in_its_own_name(robot, session_of, code):
    robot.tenant.fault(Effect.CODE, SESSION, code=code)
    await session_of(robot).send(PAGE)

    assert (len(robot.exchanges(SESSION)), len(robot.exchanges())) == (1, 1)
    assert robot.texts() == [PAGE.body]


@pytest.mark.parametrize("effect", [Effect.LOST_ANSWER, Effect.HANG])
async def test_what_a_session_may_have_taken_is_not_said_again_at_once(robot, session_of, effect):
    robot.tenant.fault(effect, SESSION)
    failed = await session_of(robot).refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.everybody) == (Do.DOUBT, False)
    assert robot.exchanges() == []


# ── pictures ──


async def test_a_picture_arrives_in_a_wecom_group(end_of):
    end = end_of("wecom.webhook")
    assert list(await end.send(PNG)) == [TAKEN]

    (drawn,) = end.drawn()
    assert drawn.kind == "image"
    assert end.tenant.app.tenant.media.find(drawn.picture).content == PNG.png
    (sent,) = end.exchanges()
    assert b64decode(json.loads(sent.body)["image"]["base64"]) == PNG.png


async def test_a_picture_is_uploaded_once_for_all_dingtalk_groups(robot, end_of):
    other = replace(end_of("dingtalk.group"), outlet=robot.outlet)
    await robot.send(PNG)
    await other.send(PNG)

    assert len(robot.exchanges(UPLOAD)) == 1
    (first,), (second,) = robot.drawn(), other.drawn()
    assert (first.kind, first.picture) == (second.kind, second.picture)
    assert robot.tenant.app.tenant.media.find(first.picture).content == PNG.png


@pytest.mark.parametrize(("effect", "sent"), [(Effect.SLOW, True), (Effect.HANG, False)])
async def test_groups_that_want_a_picture_at_once_share_its_upload(robot, end_of, effect, sent):
    others = [replace(end_of("dingtalk.group"), outlet=robot.outlet) for _ in range(4)]
    await robot.send(PAGE)  # the token is there
    robot.tenant.fault(effect, UPLOAD, seconds=0.05)
    found = await asyncio.gather(*(end.send(PNG) for end in [robot, *others]), return_exceptions=True)

    assert [isinstance(one, SendFailed) for one in found] == [not sent] * 5
    assert len(robot.exchanges(UPLOAD)) == 1


async def test_an_upload_that_is_gone_is_made_once_more(robot):
    await robot.send(PNG)
    robot.tenant.fault(Effect.CODE, robot.call, code="resource.not.found")
    await robot.send(PNG)

    assert len(robot.exchanges(UPLOAD)) == 2
    assert [drawn.kind for drawn in robot.drawn()] == ["image", "image"]


@pytest.mark.parametrize("effect", [Effect.HANG, Effect.RESET, Effect.HTTP_500])
async def test_an_upload_is_no_message_and_never_in_doubt(robot, effect):
    robot.tenant.fault(effect, UPLOAD)

    assert (await robot.refusal(PNG)).verdict.do is Do.AGAIN
    assert robot.texts() == []


@pytest.mark.parametrize(("name", "most"), [("wecom.webhook", 2 << 20), ("dingtalk.group", 1 << 20)])
async def test_a_picture_that_is_too_large_is_not_sent(end_of, name, most):
    end = end_of(name)
    failed = await end.refusal(Picture(b"\x89PNG\r\n\x1a\n" + b"0" * most))

    assert (failed.verdict.do, failed.errcode) == (Do.LEAVE, "picture too large")
    assert end.tenant.app.tenant.wire.exchanges() == ()


async def test_a_picture_of_two_megabytes_is_taken_by_wecom(end_of):
    end = end_of("wecom.webhook")
    await end.send(Picture(b"\x89PNG\r\n\x1a\n" + b"0" * ((2 << 20) - 8)))

    assert [drawn.kind for drawn in end.drawn()] == ["image"]


async def test_custom_robots_of_dingtalk_have_no_pictures(webhook):
    failed = await webhook.refusal(PNG)

    assert (failed.verdict.do, failed.errcode) == (Do.LEAVE, "no pictures")
