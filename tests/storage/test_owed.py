"""Answers that are still to be said over a connection."""

import pytest

from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import Buttons, Choice, Reply
from storage import owed
from storage.sealing import Sealing

REPLY = Reply(
    body="还差 3 学时", buttons=Buttons(about="选点", choices=(Choice(label="A1", says="选点 A1"),))
)
SEALING = Sealing("k" * 32)


def heard(key, door=Door.AIBOT, **more):
    return IncomingMessage(
        platform=Platform.DINGTALK if door is Door.DINGTALK_STREAM else Platform.WECOM,
        key=key,
        account="T1",
        chat="",
        kind=Kind.TEXT,
        text="我的学时",
        sent_at=1,
        door=door,
        **more,
    )


def row(key, *, at=0, due_at=100, sealing=SEALING, **more):
    return owed.row(heard(key, **more), REPLY, "ab" * 8, at=at, due_at=due_at, sealing=sealing)


def taken(database, *, at, until=10_000, door=Door.AIBOT, most=10, sealing=SEALING):
    with database.writing() as connection:
        return owed.take(connection, door, at=at, until=until, most=most, sealing=sealing)


@pytest.fixture
def noted(database):
    def note(*rows):
        with database.writing() as connection:
            owed.note(connection, list(rows))
        return [one["key"] for one in rows]

    return note


def test_it_is_left_alone_until_it_is_due_and_then_taken_once(database, noted):
    (key,) = noted(row("m1", reply_to="req-1"))
    assert taken(database, at=99) == []
    (one,) = taken(database, at=100, until=500)
    assert (one.key, one.account, one.reply_to, one.reply, one.tries) == (key, "T1", "req-1", REPLY, 1)
    assert taken(database, at=499) == []
    assert [again.tries for again in taken(database, at=500)] == [2]


def test_the_oldest_is_taken_first_and_no_more_than_asked_for(database, noted):
    first, second, _third = noted(*(row(f"m{n}", at=n, due_at=n) for n in range(3)))
    assert [one.key for one in taken(database, at=100, most=2)] == [first, second]


def test_what_was_said_is_gone(database, noted):
    key, other = noted(row("m1"), row("m2"))
    with database.writing() as connection:
        owed.said(connection, {key})
    with database.reading() as connection:
        assert owed.is_due(connection, Door.AIBOT, 100)
        assert not owed.is_due(connection, Door.DINGTALK_STREAM, 100)
    assert [one.key for one in taken(database, at=100)] == [other]


def test_a_sessions_address_is_sealed_and_unreadable_under_another_key(database, noted):
    url = "https://oapi.dingtalk.com/robot/sendBySession?session=secret"
    one = row("m1", door=Door.DINGTALK_STREAM, reply_url=url, reply_url_expires=900)
    noted(one)
    assert "session" not in one["reply_to"]
    (found,) = taken(database, at=100, until=200, door=Door.DINGTALK_STREAM)
    assert (found.reply_to, found.reply_until) == (url, 900)
    (found,) = taken(database, at=200, door=Door.DINGTALK_STREAM, sealing=Sealing("x" * 32))
    assert found.reply_to == ""


def test_without_a_key_to_seal_with_no_address_is_kept(database, noted):
    noted(row("m1", door=Door.DINGTALK_STREAM, reply_url="https://x", sealing=None))
    (found,) = taken(database, at=100, door=Door.DINGTALK_STREAM, sealing=None)
    assert found.reply_to == ""


def test_one_that_could_not_be_said_is_due_again_when_it_is_made_so(database, noted):
    (key,) = noted(row("m1"))
    taken(database, at=100, until=9_000)
    with database.writing() as connection:
        owed.make_due(connection, [key], 300)
    assert [one.key for one in taken(database, at=300)] == [key]
