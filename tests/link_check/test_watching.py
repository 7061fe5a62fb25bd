"""The background work, from a handed-in link to what its author hears."""

import asyncio
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError

from bot.clock import SystemClock
from bot.link_check import watching
from bot.link_check.verdict import NOTHING_LEARNED, Verdict
from bot.link_check.watching import LinkWatch, Looked
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.evidence import EvidenceState
from bot.policy.links import Finding
from storage import leases
from storage.tables import lease
from tests.kit.patience import PATIENCE_SECONDS
from tests.link_check import county

PLAN, CATALOGUE = load_plan(), load_catalogue()
ON = replace(PLAN, jobs=tuple(replace(job, on=True) for job in PLAN.jobs))
A, B, C = "https://a.example/1", "https://b.example/2", "https://c.example/3"
DAY_MS = 86_400_000
SILENT = Verdict(Finding.NO_ANSWER, heard=False)
GONE_TEXT = (
    "编号 1（A5 技术支持的课堂导入）的链接打不开了，页面说已取消、已过期或不存在。"
    "请重新分享，有效期选“永久有效”，再发“提交 A5 新链接”。"
)
SILENT_TEXT = (
    "编号 1（A5 技术支持的课堂导入）的链接连着三天没有打开，网站没有回应。"
    "请自己点开看看，确实打不开就换一个链接，发“提交 A5 新链接”。"
)


class Clock(SystemClock):
    """Both clocks may be moved."""

    ahead_ms = 0

    def real_ms(self):
        return super().real_ms() + self.ahead_ms

    def now(self):
        return super().now() + timedelta(milliseconds=self.ahead_ms)


class Eyes:
    """Looks as it is told; `calls` holds what was looked at."""

    def __init__(self, **_parts):
        self.sees = {}
        self.calls = []
        self.busy = 0
        self.most_at_once = 0

    async def look(self, url, *, extraction=""):
        self.calls.append((url, extraction))
        self.busy += 1
        self.most_at_once = max(self.busy, self.most_at_once)
        try:
            await asyncio.sleep(0)
            seen = self.sees.get(url, Verdict(Finding.REACHABLE))
            if isinstance(seen, Exception):
                raise seen
            if isinstance(seen, float):
                await asyncio.sleep(seen)
                return Verdict(Finding.REACHABLE)
            return seen
        finally:
            self.busy -= 1


@pytest.fixture
def settled(database):
    county.settle(database)
    return database


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def eyes():
    return Eyes()


@pytest.fixture
def watch(settled, clock, eyes, monkeypatch):
    """Starts one; all are stopped at the end."""
    monkeypatch.setattr(watching, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(watching, "DOUBT_SECONDS", 0.02)
    started = []

    def start(plan=ON, looker=eyes):
        started.append(LinkWatch(settled, plan, CATALOGUE, clock, looker))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop(5)
        assert not one._thread.is_alive()


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within five seconds"
        time.sleep(0.01)


def test_a_new_link_is_looked_at_and_written_down(watch, settled, eyes):
    county.submit(settled, "A5", A, B, extraction="8k2d")
    watch()

    until(lambda: county.kept(settled) == [("reachable", 0, True)] * 2)
    assert sorted(eyes.calls) == [(A, "8k2d"), (B, "8k2d")]
    assert county.told(settled) == []


def test_what_is_handed_in_while_it_runs_is_looked_at_too(watch, settled, eyes):
    watch()
    county.submit(settled, "A5", A)
    until(lambda: county.kept(settled) == [("reachable", 0, True)])

    county.submit(settled, "B2", B)
    until(lambda: county.kept(settled) == [("reachable", 0, True)] * 2)
    assert [url for url, _ in eyes.calls] == [A, B]


def test_the_author_is_told_once_about_a_link_that_is_gone(watch, settled, eyes, clock):
    county.submit(settled, "A5", A)
    eyes.sees[A] = Verdict(Finding.GONE)
    watch()
    until(lambda: county.told(settled) == [(county.AUTHOR, GONE_TEXT)])

    for days in (2, 4):
        clock.ahead_ms = days * DAY_MS
        until(lambda days=days: len(eyes.calls) >= days // 2 + 1)
    until(lambda: county.kept(settled) == [("gone", 0, True)])
    assert county.told(settled) == [(county.AUTHOR, GONE_TEXT)]


def test_nothing_is_ever_refused_by_itself(watch, settled, eyes):
    number = county.submit(settled, "A5", A)
    eyes.sees[A] = Verdict(Finding.GONE)
    watch()
    until(lambda: county.told(settled))

    with settled.reading() as connection:
        found = county.find(connection, number)
    assert (found.state, found.version, found.decided_by) == (EvidenceState.WAITING, 1, None)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict(Finding.ASKS, wants_code=True), "请把提取码发来，例如“提取码 8k2d”，链接不用重交。"),
        (Verdict(Finding.ASKS), "请把分享改成“获得链接的人可查看”，链接不用重交。"),
        (Verdict(Finding.MOVED), ""),
        (Verdict(Finding.INWARD), ""),
        (NOTHING_LEARNED, ""),
    ],
)
def test_only_what_the_author_can_mend_is_said(watch, settled, eyes, verdict, said):
    county.submit(settled, "A5", A)
    eyes.sees[A] = verdict
    watch()

    until(lambda: county.kept(settled)[0][2])
    assert [sentence.partition("。")[2] for _, sentence in county.told(settled)] == ([said] if said else [])


def test_a_certified_point_is_told_that_nothing_happens_to_it(watch, settled, eyes):
    number = county.submit(settled, "A5", A)
    county.becomes(settled, number, EvidenceState.PASSED)
    eyes.sees[A] = Verdict(Finding.GONE)
    watch()

    until(lambda: county.told(settled))
    assert county.told(settled)[0][1].endswith("。认定不受影响。请保留好原文件，验收要看时再分享。")


def test_silence_is_believed_after_three_days_and_said_once(watch, settled, eyes, clock):
    county.submit(settled, "A5", A)
    county.submit(settled, "B2", B)
    eyes.sees[A] = eyes.sees[B] = SILENT
    county.submit(settled, "C1", C)  # somebody answers, so it is not this machine
    watch()
    until(lambda: county.kept(settled)[:2] == [("", 1, True)] * 2)

    eyes.sees[B] = Verdict(Finding.REACHABLE)
    for tries in (2, 3):
        clock.ahead_ms += 2 * DAY_MS
        county.submit(settled, f"A{tries}", f"https://new.example/{tries}")
        until(lambda tries=tries: county.kept(settled)[0][1] == tries)

    assert county.kept(settled)[:2] == [("no_answer", 3, True), ("reachable", 0, True)]
    assert county.told(settled) == [
        (
            county.AUTHOR,
            SILENT_TEXT,
        )
    ]


def test_a_machine_without_a_way_out_blames_nobody(watch, settled, eyes):
    county.submit(settled, "A5", A)
    county.submit(settled, "B2", B)
    eyes.sees[A] = eyes.sees[B] = SILENT
    watch()

    until(lambda: len(eyes.calls) >= 8)
    assert county.kept(settled) == [("", 0, False)] * 2
    eyes.sees = {}
    until(lambda: county.kept(settled) == [("reachable", 0, True)] * 2)


def test_a_week_later_it_is_looked_at_again_and_not_before(watch, settled, eyes, clock):
    county.submit(settled, "A5", A)
    watch()
    until(lambda: county.kept(settled) == [("reachable", 0, True)])

    clock.ahead_ms = 5 * DAY_MS
    time.sleep(0.2)
    assert len(eyes.calls) == 1
    clock.ahead_ms = 8 * DAY_MS
    until(lambda: len(eyes.calls) == 2)
    time.sleep(0.2)
    assert len(eyes.calls) == 2


def test_a_mistake_about_one_link_hurts_no_other(watch, settled, eyes):
    county.submit(settled, "A5", A)
    county.submit(settled, "B2", B)
    eyes.sees[A] = ZeroDivisionError()
    watch()

    until(lambda: county.kept(settled) == [("", 0, True), ("reachable", 0, True)])


def test_many_links_are_taken_in_turns(watch, settled, eyes):
    for position, code in enumerate(f"A{n}" for n in range(1, 10)):
        county.submit(settled, code, *(f"https://s{position}.example/{n}" for n in range(5)))
    watch()

    until(lambda: county.kept(settled) == [("reachable", 0, True)] * 45)
    assert len(eyes.calls) == 45
    assert eyes.most_at_once <= 4


def test_of_two_processes_one_looks(watch, settled, clock):
    for code in ("A1", "A5", "B2", "C1"):
        county.submit(settled, code, f"https://{code.lower()}.example/")
    first, second = Eyes(), Eyes()
    first.sees = second.sees = {f"https://{code}.example/": 0.3 for code in ("a1", "a5", "b2", "c1")}
    watch(looker=first)
    until(lambda: first.calls)
    watch(looker=second)

    until(lambda: county.kept(settled) == [("reachable", 0, True)] * 4)
    assert (len(first.calls), len(second.calls)) == (4, 0)


def test_another_process_takes_over_when_one_has_stopped(watch, settled, eyes):
    watch().stop(5)
    county.submit(settled, "A5", A)
    watch()

    until(lambda: county.kept(settled) == [("reachable", 0, True)])


def test_a_lease_of_a_process_that_died_runs_out(watch, settled, eyes, clock):
    with settled.writing() as connection:
        connection.execute(
            insert(lease).values(name="link-check", holder="dead", until=clock.real_ms() + 300_000)
        )
    county.submit(settled, "A5", A)
    watch()
    time.sleep(0.2)
    assert eyes.calls == []

    clock.ahead_ms = 300_001
    until(lambda: county.kept(settled) == [("reachable", 0, True)])


def test_a_stop_does_not_wait_for_slow_servers_and_loses_nothing(watch, settled, eyes):
    county.submit(settled, "A5", A)
    eyes.sees[A] = 60.0
    running = watch()
    until(lambda: eyes.calls)

    started = time.monotonic()
    running.stop(5)

    assert time.monotonic() - started < 2
    assert not running._thread.is_alive()
    assert county.kept(settled) == [("", 0, False)]
    with settled.reading() as connection:
        assert connection.execute(select(lease)).all() == []


def test_a_database_that_is_away_for_a_moment_is_waited_for(watch, settled, eyes, monkeypatch):
    troubles = iter([True, True, False])
    reading = type(settled).reading

    def away(database):
        if threading.current_thread().name == "link-check" and next(troubles, False):
            raise OperationalError("SELECT", {}, Exception("away"))
        return reading(database)

    monkeypatch.setattr(type(settled), "reading", away)
    county.submit(settled, "A5", A)
    watch()

    until(lambda: county.kept(settled) == [("reachable", 0, True)])


def test_a_version_that_came_meanwhile_is_not_judged_by_the_old_link(watch, settled, eyes):
    number = county.submit(settled, "A5", A)
    eyes.sees[A] = 0.3
    watch()
    until(lambda: eyes.calls)
    county.submit_again(settled, number, B)

    until(lambda: county.kept(settled)[1:] == [("reachable", 0, True)])
    assert county.kept(settled)[0] == ("", 0, False)


def test_while_the_switch_is_off_nothing_runs(watch, settled, eyes):
    county.submit(settled, "A5", A)
    off = watch(plan=PLAN)

    time.sleep(0.2)

    assert not off._thread.is_alive()
    assert eyes.calls == []
    with settled.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM lease")).scalar() == 0


def test_asked_for_by_hand_it_makes_one_round_of_all_that_is_due(settled, clock, eyes):
    for number in range(1, 11):  # more than a batch
        county.submit(settled, f"A{number}", *(f"https://school.example/{number}{half}" for half in "ab"))
    eyes.sees["https://school.example/7a"] = Verdict(Finding.GONE)
    by_hand = LinkWatch(settled, ON, CATALOGUE, clock, eyes)

    assert by_hand.look_once() == Looked(looked=20, kept=20, told=1)
    assert by_hand.look_once() == Looked()
    clock.ahead_ms += 12 * 3_600_000 + 1  # what was not in order is looked at again sooner
    assert by_hand.look_once() == Looked(looked=1, kept=1)  # and nobody is told a second time


def test_by_hand_it_leaves_it_to_the_process_that_is_looking(settled, clock, eyes):
    county.submit(settled, "A5", A)
    with settled.writing() as connection:
        leases.take(connection, "link-check", "a", at=0, until=2**50)

    assert LinkWatch(settled, ON, CATALOGUE, clock, eyes).look_once() is None
    assert eyes.calls == []


def test_by_hand_it_gives_up_when_nobody_at_all_answers(settled, clock, eyes):
    county.submit(settled, "A5", A, B)
    eyes.sees = {A: SILENT, B: SILENT}

    assert LinkWatch(settled, ON, CATALOGUE, clock, eyes).look_once() == Looked(looked=2)
    assert county.kept(settled) == [("", 0, False), ("", 0, False)]
