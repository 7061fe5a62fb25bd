"""绑定本群: the office says in a group whose news it gets."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from handlers.perform import perform
from messages.commands import Command
from messages.incoming import UNNAMED_GROUP, Platform
from storage import chat_groups
from storage.sealing import Sealing
from storage.tables import account, audit

TEACHER, LEADER, ADMIN, PRINCIPAL, OFFICE, OVERSEER = range(1, 7)
FIRST, SECOND = 1, 2
BIND = Command.BIND_GROUP


@pytest.fixture
def in_group(county):
    """The office speaks in a DingTalk group."""
    county.connection.execute(
        account.insert().values(
            platform="dingtalk",
            folded="user5",
            verbatim="User5",
            person_id=OFFICE,
            source="roster",
            bound_at=0,
        )
    )

    def say(
        command=BIND, chat="cidExample==", title="第一小学语文群", platform=Platform.DINGTALK, **arguments
    ):
        turn = county.turn(OFFICE, command, group=True, **arguments)
        message = replace(turn.message, platform=platform, chat=chat, chat_title=title)
        return perform(replace(turn, message=message)).plain

    return say


def groups(county):
    return [(one.way.value, one.school_id, one.title) for one in chat_groups.bound(county.connection)]


def test_a_group_is_bound_to_a_school_with_its_title(county, in_group):
    assert in_group(school="第一小学") == "本群已绑定示例县第一小学。\n每日排名 18:00 发到这里。"
    assert groups(county) == [("dingtalk.group", FIRST, "第一小学语文群")]

    found = chat_groups.addresses(county.connection, [1], Sealing(county.secret_key), county.real_ms)
    assert [one.address for one in found.values()] == ["cidExample=="]
    rows = county.connection.execute(select(audit.c.actor, audit.c.action, audit.c.detail)).all()
    assert [tuple(row) for row in rows] == [("person:5", "group.bound", {"group": 1, "school": FIRST})]


def test_a_group_is_bound_to_the_county(county, in_group):
    assert in_group(school="全市").startswith("本群已绑定全市。")
    assert groups(county) == [("dingtalk.group", None, "第一小学语文群")]


def test_a_wecom_group_is_told_what_it_needs_besides(county, in_group):
    assert in_group(school="第一小学", platform=Platform.WECOM, title="") == (
        "本群已绑定示例县第一小学。\n"
        "现在还推送不进来：要等智能机器人的长连接配好，每日排名才会在 18:00 发到这里。\n"
        "想现在就收到，请管理员改用群机器人的 Webhook 绑定（group bind）。"
    )
    assert groups(county) == [("wecom.aibot", FIRST, "")]


def test_another_school_waits_for_the_word(county, in_group):
    in_group(school="第一小学")

    assert in_group(school="第二小学") == (
        "本群现在绑定的是示例县第一小学，要改为示例县第二小学。\n"
        "改了以后，示例县第一小学的消息不再发到这里。\n"
        "确定就回复“确认”（5 分钟内有效）。"
    )
    assert groups(county) == [("dingtalk.group", FIRST, "第一小学语文群")]
    assert in_group(Command.CONFIRM).startswith("本群已绑定示例县第二小学。")
    assert groups(county) == [("dingtalk.group", SECOND, "第一小学语文群")]


def test_the_same_again_changes_nothing_unless_it_had_stopped(county, in_group):
    in_group(school="第一小学")
    assert in_group(school="第一小学") == "本群已经绑定示例县第一小学，不用再绑。"

    chat_groups.stop(county.connection, 1, "93000", county.real_ms)
    assert in_group(school="").startswith("本群绑定的是示例县第一小学，但消息发不进来，已停发。")
    assert in_group(school="第一小学").startswith("本群已绑定示例县第一小学。")
    assert chat_groups.bound(county.connection)[0].stopped_at is None


def test_further_groups_of_the_school_are_named(county, in_group):
    in_group(school="第一小学", chat="cidOther==", title="大群")
    assert in_group(school="第一小学").endswith(
        "示例县第一小学还绑定了：大群。是同一个群就会收到两遍，请管理员解绑一个。"
    )


def test_a_group_on_the_other_platform_is_none_that_would_hear_it_twice(county, in_group):
    in_group(school="第一小学", platform=Platform.WECOM, chat="wrOther", title="第一小学语文群")
    assert "还绑定了" not in in_group(school="第一小学")


@pytest.mark.parametrize(
    ("school", "said"),
    [
        ("", "本群还没有绑定。发“绑定本群 学校名”或“绑定本群 全市”。"),
        ("小学", "“小学”可能是示例县第一小学、示例县第二小学。没有绑定，请写全称再发一次。"),
        ("示例县第九小学", "没有叫“示例县第九小学”的学校，没有绑定。\n是不是示例县第二小学、示例县第一小学？请写全称再发一次。"),
        ("外国语", "没有叫“外国语”的学校，没有绑定。\n请写学校全称或简称。"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_asked_back(county, in_group, school, said):
    assert in_group(school=school) == said
    assert groups(county) == []


def test_a_group_without_an_id_and_the_terminal_are_no_groups_to_bind(county, in_group):
    said = "认不出这是哪个群，没有绑定。请在企业微信或钉钉的群里@我再发一次。"
    assert in_group(school="第一小学", chat=UNNAMED_GROUP) == said
    assert in_group(school="第一小学", platform=Platform.CONSOLE) == said
    assert groups(county) == []


def test_in_private_it_says_where(county):
    assert county.ask(OFFICE, BIND, school="第一小学").startswith(
        "请到要绑定的群里@我，发“绑定本群 学校名”或“绑定本群 全市”。"
    )


def test_without_a_key_no_group_is_bound(county):
    county.secret_key = ""
    assert county.ask(OFFICE, BIND, group=True, school="第一小学").startswith("还不能绑定群")


@pytest.mark.parametrize("who", [TEACHER, LEADER, ADMIN, PRINCIPAL, OVERSEER])
def test_nobody_but_the_office_binds_a_group(county, who):
    said = county.ask(who, BIND, group=True, school="第一小学")
    assert said.startswith("“绑定本群”只有项目办可以用，没有执行。")
    assert groups(county) == []


def test_it_is_said_in_many_ways(says, county):
    for words in ("绑定本群 第一小学", "把这个群绑到示例县第一小学", "本群绑定到第一小学"):
        assert says(words, OFFICE, group=True).startswith("本群已"), words
    assert groups(county) == [("wecom.aibot", FIRST, "")]
