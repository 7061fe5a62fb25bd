"""收到 stays without an answer, and answers the newest announcement that asks for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from messages.commands import Command
from storage.announcement_tables import acknowledgement
from storage.outbox import State
from storage.tables import audit
from tests.handlers.announced import EVERYBODY, GROUPS, add_groups, came_to, put
from tests.handlers.conftest import LEADER, NEWCOMER, OFFICE, OTHER_ADMIN, TEACHER, UNBOUND

ASKS = "请回复收到：周五下午两点答疑"


def answers(county):
    rows = select(acknowledgement.c.announcement, acknowledgement.c.person_id).order_by(
        acknowledgement.c.announcement, acknowledgement.c.person_id
    )
    return [tuple(row) for row in county.connection.execute(rows)]


def say(county, who=TEACHER, typed="收到", *, group=False):
    return county.ask(who, typed=typed, silent=True, group=group)


@pytest.fixture
def asked(county):
    number = put(county, EVERYBODY, body=ASKS)
    came_to(county, number, State.SENT)
    return number


@pytest.mark.parametrize(
    "typed",
    [
        "收到",
        "收到了",
        "已收到",
        "好的收到",
        "收到，谢谢",
        "收到👌",
        "已阅",
        "已收悉",
        "收到，马上办",
        "已读",
    ],
)
def test_what_means_it_answers_silently(county, asked, says, typed):
    assert says(typed) == ""
    assert answers(county) == [(asked, TEACHER)]


@pytest.mark.parametrize("typed", ["好的", "谢谢", "👍", "1", "知道了"])
def test_other_courtesies_answer_nothing(county, asked, says, typed):
    assert says(typed) == ""
    assert answers(county) == []


def test_once_each_and_on_record(county, asked):
    for _ in range(3):
        assert say(county) == ""
    say(county, LEADER)

    assert answers(county) == [(asked, TEACHER), (asked, LEADER)]
    found = select(audit.c.person_id, audit.c.detail).where(audit.c.action == "announcement.acknowledged")
    assert [tuple(row) for row in county.connection.execute(found)] == [
        (TEACHER, {"numbers": [asked]}),
        (LEADER, {"numbers": [asked]}),
    ]


def test_one_that_asks_for_nothing_is_not_answered(county):
    came_to(county, put(county, EVERYBODY), State.SENT)
    say(county)

    assert answers(county) == []


def test_the_newest_is_answered_first(county, asked):
    newest = put(county, EVERYBODY, body="下周返校，收到请回复")
    came_to(county, newest, State.SENT)
    say(county)
    assert answers(county) == [(newest, TEACHER)]

    say(county)
    assert answers(county) == [(asked, TEACHER), (newest, TEACHER)]


def test_a_correction_that_is_answered_answers_what_it_corrects(county, asked):
    county.ask(OFFICE, Command.CORRECT, numbers=(asked,), text="请回复收到：改到周六")
    county.ask(OFFICE, Command.CONFIRM)
    came_to(county, asked + 1, State.SENT)
    say(county)

    assert answers(county) == [(asked, TEACHER), (asked + 1, TEACHER)]


def test_what_nobody_has_been_sent_yet_is_not_answered(county):
    put(county, EVERYBODY, body=ASKS)
    say(county)

    assert answers(county) == []


def test_after_two_weeks_nothing_old_is_meant(county, asked):
    county.later(days=14)
    say(county)
    assert answers(county) == [(asked, TEACHER)]

    county.later(seconds=1)
    say(county, LEADER)
    assert answers(county) == [(asked, TEACHER)]
    assert county.real_ms - int(timedelta(days=14, seconds=1).total_seconds() * 1000) > 0


def test_what_was_posted_in_the_groups_of_ones_school_counts_too(county):
    first, _, second = add_groups(county)
    number = put(county, GROUPS, body=ASKS)
    came_to(county, number, State.SENT, group=first)
    say(county, TEACHER, group=True)
    say(county, LEADER)
    say(county, OTHER_ADMIN, group=True)  # of the second school, whose group has not got it

    assert answers(county) == [(number, TEACHER), (number, LEADER)]
    came_to(county, number, State.SENT, group=second)
    say(county, OTHER_ADMIN)
    assert answers(county)[-1] == (number, OTHER_ADMIN)


def test_strangers_answer_nothing(county, asked):
    assert say(county, UNBOUND) == ""
    assert say(county, NEWCOMER) == ""  # who has no account: a stranger as well

    assert answers(county) == []


def test_a_one_answers_only_what_has_asked_for_it(county, asked, says):
    newest = put(county, EVERYBODY, body="下周返校，收到扣1")
    came_to(county, newest, State.SENT)

    assert says("1") == ""
    assert answers(county) == [(newest, TEACHER)]
    assert says("1") == ""
    assert answers(county) == [(newest, TEACHER)]  # the older one has asked for 收到
    assert says("收到") == ""
    assert answers(county) == [(asked, TEACHER), (newest, TEACHER)]
