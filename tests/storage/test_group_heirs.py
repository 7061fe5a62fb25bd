"""A new robot in the place of one that was thrown out: what waited for the old one goes out there."""

import pytest
from sqlalchemy import insert, select

from bot.policy.outgoing import Kind, Way
from messages.outgoing import answer
from storage import chat_groups
from storage.chat_groups import Binding
from storage.delivery_tables import outbox
from storage.group_heirs import take_over
from storage.outbox import Post, post
from storage.sealing import Sealing
from storage.tables import school
from storage.undelivered import bury

NOW = 1_716_250_000_000
SEALING = Sealing("a key of the tests, thirty-two characters and more")
HOOK = "https://qyapi.example.com/cgi-bin/webhook/send?key="


@pytest.fixture
def connection(database):
    with database.engine.connect() as connection, connection.begin():
        connection.execute(
            insert(school), [{"id": n, "name": f"示例第{n}小学", "kind": "primary"} for n in (1, 2)]
        )
        yield connection


def bound(connection, key, school_id=1):
    binding = Binding(
        way=Way.WECOM_WEBHOOK, address=HOOK + key, school_id=school_id, secret="", title="示例群"
    )
    return chat_groups.bind(connection, binding, SEALING, at=NOW, by="operator").group


def stopped(connection, key, school_id=1):
    group = bound(connection, key, school_id)
    posts = [
        Post(key=f"{key}/{kind}", kind=kind, answer=answer("排名"), group_id=group.id)
        for kind in (Kind.RANKING, Kind.CORRECTION)
    ]
    post(connection, posts, at=NOW)
    assert chat_groups.stop(connection, group.id, "93000", NOW + 1)
    bury(connection, group.id, NOW + 1)
    return group


def waiting(connection):
    rows = connection.execute(select(outbox.c.key, outbox.c.group_id).where(outbox.c.state == "queued"))
    return sorted(tuple(row) for row in rows)


def test_what_is_still_worth_saying_goes_to_the_new_robot(connection):
    old = stopped(connection, "old")
    new = bound(connection, "new")

    # Three hours later the ranking (two hours) is too old, the correction (a day) is not.
    assert take_over(connection, new, at=NOW + 3 * 3_600_000) == (old.id, 1)
    assert waiting(connection) == [("old/correction", new.id)]
    assert [group.id for group in chat_groups.bound(connection)] == [new.id]


def test_another_schools_stopped_group_is_left_alone(connection):
    stopped(connection, "old", school_id=2)

    assert take_over(connection, bound(connection, "new"), at=NOW + 2) is None
    assert waiting(connection) == []


def test_of_several_stopped_groups_none_is_taken_for_granted(connection):
    stopped(connection, "one")
    stopped(connection, "two")

    assert take_over(connection, bound(connection, "new"), at=NOW + 2) is None


def test_a_group_that_works_keeps_its_place(connection):
    bound(connection, "old")

    assert take_over(connection, bound(connection, "new"), at=NOW + 2) is None
