"""Another process holds the database: callbacks are answered all the same, and nothing is lost."""

import sqlite3
import time
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import make_url

ACKNOWLEDGED = "已收到，正在处理。过一会儿发“更多”看结果，不用重发。"
WHO = "你是赵示例，示例县第一小学。"


@contextmanager
def held(url):
    """The write lock, as a backup or an import of another process holds it."""
    with closing(sqlite3.connect(make_url(url).database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def taken_in(url, key):
    """How often a message stands in the inbox."""
    with closing(sqlite3.connect(make_url(url).database)) as connection:
        return connection.execute("SELECT count(*) FROM inbox WHERE key LIKE ?", (f"%{key}",)).fetchone()[0]


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(params=["dingtalk", "wecom"])
def ask(request, platforms):
    return getattr(platforms, f"ask_{request.param}")


def test_a_callback_is_answered_in_time_and_the_answer_follows(serve, ask, sqlite_county):
    server = serve()
    with held(sqlite_county):
        start = time.monotonic()
        assert ask(server, "我是谁", "2000") == ACKNOWLEDGED
        assert time.monotonic() - start < 1
        time.sleep(max(0, 3 - (time.monotonic() - start)))
        assert taken_in(sqlite_county, "2000") == 0
    until(lambda: taken_in(sqlite_county, "2000") == 1)
    later = ask(server, "更多", "3000")
    assert WHO in later
    assert ask(server, "我是谁", "2000") == later  # the platform repeats what it thinks was lost
    assert taken_in(sqlite_county, "2000") == 1


def test_what_was_acknowledged_survives_a_kill(serve, ask, sqlite_county):
    server = serve()
    with held(sqlite_county):
        assert ask(server, "我是谁", "2000") == ACKNOWLEDGED
        server.process.kill()
        server.process.wait(10)
    assert taken_in(sqlite_county, "2000") == 0
    again = serve()
    until(lambda: taken_in(sqlite_county, "2000") == 1)
    until(lambda: WHO in ask(again, "更多", f"{time.monotonic_ns()}"))
    assert taken_in(sqlite_county, "2000") == 1
