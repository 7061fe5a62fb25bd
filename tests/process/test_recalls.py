"""An announcement is taken back: what waits at once, what was shown by the platforms, and why not where not."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, update

from bot.clock import SHANGHAI, SystemClock
from bot.delivery.couriers import Couriers, drain
from bot.delivery.means import Means, Pace
from bot.metrics import Metrics
from bot.plan_file import load_plan
from bot.policy.outgoing import RECALLS_FOR_S, Kind, Way
from bot.sending import IN_DOUBT, LATER, LEFT, Do, RecallLimits, Verdict, stop
from messages.incoming import Platform
from messages.outgoing import answer
from storage import taking_back
from storage.announcement_tables import recall
from storage.chat_groups import unbind
from storage.delivery_tables import outbox
from storage.notices import say
from storage.outbox import Post, post
from storage.recalls import Recalled, ask, how_far
from storage.undelivered import replay
from tests.kit.addressees import SEALING, settle_groups, settle_people
from tests.kit.outlets import GENEROUS, MANY, Scripted, TakingBack, group_outlet
from tests.kit.patience import PATIENCE_SECONDS

NUMBER = 7
UNKNOWN = Verdict(do=Do.LEAVE, code="40058", say="不认得这条消息。请发一条更正。")
BUSY = Verdict(do=Do.AGAIN, after_s=5, everybody=True, code="-1", say="系统忙。")


class Clock(SystemClock):
    """The programme stands at a Monday morning; the real clock may be moved ahead."""

    ahead = 0

    def real_ms(self):
        return super().real_ms() + self.ahead

    def now(self):
        return datetime(2024, 5, 20, 9, tzinfo=SHANGHAI)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def county(database):
    with database.writing() as connection:
        settle_people(connection)
    return database


@pytest.fixture
def means(county, clock):
    return Means(
        database=county,
        plan=load_plan(None),
        clock=clock,
        pace=Pace(poll=0.02, apart=0.0),
        metrics=Metrics(),
        sealing=SEALING,
        luck=lambda: 1.0,
    )


@pytest.fixture
def announced(county, clock):
    """Puts a copy for each of them into the outbox."""

    def announced(people=(), groups=(), words="明天不培训"):
        to = [{"person_id": n} for n in people] + [{"group_id": n} for n in groups]
        posts = [
            Post(
                key=f"announcement/{NUMBER}/{one}",
                kind=Kind.ANNOUNCEMENT,
                answer=answer(words),
                announcement=NUMBER,
                **one,
            )
            for one in to
        ]
        with county.writing() as connection:
            post(connection, posts, at=clock.real_ms())

    return announced


@pytest.fixture
def asked(county, clock):
    def asked():
        with county.writing() as connection:
            return ask(connection, NUMBER, at=clock.real_ms())

    return asked


@pytest.fixture
def copies(county):
    def copies(*names):
        with county.reading() as connection:
            rows = connection.execute(
                select(outbox, recall.c.why.label("stays")).outerjoin(recall).order_by(outbox.c.id)
            )
            return [tuple(row._mapping[name] for name in names) for row in rows]

    return copies


def far(county):
    with county.reading() as connection:
        return how_far(connection, NUMBER)


async def sent(means, *outlets):
    return await drain(outlets, means, within_s=10)


# ── what the platform calls it, and why it has not taken it ──


async def test_what_the_platform_calls_each_page_is_written_down(means, announced, copies):
    """Two pages: the first of 2,048 bytes, three for a character."""
    announced(people=[1], words="学" * 1_000)
    await sent(means, TakingBack())

    assert copies("state", "receipt", "why") == [("sent", '["m1", "m2"]', "")]


async def test_those_of_one_call_have_the_same_name(means, announced, copies):
    announced(people=[1, 2, 3])
    await sent(means, TakingBack(limits=replace(GENEROUS, receivers=20)))

    assert copies("receipt") == [('["m1"]',)] * 3


async def test_of_a_repetition_both_names_are_kept(means, announced, copies, clock):
    """The first page went out, the second is in doubt; both go out again."""
    announced(people=[1], words="学" * 1_000)
    outlet = TakingBack(answers=[None, IN_DOUBT])
    await sent(means, outlet)
    assert copies("state", "receipt") == [("queued", '["m1"]')]

    clock.ahead = 3_600_000
    await sent(means, outlet)
    assert copies("state", "receipt") == [("sent", '["m1", "m2", "m3"]')]


async def test_what_was_refused_says_why_in_words(means, announced, copies):
    announced(people=[1])
    await sent(means, Scripted(answers=[replace(LEFT, code="60111", say="企业里没有这个账号。核对名册。")]))

    assert copies("state", "reason", "why") == [("failed", "60111", "企业里没有这个账号。核对名册。")]


async def test_what_was_given_up_for_a_reason_of_ours_has_no_words_of_a_platform(
    means, announced, copies, clock
):
    announced(people=[1])
    await sent(means, Scripted(answers=[BUSY]))
    assert copies("state", "reason", "why") == [("queued", "-1", "系统忙。")]

    clock.ahead = 15 * 24 * 3_600_000
    await sent(means, Scripted())
    assert copies("state", "reason", "why") == [("dead", "expired", "")]


# ── taken back ──


async def test_what_still_waits_is_never_sent(means, announced, asked, copies, county):
    announced(people=[1, 2])
    assert asked() == Recalled(withdrawn=2)

    outlet = TakingBack()
    assert await sent(means, outlet) == 0
    assert outlet.asked == outlet.asked_back == []
    assert copies("state", "reason") == [("dead", "withdrawn")] * 2
    with county.writing() as connection:
        assert replay(connection, at=1, keys=[key for (key,) in copies("key")]) == 0
        assert say(connection, 1, most=3, at=1) == ((), 0)


async def test_one_message_to_many_is_taken_back_in_one_call(means, announced, asked, county):
    announced(people=range(1, 31))
    outlet = TakingBack(limits=replace(GENEROUS, receivers=1000), recalls=RecallLimits(together=MANY))
    await sent(means, outlet)
    assert asked() == Recalled(waiting={"wecom.app": 30})

    await sent(means, outlet)
    assert outlet.asked_back == [("", ("m1",))]
    assert far(county) == Recalled(taken_back=30)


async def test_all_pages_are_taken_back(means, announced, asked):
    announced(people=[1], words="学" * 1_000)
    outlet = TakingBack(recalls=RecallLimits(together=MANY))
    await sent(means, outlet)
    asked()
    await sent(means, outlet)

    assert sorted(outlet.asked_back) == [("", ("m1",)), ("", ("m2",))]


async def test_as_many_messages_as_a_call_takes_are_taken_back_together(means, announced, asked, county):
    """Thirty messages, twenty in a call."""
    announced(people=range(1, 31))
    outlet = TakingBack(name="dingtalk.robot", platform=Platform.DINGTALK)
    await sent(means, outlet)
    asked()
    await sent(means, outlet)

    assert sorted(len(names) for _, names in outlet.asked_back) == [10, 20]
    assert far(county) == Recalled(taken_back=30)


async def test_each_groups_message_is_taken_back_from_that_group(means, announced, asked, county):
    with county.writing() as connection:
        groups = settle_groups(connection, 3, Way.DINGTALK_GROUP)
    announced(groups=groups)
    outlet = TakingBack(name=Way.DINGTALK_GROUP.value, platform=Platform.DINGTALK)
    await sent(means, outlet)
    asked()
    await sent(means, outlet)

    assert sorted(chat for chat, _ in outlet.asked_back) == [f"g{number}" for number in groups]
    assert far(county) == Recalled(taken_back=3)


async def test_out_of_a_group_that_is_bound_no_more_nothing_is_taken(means, announced, asked, county):
    with county.writing() as connection:
        (group,) = settle_groups(connection, 1, Way.DINGTALK_GROUP)
    announced(groups=[group])
    outlet = TakingBack(name=Way.DINGTALK_GROUP.value, platform=Platform.DINGTALK)
    await sent(means, outlet)
    with county.writing() as connection:
        unbind(connection, group, at=1)
    asked()
    await sent(means, outlet)

    assert outlet.asked_back == []
    assert far(county) == Recalled(cannot={("dingtalk.group", "unbound"): 1})


async def test_what_was_on_its_way_is_taken_back_when_it_has_arrived(means, announced, asked, county):
    announced(people=[1])
    outlet = TakingBack()
    told = Recalled(waiting={"wecom.app": 1})
    original, found = outlet.send, []

    async def send(to, page, attempt):
        found.append(asked())
        return await original(to, page, attempt)

    outlet.send = send
    await sent(means, outlet)
    await sent(means, outlet)

    assert found == [told]
    assert outlet.asked_back == [("", ("m1",))]
    assert far(county) == Recalled(taken_back=1)


@pytest.mark.parametrize(("verdict", "state"), [(LATER, "dead"), (IN_DOUBT, "uncertain"), (LEFT, "failed")])
async def test_what_was_on_its_way_and_came_back_is_not_sent_again(
    means, announced, asked, copies, county, clock, verdict, state
):
    announced(people=[1])
    outlet = TakingBack(answers=[verdict])
    original = outlet.send

    async def send(to, page, attempt):
        asked()
        return await original(to, page, attempt)

    outlet.send = send
    await sent(means, outlet)
    clock.ahead = 3_600_000
    await sent(means, outlet)

    assert len(outlet.asked) == 1
    assert copies("state") == [(state,)]
    assert far(county).is_done
    with county.writing() as connection:
        assert say(connection, 1, most=3, at=1) == ((), 0)


# ── what stays ──


async def test_what_no_platform_takes_back_is_said_at_once(means, announced, asked, county):
    with county.writing() as connection:
        groups = settle_groups(connection, 2)
    announced(people=[1, 2], groups=groups)
    with county.writing() as connection:
        say(connection, 1, most=3, at=1)
    await sent(means, Scripted(), group_outlet())

    assert asked() == Recalled(
        cannot={
            ("answer", "said with an answer"): 1,
            ("wecom.app", "no receipt"): 1,
            ("wecom.webhook", "no recall"): 2,
        }
    )


async def test_after_a_day_nobody_is_asked(means, announced, asked, clock, county):
    announced(people=[1])
    outlet = TakingBack()
    await sent(means, outlet)
    clock.ahead = RECALLS_FOR_S["wecom.app"] * 1000

    assert asked() == Recalled(cannot={("wecom.app", "too late"): 1})


async def test_what_was_on_its_way_by_a_webhook_stays(means, announced, asked, county):
    with county.writing() as connection:
        groups = settle_groups(connection, 1)
    announced(groups=groups)
    outlet = group_outlet()
    original = outlet.send

    async def send(to, page, attempt):
        asked()
        return await original(to, page, attempt)

    outlet.send = send
    await sent(means, outlet)
    await sent(means, outlet)

    assert far(county) == Recalled(cannot={("wecom.webhook", "no recall"): 1})


async def test_what_the_platform_refuses_to_take_back_says_why(means, announced, asked, copies, county):
    announced(people=[1, 2])
    outlet = TakingBack(of_message={"m1": UNKNOWN})
    await sent(means, outlet)
    asked()
    await sent(means, outlet)

    assert far(county) == Recalled(taken_back=1, cannot={("wecom.app", "40058"): 1})
    assert sorted(copies("stays")) == [("",), ("不认得这条消息。请发一条更正。",)]


# ── again ──


async def test_a_busy_platform_is_asked_again_after_the_time_that_it_wants(
    means, announced, asked, clock, county
):
    announced(people=[1])
    outlet = TakingBack(of_recalls=[BUSY])
    await sent(means, outlet)
    asked()
    await sent(means, outlet)
    assert (len(outlet.asked_back), far(county).waiting) == (1, {"wecom.app": 1})

    clock.ahead = 4_000
    await sent(means, outlet)
    assert len(outlet.asked_back) == 1

    clock.ahead = 6_000
    await sent(means, outlet)
    assert (len(outlet.asked_back), far(county)) == (2, Recalled(taken_back=1))


async def test_what_is_refused_until_somebody_mends_something_is_tried_until_it_is_too_late(
    means, announced, asked, clock, county, copies
):
    announced(people=[1])
    mend = replace(stop("rights"), code="48002", say="应用没有权限。")
    outlet = TakingBack(of_recalls=[mend, mend])
    await sent(means, outlet)
    asked()
    await sent(means, outlet)
    assert copies("stays") == [("应用没有权限。",)]

    clock.ahead = 601_000
    await sent(means, outlet)
    assert len(outlet.asked_back) == 2

    clock.ahead = RECALLS_FOR_S["wecom.app"] * 1000 + 1_000
    await sent(means, outlet)
    assert far(county) == Recalled(cannot={("wecom.app", "too late"): 1})
    assert len(outlet.asked_back) == 2


async def test_a_platform_that_knows_it_no_more_after_a_lost_answer_has_taken_it_back(
    means, announced, asked, clock, county
):
    announced(people=[1])
    outlet = TakingBack(of_recalls=[IN_DOUBT, UNKNOWN])
    await sent(means, outlet)
    asked()
    await sent(means, outlet)
    clock.ahead = 60_000
    await sent(means, outlet)

    assert far(county) == Recalled(taken_back=1)


async def test_what_a_process_died_with_is_asked_for_by_another_when_its_lease_is_over(
    means, announced, asked, clock, county
):
    """It had been taken back already, which does no harm."""
    announced(people=[1])
    outlet = TakingBack()
    await sent(means, outlet)
    asked()
    with county.writing() as connection:
        held = taking_back.due(connection, "wecom.app", most=9, now=clock.real_ms())
        taking_back.lease(connection, held)
    await sent(means, outlet)
    assert outlet.asked_back == []

    clock.ahead = taking_back.LEASE_MS + 1_000
    outlet.of_recalls = [UNKNOWN]
    await sent(means, outlet)
    assert far(county) == Recalled(taken_back=1)
    with county.writing() as connection:  # whoever comes back too late settles nothing
        late = [taking_back.Outcome(copy=one, reason="x") for one in held]
        taking_back.settle(connection, late, at=clock.real_ms())
    assert far(county) == Recalled(taken_back=1)


async def test_after_a_bug_it_is_asked_for_again_when_the_lease_is_over(
    means, announced, asked, clock, county, monkeypatch
):
    announced(people=[1])
    outlet = TakingBack()
    await sent(means, outlet)
    asked()
    with monkeypatch.context() as broken:
        broken.setattr(outlet, "recall", None)
        await sent(means, outlet)
    assert far(county).waiting == {"wecom.app": 1}

    clock.ahead = taking_back.LEASE_MS + 1_000
    await sent(means, outlet)
    assert far(county) == Recalled(taken_back=1)


async def test_at_a_stop_what_is_being_asked_for_is_waited_for(means, announced, asked, county):
    announced(people=[1])
    answered = asyncio.Event()
    outlet = TakingBack(of_recalls=[answered])
    await sent(means, outlet)
    asked()
    couriers = Couriers(means)
    couriers.start([outlet])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not outlet.asked_back:  # noqa: ASYNC110  a list tells nobody
            await asyncio.sleep(0.01)
    couriers.begin_to_stop()
    answered.set()
    await couriers.stop()

    assert far(county) == Recalled(taken_back=1)


async def test_four_processes_ask_once(means, announced, asked, county):
    announced(people=range(1, 41))
    outlet = TakingBack(limits=replace(GENEROUS, receivers=4), recalls=RecallLimits(together=MANY))
    await sent(means, outlet)
    asked()
    processes = [Couriers(means) for _ in range(4)]
    for one in processes:
        one.start([outlet], until_idle=True)
    for one in processes:
        await one.idle()
        await one.stop()

    names = [name for _, names in outlet.asked_back for name in names]
    assert sorted(names) == sorted(f"m{n}" for n in range(1, outlet.sent + 1))
    assert far(county) == Recalled(taken_back=40)


async def test_no_more_calls_a_minute_than_the_platform_takes(means, announced, asked, clock, county):
    """Four a minute: two at once."""
    announced(people=range(1, 6))
    pace = RecallLimits(together=replace(MANY, most=4))
    outlet = TakingBack(recalls=pace)
    await sent(means, outlet)
    asked()
    await sent(means, outlet)

    assert len(outlet.asked_back) == 2
    clock.ahead = 60_000
    await sent(means, outlet)
    assert len(outlet.asked_back) == 4


def test_a_second_recall_changes_nothing(announced, asked, county, copies, clock):
    announced(people=[1])
    asked()
    before = copies("state", "done_at")
    clock.ahead = 60_000

    assert asked() == Recalled(withdrawn=1)
    assert copies("state", "done_at") == before


def test_other_announcements_go_on(announced, asked, county, copies):
    announced(people=[1])
    with county.writing() as connection:
        connection.execute(update(outbox).values(announcement=8))
    asked()

    assert copies("state") == [("queued",)]
