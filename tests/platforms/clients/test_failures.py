"""Both tables of failures, row by row: what a platform answers, and what the client makes of it."""

import pytest

from bot.platforms.dingtalk import failures as dingtalk
from bot.platforms.wecom import failures as wecom
from bot.sending import Do, SendFailed
from bot.tenant.faults import Effect
from messages.outgoing import Reply

PAGE = Reply(body="编号 12 通过了。")
WECOM = {
    Do.AGAIN: {-1: (0, True), 6000: (0, False), 45033: (2, True), 45009: (60, True), 45011: (60, True)},
    Do.STOP: [
        *(40001, 40013, 41002, 41004, 40056, 41011, 301002, 48002, 48004, 48006, 50001, 50003, 60020),
    ],
    Do.RENEW: [40014, 41001, 42001],
    Do.LEAVE: [
        *(40003, 40031, 46004, 60011, 60111, 81012, 81013, 82001, 301021, 2000002),
        *(40008, 40032, 40033, 40035, 40058, 40063, 44004, 45002, 85002),
    ],
}
FORBIDDEN = "Forbidden.AccessDenied."
DINGTALK = {
    Do.AGAIN: {
        "system.busy": (5, True),
        "systemBusy": (5, True),
        "send.too.fast": (5, True),
        "send.byToken.tooFast": (5, True),
        "request.too.fast": (5, True),
        "too.many.people": (5, True),
        "system.error": (0, True),
        FORBIDDEN + "QpsLimitForAppkeyAndApi": (1, True),
        FORBIDDEN + "QpsLimitForApi": (1, True),
        FORBIDDEN + "QpmLimitForAppkeyAndApi": (60, True),
    },
    Do.DOUBT: ["unknown.send.result"],
    Do.STOP: [
        "invalidClientIdOrSecret",
        "authFailed",
        "bot.stopped",
        "bot.forbidden.sendMessage",
        "chatbotId.notAllow.sendOTO",
        "invalidParameter.robotCode.empty",
        "invalidParameter.robotCode.notExsit",
        FORBIDDEN + "ApiCountLimitForOrg",
        FORBIDDEN + "AccessTokenPermissionDenied",
        FORBIDDEN + "IpNotInWhiteList",
    ],
    Do.RENEW: ["InvalidAuthentication"],
    Do.LEAVE: [
        "staffId.notExisted",
        "robot.oto.notExist",
        "send.forbidden",
        "contain.unsafe.url",
        "invalidParameter.msgParam.tooLong",
        "invalidParameter.userIds.empty",
    ],
}


def rows(table):
    return [(code, do) for do, codes in table.items() for code in codes]


async def refusal(client):
    with pytest.raises(SendFailed) as failed:
        await client.send("T1", PAGE, first_tried_s=None)
    return failed.value


def test_no_row_of_the_tables_goes_untold():
    assert {code for code, _ in rows(WECOM)} == set(wecom.FAILURES)
    assert {code for code, _ in rows(DINGTALK)} == {
        *dingtalk.FAILURES,
        *(FORBIDDEN + end for end in dingtalk.FORBIDDEN),
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("code", "do"), rows(WECOM), ids=str)
async def test_wecom(tenant, client_of, code, do):
    fault = tenant.fault(Effect.CODE, "wecom.message.send", code=code, times=None)

    failed = await refusal(client_of("wecom", tenant.url))

    # A token is renewed once, and if that does not help there is nothing more to try.
    assert failed.verdict.do is (Do.STOP if do is Do.RENEW else do)
    assert fault.struck == (2 if do is Do.RENEW else 1)
    assert failed.errcode == code
    assert bool(failed.verdict.mend) is (failed.verdict.do is Do.STOP)
    if do is Do.AGAIN:
        assert (failed.verdict.after_s, failed.verdict.everybody) == WECOM[do][code]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("code", "do"), rows(DINGTALK), ids=str)
async def test_dingtalk(tenant, client_of, code, do):
    fault = tenant.fault(Effect.CODE, "dingtalk.robot.oto_send", code=code, times=None)

    failed = await refusal(client_of("dingtalk", tenant.url))

    assert failed.verdict.do is (Do.STOP if do is Do.RENEW else do)
    assert fault.struck == (2 if do is Do.RENEW else 1)
    assert failed.errcode == code
    assert bool(failed.verdict.mend) is (failed.verdict.do is Do.STOP)
    if do is Do.AGAIN:
        assert (failed.verdict.after_s, failed.verdict.everybody) == DINGTALK[do][code]


def test_what_stands_in_no_table_is_a_refusal_of_this_message():
    assert wecom.judge(4_711).do is Do.LEAVE
    assert dingtalk.judge("what.is.this").do is Do.LEAVE
    assert dingtalk.judge(FORBIDDEN + "Whatever").do is Do.STOP
