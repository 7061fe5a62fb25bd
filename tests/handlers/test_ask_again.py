"""提醒 of an announcement: those who have it and have not said 收到 are asked once more, each once a day."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.policy.announcement import AnnouncementState
from handlers.perform import perform
from messages.commands import Command
from messages.outgoing import load_answer
from storage.announcement_tables import acknowledgement
from storage.delivery_tables import outbox
from storage.outbox import State
from tests.handlers.announced import EVERYBODY, came_to, put
from tests.handlers.conftest import LEADER, OFFICE, TEACHER

BODY = "周五下午两点线上答疑，收到请回复"


def asks_again(county, number, who=OFFICE):
    """As on a page."""
    return said(county, Command.REMIND, who, numbers=(number,), confirmed=True)


def said(county, command, who=OFFICE, *, confirmed=False, **arguments):
    """Nothing waits to be told along with the answer."""
    turn = county.turn(who, command, **arguments)
    return perform(replace(turn, confirmed=confirmed, asker=replace(turn.person, has_notices=False))).plain


def questions(county, number):
    rows = county.connection.execute(
        select(outbox.c.person_id, outbox.c.content)
        .where(outbox.c.key.like(f"announcement/{number}/again/%"))
        .order_by(outbox.c.id)
    )
    return [(person_id, load_answer(content)) for person_id, content in rows]


@pytest.fixture
def number(county):
    """Two people have it, and one of them has answered."""
    number = put(county, EVERYBODY, BODY)
    for person_id in (TEACHER, LEADER):
        came_to(county, number, State.SENT, person=person_id)
    county.connection.execute(
        acknowledgement.insert().values(announcement=number, person_id=LEADER, at=county.real_ms)
    )
    return number


def test_only_those_are_asked_who_have_it_and_have_not_answered(county, number):
    reply = asks_again(county, number)

    assert reply == f"已开始提醒 1 人看公告 {number} 并回“收到”。"
    ((person_id, question),) = questions(county, number)
    assert person_id == TEACHER
    assert question.plain == (
        f"公告 {number} 还没有看到你回“收到”（{county.plan.office}）：\n“{BODY}”\n看过了，请回复“收到”。"
    )
    assert [choice.says for choice in question.buttons.choices] == [f"收到 {number}"]


def test_in_the_chat_it_asks_back_first(county, number):
    assert said(county, Command.REMIND, numbers=(number,)) == (
        f"公告 {number}（“{BODY}”）有 1 人还没有回“收到”，今天提醒过的不再提醒。\n"
        "还没有提醒。确定就回复“确认”（5 分钟内有效）。"
    )
    assert questions(county, number) == []
    assert said(county, Command.CONFIRM) == f"已开始提醒 1 人看公告 {number} 并回“收到”。"
    assert [person_id for person_id, _ in questions(county, number)] == [TEACHER]


def test_nobody_is_asked_twice_on_a_day(county, number):
    asks_again(county, number)
    again = asks_again(county, number)
    county.later(days=1)
    tomorrow = asks_again(county, number)

    assert again == f"公告 {number} 没回“收到”的 1 人今天都提醒过了，明天再提醒。"
    assert tomorrow == f"已开始提醒 1 人看公告 {number} 并回“收到”。"
    assert [person_id for person_id, _ in questions(county, number)] == [TEACHER, TEACHER]


def test_where_there_is_nobody_to_ask_it_says_why(county, number):
    plain = put(county, EVERYBODY, "周五下午两点线上答疑")
    waiting = put(county, EVERYBODY, BODY, AnnouncementState.WAITING)
    newer = put(county, EVERYBODY, f"{BODY}。", corrects=number)

    assert asks_again(county, plain) == f"公告 {plain} 没有要大家回“收到”，没有提醒。"
    assert asks_again(county, waiting) == f"公告 {waiting} 还没有发，没有提醒。"
    assert (
        asks_again(county, number) == f"公告 {number} 已被公告 {newer} 更正，没有提醒。请提醒公告 {newer}。"
    )
    assert asks_again(county, newer) == f"公告 {newer} 送到的人都回了“收到”，不用提醒。"
    assert asks_again(county, 999) == "没有编号 999 的公告。发“发送情况”看最近的一条。"
    assert questions(county, number) == []


def test_a_leader_asks_nobody(county, number):
    assert asks_again(county, number, who=LEADER) == f"没有编号 {number} 的公告。发“发送情况”看最近的一条。"
    assert questions(county, number) == []
