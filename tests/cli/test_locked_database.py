"""Another process holds the database: callbacks are answered all the same, and nothing is lost."""

import sqlite3
import time
from contextlib import closing, contextmanager
from pathlib import Path

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


def taken_in(url, text):
    """How often what was said stands in the inbox."""
    with closing(sqlite3.connect(make_url(url).database)) as connection:
        return connection.execute("SELECT count(*) FROM inbox WHERE text = ?", (text,)).fetchone()[0]


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
        assert taken_in(sqlite_county, "我是谁") == 0
    until(lambda: taken_in(sqlite_county, "我是谁") == 1)
    later = ask(server, "更多", "3000")
    assert WHO in later
    assert ask(server, "我是谁", "2000") == later  # the platform repeats what it thinks was lost
    assert taken_in(sqlite_county, "我是谁") == 1


def test_what_was_acknowledged_survives_a_kill(serve, ask, sqlite_county):
    server = serve()
    with held(sqlite_county):
        assert ask(server, "我是谁", "2000") == ACKNOWLEDGED
        server.process.kill()
        server.process.wait(10)
    assert taken_in(sqlite_county, "我是谁") == 0
    again = serve()
    until(lambda: taken_in(sqlite_county, "我是谁") == 1)
    until(lambda: WHO in ask(again, "更多", f"{time.monotonic_ns()}"))
    assert taken_in(sqlite_county, "我是谁") == 1


def test_no_promised_answer_is_lost_to_an_impatient_person(serve, ask, sqlite_county):
    server = serve()
    with held(sqlite_county):
        for number, question in enumerate(("我是谁", "更多", "截止时间")):
            assert ask(server, question, f"40{number}") == ACKNOWLEDGED
    until(lambda: taken_in(sqlite_county, "截止时间") == 1)
    time.sleep(0.3)

    assert WHO in ask(server, "更多", "500")
    assert "5月30日" in ask(server, "更多", "501")
    assert ask(server, "更多", "502") == "没有更多内容了。"


def test_a_journal_file_that_cannot_be_read_is_set_aside(serve, ask, sqlite_county):
    folder = Path(f"{make_url(sqlite_county).database}-waiting")
    folder.mkdir()
    for number, content in enumerate(("", "[]", '{"platform": "wecom", "ke')):
        (folder / f"{number}.json").write_text(content, encoding="utf-8")

    server = serve()

    assert WHO in ask(server, "我是谁", "2000")
    assert sorted(path.suffix for path in folder.iterdir()) == [".unreadable"] * 3
