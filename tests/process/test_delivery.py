"""What is due goes out once: claims, leases, doubt, rests; over a platform that does what it is told."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.clock import SHANGHAI, SystemClock
from bot.delivery import Couriers, Means, Pace, fate
from bot.plan_file import load_plan
from bot.sending import IN_DOUBT, LATER, LEFT, PLATFORM_DOWN, Rate, SendFailed, stop, wait
from messages.incoming import Platform
from storage import parcels
from storage.notices import Outcome, note, say
from storage.parcels import LEASE_MS, Parcel, Settlement, claim, is_due, settle
from storage.recipients import Route
from storage.tables import account, inbox, notice, person, school

PEOPLE = range(1, 41)
NOW = 1_700_000_000_000
WECOM = Route(platform=Platform.WECOM, among=(Platform.WECOM, Platform.DINGTALK), apart_ms=4_000)
DINGTALK = replace(WECOM, platform=Platform.DINGTALK)


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


@dataclass
class Scripted:
    """A platform that takes everything, but for what it is told to refuse; remembers what it was asked."""

    platform: Platform = Platform.WECOM
    rate: Rate = field(default_factory=lambda: Rate(width=20))
    knows_repetitions_for_s: int = 14_370
    answers: list = field(default_factory=list)  # of the next calls: None, a Verdict, or an event to wait for
    asked: list = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def send(self, account, page, *, first_tried_s):
        self.asked.append((account, page.body, first_tried_s))
        answer = self.answers.pop(0) if self.answers else None
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (answer.wait() if isinstance(answer, asyncio.Event) else asyncio.sleep(0))
        finally:
            self.at_once -= 1
        if answer is not None and not isinstance(answer, asyncio.Event):
            raise SendFailed(answer, "scripted")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def settled_county(database):
    """Forty people with an account on each platform; nobody has said anything yet."""
    with database.writing() as connection:
        connection.execute(school.insert().values(id=1, name="示例县第一小学", kind="primary"))
        connection.execute(
            person.insert(),
            [{"id": n, "school_id": 1, "staff_no": f"T{n}", "name": f"示例{n}"} for n in PEOPLE],
        )
        connection.execute(
            account.insert(),
            [
                {
                    "platform": platform.value,
                    "folded": f"t{n}",
                    "verbatim": f"T{n}",
                    "person_id": n,
                    "source": "roster",
                    "bound_at": bound_at,
                }
                for bound_at, platform in enumerate((Platform.DINGTALK, Platform.WECOM))
                for n in PEOPLE
            ],
        )
    return database


@pytest.fixture
def noted(settled_county):
    def noted(key, people=(1,), text="有一件事"):
        with settled_county.writing() as connection:
            note(connection, people, key=key, text=text, at=NOW)

    return noted


@pytest.fixture
async def run(settled_county, clock):
    """Couriers for these senders; stopped at the end."""
    running = []

    def run(*senders, **pace):
        means = Means(
            database=settled_county,
            plan=load_plan(None),
            clock=clock,
            pace=Pace(**{"poll": 0.02, "apart": 0.0} | pace),
        )
        running.append(Couriers(means))
        running[-1].start(senders)
        return running[-1]

    yield run
    for couriers in running:
        await couriers.stop()


async def until(condition, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  a database tells nobody
            await asyncio.sleep(0.01)


def outcomes(database):
    with database.reading() as connection:
        return list(connection.scalars(select(notice.c.outcome).order_by(notice.c.id)))


def leased(database):
    with database.reading() as connection:
        return connection.scalars(select(notice.c.id).where(notice.c.leased_until.is_not(None))).all()


def claimed(database, route=WECOM, *, now=NOW, most=20):
    with database.writing() as connection:
        return claim(connection, route, most=most, now=now)


def settle_all(database, settlements, *, at=NOW):
    with database.writing() as connection:
        return settle(connection, settlements, at=at)


def said(database, person_id=1):
    with database.writing() as connection:
        return say(connection, person_id, most=3, at=NOW)


# ── what a parcel becomes ──


def parcel(*, tries=1, doubt_since=None):
    return Parcel(key="p", account="T1", texts=("a",), tries=tries, claimed_at=NOW, doubt_since=doubt_since)


KNOWS, FORGETS = Scripted(), Scripted(knows_repetitions_for_s=0)
MINUTE, HOUR = 60_000, 3_600_000


@pytest.mark.parametrize(
    ("sender", "tries", "doubt_since", "verdict", "outcome", "again_after", "in_doubt"),
    [
        (KNOWS, 1, None, None, Outcome.PUSHED, 0, None),
        (KNOWS, 1, None, LEFT, Outcome.LEFT, 0, None),
        (KNOWS, 1, None, LATER, Outcome.WAITING, 1_000, None),  # 2⁰ s
        (KNOWS, 4, None, LATER, Outcome.WAITING, 8_000, None),  # 2³ s
        (KNOWS, 40, None, LATER, Outcome.WAITING, 600_000, None),  # ten minutes at most
        (KNOWS, 1, None, wait(60), Outcome.WAITING, MINUTE, None),
        (KNOWS, 1, None, stop("x"), Outcome.WAITING, 1_000, None),
        (KNOWS, 1, None, IN_DOUBT, Outcome.WAITING, 1_000, NOW),
        (KNOWS, 2, NOW - MINUTE, IN_DOUBT, Outcome.WAITING, 2_000, NOW - MINUTE),
        (KNOWS, 2, NOW - MINUTE, LATER, Outcome.WAITING, 2_000, NOW - MINUTE),  # still may have arrived
        (KNOWS, 9, NOW - 4 * HOUR, IN_DOUBT, Outcome.UNCERTAIN, 0, None),  # WeCom has forgotten
        (KNOWS, 2, NOW - MINUTE, LEFT, Outcome.LEFT, 0, None),  # then it had not arrived either
        (FORGETS, 1, None, IN_DOUBT, Outcome.WAITING, MINUTE, NOW),
        (FORGETS, 2, NOW - MINUTE, IN_DOUBT, Outcome.UNCERTAIN, 0, None),
        (FORGETS, 2, NOW - MINUTE, None, Outcome.PUSHED, 0, None),
    ],
)
def test_what_becomes_of_a_parcel(sender, tries, doubt_since, verdict, outcome, again_after, in_doubt):
    found = fate(parcel(tries=tries, doubt_since=doubt_since), verdict, sender, NOW)

    assert found.outcome is outcome
    if outcome is Outcome.WAITING:
        assert (found.again_at - NOW, found.doubt_since) == (again_after, in_doubt)


# ── claims and leases ──


def test_a_claimed_notice_is_nobody_elses_until_its_lease_ends(settled_county, noted):
    noted("a")

    (mine,) = claimed(settled_county)

    assert (mine.account, mine.texts, mine.tries, mine.doubt_since) == ("T1", ("有一件事",), 1, None)
    assert claimed(settled_county, now=NOW + LEASE_MS - 1) == []
    assert said(settled_county) == ((), 0)


def test_a_lease_that_ran_out_leaves_the_parcel_in_doubt_and_its_former_holder_out(settled_county, noted):
    noted("a")
    (dead,) = claimed(settled_county)

    (again,) = claimed(settled_county, now=NOW + LEASE_MS)

    assert (again.key, again.texts, again.account) == (dead.key, dead.texts, dead.account)
    assert (again.tries, again.doubt_since, again.lost_again) == (2, NOW, False)
    assert settle_all(settled_county, [Settlement(parcel=dead, outcome=Outcome.LEFT)]) == 0
    assert settle_all(settled_county, [Settlement(parcel=again, outcome=Outcome.PUSHED)]) == 1
    assert outcomes(settled_county) == ["pushed"]


def test_a_process_that_dies_with_what_was_in_doubt_is_told_apart(settled_county, noted):
    noted("a")
    claimed(settled_county)
    claimed(settled_county, now=NOW + LEASE_MS)

    (third,) = claimed(settled_county, now=NOW + 2 * LEASE_MS)

    assert (third.lost_again, third.doubt_since) == (True, NOW)


def test_what_was_not_taken_is_free_for_the_next_answer(settled_county, noted):
    noted("a")
    (mine,) = claimed(settled_county)
    settle_all(settled_county, [Settlement(parcel=mine, outcome=Outcome.WAITING, again_at=NOW + 9_000)])

    assert claimed(settled_county, now=NOW + 8_999) == []
    assert said(settled_county) == (("有一件事",), 0)
    assert claimed(settled_county, now=NOW + 9_000) == []


def test_what_is_in_doubt_no_answer_repeats_and_nothing_joins_it(settled_county, noted):
    noted("a")
    (mine,) = claimed(settled_county)
    doubt = Settlement(parcel=mine, outcome=Outcome.WAITING, again_at=NOW + 9_000, doubt_since=NOW)
    settle_all(settled_county, [doubt])
    noted("b", text="另一件事")

    assert said(settled_county) == (("另一件事",), 0)
    noted("c", text="第三件事")
    (third,) = claimed(settled_county, now=NOW + 8_999)
    assert third.texts == ("第三件事",)
    settle_all(settled_county, [Settlement(parcel=third, outcome=Outcome.PUSHED)])
    (again,) = claimed(settled_county, now=NOW + 9_000)
    assert (again.texts, again.doubt_since) == (("有一件事",), NOW)


def test_what_may_have_arrived_is_not_sent_to_whoever_has_the_account_now(settled_county, noted):
    noted("a")
    claimed(settled_county)
    with settled_county.writing() as connection:
        connection.execute(
            account.update()
            .where(account.c.platform == "wecom", account.c.folded == "t1")
            .values(person_id=2)
        )

    assert claimed(settled_county, now=NOW + LEASE_MS) == []
    assert outcomes(settled_county) == ["uncertain"]


def test_a_message_takes_eight_things_or_what_fits(settled_county, noted):
    for number in range(10):
        noted(f"short/{number}", people=[1])
        noted(f"long/{number}", people=[2], text="研" * 150)  # 450 bytes: three of them are 1,350

    short, long = claimed(settled_county)

    assert (len(short.texts), len(long.texts)) == (8, 3)


def test_who_has_waited_longest_comes_first_and_nobody_is_overtaken_by_the_unreachable(settled_county, noted):
    with settled_county.writing() as connection:
        connection.execute(account.delete().where(account.c.person_id <= 30))
    noted("a", people=range(1, 41))

    assert [one.account for one in claimed(settled_county, most=3)] == ["T31", "T32", "T33"]


def test_between_two_messages_to_one_person_there_is_time(settled_county, noted):
    noted("a")
    (first,) = claimed(settled_county)
    settle_all(settled_county, [Settlement(parcel=first, outcome=Outcome.PUSHED)])
    noted("b")

    assert claimed(settled_county, now=NOW + 3_999) == []
    assert len(claimed(settled_county, now=NOW + 4_000)) == 1


@pytest.mark.parametrize("last", [Platform.WECOM, Platform.DINGTALK])
def test_the_platform_last_used_is_the_one(settled_county, noted, last):
    with settled_county.writing() as connection:
        for at, platform in enumerate((*Platform, last, Platform.CONSOLE)):
            connection.execute(
                inbox.insert().values(
                    platform=platform.value,
                    key=f"{at}",
                    folded="t1",
                    chat="",
                    received_at=at,
                    text="",
                    command="",
                    outcome="answered",
                    reply="[]",
                )
            )
    noted("a")

    assert len(claimed(settled_county, WECOM)) == (last is Platform.WECOM)
    assert len(claimed(settled_county, DINGTALK)) == (last is Platform.DINGTALK)


def test_who_has_never_said_anything_is_told_where_they_were_bound_last(settled_county, noted):
    noted("a")

    with settled_county.reading() as connection:
        assert is_due(connection, WECOM, NOW)
        assert not is_due(connection, DINGTALK, NOW)


# ── the courier ──


async def test_everybody_is_told_once_by_many_processes_at_once(settled_county, noted, run):
    noted("a", people=PEOPLE)
    sender = Scripted()
    for _ in range(4):
        run(sender)

    await until(lambda: outcomes(settled_county) == ["pushed"] * 40)

    assert sorted(account for account, _, _ in sender.asked) == sorted(f"T{n}" for n in PEOPLE)


async def test_no_more_than_the_platform_allows_go_side_by_side(settled_county, noted, run):
    noted("a", people=PEOPLE)
    sender = Scripted(rate=Rate(width=15, round_s=0.2))
    started = asyncio.get_running_loop().time()
    run(sender)

    await until(lambda: outcomes(settled_county) == ["pushed"] * 40)

    assert sender.most_at_once <= 15
    # 15 + 15 + 10: two full rounds of 0.2 s come before the last one.
    assert asyncio.get_running_loop().time() - started >= 0.4


async def test_after_a_bad_round_one_goes_ahead(settled_county, noted, run, clock):
    noted("a", people=PEOPLE)
    sender = Scripted(answers=[PLATFORM_DOWN] * 20)
    run(sender)
    await until(lambda: len(sender.asked) == 20 and not leased(settled_county))
    await asyncio.sleep(0.1)
    assert len(sender.asked) == 20  # it rests
    hold = asyncio.Event()
    sender.answers = [hold]
    clock.ahead += 2_000

    await until(lambda: len(sender.asked) == 21)
    await asyncio.sleep(0.1)
    assert len(sender.asked) == 21
    hold.set()
    await until(lambda: outcomes(settled_county) == ["pushed"] * 40)


async def test_a_pause_that_the_platform_asked_for_holds_for_all_processes(settled_county, noted, run, clock):
    noted("a")
    refused, other = Scripted(answers=[wait(60)]), Scripted()
    run(refused)
    await until(lambda: len(refused.asked) == 1 and not leased(settled_county))
    noted("b", people=[2])
    run(other)

    await asyncio.sleep(0.2)
    assert (len(refused.asked), other.asked) == (1, [])
    clock.ahead += 61_000
    await until(lambda: outcomes(settled_county) == ["pushed"] * 2)


async def test_a_refusal_that_somebody_has_to_mend_is_not_repeated_for_ten_minutes(
    settled_county, noted, run, clock
):
    noted("a", people=range(1, 4))
    sender = Scripted(rate=Rate(width=1), answers=[stop("the secret")])
    run(sender)
    await until(lambda: len(sender.asked) == 1 and not leased(settled_county))
    clock.ahead += 595_000
    await asyncio.sleep(0.1)
    assert len(sender.asked) == 1
    clock.ahead += 10_000

    await until(lambda: outcomes(settled_county) == ["pushed"] * 3)


async def test_a_repetition_says_since_when_it_may_have_arrived(settled_county, noted, run, clock):
    noted("a")
    sender = Scripted(answers=[IN_DOUBT])
    run(sender)
    await until(lambda: len(sender.asked) == 1 and not leased(settled_county))
    clock.ahead += 30_000

    await until(lambda: outcomes(settled_county) == ["pushed"])

    assert sender.asked == [("T1", "有一件事", None), ("T1", "有一件事", 30)]


async def test_whatever_a_process_died_with_twice_is_not_sent_a_third_time(settled_county, noted, run, clock):
    noted("a")
    now = clock.real_ms() - 3 * LEASE_MS
    claimed(settled_county, now=now)
    claimed(settled_county, now=now + LEASE_MS)
    sender = Scripted(knows_repetitions_for_s=0)
    run(sender)

    await until(lambda: outcomes(settled_county) == ["uncertain"])
    assert sender.asked == []


async def test_when_the_database_is_away_for_a_moment_what_was_told_is_not_told_again(
    settled_county, noted, run, monkeypatch
):
    noted("a")
    failures = [OperationalError("", None, Exception("gone"), connection_invalidated=True) for _ in range(2)]
    real = parcels.settle

    def settle_later(*arguments, **named):
        if failures:
            raise failures.pop()
        return real(*arguments, **named)

    monkeypatch.setattr("bot.delivery.parcels.settle", settle_later)
    sender = Scripted()
    run(sender)

    await until(lambda: outcomes(settled_county) == ["pushed"])
    assert len(sender.asked) == 1


async def test_a_bug_of_ours_does_not_silence_the_courier(settled_county, noted, run, monkeypatch, capsys):
    noted("a")
    real, broken = parcels.claim, [ZeroDivisionError("secret text")]

    def claim_or_break(*arguments, **named):
        if broken:
            raise broken.pop()
        return real(*arguments, **named)

    monkeypatch.setattr("bot.delivery.parcels.claim", claim_or_break)
    run(Scripted())

    await until(lambda: outcomes(settled_county) == ["pushed"])
    logged = capsys.readouterr().err
    assert "ZeroDivisionError" in logged
    assert "secret text" not in logged


async def test_a_message_that_cannot_be_made_is_left_for_the_answer(settled_county, noted, run, monkeypatch):
    noted("a")
    monkeypatch.setattr("bot.delivery.told", lambda _texts: 1 / 0)
    run(Scripted())

    await until(lambda: outcomes(settled_county) == ["left"])
    assert said(settled_county) == (("有一件事",), 0)


async def test_a_stop_waits_for_what_is_on_the_wire(settled_county, noted, run):
    noted("a")
    hold = asyncio.Event()
    sender = Scripted(answers=[hold])
    couriers = run(sender)
    await until(lambda: sender.at_once == 1)
    stopping = asyncio.create_task(couriers.stop())
    await asyncio.sleep(0.05)
    hold.set()
    await stopping

    assert outcomes(settled_county) == ["pushed"]


async def test_what_a_stop_has_cut_off_is_in_doubt(settled_county, noted, run, monkeypatch):
    monkeypatch.setattr("bot.delivery._GRACE_S", 0.1)
    noted("a")
    sender = Scripted(answers=[asyncio.Event()])
    couriers = run(sender)
    await until(lambda: sender.at_once == 1)

    await couriers.stop()

    with settled_county.reading() as connection:
        row = connection.execute(select(notice)).one()
    assert (row.outcome, row.leased_until) == ("waiting", None)
    assert row.doubt_since is not None


async def test_the_second_page_that_fails_leaves_the_first_in_doubt(settled_county, noted, run):
    """4,200 bytes are three pages on WeCom."""
    noted("a", text="研" * 1_400)
    sender = Scripted(answers=[None, LATER])
    run(sender)
    await until(lambda: len(sender.asked) == 2 and not leased(settled_county))
    assert said(settled_county) == ((), 0)

    await until(lambda: outcomes(settled_county) == ["pushed"])

    assert [body for _, body, _ in sender.asked[:1]] == [body for _, body, _ in sender.asked[2:3]]
    assert len(sender.asked) == 2 + 3
