"""gettoken, and what every call says to a token that is none."""

import pytest

from bot.tenant.calls import Ask, Refused
from tests.tenant.wecom.conftest import AGENT, CORP, SECRET

NOBODY = {"touser": "nobody", "agentid": AGENT, "msgtype": "text", "text": {"content": "你好"}}


async def test_a_token_is_good_for_two_hours(wecom, tenant):
    answer = await wecom.get("gettoken", corpid=CORP, corpsecret=SECRET)
    assert answer | {"access_token": ""} == {
        "errcode": 0,
        "errmsg": "ok",
        "access_token": "",
        "expires_in": 7200,
    }
    token = answer["access_token"]
    assert (await wecom.post("message/send", NOBODY, access_token=token))["errcode"] == 81013
    tenant.clock.run_ahead(7201)
    assert (await wecom.post("message/send", NOBODY, access_token=token))["errcode"] == 42001


async def test_the_same_token_comes_again_unless_the_switch_says_otherwise(wecom, tenant):
    first = await wecom.get("gettoken", corpid=CORP, corpsecret=SECRET)
    assert (await wecom.get("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"] == first[
        "access_token"
    ]
    tenant.switches.wecom_same_token = False
    other = await wecom.get("gettoken", corpid=CORP, corpsecret=SECRET)
    assert other["access_token"] != first["access_token"]
    for token in (first["access_token"], other["access_token"]):
        assert (await wecom.get("getcallbackip", access_token=token))["errcode"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, 41002),
        ({"corpid": CORP}, 41004),
        ({"corpid": "wwsomebody", "corpsecret": SECRET}, 40013),
        ({"corpid": CORP, "corpsecret": "wrong"}, 40001),
    ],
)
async def test_a_wrong_key_opens_nothing(wecom, query, code):
    assert (await wecom.get("gettoken", **query))["errcode"] == code


async def test_too_many_wrong_secrets_shut_the_door_for_an_hour_even_to_the_right_one(api, tenant):
    def ask(secret):
        return Ask(query={"corpid": CORP, "corpsecret": secret}, headers={}, body=b"")

    for _ in range(2000):
        with pytest.raises(Refused) as refused:
            api.access.gettoken(ask("wrong"))
        assert refused.value.code == 40001
    with pytest.raises(Refused) as refused:
        api.access.gettoken(ask(SECRET))
    assert refused.value.code == 45009
    tenant.clock.run_ahead(3601)
    assert api.access.gettoken(ask(SECRET))["errcode"] == 0


async def test_with_debug_in_the_address_there_are_five_calls_a_minute(wecom, tenant):
    key = {"corpid": CORP, "corpsecret": SECRET}
    token = {"access_token": await wecom.fresh()}
    for name, query in (("gettoken", key), ("getcallbackip", token)):
        codes = [(await wecom.get(name, **query, debug="1"))["errcode"] for _ in range(6)]
        assert codes == [0] * 5 + [45009]
        assert (await wecom.get(name, **query))["errcode"] == 0
    tenant.clock.run_ahead(60)
    assert (await wecom.get("gettoken", **key, debug="1"))["errcode"] == 0


@pytest.mark.parametrize(("query", "code"), [({"x": "1"}, 41001), ({"access_token": "made-up"}, 40014)])
async def test_without_a_token_nothing_is_read(wecom, query, code):
    assert (await wecom.post("message/send", b"no JSON", **query))["errcode"] == code


async def test_tokens_can_be_expired_and_withdrawn(wecom, api):
    deeds = {deed.name: deed for deed in api.deeds()}
    token = await wecom.fresh()
    await deeds["wecom.tokens.expire"].do()
    assert (await wecom.get("getcallbackip", access_token=token))["errcode"] == 42001
    await deeds["wecom.tokens.withdraw"].do()
    assert (await wecom.get("getcallbackip", access_token=token))["errcode"] == 40014


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 40008),
        (b"[]", 40008),
        (b"{", 40008),
        (b'{"touser": "a\nb"}', 40008),
        (b'{"touser": "\xed\xa0\x80"}', 40008),
        ('{"touser": "甲"}'.encode("utf-16"), 40008),
        (b"[" * 100_000, 40008),
    ],
)
async def test_a_body_that_cannot_be_read_has_a_code(wecom, body, code):
    token = await wecom.fresh()
    assert (await wecom.post("message/send", body, access_token=token))["errcode"] == code


def test_ten_thousand_calls_a_minute_and_no_more(api, tenant):
    token, _seconds = api.access.tokens.issue(same_while_valid=True)
    handle = next(call for call in api.calls() if call.name == "wecom.getcallbackip").handle
    ask = Ask(query={"access_token": token}, headers={}, body=b"")
    for _ in range(10_000):
        handle(ask)
    with pytest.raises(Refused) as refused:
        handle(ask)
    assert refused.value.code == 45009
    tenant.clock.run_ahead(61)
    assert handle(ask)["errcode"] == 0
