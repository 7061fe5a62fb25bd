"""What the bot keeps in mind between two messages: menus, rests of answers, notices."""

import pytest

from messages.commands import Command
from messages.outgoing import Reply
from storage import unread
from storage.notices import note

TEACHER, LEADER = 1, 2


def test_a_bare_digit_without_a_menu_means_nothing(county):
    assert county.ask(TEACHER, typed="1", silent=True) == ""
    assert county.ask(TEACHER, typed="2").startswith("没看懂")


def test_a_menu_is_closed_by_an_answer(county):
    county.ask(TEACHER, Command.RECOMMEND)
    county.ask(TEACHER, typed="2")

    assert county.ask(TEACHER, typed="1", silent=True) == ""


def test_a_line_that_is_not_there_is_refused_and_the_menu_stays(county):
    county.ask(TEACHER, Command.RECOMMEND)

    assert county.ask(TEACHER, typed="4") == "没有这一项，请回复 1 到 3；不选了就发“取消”。"
    assert county.ask(TEACHER, typed="3").startswith("选好了")


def test_after_five_minutes_a_menu_is_politely_over(county):
    county.ask(TEACHER, Command.RECOMMEND)
    county.later(minutes=5)

    assert county.ask(TEACHER, typed="1", silent=True) == "这个选单已过期，没有执行。请重新发“推荐选点”。"
    assert county.ask(TEACHER, typed="1", silent=True) == ""


def test_after_an_hour_a_digit_is_just_a_digit(county):
    county.ask(TEACHER, Command.RECOMMEND)
    county.later(hours=2)

    assert county.ask(TEACHER, typed="1", silent=True) == ""


def test_a_menu_is_for_the_one_who_asked(county):
    county.ask(TEACHER, Command.RECOMMEND)

    assert county.ask(LEADER, typed="1", silent=True) == ""


@pytest.mark.parametrize("text", ["第2个", "选2", "@研修助手 2", "2.", "二", "②"])
def test_a_line_is_picked_in_many_ways(county, text):
    county.ask(TEACHER, Command.RECOMMEND)

    assert county.ask(TEACHER, typed=text).startswith("选好了")


# ── 取消 ──


def test_cancelling_says_what_was_dropped(county):
    county.ask(TEACHER, Command.RECOMMEND)

    assert county.ask(TEACHER, Command.CANCEL) == "已取消：等待回复的选单。什么都没有执行。"
    assert county.ask(TEACHER, Command.CANCEL) == "没有等待中的操作，不用取消。"
    assert county.ask(TEACHER, typed="1", silent=True) == ""


# ── 更多 ──


def keep_pages(county, *pages):
    message = county.turn(TEACHER).message
    unread.keep_rest(
        county.connection, message, "trace", [Reply(body=page) for page in pages], county.real_ms
    )


def test_the_rest_comes_page_by_page(county):
    keep_pages(county, "第二页", "第三页")

    assert county.ask(TEACHER, Command.MORE) == "第二页"
    assert county.ask(TEACHER, Command.MORE) == "第三页"
    assert county.ask(TEACHER, Command.MORE) == "没有更多内容了。"


def test_an_old_rest_is_gone(county):
    keep_pages(county, "第二页")
    county.later(minutes=30)

    assert county.ask(TEACHER, Command.MORE) == "后面的内容已经过期，请把原来的问题再发一次。"


# ── notices ──


def test_notices_are_said_once_after_an_answer(county):
    note(county.connection, [TEACHER, LEADER], key="a", text="第一件事", at=1)
    note(county.connection, [TEACHER], key="a", text="第一件事又来", at=2)  # the same key is the same notice

    assert county.ask(TEACHER, Command.CANCEL) == "没有等待中的操作，不用取消。\n另外告诉你：\n第一件事"
    assert county.ask(TEACHER, Command.CANCEL) == "没有等待中的操作，不用取消。"
    assert county.ask(LEADER, Command.CANCEL).endswith("第一件事")


def test_at_most_three_are_said_at_once(county):
    for number in range(5):
        note(county.connection, [TEACHER], key=f"k{number}", text=f"第 {number} 件", at=number)

    assert county.ask(TEACHER, Command.CANCEL).splitlines()[1:] == [
        "另外告诉你：",
        "第 0 件",
        "第 1 件",
        "第 2 件",
        "还有 2 条，下次回复时告诉你。",
    ]
    assert county.ask(TEACHER, Command.CANCEL).splitlines()[1:] == ["另外告诉你：", "第 3 件", "第 4 件"]


def test_silence_is_not_broken_by_a_notice(county):
    note(county.connection, [TEACHER], key="a", text="第一件事", at=1)

    assert county.ask(TEACHER, typed="收到", silent=True) == ""
    assert county.turn(TEACHER).person.has_notices
