"""Tokens of both APIs, and how often one may call."""

import pytest

from bot.tenant.faults import Effect, Fault

from .conftest import GROUP, ROBOT

APP = {"appKey": ROBOT.client_id, "appSecret": ROBOT.client_secret}
ROBOTS = ("robot/groups/robots/query", {"openConversationId": GROUP.chat_id})


async def gettoken(stranger, **query):
    async with stranger.http.get(f"{stranger.base}/dingtalk/oapi/gettoken", params=query) as answer:
        return await answer.json()


async def test_asking_again_gives_the_same_token_and_renews_it(stranger, tenant):
    status, first = await stranger.v1("oauth2/accessToken", APP)
    assert (status, set(first), first["expireIn"]) == (200, {"accessToken", "expireIn"}, 7200)
    tenant.clock.run_ahead(7_000)
    assert await stranger.v1("oauth2/accessToken", APP) == (200, first)
    tenant.clock.run_ahead(7_000)
    stranger.token = first["accessToken"]
    assert (await stranger.v1(*ROBOTS))[0] == 200
    tenant.clock.run_ahead(300)
    assert await stranger.refused(*ROBOTS) == "InvalidAuthentication"
    assert (await stranger.v1("oauth2/accessToken", APP))[1]["accessToken"] != first["accessToken"]


@pytest.mark.parametrize(
    "app", [APP | {"appSecret": "other"}, APP | {"appKey": "other"}, {}, APP | {"appSecret": None}]
)
async def test_wrong_credentials_get_no_token(stranger, app):
    assert await stranger.refused("oauth2/accessToken", app) == "invalidClientIdOrSecret"


async def test_the_old_call_gives_the_token_of_the_new_one(api):
    assert await gettoken(api, appkey=ROBOT.client_id, appsecret=ROBOT.client_secret) == {
        "errcode": 0,
        "access_token": api.token,
        "errmsg": "ok",
        "expires_in": 7200,
    }
    assert (await gettoken(api, appkey=ROBOT.client_id, appsecret="x"))["errcode"] == 40089


@pytest.mark.parametrize("status", [400, 401])
async def test_a_token_that_is_unknown_has_one_of_two_statuses(stranger, tenant, status):
    tenant.switches.dingtalk_bad_token_status = status
    stranger.token = "unknown"
    found, answer = await stranger.v1(*ROBOTS)
    assert (found, answer["code"]) == (status, "InvalidAuthentication")


async def test_the_old_api_tells_unknown_from_expired_and_from_none(api, side):
    async def code(**query):
        return (await api.oapi("topapi/v2/user/get", {"userid": "User001"}, query=query))["errcode"]

    assert await code(access_token=api.token) == 0
    assert await code(access_token="unknown") == 40014
    assert await code() == 41001
    deeds = {deed.name: deed.do for deed in side.deeds()}
    await deeds["dingtalk.tokens.expire"]()
    assert await code(access_token=api.token) == 42001
    await deeds["dingtalk.tokens.withdraw"]()
    assert await code(access_token=api.token) == 40014


async def test_the_twenty_first_call_in_a_second_is_throttled_per_api(api, tenant):
    statuses = [(await api.v1(*ROBOTS))[0] for _ in range(21)]
    assert statuses == [200] * 20 + [403]
    status, answer = await api.v1(*ROBOTS)
    assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
    query = {"access_token": api.token}
    codes = [
        (await api.oapi("topapi/v2/user/get", {"userid": "User001"}, query=query))["errcode"]
        for _ in range(21)
    ]
    assert codes == [0] * 20 + [90018]
    tenant.clock.run_ahead(1)
    assert (await api.v1(*ROBOTS))[0] == 200


async def test_a_fault_speaks_the_dialect_of_its_call(api, tenant):
    tenant.faults.switch_on(
        Fault(call="dingtalk.*", effect=Effect.CODE, code="Forbidden.AccessDenied.X", left=1)
    )
    status, answer = await api.v1(*ROBOTS)
    assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.X")


class TestWithoutARobot:
    @pytest.fixture
    def robot(self):
        return None

    async def test_there_are_no_tokens(self, stranger):
        assert await stranger.refused("oauth2/accessToken", APP) == "invalidClientIdOrSecret"
        assert await stranger.refused(*ROBOTS) == "InvalidAuthentication"
