"""What is due goes out once: side by side, within limits, in doubt, at rest; over outlets that do what they are told."""

import asyncio
import threading
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.clock import SHANGHAI, SystemClock
from bot.delivery.couriers import Couriers, drain
from bot.delivery.fate import REPEATED_AFTER_MS, Answered
from bot.delivery.means import Means, Pace
from bot.delivery.turns import PIECES_APART_MS, Turns
from bot.metrics import Metrics
from bot.plan_file import load_plan
from bot.policy.outgoing import Kind, Way
from bot.policy.standing import Step
from bot.sending import IN_DOUBT, LATER, LEFT, PLATFORM_DOWN, TAKEN, Do, Verdict, Window, stop, wait
from messages.incoming import Platform
from storage import claims, parcels
from storage.delivery_tables import chat_group, outbox, picture
from storage.notices import note, say
from storage.parcels import LEASE_MS
from storage.tables import role, standing
from storage.undelivered import MOST_AT_ONCE
from tests.kit.addressees import PEOPLE, SEALING, copies_to, post_to_group, settle_groups
from tests.kit.outlets import GENEROUS, Scripted, group_outlet
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.posted import posted_to

OFFICE = 40
REMOVED = Verdict(do=Do.STOP, code="93000", say="机器人被移出了群，请重新加进去")


class Clock(SystemClock):
    """The programme stands at a Monday morning; the real clock may be moved ahead."""

    def __init__(self):
        super().__init__()
        self.today = datetime(2024, 5, 20, 9, tzinfo=SHANGHAI)
        self.ahead = 0

    def real_ms(self):
        return super().real_ms() + self.ahead

    def now(self):
        return self.today


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def noted(county, clock):
    def noted(key, people=(1,), text="有一件事"):
        with county.writing() as connection:
            note(connection, people, key=key, text=text, at=clock.real_ms())

    return noted


@pytest.fixture
def posts(county, clock):
    """Posts the same key to each of these groups."""

    def posts(group_ids, key="g", **more):
        with county.writing() as connection:
            for group_id in group_ids:
                post_to_group(connection, group_id, f"{key}/{group_id}", **{"at": clock.real_ms()} | more)

    return posts


@pytest.fixture
def groups(county):
    with county.writing() as connection:
        return settle_groups(connection, 5)


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
async def run(means):
    """Couriers for these outlets; stopped at the end."""
    running = []

    def run(*outlets):
        running.append(Couriers(means))
        running[-1].start(outlets)
        return running[-1]

    yield run
    for couriers in running:
        await couriers.stop()


async def until(condition, seconds=PATIENCE_SECONDS):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  a database tells nobody
            await asyncio.sleep(0.01)


def states(database, *, groups=False):
    with database.reading() as connection:
        whose = outbox.c.group_id.is_not(None) if groups else outbox.c.person_id.is_not(None)
        return list(connection.scalars(select(outbox.c.state).where(whose).order_by(outbox.c.id)))


def leased(database):
    return "leased" in states(database) + states(database, groups=True)


def said(database, person_id=1):
    with database.writing() as connection:
        heard, left = say(connection, person_id, most=3, at=1)
    return [one.plain for one in heard], left


def counted(means, line):
    return line in means.metrics.exposition().decode()


# ── side by side ──


async def test_everybody_is_told_once_by_many_processes_at_once(county, noted, run):
    noted("a", people=PEOPLE)
    outlet = Scripted()
    for _ in range(4):
        run(outlet)

    await until(lambda: states(county) == ["sent"] * 40)

    assert sorted(names for names, _, _ in outlet.asked) == sorted((f"p{n}",) for n in PEOPLE)


async def test_no_more_than_the_platform_takes_go_side_by_side(county, noted, run):
    noted("a", people=PEOPLE)
    outlet = Scripted(limits=replace(GENEROUS, side_by_side=7))
    run(outlet)

    await until(lambda: states(county) == ["sent"] * 40)

    assert outlet.most_at_once == 7


async def test_one_call_that_hangs_delays_nobody(county, groups, posts, run):
    """Five groups, of which one is dead, and two places: the other four have theirs while it hangs."""
    posts(groups)
    dead = asyncio.Event()
    outlet = group_outlet(limits=replace(GENEROUS, side_by_side=2), to={f"g{groups[0]}": dead})
    run(outlet)

    await until(lambda: states(county, groups=True) == ["leased", *["sent"] * 4])
    dead.set()
    await until(lambda: states(county, groups=True) == ["sent"] * 5)


async def test_an_outlet_that_is_dead_delays_no_other(county, noted, groups, posts, run):
    hold = asyncio.Event()
    noted("a")
    posts(groups)
    run(Scripted(answers=[hold]), group_outlet())

    await until(lambda: states(county, groups=True) == ["sent"] * 5)
    assert states(county) == ["leased"]
    hold.set()


async def test_the_same_words_for_many_are_one_call(county, noted, run):
    """The first look at two for each of twenty places finds all forty."""
    noted("a", people=PEOPLE)
    outlet = Scripted(limits=replace(GENEROUS, receivers=1000))
    run(outlet)

    await until(lambda: states(county) == ["sent"] * 40)

    assert [len(names) for names, _, _ in outlet.asked] == [40]


async def test_in_one_call_everybody_has_a_verdict_of_their_own(county, noted, run):
    noted("a", people=(1, 2, 3))
    outlet = Scripted(limits=replace(GENEROUS, receivers=1000), answers=[[TAKEN, LEFT, TAKEN]])
    run(outlet)

    await until(lambda: states(county) == ["sent", "failed", "sent"])
    assert said(county, 2) == (["有一件事"], 0)


async def test_where_one_may_be_the_reason_everybody_is_tried_alone(county, noted, run):
    noted("a", people=(1, 2))
    outlet = Scripted(limits=replace(GENEROUS, receivers=1000), answers=[LEFT], to={"p2": LEFT})
    run(outlet)

    await until(lambda: states(county) == ["sent", "failed"])
    assert [names for names, _, _ in outlet.asked] == [("p1", "p2"), ("p1",), ("p2",)]


# ── limits ──


async def test_the_outlets_own_limit_holds_for_all_processes_together(county, groups, posts, run, clock):
    """Four in a minute: two at once, then one every 20 s."""
    posts(groups)
    outlets = [group_outlet(limits=replace(GENEROUS, together=Window(most=4, seconds=60))) for _ in range(2)]
    for outlet in outlets:
        run(outlet)

    await until(lambda: states(county, groups=True).count("sent") == 2)
    await asyncio.sleep(0.2)
    assert states(county, groups=True).count("sent") == 2
    clock.ahead += 20_000
    await until(lambda: states(county, groups=True).count("sent") == 3)


async def test_pages_count_and_what_would_not_fit_waits_for_the_next_window(
    county, groups, posts, run, clock
):
    """4,200 bytes are three pages on WeCom; five a minute."""
    outlet = group_outlet(limits=replace(GENEROUS, each=Window(most=5, seconds=60)))
    posts(groups[:1], "a", words="研" * 1_400)
    posts(groups[:1], "b", words="研" * 1_400)
    run(outlet)

    await until(lambda: states(county, groups=True) == ["sent", "queued"])
    await asyncio.sleep(0.1)
    assert len(outlet.asked) == 3
    clock.ahead += 61_000
    await until(lambda: states(county, groups=True) == ["sent", "sent"])


# ── trouble ──


async def test_after_trouble_for_everybody_one_goes_ahead(county, noted, run, clock):
    noted("a", people=PEOPLE)
    outlet = Scripted(answers=[PLATFORM_DOWN] * 20)
    run(outlet)
    await until(lambda: len(outlet.asked) >= 20 and not leased(county))
    asked = len(outlet.asked)
    await asyncio.sleep(0.1)
    assert len(outlet.asked) == asked  # it rests
    hold = asyncio.Event()
    outlet.answers = [hold]
    clock.ahead += 2_000

    await until(lambda: len(outlet.asked) == asked + 1)
    await asyncio.sleep(0.1)
    assert len(outlet.asked) == asked + 1
    hold.set()
    await until(lambda: states(county) == ["sent"] * 40)


async def test_a_pause_that_the_platform_asked_for_holds_for_all_processes(county, noted, run, clock):
    noted("a")
    refused, other = Scripted(answers=[wait(60)]), Scripted()
    run(refused)
    await until(lambda: len(refused.asked) == 1 and not leased(county))
    noted("b", people=[2])
    run(other)

    await asyncio.sleep(0.2)
    assert (len(refused.asked), other.asked) == (1, [])
    clock.ahead += 61_000
    await until(lambda: states(county) == ["sent"] * 2)


def test_of_two_pauses_that_come_back_together_the_longer_holds(county, noted, means, clock):
    noted("a", people=(1, 2))
    turns = Turns(Scripted(), (Platform.WECOM,), means)
    first, second = (parcel for parcel, _ in turns.take((), 8, 8).claimed)

    turns.settle(
        [Answered(parcel=one, verdicts=(wait(s),), calls=1) for one, s in ((first, 30), (second, 300))]
    )

    clock.ahead += 60_000
    noted("b", people=(3,))
    assert turns.take((), 8, 8).claimed == ()
    clock.ahead += 250_000
    assert len(turns.take((), 8, 8).claimed) == 3


async def test_a_pause_of_one_webhook_is_nobody_elses(county, groups, posts, run, clock):
    posts(groups)
    outlet = group_outlet(answers=[wait(60)])
    run(outlet)

    await until(lambda: sorted(states(county, groups=True)) == ["queued", *["sent"] * 4])
    await asyncio.sleep(0.1)
    assert len(outlet.asked) == 5
    clock.ahead += 61_000
    await until(lambda: states(county, groups=True) == ["sent"] * 5)


async def test_a_refusal_that_somebody_has_to_mend_is_not_repeated_for_ten_minutes(county, noted, run, clock):
    noted("a", people=range(1, 4))
    outlet = Scripted(limits=replace(GENEROUS, side_by_side=1), answers=[stop("the secret")])
    run(outlet)
    await until(lambda: len(outlet.asked) == 1 and not leased(county))
    clock.ahead += 595_000
    await asyncio.sleep(0.1)
    assert len(outlet.asked) == 1
    clock.ahead += 10_000

    await until(lambda: states(county) == ["sent"] * 3)


@pytest.fixture
def office(county):
    with county.writing() as connection:
        connection.execute(
            role.insert().values(person_id=OFFICE, role="office", source="grant", granted_at=1)
        )


async def test_an_app_that_is_refused_is_reported_on_the_other_platform_once_a_day(
    county, office, noted, run, clock
):
    noted("a", people=(1, 2))
    verdict = replace(stop("trusted IP"), code="60020", say="服务器地址不在可信 IP 里，请加上")
    wecom = Scripted(answers=[verdict] * 3)
    dingtalk = Scripted(name="dingtalk.robot", platform=Platform.DINGTALK)
    run(wecom, dingtalk)

    # Written down as well: the leap is longer than a lease.
    await until(lambda: dingtalk.asked and not leased(county))
    clock.ahead += 601_000
    await until(lambda: len(wecom.asked) >= 3)
    alarm = (
        "企业微信应用发不出消息\n"
        "平台拒绝了整个应用，每十分钟再试一次，修好后会自动恢复，没过时的消息会接着发。\n"
        "原因：服务器地址不在可信 IP 里，请加上（错误码 60020）。"
    )
    with county.reading() as connection:
        assert posted_to(connection, OFFICE) == [alarm]
    assert [names for names, _, _ in dingtalk.asked] == [(f"p{OFFICE}",)]


async def test_the_office_is_told_when_no_webhook_takes_anything(county, office, groups, posts, run):
    posts(groups[:1])
    verdict = replace(stop("quota"), code="90020", say="本单位这个月的调用次数用完了")
    run(group_outlet(answers=[verdict]))

    await until(lambda: told(county))
    (alarm,) = told(county)
    assert alarm == (
        "企业微信群机器人发不出消息\n"
        "平台拒绝了所有群机器人，每十分钟再试一次，修好后会自动恢复，没过时的消息会接着发。\n"
        "原因：本单位这个月的调用次数用完了（错误码 90020）。"
    )


def told(county):
    with county.reading() as connection:
        return posted_to(connection, OFFICE)


async def test_a_group_that_refuses_thrice_is_stopped_and_the_office_told(
    county, office, groups, posts, run, clock, means
):
    dead, alive = groups[:2]
    for key in "abcd":
        posts([dead, alive], key)
    outlet = group_outlet(to={f"g{dead}": REMOVED})
    run(outlet, Scripted())

    for _ in range(6):
        await asyncio.sleep(0.1)
        clock.ahead += 10_000
    await until(lambda: states(county, groups=True) == ["dead", "sent"] * 4)

    assert [names for names, _, _ in outlet.asked].count((f"g{dead}",)) == 3
    with county.reading() as connection:
        (alarm,) = posted_to(connection, OFFICE)
        assert alarm == (
            "群消息发不出去：示例群1\n"
            "企业微信连着拒收了三次，已经停止往这个群发，还没发出的 4 条先停下。\n"
            "原因：机器人被移出了群，请重新加进去（错误码 93000）。\n"
            "处理好以后重新绑定这个群，没过时的消息会接着发。\n"
            f"要是换了新的 Webhook 地址，请管理员绑定新地址，它会顶替停发的这个群（序号 {dead}）。"
        )
        stopped = connection.execute(
            select(chat_group.c.id, chat_group.c.stopped_for).where(chat_group.c.stopped_at.is_not(None))
        ).all()
    assert [tuple(row) for row in stopped] == [(dead, "93000")]
    await until(lambda: counted(means, 'bot_suppressed_total{kind="ranking",why="stopped"} 4.0'))
    await until(lambda: counted(means, 'bot_failed_total{outlet="wecom.webhook",why="stop"} 3.0'))
    await until(lambda: counted(means, 'bot_sent_total{kind="ranking",outlet="wecom.webhook"} 4.0'))


def test_what_comes_back_after_its_group_was_stopped_is_not_tried_for_ever(
    county, groups, posts, clock, means
):
    """Its lease had run out, so another process had it on the wire when the first one stopped the group."""
    posts(groups[:1])
    with county.writing() as connection:
        connection.execute(chat_group.update().where(chat_group.c.id == groups[0]).values(refusals=2))
    outlet = group_outlet()
    slow, other = Turns(outlet, (), means), Turns(outlet, (), means)
    ((first, _),) = slow.take((), 8, 8).claimed
    clock.ahead += LEASE_MS + 1
    ((again, _),) = other.take((), 8, 8).claimed

    slow.settle([Answered(parcel=first, verdicts=(REMOVED,), calls=1)])
    assert states(county, groups=True) == ["leased"]
    other.settle([Answered(parcel=again, verdicts=(REMOVED,), calls=1)])

    assert states(county, groups=True) == ["uncertain"]  # nobody knows what became of the first call
    with county.reading() as connection:
        assert len(posted_to(connection, OFFICE)) <= 1


def test_what_may_have_arrived_before_its_group_was_stopped_is_not_said_to_be_held_back(
    county, office, groups, posts, clock, means
):
    """Of three that wait the first was once not answered; the group's third refusal is its second call."""
    for key in "abc":
        posts(groups[:1], key)
    with county.writing() as connection:
        connection.execute(chat_group.update().where(chat_group.c.id == groups[0]).values(refusals=2))
    turns = Turns(group_outlet(), (), means)
    ((first, _),) = turns.take((), 8, 8).claimed
    turns.settle([Answered(parcel=first, verdicts=(IN_DOUBT,), calls=1)])
    clock.ahead += REPEATED_AFTER_MS
    ((again, _),) = turns.take((), 8, 8).claimed
    turns.settle([Answered(parcel=again, verdicts=(REMOVED,), calls=1)])

    assert states(county, groups=True) == ["uncertain", "dead", "dead"]
    assert "企业微信连着拒收了三次，已经停止往这个群发，还没发出的 2 条先停下。" in told(county)[0].split(
        "\n"
    )
    assert counted(means, 'bot_suppressed_total{kind="ranking",why="stopped"} 2.0')
    assert counted(means, 'bot_suppressed_total{kind="ranking",why="forgotten"} 1.0')


async def test_a_group_whose_address_nobody_can_read_is_stopped_too(county, groups, posts, run, clock):
    posts(groups)
    with county.writing() as connection:
        connection.execute(chat_group.update().where(chat_group.c.id == groups[0]).values(address="ff"))
    outlet = group_outlet()
    run(outlet)

    for _ in range(4):
        await asyncio.sleep(0.1)
        clock.ahead += 10_000
    await until(lambda: states(county, groups=True) == ["dead", *["sent"] * 4])
    assert len(outlet.asked) == 4


# ── in doubt ──


async def test_a_repetition_says_since_when_it_may_have_arrived(county, noted, run, clock):
    noted("a")
    outlet = Scripted(answers=[IN_DOUBT])
    run(outlet)
    await until(lambda: len(outlet.asked) == 1 and not leased(county))
    clock.ahead += 30_000

    await until(lambda: states(county) == ["sent"])

    assert outlet.asked == [(("p1",), "有一件事", None), (("p1",), "有一件事", 30)]
    assert outlet.keys[0] == outlet.keys[1]


@pytest.mark.parametrize("kind", ["person", "group"])
async def test_what_is_on_the_wire_is_not_sent_again_when_the_clock_leaps(
    county, noted, groups, posts, run, clock, kind
):
    """Its lease has run out by the clock only; and what comes behind it goes out."""
    hold = asyncio.Event()
    outlet = (Scripted if kind == "person" else group_outlet)(answers=[hold])
    noted("a") if kind == "person" else posts(groups[:1])
    run(outlet)
    await until(lambda: outlet.at_once == 1)
    clock.ahead += 3_600_000

    noted("b", people=(2,)) if kind == "person" else posts(groups[1:2])
    await until(lambda: "sent" in states(county, groups=kind == "group"))
    hold.set()

    await until(lambda: states(county, groups=kind == "group") == ["sent"] * 2)
    assert len(outlet.asked) == 2


async def test_what_comes_back_while_something_else_is_settled_is_not_sent_again(
    county, noted, run, clock, monkeypatch
):
    """A claim has failed, settling alone takes until a lease has run out, and meanwhile a call is answered."""
    real_claim, claimed = claims.claim, []
    real_settle, settling, goes_on = Turns.settle, threading.Event(), threading.Event()

    def fails_with_something_back(*arguments, **named):
        claimed.append(1)
        if len(claimed) == 2:
            raise ZeroDivisionError
        return real_claim(*arguments, **named)

    def slowly(turns, back):
        settling.set()
        goes_on.wait(PATIENCE_SECONDS)
        real_settle(turns, back)

    monkeypatch.setattr(claims, "claim", fails_with_something_back)
    monkeypatch.setattr(Turns, "settle", slowly)
    noted("a", text="甲")
    noted("b", people=(2,), text="乙")
    first, second = asyncio.Event(), asyncio.Event()
    outlet = Scripted(answers=[first, second])
    run(outlet)
    await until(lambda: outlet.at_once == 2)
    first.set()
    await until(settling.is_set)
    second.set()
    await until(lambda: outlet.at_once == 0)
    clock.ahead += 2 * LEASE_MS
    goes_on.set()

    await until(lambda: states(county) == ["sent"] * 2)
    assert len(outlet.asked) == 2


async def test_whatever_a_process_died_with_twice_is_not_sent_a_third_time(county, noted, run, clock):
    noted("a")
    with county.writing() as connection:
        connection.execute(
            outbox.update().values(
                state="leased",
                parcel="p",
                account="T1",
                outlet="wecom.app",
                lease="dead",
                leased_until=clock.real_ms() - 1,
                doubt_since=clock.real_ms() - 2 * LEASE_MS,
            )
        )
    outlet = Scripted(knows_repetitions_for_s=0)
    run(outlet)

    await until(lambda: states(county) == ["uncertain"])
    assert outlet.asked == []


async def test_when_the_database_is_away_for_a_moment_what_was_told_is_not_told_again(
    county, noted, run, monkeypatch
):
    noted("a")
    failures = [OperationalError("", None, Exception("gone"), connection_invalidated=True) for _ in range(2)]
    real = parcels.settle

    def settle_later(connection, settlements, **named):
        every = list(settlements)
        if every and failures:
            raise failures.pop()
        return real(connection, every, **named)

    monkeypatch.setattr(parcels, "settle", settle_later)
    outlet = Scripted()
    run(outlet)

    await until(lambda: states(county) == ["sent"])
    assert (len(outlet.asked), failures) == (1, [])


async def test_a_bug_of_ours_does_not_silence_the_courier_nor_forget_what_was_told(
    county, noted, run, monkeypatch, capsys
):
    noted("a")
    real, calls = claims.claim, []

    def claim_or_break(*arguments, **named):
        calls.append(1)
        if len(calls) in (1, 3):
            raise ZeroDivisionError("secret text")
        return real(*arguments, **named)

    monkeypatch.setattr(claims, "claim", claim_or_break)
    outlet = Scripted()
    run(outlet)

    await until(lambda: states(county) == ["sent"])
    assert len(outlet.asked) == 1
    logged = capsys.readouterr().err
    assert "ZeroDivisionError" in logged
    assert "secret text" not in logged


async def test_a_message_that_cannot_be_made_is_left_for_the_answer(county, noted, run, monkeypatch):
    noted("a")
    monkeypatch.setattr("bot.delivery.courier.told", lambda _said: 1 / 0)
    run(Scripted())

    await until(lambda: states(county) == ["failed"])
    assert said(county) == (["有一件事"], 0)


async def test_the_second_page_that_fails_leaves_the_first_in_doubt(county, noted, run, clock):
    """4,200 bytes are three pages on WeCom."""
    noted("a", text="研" * 1_400)
    outlet = Scripted(answers=[None, LATER])
    run(outlet)
    await until(lambda: len(outlet.asked) == 2 and not leased(county))
    assert said(county) == ([], 0)
    clock.ahead += 2_000

    await until(lambda: states(county) == ["sent"])

    bodies = [body for _, body, _ in outlet.asked]
    assert bodies[0] == bodies[2]
    assert len(bodies) == 2 + 3
    assert outlet.keys[:2] == outlet.keys[2:4]


# ── pictures ──


async def test_a_picture_goes_where_pictures_are_taken_and_its_words_elsewhere(county, groups, posts, run):
    with county.writing() as connection:
        connection.execute(picture.insert().values(id=1, digest="d", png=b"\x89PNG", made_at=1))
        there = settle_groups(connection, 1, Way.DINGTALK_WEBHOOK)
    posts([*groups[:1], *there], picture_id=1)
    wecom, dingtalk = group_outlet(), group_outlet(Way.DINGTALK_WEBHOOK)
    run(wecom, dingtalk)

    await until(lambda: states(county, groups=True) == ["sent", "sent"])
    assert [body for _, body, _ in wecom.asked] == ["PNG"]
    assert [body for _, body, _ in dingtalk.asked] == ["有一件事"]


async def test_a_picture_that_is_refused_is_said_in_words(county, groups, posts, run):
    with county.writing() as connection:
        connection.execute(picture.insert().values(id=1, digest="d", png=b"\x89PNG", made_at=1))
    posts(groups[:1], picture_id=1)
    outlet = group_outlet(answers=[LEFT])
    run(outlet)

    await until(lambda: states(county, groups=True) == ["sent"])
    assert [body for _, body, _ in outlet.asked] == ["PNG", "有一件事"]


# ── hours, stops ──


async def test_groups_are_told_at_any_hour_and_people_are_not(county, noted, groups, posts, run, clock):
    clock.today = datetime(2024, 5, 20, 20, 0, tzinfo=SHANGHAI)
    noted("a")
    posts(groups)
    outlet = Scripted()
    run(outlet, group_outlet())

    await until(lambda: states(county, groups=True) == ["sent"] * 5)
    await asyncio.sleep(0.1)
    assert outlet.asked == []


async def test_what_is_too_late_is_said_to_nobody(county, groups, posts, run, clock, means):
    posts(groups, at=clock.real_ms() - 121 * 60_000)  # a ranking is worth two hours
    outlet = group_outlet()
    run(outlet)

    await until(lambda: states(county, groups=True) == ["dead"] * 5)
    assert outlet.asked == []
    await until(lambda: counted(means, 'bot_suppressed_total{kind="ranking",why="expired"} 5.0'))


def test_after_the_clock_was_set_back_what_is_too_late_is_still_given_up(county, groups, posts, means, clock):
    turns = Turns(group_outlet(), (), means)
    turns.take((), 8, 8)
    clock.ahead -= 7 * 24 * 3_600_000
    posts(groups[:1], at=clock.real_ms() - 121 * 60_000)  # a ranking is worth two hours

    turns.take((), 8, 8)

    assert states(county, groups=True) == ["dead"]


def test_nobody_waits_while_an_announcement_to_a_province_is_too_late(county, noted, groups, posts, means):
    """All of its copies in the same moment; more than are given up in one transaction."""
    copies = 2 * MOST_AT_ONCE + 1
    with county.writing() as connection:
        copies_to(connection, copies, expires_at=means.clock.real_ms())
    noted("a")
    posts(groups)

    for outlet, messages in ((group_outlet(), 5), (Scripted(), 1)):
        turn = Turns(outlet, (Platform.WECOM,), means).take((), 8, 8)
        assert (len(turn.claimed), turn.again_in_ms) == (messages, PIECES_APART_MS)


async def test_what_is_too_late_is_given_up_to_the_last_while_everything_else_is_sent(
    county, noted, groups, posts, means
):
    copies = 2 * MOST_AT_ONCE + 1
    with county.writing() as connection:
        copies_to(connection, copies, expires_at=means.clock.real_ms())
    noted("a")
    posts(groups)

    assert await drain([group_outlet(), Scripted()], means) == 6
    assert states(county, groups=True) == ["sent"] * 5
    assert states(county) == [*["dead"] * copies, "sent"]
    assert counted(means, f'bot_suppressed_total{{kind="announcement",why="expired"}} {float(copies)}')


async def test_of_many_reminders_that_are_true_no_more_none_is_said(county, noted, clock, means):
    with county.writing() as connection:
        connection.execute(
            standing.insert(),
            [
                {
                    "person_id": person_id, "school_id": 1, "practice_hours": 0, "done": True, "completion": 0,
                    "rule_version": "1", "next_step": Step.NONE.value, "active": True,
                }
                for person_id in PEOPLE
            ],
        )  # fmt: skip
        later = clock.real_ms() + 3_600_000
        copies_to(connection, 2 * MOST_AT_ONCE + 1, expires_at=later, kind=Kind.REMINDER)
    noted("a")
    outlet = Scripted()

    assert await drain([outlet], means) == 1
    assert outlet.asked == [(("p1",), "有一件事", None)]
    assert states(county) == [*["dead"] * (2 * MOST_AT_ONCE + 1), "sent"]


async def test_a_stop_waits_for_what_is_on_the_wire(county, noted, run):
    noted("a")
    hold = asyncio.Event()
    outlet = Scripted(answers=[hold])
    couriers = run(outlet)
    await until(lambda: outlet.at_once == 1)
    stopping = asyncio.create_task(couriers.stop())
    await asyncio.sleep(0.05)
    hold.set()
    await stopping

    assert states(county) == ["sent"]


async def test_what_a_stop_has_cut_off_is_in_doubt(county, noted, run, monkeypatch):
    monkeypatch.setattr("bot.delivery.courier.WIRE_GRACE_S", 0.1)
    noted("a")
    outlet = Scripted(answers=[asyncio.Event()])
    couriers = run(outlet)
    await until(lambda: outlet.at_once == 1)

    await couriers.stop()

    with county.reading() as connection:
        row = connection.execute(select(outbox)).one()
    assert (row.state, row.leased_until) == ("queued", None)
    assert row.doubt_since is not None


async def test_draining_delivers_what_can_be_delivered_now_and_returns(county, noted, groups, posts, means):
    noted("a", people=PEOPLE)
    posts(groups)
    posts(groups[:1], "later", kind=Kind.CORRECTION)

    sent = await drain([Scripted(), group_outlet(to={f"g{groups[1]}": LATER})], means)

    assert states(county) == ["sent"] * 40
    assert states(county, groups=True) == ["sent", "queued", *["sent"] * 4]
    assert sent == 45
