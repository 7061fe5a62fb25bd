"""What concerns one person is asked in a group and answered in private, where there is a way to them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from handlers.entry import Room
from handlers.perform import perform
from handlers.registry import REGISTRY
from messages.commands import Command
from messages.incoming import Platform
from messages.outgoing import load_answer
from storage.delivery_tables import outbox
from storage.page_tables import entry_link
from storage.tables import binding_code, choice

pytestmark = pytest.mark.one_database  # who may what is no statement

TEACHER, LEADER, ADMIN, OFFICE, NEWCOMER = 1, 2, 3, 5, 7
TOLD = "已私信你。没看到就点我的头像，再发一次。"
DONE = "已私信你。没看到就点我的头像看私聊，不用再发一遍。"


@pytest.fixture
def asks(county):
    """In a WeCom group of an office whose app can write to people."""

    def ask(who, command, *, reaches=frozenset({Platform.WECOM}), trace="t", **said):
        turn = county.turn(who, command, group=True, **said)
        return perform(replace(turn, reaches=reaches, trace=trace)).plain

    return ask


def posted(county):
    rows = county.connection.execute(
        select(outbox.c.key, outbox.c.kind, outbox.c.person_id, outbox.c.content).order_by(outbox.c.id)
    )
    return [(key, kind, person_id, load_answer(content).plain) for key, kind, person_id, content in rows]


def test_the_group_reads_one_sentence_and_the_asker_everything(county, asks):
    county.has_online(TEACHER, 1850)

    in_private = county.ask(TEACHER, Command.MY_HOURS)

    assert "18.5 学时" in in_private
    assert asks(TEACHER, Command.MY_HOURS) == TOLD
    assert posted(county) == [("reply/wecom/t", "reply", TEACHER, in_private)]


def test_what_is_ordered_in_a_group_is_done(county, asks):
    assert asks(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9")) == DONE
    assert county.connection.scalars(select(choice.c.code).order_by(choice.c.code)).all() == [
        "A5",
        "B2",
        "B9",
    ]


def test_what_the_answer_leaves_open_belongs_to_the_private_chat(county, asks):
    assert asks(OFFICE, Command.FREEZE, reason="最终验收") == DONE
    assert asks(OFFICE, Command.CONFIRM) == (
        "群里没有等你确认的操作，什么都没有执行。私信里问你的，请到私聊里回复“确认”。"
    )
    assert asks(OFFICE, Command.CANCEL) == "群里没有等待中的操作。私信里的，请到私聊里回复“取消”。"
    assert county.ask(OFFICE, Command.CONFIRM).startswith("已冻结 8 人的数据")


def test_a_menu_of_a_private_answer_is_picked_from_in_private(county, asks):
    assert asks(TEACHER, Command.RECOMMEND) == TOLD
    assert asks(TEACHER, None, typed="1", silent=True) == ""
    assert county.ask(TEACHER, None, typed="1", silent=True).startswith("选好了：")


def test_the_same_message_is_answered_once(county, asks):
    asks(TEACHER, Command.MY_HOURS)
    asks(TEACHER, Command.MY_HOURS)
    assert len(posted(county)) == 1


@pytest.mark.parametrize("reaches", [frozenset(), frozenset({Platform.DINGTALK})])
def test_without_a_way_to_them_the_group_reads_how_to_ask(county, asks, reaches):
    assert asks(TEACHER, Command.MY_HOURS, reaches=reaches) == (
        "“我的学时”是个人数据，群里不显示。点我的头像发起私聊，发“我的学时”。"
    )
    assert posted(county) == []


def test_a_binding_code_is_given_in_the_private_chat_only(county, asks):
    assert asks(ADMIN, Command.CODE, name="甲老师") == (
        "绑定码请私聊办理，群里没有执行。点我的头像发起私聊，再发一次。"
    )
    assert posted(county) == []
    assert county.connection.execute(select(binding_code)).all() == []


@pytest.mark.parametrize("command", [Command.MY_PAGE, Command.OFFICE_PAGE, Command.EXPORT])
def test_a_link_is_given_in_the_private_chat_only(county, asks, command):
    assert asks(OFFICE, command, filter="验收") == (
        f"“{command}”的链接只在私聊里给，群里没有执行。点我的头像发起私聊，再发一次“{command}”。"
    )
    assert posted(county) == []
    assert county.connection.execute(select(entry_link)).all() == []


def test_a_stranger_is_not_written_to(county, asks):
    assert asks("stranger", Command.WHO_AM_I).startswith("“我是谁”是个人数据，群里不显示。")
    assert posted(county) == []


def test_who_may_not_is_told_so_in_the_group(county, asks):
    assert asks(TEACHER, Command.CODE, name="乙组长").startswith("“绑定码”只有")
    assert posted(county) == []


@pytest.mark.parametrize(
    "command", sorted(command for command, entry in REGISTRY.items() if entry.room is Room.PRIVATE_ONLY)
)
@pytest.mark.parametrize("who", [TEACHER, LEADER, ADMIN, OFFICE])
def test_whatever_is_asked_the_group_reads_nothing_personal(county, asks, command, who):
    said = asks(who, command)
    sentences = (DONE if REGISTRY[command].changes else TOLD, "请私聊办理", "只有", "的链接只在私聊里给")
    assert any(sentence in said for sentence in sentences), said
