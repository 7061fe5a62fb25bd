"""Every row of every table, over the wire: what a platform answers, and what the outlet makes of it."""

import json
import socket

import pytest

from bot.platforms.dingtalk import failures as dingtalk
from bot.platforms.wecom import failures as wecom
from bot.sending import Do
from bot.tenant.faults import Effect
from messages.outgoing import Picture, Reply
from tests.platforms.outlets.conftest import CALLS

PAGE = Reply(body="编号 12 通过了。")
PNG = Picture(b"\x89PNG\r\n\x1a\n0")
FORBIDDEN = "Forbidden.AccessDenied."
ALL, ONE = True, False

STOPPED = (Do.STOP, 0, ALL, 0)
RENEWED = (Do.RENEW, 0, ONE, 0)

# (what to do, not before so many seconds, is it about everybody, at most so many tries) → codes
WECOM_APP = {
    (Do.AGAIN, 30, ALL, 3): [-1],
    (Do.AGAIN, 0, ONE, 0): [6000],
    (Do.AGAIN, 2, ALL, 0): [45033],
    (Do.AGAIN, 60, ALL, 0): [45009, 45011],
    RENEWED: [40014, 41001, 42001],
    STOPPED: [
        *(40001, 40013, 41002, 41004, 40056, 41011, 301002, 48002, 48004, 48006, 50001, 50003, 60020),
    ],
    (Do.LEAVE, 0, ONE, 0): [
        *(40003, 40031, 46004, 60011, 60021, 60111, 81012, 81013, 82001, 301021, 2000002),
        *(40007, 40008, 40032, 40033, 40035, 40058, 40063, 44004, 45002, 85002),
        *(41009, 41999),  # of a family
    ],
}
WECOM_WEBHOOK = {
    (Do.AGAIN, 30, ONE, 3): [-1],
    (Do.AGAIN, 0, ONE, 0): [6000],
    (Do.AGAIN, 2, ONE, 0): [45033],
    (Do.AGAIN, 60, ONE, 0): [45009],
    (Do.STOP, 0, ONE, 0): [93000, 93001, 93004, 93006, 93008, 93019],
    (Do.LEAVE, 0, ONE, 0): [
        *(40007, 40008, 40033, 40035, 40058, 40063, 44004, 45002, 85002, 93017, 93018, 40123, 301019),
    ],
}
DINGTALK_ROBOT = {
    (Do.AGAIN, 5, ALL, 0): [
        *("system.busy", "systemBusy", "send.too.fast", "send.byToken.tooFast", "request.too.fast"),
        *("too.many.people", "too.many.group"),
    ],
    (Do.AGAIN, 0, ALL, 0): ["system.error"],
    (Do.AGAIN, 1, ALL, 0): [FORBIDDEN + "QpsLimitForAppkeyAndApi", FORBIDDEN + "QpsLimitForApi"],
    (Do.AGAIN, 60, ALL, 0): [FORBIDDEN + "QpmLimitForAppkeyAndApi"],
    (Do.DOUBT, 0, ALL, 0): ["unknown.send.result"],
    RENEWED: ["InvalidAuthentication"],
    STOPPED: [
        *("invalidClientIdOrSecret", "authFailed", "bot.stopped", "bot.forbidden.sendMessage"),
        *("chatbotId.notAllow.sendOTO", "invalidParameter.robotCode.empty", "template.stopped"),
        *("invalidParameter.robotCode.missing", "invalidParameter.robotCode.notExsit"),
        *("invalidParameter.robotCode.auth", FORBIDDEN + "ApiCountLimitForOrg"),
        *(FORBIDDEN + "AccessTokenPermissionDenied", FORBIDDEN + "IpNotInWhiteList"),
        FORBIDDEN + "Whatever",
    ],
    (Do.LEAVE, 0, ONE, 0): [
        *("staffId.notExisted", "robot.oto.notExist", "send.forbidden", "contain.unsafe.url"),
        "only.groupAdmin.canAtAll",
        *("invalidParameter.msgParam.tooLong", "invalidParameter.userIds.empty", "resource.not.found"),
        *("invalidParameter.what.ever", "miss.param.text", "contain.notAllowed.word"),
    ],
}
_OF_THE_GROUP = {"bot.stopped", "bot.forbidden.sendMessage", "send.forbidden"}
DINGTALK_GROUP = {
    what: [code for code in codes if code not in _OF_THE_GROUP] for what, codes in DINGTALK_ROBOT.items()
} | {
    (Do.STOP, 0, ONE, 0): [
        *sorted(_OF_THE_GROUP),
        *("group.disbanded", "invalid.openConversationId", "miss.openConversationId"),
    ]
}
_OLD_API = {
    (Do.AGAIN, 1, ALL, 0): [90002, 90018],
    (Do.AGAIN, 60, ALL, 0): [90005, 90006],
    STOPPED: [90020],
}
DINGTALK_WEBHOOK = _OLD_API | {
    (Do.AGAIN, 30, ONE, 3): [-1],
    (Do.AGAIN, 600, ONE, 0): [410100, 130101],
    (Do.STOP, 0, ONE, 0): [400013, 400101, 300001, 300005, 400102, 400106, 310000],
    (Do.LEAVE, 0, ONE, 0): [
        *(40035, 43004, 400105, 430101, 430102, 430103, 430104, 460101, 101002),
    ],
}
DINGTALK_UPLOAD = _OLD_API | {
    (Do.AGAIN, 30, ALL, 3): [-1],
    RENEWED: [40001, 40014, 41001, 42001],
    (Do.LEAVE, 0, ONE, 0): [60011, 60020, 40004, 40005, 40006, 41005],
}
TABLES = {
    ("wecom.app", "wecom.message.send"): WECOM_APP,
    ("wecom.webhook", "wecom.webhook.send"): WECOM_WEBHOOK,
    ("dingtalk.robot", "dingtalk.robot.oto_send"): DINGTALK_ROBOT,
    ("dingtalk.group", "dingtalk.robot.group_send"): DINGTALK_GROUP,
    ("dingtalk.webhook", "dingtalk.robot.send"): DINGTALK_WEBHOOK,
    ("dingtalk.group", "dingtalk.media.upload"): DINGTALK_UPLOAD,
}


def told(table):
    return {code for codes in table.values() for code in codes}


def test_no_row_of_the_tables_goes_untold():
    forbidden = {FORBIDDEN + end for end in dingtalk.FORBIDDEN}
    assert told(WECOM_APP) > set(wecom.APP)
    assert told(WECOM_WEBHOOK) == set(wecom.WEBHOOK)
    assert told(DINGTALK_ROBOT) > set(dingtalk.OPEN_API) | forbidden
    assert told(DINGTALK_GROUP) > set(dingtalk.GROUP) | forbidden
    assert told(DINGTALK_WEBHOOK) == set(dingtalk.WEBHOOK)
    assert told(DINGTALK_UPLOAD) == set(dingtalk.UPLOAD)


@pytest.mark.parametrize(("name", "call"), TABLES, ids=str)
async def test_every_code_has_its_verdict(end_of, tenant, name, call):
    end, table = end_of(name), TABLES[name, call]
    page = PNG if call.endswith("upload") else PAGE
    found = {}
    for code in told(table):
        fault = tenant.fault(Effect.CODE, call, code=code, times=None)
        failed = await end.refusal(page)
        verdict = failed.verdict
        tenant.app.tenant.faults.clear()

        assert (failed.errcode, verdict.code) == (code, str(code))
        assert verdict.say.endswith("。")
        assert bool(verdict.mend) is (verdict.do is Do.STOP)
        found[code] = (verdict.do, verdict.after_s, verdict.everybody, verdict.most_tries)
        if found[code] == STOPPED and fault.struck == 2:
            # A token is renewed once, and if that does not help there is nothing more to try.
            found[code] = RENEWED
    assert found == {code: what for what, codes in table.items() for code in codes}


async def test_a_code_that_stands_nowhere_is_tried_three_times(end):
    code = 4_711 if end.outlet.name not in ("dingtalk.robot", "dingtalk.group") else "what.is.this"
    end.tenant.fault(Effect.CODE, end.call, code=code)
    verdict = (await end.refusal(PAGE)).verdict

    assert (verdict.do, verdict.after_s, verdict.most_tries, verdict.everybody) == (Do.AGAIN, 30, 3, False)
    assert verdict.say == "官方文档里没有这个代码。反复出现时，请把代码告诉维护机器人的人。"


PEOPLE = {"wecom.app", "dingtalk.robot"}


@pytest.mark.parametrize(
    ("effect", "wecom_do", "dingtalk_do"),
    [
        (Effect.HTTP_500, Do.DOUBT, Do.AGAIN),
        (Effect.HANG, Do.DOUBT, Do.DOUBT),
        (Effect.RESET, Do.DOUBT, Do.DOUBT),
        (Effect.LOST_ANSWER, Do.DOUBT, Do.DOUBT),
        (Effect.HTML, Do.DOUBT, Do.AGAIN),
    ],
)
async def test_what_is_no_answer_of_the_platform(end, effect, wecom_do, dingtalk_do):
    """Of one group it says nothing about the others: they are not made to wait."""
    end.tenant.fault(effect, end.call)
    verdict = (await end.refusal(PAGE)).verdict

    assert verdict.do is (wecom_do if end.outlet.name.startswith("wecom") else dingtalk_do)
    assert verdict.everybody is (end.outlet.name in PEOPLE)


async def test_where_nobody_listens_nothing_is_in_doubt(end_of, tenant):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for name in CALLS:
        verdict = (await end_of(name, at=f"http://127.0.0.1:{port}").refusal(PAGE)).verdict
        assert (name, verdict.do, verdict.everybody) == (name, Do.AGAIN, True)


@pytest.mark.parametrize(
    ("status", "body", "wecom_do", "dingtalk_do"),
    [
        (200, "", Do.DOUBT, Do.AGAIN),
        (200, "[]", Do.DOUBT, Do.AGAIN),
        (200, "{}", Do.DOUBT, Do.AGAIN),
        (200, '{"errcode": 0, "errm', Do.DOUBT, Do.AGAIN),
        (200, '{"errcode": "what"}', Do.DOUBT, Do.AGAIN),
        (200, '{"status":1111,"wait":5,"punish":"deny"}', Do.DOUBT, Do.AGAIN),  # DingTalk's ban of an address
        (200, "x" * 100_000, Do.DOUBT, Do.AGAIN),
        (302, "", Do.AGAIN, Do.AGAIN),
        (403, "<html>", Do.AGAIN, Do.AGAIN),
        (502, "<html>", Do.DOUBT, Do.AGAIN),
        (504, "<html>", Do.DOUBT, Do.DOUBT),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_a_gateway_says(gateway, end_of, status, body, wecom_do, dingtalk_do):
    address = await gateway(status, body, Location="/elsewhere")
    for name in CALLS:
        expected = wecom_do if name.startswith("wecom") else dingtalk_do
        assert (name, (await end_of(name, at=address).refusal(PAGE)).verdict.do) == (name, expected)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "wecom.app",
            {
                "errcode": 60020,
                "errmsg": "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at …",
            },
        ),
        ("dingtalk.webhook", {"errcode": 310000, "errmsg": "ip 203.0.113.7 not in whitelist"}),
    ],
)
async def test_an_address_that_has_to_be_entered_is_named(gateway, end_of, name, said):
    """The texts as the platforms write them; nothing else of a text is ever used."""
    failed = await end_of(name, at=await gateway(200, json.dumps(said))).refusal(PAGE)

    assert failed.detail == "from 203.0.113.7"
    assert failed.verdict.say.endswith("要加的地址是 203.0.113.7。")


@pytest.mark.parametrize("said", ["from ip: 999.1.1.1", "ip", "", "from ip: evil.example.cn", 7, None])
async def test_what_is_no_address_is_not_named(gateway, end_of, said):
    answered = json.dumps({"errcode": 60020, "errmsg": said})
    failed = await end_of("wecom.app", at=await gateway(200, answered)).refusal(PAGE)

    assert failed.detail == ""
    assert "要加的地址" not in failed.verdict.say
