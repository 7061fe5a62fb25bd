"""A robot that waits for a long connection gets the same messages there."""

from dataclasses import replace

import pytest

from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Heard, Outcome, Said

from .conftest import ROBOT, TEACHER
from .test_cards import listening


@pytest.fixture
def robot():
    return replace(ROBOT, stream=True)


async def test_a_message_is_acknowledged_and_answered_through_the_session(api, side, tenant, private, read):
    async with listening(api, None) as received:
        assert await side.says(TEACHER, private, Said(text="我的学时")) == Heard(Outcome.ACKNOWLEDGED)
        ((topic, body),) = received
        path = body["sessionWebhook"].removeprefix(f"{tenant.base_url}/dingtalk/oapi/")
        answer = await api.oapi(path, {"msgtype": "text", "text": {"content": "18.5 学时"}})
    assert (topic, body["text"]) == ("/v1.0/im/bot/messages/get", {"content": "我的学时"})
    assert (answer["errcode"], read(private)) == (0, ["我的学时", "18.5 学时"])


async def test_without_a_connection_the_message_is_lost_and_the_person_is_told(side, tenant, private):
    heard = await side.says(TEACHER, private, Said(text="我的学时"))
    assert heard == Heard(Outcome.NO_BOT, "机器人没有听到：它的 Stream 现在没有连上。")
    assert tenant.transcript.of(private)[0].note == heard.reason


@pytest.mark.parametrize(("again", "times"), [(True, 2), (False, 1)])
async def test_what_is_not_acknowledged_comes_once_more(api, side, tenant, private, again, times):
    tenant.switches.dingtalk_repeats_stream = again
    tenant.faults.switch_on(Fault(call="dingtalk.stream", effect=Effect.UNHEARD, left=1))
    async with listening(api, None) as received:
        heard = await side.says(TEACHER, private, Said(text="我的学时"))
    assert heard.outcome is (Outcome.ACKNOWLEDGED if again else Outcome.UNHEARD)
    assert len(received) == times
    assert len({body["msgId"] for _topic, body in received}) == 1
    assert tenant.transcript.of(private)[0].note == heard.reason


async def test_a_message_can_be_repeated(api, side, tenant, private):
    async with listening(api, None) as received:
        await side.says(TEACHER, private, Said(text="我的学时"))
        await side.repeats(tenant.transcript.of(private)[0])
    assert received[0] == received[1]
