"""The timetable on a real database: one run whatever happens, and an alarm where there was none."""

import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from bot.clock import SHANGHAI, SystemClock
from bot.jobs.job import JobParts, Ran
from bot.jobs.registry import HOUSE, JOBS
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.outgoing import Kind
from bot.policy.timetable import Entry, Outcome
from bot.timetable import Tick, Timetable, entries
from messages.outgoing import answer, load_answer
from storage import job_runs
from storage.database import Database
from storage.delivery_tables import job_run, outbox
from storage.job_runs import Ended, Seen
from storage.outbox import Post, post
from storage.tables import person, role, school
from tests.kit.patience import PATIENCE_SECONDS

PLAN, CATALOGUE = load_plan(), load_catalogue()
RANKING = "daily-ranking"
OFFICE, TEACHER = 1, 2
MONDAY, TUESDAY = date(2024, 5, 20), date(2024, 5, 21)
REPOSITORY = Path(__file__).parents[2]
MISSED = (
    "“每日排名”没有运行：5月20日（周一） 18:00 那一次，到 20:00 也没有补上。\n"
    "多半是那时机器人没有开着，或者连不上数据库。\n"
    "还要做的话，请管服务器的人运行：python -m bot job daily-ranking --date 2024-05-20"
)

TABLE_MISSING = (
    "还没有 2025 年的放假和调休安排，2025 年只能按周一到周五算工作日。\n"
    "请把国务院公布的 2025 年日期写进方案文件的 [workdays]：off 写放假的日子，on 写调休上班的日子，"
    "然后重启机器人。\n"
    "也可以升级程序里的 chinesecalendar，新版本会带上这些日期。"
)


def at(day, hour, minute=0):
    return datetime(2024, 5, day, hour, minute, tzinfo=SHANGHAI)


class Clock(SystemClock):
    """The programme stands still; the real clock runs, and may be put forward."""

    def __init__(self, today):
        super().__init__()
        self.today = today
        self.ahead_ms = 0

    def now(self):
        return self.today

    def real_ms(self):
        return super().real_ms() + self.ahead_ms


class Board:
    """A job that posts one message a day; `goes_wrong` holds what it does first, once each."""

    def __init__(self):
        self.ran = []
        self.goes_wrong = []

    def __call__(self, parts, slot):
        self.ran.append(slot.day)
        if self.goes_wrong:
            wrong = self.goes_wrong.pop(0)
            if isinstance(wrong, Exception):
                raise wrong
            return wrong
        with parts.database.writing() as connection:
            said = Post(
                key=f"board/{slot.day}", kind=Kind.NOTICE, answer=answer(f"{slot.day}"), person_id=TEACHER
            )
            new = post(connection, [said], at=slot.real_ms)
        return Ran(outcome=Outcome.DONE, detail="发到 1 个人。", messages=new)


@pytest.fixture
def settled(database):
    with database.writing() as connection:
        connection.execute(insert(school).values(id=1, name="示例县第一小学", kind="primary"))
        connection.execute(
            insert(person),
            [
                {"id": number, "staff_no": f"T{number}", "name": f"示例{number}", "school_id": 1}
                for number in (OFFICE, TEACHER)
            ],
        )
        connection.execute(
            insert(role).values(person_id=OFFICE, role="office", source="roster", granted_at=1)
        )
    return database


@pytest.fixture
def clock():
    return Clock(at(20, 9))


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def timetable(settled, clock, board):
    """Makes one; as many as there are processes."""

    def make(database=settled, *, plan=PLAN, posted=lambda: None, house=(), **jobs):
        parts = JobParts(database=database, plan=plan, catalogue=CATALOGUE, clock=clock, secret_key="")
        tick = Tick(seconds=0.02, jobs={RANKING: board, **jobs}, house=house)
        return Timetable(parts, tick, posted=posted)

    return make


def said(database, person_id):
    with database.reading() as connection:
        rows = connection.execute(
            select(outbox.c.content).where(outbox.c.person_id == person_id).order_by(outbox.c.id)
        )
        return [load_answer(row.content).plain for row in rows]


def on_record(database, job=RANKING):
    with database.reading() as connection:
        rows = connection.execute(
            select(job_run.c.day, job_run.c.outcome, job_run.c.tries)
            .where(job_run.c.job == job)
            .order_by(job_run.c.day)
        )
        return {row.day: (row.outcome, row.tries) for row in rows if row.day >= MONDAY}


def test_it_runs_at_its_time_and_never_again_for_that_day(timetable, settled, clock, board):
    morning = timetable()
    morning.ask()
    assert board.ran == []
    clock.today = at(20, 18)
    morning.ask()
    morning.ask()
    timetable().ask()  # another start

    assert board.ran == [MONDAY]
    assert on_record(settled) == {MONDAY: ("done", 1)}
    assert said(settled, TEACHER) == ["2024-05-20"]


@pytest.mark.parametrize(
    ("outcome", "left", "kept"),
    [
        (Outcome.NOTHING, 1, ("done", "发到 1 个人。")),
        (Outcome.DONE, 1, ("done", "发到 1 个人。")),
        (Outcome.DONE, 0, ("done", "早上发了。")),
    ],
)
def test_who_was_early_by_hand_takes_nobodys_turn(timetable, settled, clock, board, outcome, left, kept):
    timetable().ask()
    with settled.writing() as connection:
        claim = job_runs.take(connection, Seen(RANKING, MONDAY, None), at=1, until=2, by_hand=True)
        job_runs.finish(connection, claim, Ended(outcome=outcome, detail="早上发了。", at=2))
    if not left:
        board.goes_wrong = [Ran(outcome=Outcome.NOTHING, detail="各群都有了。")]
    clock.today = at(20, 18)
    for _ in range(2):
        timetable().ask()

    assert board.ran == [MONDAY]
    ended = _ended(settled)
    assert (ended.outcome, ended.detail) == kept
    assert len(said(settled, TEACHER)) == left


def _ended(database):
    with database.reading() as connection:
        return job_runs.ended(connection, RANKING, MONDAY)


def test_of_several_processes_one_runs_it(timetable, settled, clock, board, database_url):
    databases = [Database(database_url) for _ in range(6)]
    clock.today = at(20, 18)
    together = threading.Barrier(len(databases))

    def ask(database):
        together.wait(10)
        timetable(database).ask()

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(ask, databases))
    for database in databases:
        database.close()

    assert board.ran == [MONDAY]
    assert on_record(settled) == {MONDAY: ("done", 1)}


def test_a_ranking_missed_at_six_is_made_up_at_ten_past_seven(timetable, settled, clock, board):
    timetable().ask()
    clock.today = at(20, 19, 10)
    timetable().ask()

    assert board.ran == [MONDAY]
    assert said(settled, OFFICE) == []


def test_at_half_past_eight_it_is_skipped_and_the_office_told_once(timetable, settled, clock, board):
    woken = []
    timetable().ask()
    clock.today = at(20, 20, 30)
    for _ in range(3):
        timetable(posted=lambda: woken.append(True)).ask()

    assert board.ran == []
    assert on_record(settled) == {MONDAY: ("skipped", 0)}
    assert said(settled, OFFICE) == [MISSED]
    assert woken == [True]


def test_several_missed_days_are_one_alarm(timetable, settled, clock):
    timetable().ask()
    clock.today = at(29, 9)  # Wednesday of the week after: 20 to 24, 27 and 28 May
    timetable().ask()

    assert said(settled, OFFICE) == [
        (
            "“每日排名”有 7 次没有运行（18:00）：最近 5 次是"
            "5月22日（周三）、5月23日（周四）、5月24日（周五）、5月27日（周一）、5月28日（周二）。\n"
            "多半是那时机器人没有开着，或者连不上数据库。\n"
            "还要做的话，请管服务器的人运行：python -m bot job daily-ranking --date 2024-05-28"
        )
    ]


def test_a_clock_that_goes_back_to_a_missed_evening_runs_it(timetable, settled, clock, board):
    timetable().ask()
    for today in (at(20, 21), at(20, 18, 5), at(21, 9), at(20, 19), at(20, 21)):
        clock.today = today
        timetable().ask()

    assert board.ran == [MONDAY]
    assert on_record(settled) == {MONDAY: ("done", 1)}


def test_a_job_that_fails_is_tried_three_times_with_pauses_and_then_told(timetable, settled, clock, board):
    clock.today = at(20, 18)
    board.goes_wrong = [KeyError("x"), Ran(outcome=Outcome.FAILED, detail="图片画不出来。"), KeyError("y")]
    process = timetable()
    waits = []
    while len(board.ran) < 3:
        tries = len(board.ran)
        process.ask()
        if len(board.ran) == tries:
            clock.ahead_ms += 30_000
            waits.append(tries)
    for _ in range(40):
        clock.ahead_ms += 30_000
        process.ask()

    assert len(board.ran) == 3
    assert on_record(settled) == {MONDAY: ("failed", 3)}
    assert waits == [1, 1] + 10 * [2]  # a minute, and five
    assert said(settled, OFFICE) == [
        (
            "“每日排名”没有做成：5月20日（周一） 18:00 那一次，试了 3 次。\n"
            "原因：程序出错（KeyError），详情在日志里。\n"
            "排除以后，请管服务器的人运行：python -m bot job daily-ranking --date 2024-05-20"
        )
    ]


def test_a_database_that_was_away_is_no_failure(timetable, settled, clock, board):
    clock.today = at(20, 18)
    board.goes_wrong = [OperationalError("SELECT", {}, Exception("gone")) for _ in range(5)]
    process = timetable()
    for _ in range(6):
        process.ask()
        clock.ahead_ms += 60_000

    assert len(board.ran) == 6
    assert on_record(settled) == {MONDAY: ("done", 1)}
    assert said(settled, OFFICE) == []


def test_a_holder_that_died_is_not_waited_for_longer_than_its_lease(timetable, settled, clock, board):
    clock.today = at(20, 18)
    now = clock.real_ms()
    with settled.writing() as connection:
        seen = job_runs.seen(connection, RANKING, MONDAY)
        dead = job_runs.take(connection, seen, at=now, until=now + 300_000)
    timetable().ask()
    assert board.ran == []
    clock.ahead_ms = 300_000
    timetable().ask()

    assert board.ran == [MONDAY]
    end = job_runs.Ended(outcome=Outcome.FAILED, detail="太晚了。", at=1)
    with settled.writing() as connection:  # it was only slow, and comes back
        assert not job_runs.finish(connection, dead, end)
    assert on_record(settled) == {MONDAY: ("done", 2)}


def test_what_died_halfway_and_was_finished_by_nobody_is_told(timetable, settled, clock):
    now = clock.real_ms()
    with settled.writing() as connection:
        seen = job_runs.seen(connection, RANKING, MONDAY)
        job_runs.take(connection, seen, at=now, until=now + 300_000)
    clock.today = at(20, 20, 30)
    timetable().ask()
    assert said(settled, OFFICE) == []  # it may still be at it
    clock.ahead_ms = 300_000
    timetable().ask()

    assert on_record(settled) == {MONDAY: ("failed", 1)}
    assert said(settled, OFFICE) == [
        (
            "“每日排名”没有做成：5月20日（周一） 18:00 那一次，试了 1 次。\n"
            "原因：做到一半停了，没有做完。\n"
            "排除以后，请管服务器的人运行：python -m bot job daily-ranking --date 2024-05-20"
        )
    ]


def test_what_failed_shortly_before_its_time_was_over_is_told_with_its_reason(
    timetable, settled, clock, board
):
    clock.today = at(20, 19, 59)
    board.goes_wrong = [Ran(outcome=Outcome.FAILED, detail="图片画不出来。")]
    timetable().ask()
    clock.today = at(20, 20, 1)
    timetable().ask()

    assert on_record(settled) == {MONDAY: ("failed", 1)}
    assert [one.splitlines()[1] for one in said(settled, OFFICE)] == ["原因：图片画不出来。"]


def test_a_broken_job_keeps_no_other_from_running(timetable, settled, clock, board):
    def broken(_parts, _slot):
        raise RuntimeError("broken")

    clock.today = at(20, 18)
    timetable(reminders=broken).ask()

    assert board.ran == [MONDAY]
    assert on_record(settled, "reminders") == {MONDAY: ("", 1)}


def test_a_job_that_is_switched_off_does_not_run_and_is_not_missed(timetable, settled, clock, board):
    off = replace(PLAN, jobs=tuple(replace(job, on=False) for job in PLAN.jobs))
    timetable(plan=off).ask()
    for day in (20, 21):
        clock.today = at(day, 18)
        timetable(plan=off).ask()
    clock.today = at(22, 9)
    timetable().ask()

    assert board.ran == []
    assert on_record(settled) == {MONDAY: ("nothing", 0), TUESDAY: ("nothing", 0)}
    assert said(settled, OFFICE) == []


def test_the_houses_own_job_runs_again_after_a_while(timetable, settled, clock):
    looked = []

    def look(_parts, slot):
        looked.append(slot.now)
        return Ran(outcome=Outcome.NOTHING, detail="没有变化。")

    entry = Entry(job=replace(PLAN.jobs[0], name="look"), again=timedelta(minutes=5), present=True)
    process = timetable(house=(entry,), look=look)
    clock.today = at(20, 18, 10)
    for _ in range(12):
        process.ask()
        clock.ahead_ms += 60_000

    assert len(looked) == 3  # at once, after five minutes and after ten


def test_apscheduler_is_the_clock_that_asks(timetable, settled, clock, board):
    woken = threading.Event()
    process = timetable(posted=woken.set)
    process.start()
    try:
        time.sleep(0.2)
        assert board.ran == []
        clock.today = at(20, 18)
        assert woken.wait(10)
        clock.today = at(21, 18)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(board.ran) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        process.stop(5)

    assert board.ran == [MONDAY, TUESDAY]
    assert "APScheduler" not in {thread.name for thread in threading.enumerate()}


def test_a_job_that_does_not_end_holds_up_no_stop(timetable, clock):
    begun, end = threading.Event(), threading.Event()

    def slow(_parts, _slot):
        begun.set()
        end.wait(20)
        return Ran(outcome=Outcome.DONE, detail="做完了。")

    clock.today = at(20, 18)
    process = timetable(reminders=slow)
    process.start()
    assert begun.wait(10)
    start = time.monotonic()
    process.stop(0.2)
    assert time.monotonic() - start < 2
    end.set()


DYING = """
    import os, sys, time
    from datetime import datetime
    from bot.clock import SystemClock
    from bot.jobs.job import JobParts
    from bot.plan_file import load_plan
    from bot.points_file import load_catalogue
    from bot.timetable import Tick, Timetable
    from storage.database import Database

    def hangs(parts, slot):
        with parts.database.writing() as connection:
            connection.exec_driver_sql("UPDATE person SET mobile_tail = '0000'")
            print("in the middle", flush=True)
            time.sleep(60)

    clock = SystemClock(datetime.fromisoformat("2024-05-20T18:00:00+08:00"))
    parts = JobParts(
        database=Database(sys.argv[1]), plan=load_plan(), catalogue=load_catalogue(), clock=clock, secret_key=""
    )
    Timetable(parts, Tick(seconds=0.05, jobs={"daily-ranking": hangs}, house=())).start()
    time.sleep(60)
"""


def test_a_process_killed_in_the_middle_of_a_job_is_made_up_for(
    timetable, settled, clock, board, database_url
):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(DYING), database_url],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "in the middle\n"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    clock.today = at(20, 18, 1)
    timetable().ask()
    assert board.ran == []  # its lease has not run out
    clock.ahead_ms = 300_000
    clock.today = at(20, 18, 6)
    timetable().ask()

    assert board.ran == [MONDAY]
    assert on_record(settled) == {MONDAY: ("done", 2)}
    assert said(settled, TEACHER) == ["2024-05-20"]
    assert said(settled, OFFICE) == []


def test_a_missing_table_of_workdays_is_told_once_a_week_from_november_on(timetable, settled, clock):
    known = replace(PLAN, workdays=replace(PLAN.workdays, years=frozenset({2024})))
    process = timetable(plan=known, house=HOUSE, calendar=JOBS["calendar"])
    told = {}
    day = datetime(2024, 10, 28, 12, tzinfo=SHANGHAI)  # a Monday
    while day.date() < date(2024, 11, 20):
        clock.today = day
        if day.date() != date(2024, 11, 11):  # on that Monday nobody was there
            process.ask()
        about_it = [one for one in said(settled, OFFICE) if "放假" in one]
        told.setdefault(len(about_it), day.date())
        day += timedelta(days=1)

    assert told == {
        0: date(2024, 10, 28),
        1: date(2024, 11, 4),
        2: date(2024, 11, 12),
        3: date(2024, 11, 18),
    }
    assert set(about_it) == {TABLE_MISSING}


def test_a_database_that_is_away_at_six_is_asked_again(timetable, settled, clock, board, monkeypatch):
    read, away = job_runs.records, [OperationalError("SELECT", {}, Exception("gone")) for _ in range(5)]

    def records(connection, *, first):
        if away:
            raise away.pop()
        return read(connection, first=first)

    monkeypatch.setattr(job_runs, "records", records)
    woken = threading.Event()
    clock.today = at(20, 18)
    process = timetable(posted=woken.set)
    process.start()
    assert woken.wait(10)
    process.stop(5)

    assert board.ran == [MONDAY]
    assert away == []


def test_links_are_looked_at_by_their_own_thread_and_not_by_the_timetable():
    on = replace(PLAN, jobs=tuple(replace(job, on=True) for job in PLAN.jobs))

    named = [entry.job.name for entry in entries(on, Tick())]
    assert "link-check" not in named
    assert {"daily-ranking", "calendar", "silent-groups", "ranking-correction"} <= set(named)
