"""The two ways to people: many in one call, and a verdict for each."""

import json

import pytest

from bot.sending import Address, Attempt, Do, Taken
from bot.tenant.faults import Effect
from messages.outgoing import Picture, Reply

PAGE = Reply(body="编号 12 通过了。")


@pytest.fixture(params=["wecom.app", "dingtalk.robot"])
def end(request, end_of):
    return end_of(request.param)


def people(*accounts):
    return [Address(name=f"p{number}", account=account) for number, account in enumerate(accounts)]


def doings(verdicts):
    """None = taken."""
    return [None if isinstance(one, Taken) else (one.do, one.code) for one in verdicts]


async def test_equal_words_for_several_are_one_call(end):
    assert doings(await end.send(PAGE, *people("T2", "T3"))) == [None, None, None]
    assert len(end.exchanges()) == 1


@pytest.mark.parametrize(
    ("name", "reason"), [("wecom.app", "invaliduser"), ("dingtalk.robot", "invalidStaffIdList")]
)
async def test_whom_the_platform_does_not_know_costs_the_others_nothing(end_of, name, reason):
    end = end_of(name)
    verdicts = await end.send(PAGE, *people("Nobody", "T3"))

    assert doings(verdicts) == [None, (Do.LEAVE, reason), None]
    assert end.texts() == [PAGE.body]


@pytest.mark.parametrize("account", ["@all", "T1|T2", "T1|@all", "", "示例甲", "T1 "])
async def test_an_account_that_would_mean_more_than_one_person_is_never_sent(end_of, account):
    end = end_of("wecom.app")
    (verdict,) = await end.outlet.send(people(account), PAGE, Attempt(key="k1"))
    assert (verdict.do, verdict.code) == (Do.LEAVE, "no user id")
    assert end.tenant.app.tenant.wire.exchanges() == ()

    assert doings(await end.send(PAGE, *people(account))) == [None, (Do.LEAVE, "no user id")]
    (sent,) = end.exchanges()
    assert json.loads(sent.body)["touser"] == "T1"


async def test_somebody_who_gets_too_much_on_dingtalk_is_put_off_alone(end_of):
    end = end_of("dingtalk.robot")
    end.tenant.fault(Effect.CODE, "dingtalk.flow_control", target="T2")
    first, second = await end.send(PAGE, *people("T2"))

    assert isinstance(first, Taken)
    assert (second.do, second.after_s, second.everybody) == (Do.AGAIN, 60, False)


@pytest.mark.parametrize(
    ("first_tried_s", "check"),
    [
        (None, {}),
        (0, {"enable_duplicate_check": 1, "duplicate_check_interval": 30}),
        (61, {"enable_duplicate_check": 1, "duplicate_check_interval": 91}),
        (99_999, {"enable_duplicate_check": 1, "duplicate_check_interval": 14_400}),  # four hours at most
    ],
)
async def test_wecom_is_asked_to_compare_repetitions_only_and_no_longer_than_needed(
    end_of, first_tried_s, check
):
    end = end_of("wecom.app")
    await end.send(PAGE, first_tried_s=first_tried_s)

    (sent,) = end.exchanges()
    whole = {"touser": "T1", "msgtype": "text", "agentid": 1000002, "text": {"content": PAGE.body}}
    assert json.loads(sent.body) == whole | check


async def test_what_was_taken_without_an_answer_is_not_read_twice_on_wecom(end_of):
    end = end_of("wecom.app")
    end.tenant.fault(Effect.LOST_ANSWER, end.call)
    failed = await end.refusal(PAGE)
    await end.send(PAGE, first_tried_s=1)

    assert failed.verdict.do is Do.DOUBT
    assert end.texts() == [PAGE.body]


@pytest.mark.parametrize("listed", ["invaliduser", "unlicenseduser"])
async def test_whom_wecom_names_as_not_reached_is_left_in_either_case(end_of, gateway, listed):
    end = end_of("wecom.app", at=await gateway(200, json.dumps({"errcode": 0, listed: "other|t1"})))

    assert doings(await end.send(PAGE, *people("T2"))) == [(Do.LEAVE, listed), None]


async def test_a_thousand_people_are_one_call_to_wecom(end_of, gateway):
    end = end_of("wecom.app", at=await gateway(200, '{"errcode": 0, "invaliduser": "u7"}'))
    many = people(*(f"U{number}" for number in range(1000)))
    verdicts = await end.outlet.send(many, PAGE, Attempt(key="k1"))

    assert end.outlet.limits.receivers == 1000
    assert doings(verdicts) == [None] * 7 + [(Do.LEAVE, "invaliduser")] + [None] * 992


@pytest.mark.parametrize("listed", ["invalidStaffIdList", "filteredStaffIdList"])
async def test_whom_dingtalk_lists_as_not_reached_is_left(end_of, gateway, listed):
    end = end_of(
        "dingtalk.robot", at=await gateway(200, json.dumps({"processQueryKey": "q", listed: ["T1"]}))
    )

    assert doings(await end.send(PAGE, *people("T2"))) == [(Do.LEAVE, listed), None]


async def test_people_get_no_pictures(end):
    failed = await end.refusal(Picture(b"\x89PNG\r\n\x1a\n"))

    assert (failed.verdict.do, failed.errcode) == (Do.LEAVE, "no pictures")
    assert end.exchanges() == []


@pytest.mark.parametrize("changed", [{"secret": "wrong"}, {"corp_id": "wwwrong"}, {"agent_id": 7}])
async def test_wrong_settings_of_wecom_stop_it_and_say_where_to_look(end_of, changed):
    failed = await end_of("wecom.app", app=changed).refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.everybody) == (Do.STOP, True)
    assert "BOT_WECOM__" in failed.verdict.say


@pytest.mark.parametrize("changed", [{"client_secret": "wrong"}, {"client_id": "x"}, {"robot_code": "x"}])
async def test_wrong_settings_of_dingtalk_stop_it_and_say_where_to_look(end_of, changed):
    failed = await end_of("dingtalk.robot", robot=changed).refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.everybody) == (Do.STOP, True)
    assert "BOT_DINGTALK__" in failed.verdict.say
