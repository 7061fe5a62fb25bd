"""Messages are taken back by the names that the platforms gave them."""

import json

import pytest

from bot.delivery.couriers import drain
from bot.delivery.means import Means, Pace
from bot.plan_file import load_plan
from bot.platforms.dingtalk import failures as dingtalk
from bot.platforms.wecom import failures as wecom
from bot.policy.outgoing import RECALLS_FOR_S, Kind, Way
from bot.sending import Address, Attempt, Do, SendFailed, TakesBack
from bot.tenant.app import WECOM_PATH
from bot.tenant.faults import Effect
from bot.tenant.people import Chat, Platform, Room
from messages.outgoing import Reply, answer
from storage import chat_groups
from storage.outbox import Post, post
from storage.recalls import Recalled, ask, how_far
from storage.sealing import Sealing
from storage.tables import account
from tests.kit.addressees import settle_people
from tests.kit.installation import SECRET_KEY
from tests.platforms.outlets.conftest import CALLS

CALL = {
    "wecom.app": "wecom.message.recall",
    "dingtalk.robot": "dingtalk.robot.oto_recall",
    "dingtalk.group": "dingtalk.robot.group_recall",
}
PAGE = Reply(body="编号 12 通过了。")
DAY_MS = 24 * 3_600_000


@pytest.fixture(params=list(CALL))
def end(request, end_of):
    return end_of(request.param)


def chat_of(end):
    return end.address if end.address.chat else None


async def send(end, *more, key="k1", **attempt):
    taken, *_ = await end.outlet.send([end.address, *more], PAGE, Attempt(key=key, **attempt))
    return taken.receipts


async def recall(end, *receipts):
    return list(await end.outlet.recall(chat_of(end), receipts))


async def refusal(end, *receipts):
    """For all of them together, or for the only one."""
    with pytest.raises(SendFailed) as failed:
        (verdict,) = await recall(end, *receipts)
        raise SendFailed(verdict, verdict.code)
    return failed.value.verdict


def shown(end):
    return [one for one in end.tenant.app.tenant.transcript.of(end.chat) if not one.recalled]


def test_what_takes_back_is_what_the_policy_says(outlets_of):
    outlets = outlets_of("http://127.0.0.1:9")
    assert {name for name in CALLS if isinstance(outlets[name], TakesBack)} == set(RECALLS_FOR_S) == set(CALL)


async def test_what_was_sent_is_gone(end):
    (name,) = await send(end)
    assert [one.drawn.text for one in shown(end)] == [PAGE.body]

    assert await recall(end, name) == [None]
    assert shown(end) == []


async def test_asked_again_it_is_gone_still(end):
    (name,) = await send(end)
    await recall(end, name)

    assert await recall(end, name) == [None]


async def test_after_an_answer_that_was_lost_it_is_gone_as_well(end):
    (name,) = await send(end)
    end.tenant.fault(Effect.LOST_ANSWER, CALL[end.outlet.name])

    assert (await refusal(end, name)).do is Do.DOUBT
    assert await recall(end, name) == [None]
    assert shown(end) == []


@pytest.mark.parametrize("name", ["wecom.app", "dingtalk.robot"])
async def test_one_call_takes_it_back_from_everybody(end_of, name):
    end = end_of(name)
    (receipt,) = await send(end, Address(name="p2", account="T2"), Address(name="p3", account="T3"))
    await recall(end, receipt)

    everything = end.tenant.app.tenant.transcript.find(receipt)
    assert len(everything) == 3
    assert all(one.recalled for one in everything)
    assert len(end.exchanges(CALL[name])) == 1


@pytest.mark.parametrize("name", ["dingtalk.robot", "dingtalk.group"])
async def test_dingtalk_takes_twenty_back_in_one_call(end_of, name):
    end = end_of(name)
    receipts = [receipt for number in range(20) for receipt in await send(end, key=f"k{number}")]
    assert end.outlet.recalls.receipts == 20

    assert await recall(end, *receipts) == [None] * 20
    (sent,) = end.exchanges(CALL[name])
    assert json.loads(sent.body)["processQueryKeys"] == receipts
    assert shown(end) == []


@pytest.mark.parametrize("name", ["dingtalk.robot", "dingtalk.group"])
async def test_each_message_has_a_verdict_of_its_own_on_dingtalk(end_of, name):
    end = end_of(name)
    (receipt,) = await send(end)
    unknown, gone = await recall(end, "nobody's", receipt)

    assert (unknown.do, unknown.code) == (Do.LEAVE, "invalid.processQueryKey")
    assert unknown.say == "钉钉不认得这条消息。请发一条更正。"
    assert gone is None


@pytest.mark.parametrize("name", ["wecom.app", "dingtalk.robot"])
async def test_after_a_day_it_stays_and_the_office_reads_why(end_of, name, monkeypatch):
    end = end_of(name)
    (receipt,) = await send(end)
    clock = end.tenant.app.tenant.clock
    later = clock.ms() + DAY_MS + 1
    monkeypatch.setattr(clock, "ms", lambda: later)
    verdict = await refusal(end, receipt)

    assert (verdict.do, verdict.say) == (
        Do.LEAVE,
        "企业微信不认得这条消息，或者已经超过 24 小时。请发一条更正。"
        if name == "wecom.app"
        else "已经超过钉钉能撤回的时间。请发一条更正。",
    )
    assert len(shown(end)) == 1


async def test_no_code_of_a_recall_stops_a_group_or_is_without_words(end):
    table = wecom.RECALL if end.outlet.name == "wecom.app" else dingtalk.RECALL
    for code in table:
        end.tenant.fault(Effect.CODE, CALL[end.outlet.name], code=code, times=None)
        verdict = await refusal(end, "m1")
        end.tenant.app.tenant.faults.clear()

        assert verdict.say.endswith("。")
        assert verdict.do is not Do.STOP or verdict.everybody


@pytest.mark.parametrize(
    "lists", [{}, {"successResult": [], "failedResult": {}}, {"failedResult": {"m1": 7}}]
)
async def test_of_what_dingtalk_does_not_mention_nothing_is_known(end_of, gateway, lists):
    end = end_of("dingtalk.robot", at=await gateway(200, json.dumps(lists or {"ok": True})))
    (verdict,) = await recall(end, "m1")

    assert verdict.do is Do.AGAIN


async def test_a_session_webhook_is_not_used_for_what_may_be_recalled(end_of):
    """It would spare a call of the month, but gives no name."""
    end = end_of("dingtalk.group")
    for may_be_recalled, names in ((True, 1), (False, 0)):
        url, until = end.tenant.app.dingtalk._webhooks._sessions.open(end.chat)
        group = Address(name="g1", chat=end.address.chat, reply_url=url, reply_until=until)
        attempt = Attempt(key="k", may_be_recalled=may_be_recalled)
        (taken,) = await end.outlet.send([group], PAGE, attempt)
        assert len(taken.receipts) == names


async def test_webhooks_give_no_names(end_of):
    for name in ("wecom.webhook", "dingtalk.webhook"):
        assert await send(end_of(name)) == ()


async def test_no_recall_gives_a_token_away(end, caplog):
    (name,) = await send(end)
    tokens = [
        token
        for side in (end.tenant.app.wecom.api.access, end.tenant.app.dingtalk.gate)
        for token in side.tokens._expires
    ]
    assert tokens
    for effect in (Effect.RESET, Effect.HTTP_500, Effect.HTML):
        end.tenant.fault(effect, CALL[end.outlet.name])
        with pytest.raises(SendFailed) as failed:
            await recall(end, name)
        said = f"{failed.value!r}{failed.value.detail}{failed.value.verdict!r}{caplog.text}"
        assert [token for token in tokens if token in said] == []


async def test_an_announcement_disappears_wherever_it_can(tenant, outlets_of, database, clock):
    """One person on each platform, and a group on each: only what a webhook has brought stays."""
    group = tenant.on(Platform.DINGTALK).group("示例县第一小学").group
    wecom_group = tenant.on(Platform.WECOM).group("示例县第一小学").group
    sealing = Sealing(SECRET_KEY)
    with database.writing() as connection:
        settle_people(connection)
        connection.execute(
            account.delete().where(account.c.person_id == 2, account.c.platform == Platform.WECOM.value)
        )
        ways = {
            Way.DINGTALK_GROUP: group.chat_id,
            Way.WECOM_WEBHOOK: f"{tenant.url}{WECOM_PATH}/cgi-bin/webhook/send?key={wecom_group.webhook}",
        }
        groups = [
            chat_groups.bind(
                connection,
                chat_groups.Binding(way=way, address=address, school_id=None, title="示例群"),
                sealing,
                at=1,
                by="operator",
            ).group.id
            for way, address in ways.items()
        ]
        to = [{"person_id": 1}, {"person_id": 2}, *({"group_id": number} for number in groups)]
        copies = [
            Post(key=f"c{n}", kind=Kind.URGENT, answer=answer("明天不培训"), announcement=7, **one)
            for n, one in enumerate(to)
        ]
        post(connection, copies, at=clock.real_ms())
    means = Means(
        database=database, plan=load_plan(None), clock=clock, pace=Pace(poll=0.02, apart=0.0), sealing=sealing
    )
    outlets = list(outlets_of(tenant.url).values())
    transcript = tenant.app.tenant.transcript

    assert await drain(outlets, means, within_s=20) == 4
    with database.writing() as connection:
        asked = ask(connection, 7, at=clock.real_ms())
    await drain(outlets, means, within_s=20)

    assert asked.waiting == {"wecom.app": 1, "dingtalk.robot": 1, "dingtalk.group": 1}
    with database.reading() as connection:
        assert how_far(connection, 7) == Recalled(taken_back=3, cannot={("wecom.webhook", "no recall"): 1})
    taken_back = [
        Chat(Platform.WECOM, Room.APP, "T1"),
        Chat(Platform.DINGTALK, Room.ROBOT, "T2"),
        Chat(Platform.DINGTALK, Room.GROUP, group.chat_id),
    ]
    assert [[one.recalled for one in transcript.of(chat)] for chat in taken_back] == [[True]] * 3
    in_group = transcript.of(Chat(Platform.WECOM, Room.GROUP, wecom_group.chat_id))
    assert [one.recalled for one in in_group] == [False]
