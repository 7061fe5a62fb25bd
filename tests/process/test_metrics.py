"""/metrics answers whatever the database does, and says nothing that is no longer true."""

import threading
from contextlib import contextmanager
from datetime import date

from bot import intake
from bot.metrics import Metrics, Refusal
from bot.metrics_page import BacklogWatch, answering, shared
from bot.policy.outgoing import Kind
from bot.policy.timetable import Outcome
from messages.incoming import Platform
from storage import job_runs
from storage.backlog import Backlog, LastEnd, Waiting, backlog
from storage.database import Database
from storage.outbox import State


def lines(exposition: bytes) -> list[str]:
    """Without what Prometheus is told about the figures, and without the process's own."""
    return [line for line in exposition.decode().splitlines() if line.startswith("bot_")]


def test_what_is_counted_has_a_line_each():
    metrics = Metrics()
    metrics.received(Platform.WECOM)
    metrics.refused(Platform.DINGTALK, Refusal.STALE)
    metrics.taken_in(["answered", "answered", "silent"], [Platform.WECOM])
    metrics.sent("wecom.webhook", Kind.RANKING, 3)
    metrics.watch_lanes(lambda: 7)

    said = lines(metrics.exposition())

    for line in (
        'bot_received_total{platform="wecom"} 1.0',
        'bot_received_total{platform="dingtalk"} 0.0',
        'bot_repeated_total{platform="wecom"} 1.0',
        'bot_refused_total{platform="dingtalk",why="stale"} 1.0',
        'bot_handled_total{outcome="answered"} 2.0',
        'bot_sent_total{kind="ranking",outlet="wecom.webhook"} 3.0',
        "bot_lanes_waiting 7.0",
    ):
        assert line in said


def test_the_first_failure_and_the_first_message_given_up_ring_already():
    """Prometheus sees an increase only where it has seen the zero before."""
    said = lines(Metrics().exposition())

    for outcome in intake.Outcome:
        assert f'bot_handled_total{{outcome="{outcome}"}} 0.0' in said
    for state in (State.FAILED, State.DEAD, State.UNCERTAIN):
        for kind in Kind:
            assert f'bot_given_up_total{{kind="{kind}",state="{state}"}} 0.0' in said


def test_two_bots_of_one_process_count_apart():
    one, other = Metrics(), Metrics()
    one.late(Platform.WECOM)

    assert 'bot_late_total{platform="wecom"} 1.0' in lines(one.exposition())
    assert 'bot_late_total{platform="wecom"} 0.0' in lines(other.exposition())


def test_what_waits_is_shown_with_its_age():
    found = Backlog(
        waiting=(Waiting(to="wecom.webhook", count=2, oldest_at=1_000),), groups=3, stopped_groups=1
    )

    said = lines(shared(found, now=61_500))

    assert [line for line in said if "wecom.webhook" in line] == [
        'bot_outbox_waiting{to="wecom.webhook"} 2.0',
        'bot_outbox_oldest_seconds{to="wecom.webhook"} 60.5',
    ]
    assert said[-2:] == ["bot_groups 3.0", "bot_groups_stopped 1.0"]


def test_where_nothing_waits_is_shown_as_well():
    said = lines(shared(Backlog(waiting=(), groups=0, stopped_groups=0), now=61_500))

    receivers = ["people", "wecom.webhook", "wecom.aibot", "dingtalk.webhook", "dingtalk.group"]
    assert said == [
        *(f'bot_outbox_waiting{{to="{to}"}} 0.0' for to in receivers),
        *(f'bot_outbox_oldest_seconds{{to="{to}"}} 0.0' for to in receivers),
        "bot_groups 0.0",
        "bot_groups_stopped 0.0",
    ]


def test_jobs_show_when_they_last_ended_and_how(database):
    def ends(day, outcome, at):
        with database.writing() as connection:
            claim = job_runs.take(
                connection, job_runs.seen(connection, "daily-ranking", day), at=at, until=at + 1
            )
            if outcome is not None:
                job_runs.finish(connection, claim, job_runs.Ended(outcome=outcome, detail="", at=at))

    ends(date(2024, 5, 20), Outcome.DONE, 1_000)
    ends(date(2024, 5, 21), Outcome.DONE, 2_000)
    ends(date(2024, 5, 22), Outcome.FAILED, 3_000)
    ends(date(2024, 5, 23), None, 4_000)  # under way
    with database.reading() as connection:
        found = backlog(connection)

    assert found.jobs == (
        LastEnd(job="daily-ranking", outcome="done", at=2_000),
        LastEnd(job="daily-ranking", outcome="failed", at=3_000),
    )
    assert [line for line in lines(shared(found, now=5_000)) if "job" in line] == [
        'bot_job_ended_timestamp_seconds{outcome="done",task="daily-ranking"} 2.0',
        'bot_job_ended_timestamp_seconds{outcome="failed",task="daily-ranking"} 3.0',
    ]


def test_whether_the_database_answers_is_shown_and_how_fast():
    assert lines(answering(0.25)) == ["bot_database_answers 1.0", "bot_database_look_seconds 0.25"]
    assert lines(answering(None)) == ["bot_database_answers 0.0"]


async def test_without_a_database_nothing_is_known_of_the_backlog(tmp_path):
    nowhere = Database(f"sqlite:///{tmp_path}/no such folder/bot.db")

    assert await BacklogWatch(nowhere).latest() is None


class Slow:
    """A database that does not answer before it is let."""

    def __init__(self, database):
        self._database = database
        self.let = threading.Event()
        self.asked = 0

    @contextmanager
    def reading(self):
        self.asked += 1
        self.let.wait(10)
        with self._database.reading() as connection:
            yield connection


async def test_a_database_that_does_not_answer_is_not_asked_again_and_again(database, monkeypatch):
    monkeypatch.setattr("bot.metrics_page.PATIENCE_SECONDS", 0.05)
    slow = Slow(database)
    watch = BacklogWatch(slow)

    assert [await watch.latest() for _ in range(3)] == [None, None, None]
    assert slow.asked == 1

    slow.let.set()
    monkeypatch.setattr("bot.metrics_page.PATIENCE_SECONDS", 5.0)
    assert await watch.latest() == Backlog(waiting=(), groups=0, stopped_groups=0)


async def test_several_who_watch_ask_the_database_once(database):
    slow = Slow(database)
    slow.let.set()
    watch = BacklogWatch(slow)

    for _ in range(5):
        assert await watch.latest() is not None
    assert slow.asked == 1
