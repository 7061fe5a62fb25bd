"""Every message is answered in time, and what was acknowledged early is never lost."""

import asyncio
import threading
import time

import pytest

from bot.clock import SystemClock
from bot.journal import Journal
from bot.lanes import Lane
from bot.metrics import Metrics
from bot.reception import NotKept, Reception
from messages.incoming import IncomingMessage, Kind, Platform
from messages.outgoing import Reply
from storage.database import Database

ACKNOWLEDGED = "已收到，正在处理。过一会儿发“更多”看结果，不用重发。"


def message(key="m1", account="demo_1"):
    return IncomingMessage(
        platform=Platform.DINGTALK,
        key=key,
        account=account,
        chat="",
        kind=Kind.TEXT,
        text="我的学时",
        sent_at=1,
        reply_url="https://example.invalid/😀",
    )


class Echo:
    """Answers with the message's key, when the gate is open; remembers what was late."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.late: list[str] = []

    def together(self, connection, items):
        self.gate.wait(10)
        self.late += [item.message.key for item in items if item.late]
        return [Reply(body=f"answer to {item.message.key}") for item in items]

    def failed(self, connection, item, error):
        raise error


@pytest.fixture
async def echo():
    return Echo()


@pytest.fixture
async def reception(tmp_path, echo):
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    lane = Lane("test", database, echo)
    lane.start(asyncio.get_running_loop())
    yield Reception([lane], Journal(tmp_path / "journal"), SystemClock(), metrics=Metrics())
    echo.gate.set()
    await asyncio.to_thread(lane.stop, 5)
    database.close()


async def until(condition):
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen within four seconds")


async def test_an_answer_that_is_ready_in_time_is_said(reception):
    assert await reception.accept(message()) == Reply(body="answer to m1")


async def test_a_slow_answer_is_acknowledged_within_a_second(reception, echo, tmp_path):
    echo.gate.clear()

    started = time.monotonic()
    reply = await reception.accept(message())

    assert time.monotonic() - started < 1
    assert reply == Reply(body=ACKNOWLEDGED)
    assert Journal(tmp_path / "journal").waiting() == [message()]


async def test_a_late_answer_is_laid_ready_and_leaves_the_journal(reception, echo, tmp_path):
    echo.gate.clear()
    await reception.accept(message())
    echo.gate.set()

    await until(lambda: Journal(tmp_path / "journal").waiting() == [])
    assert echo.late == ["m1"]


async def test_what_a_crash_left_in_the_journal_is_taken_in_again(reception, echo, tmp_path):
    journal = Journal(tmp_path / "journal")
    journal.keep(message("old"))

    assert await reception.recover() == 1
    await until(lambda: journal.waiting() == [])
    assert echo.late == ["old"]


async def test_when_neither_database_nor_disk_takes_it_the_platform_must_try_again(reception, echo, tmp_path):
    (tmp_path / "journal").write_text("a file where the folder should be", encoding="utf-8")
    echo.gate.clear()

    with pytest.raises(NotKept):
        await reception.accept(message())


def test_the_journal_keeps_a_message_whole_and_once(tmp_path):
    journal = Journal(tmp_path / "journal")

    journal.keep(message())
    journal.keep(message())
    assert journal.waiting() == [message()]

    journal.drop(message())
    journal.drop(message())
    assert journal.waiting() == []


def test_a_half_written_file_is_no_message(tmp_path):
    journal = Journal(tmp_path / "journal")
    journal.keep(message())
    (tmp_path / "journal" / "x.part").write_text("{", encoding="utf-8")

    assert journal.waiting() == [message()]
