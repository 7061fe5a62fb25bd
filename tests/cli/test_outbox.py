"""What could not be delivered, in the operator's hands: listed with its reason, sent once more."""

import json

import pytest
from sqlalchemy import select, update

from bot.policy.outgoing import Kind, Way
from messages.outgoing import answer
from storage import chat_groups, recalls
from storage.database import Database
from storage.delivery_tables import outbox as messages
from storage.outbox import Post, post
from storage.sealing import Sealing
from storage.tables import audit, person

SECRET_KEY = "a secret key of forty characters, or more"
WEBHOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-4000-8000-00000000abcd"
AT = 1_716_200_000_000  # 20 May 2024, 18:13:20 in Shanghai
LATER = 4_000_000_000_000


@pytest.fixture
def outbox(bot, county):
    def run(*arguments):
        return bot("outbox", *arguments, BOT_DATABASE_URL=county, BOT_SECRET_KEY=SECRET_KEY)

    return run


@pytest.fixture
def given_up(county):
    """A ranking for a group and a reply to a person, both dead, and a notice that waits for an answer."""
    database = Database(county)
    with database.writing() as connection:
        teacher = connection.scalar(select(person.c.id).where(person.c.staff_no == "SL1"))
        binding = chat_groups.Binding(way=Way.WECOM_WEBHOOK, address=WEBHOOK, school_id=None, title="示例群")
        group_id = chat_groups.bind(connection, binding, Sealing(SECRET_KEY), at=1, by="operator").group.id
        said = answer("有一件事")
        posts = (
            Post(key="ranking/1", kind=Kind.RANKING, answer=said, group_id=group_id),
            Post(key="reply/1", kind=Kind.REPLY, answer=said, person_id=teacher),
            Post(key="notice/1", kind=Kind.NOTICE, answer=said, person_id=teacher),
        )
        assert post(connection, posts, at=AT) == 3
        for key, state, reason, done_at in (
            ("ranking/1", "dead", "stopped", AT),
            ("reply/1", "dead", "expired", AT),
            ("notice/1", "failed", "81013", None),
        ):
            connection.execute(
                update(messages)
                .where(messages.c.key == key)
                .values(state=state, reason=reason, done_at=done_at, tries=3, expires_at=LATER)
            )
        connection.execute(update(messages).where(messages.c.key == "reply/1").values(expires_at=AT))
    database.close()


def test_nothing_is_said_to_be_missing_where_nothing_is(outbox):
    assert outbox("list").stdout == "没有送不到的消息。\n"


def test_every_kind_has_a_word_and_what_was_withdrawn_is_not_missing(outbox, county):
    database = Database(county)
    with database.writing() as connection:
        teacher = connection.scalar(select(person.c.id).where(person.c.staff_no == "SL1"))
        said = answer("有一件事")
        post(
            connection,
            [Post(key=f"one/{kind}", kind=kind, answer=said, person_id=teacher) for kind in Kind]
            + [Post(key="withdrawn", kind=Kind.ANNOUNCEMENT, answer=said, person_id=teacher)],
            at=AT,
        )
        connection.execute(update(messages).values(state="dead", reason="expired", done_at=AT))
        connection.execute(
            update(messages).where(messages.c.key == "withdrawn").values(reason=recalls.WITHDRAWN)
        )
    database.close()

    said = outbox("list")

    assert (said.returncode, len(said.stdout.splitlines())) == (0, len(Kind))
    assert "one/announcement  公告给赵示例，2024-05-20 18:13，放弃了：过时了\n" in said.stdout


def test_what_was_given_up_is_listed_with_whom_it_was_for_and_why(outbox, given_up, stored):
    assert outbox("list").stdout == (
        "notice/1  通知给赵示例，2024-05-20 18:13，等本人下次来问时说：平台的错误码 81013\n"
        "reply/1  私信回答给赵示例，2024-05-20 18:13，放弃了：过时了\n"
        "ranking/1  排名给示例群，2024-05-20 18:13，放弃了：群已停发\n"
    )
    (only,) = outbox("list", "--group", "1", "--json").stdout.splitlines()
    assert json.loads(only) == {
        "key": "ranking/1",
        "kind": "ranking",
        "person": None,
        "group": 1,
        "name": "示例群",
        "state": "dead",
        "reason": "stopped",
        "noted_at": "2024-05-20T18:13:20+08:00",
        "open": False,
    }
    assert stored(select(audit.c.action, audit.c.detail)) == [("outbox.listed", {"messages": 3})]


def test_all_that_is_not_too_late_is_sent_once_more(outbox, given_up, stored):
    assert outbox("replay", "--all").stdout == "2 条消息再发一次，运行中的 serve 会发出去。\n"

    rows = stored(select(messages.c.key, messages.c.state, messages.c.tries).order_by(messages.c.id))
    assert rows == [("ranking/1", "queued", 0), ("reply/1", "dead", 3), ("notice/1", "queued", 0)]
    assert [action for (action,) in stored(select(audit.c.action))] == ["outbox.replayed"]


def test_what_is_too_late_is_sent_by_its_key_alone(outbox, given_up):
    assert outbox("replay", "reply/1").stdout == "1 条消息再发一次，运行中的 serve 会发出去。\n"
    again = outbox("replay", "reply/1")
    assert (again.returncode, again.stderr) == (
        1,
        "没有可以再发的消息；用 outbox list 可以查看，过时的要写编号，停发的群要先重新绑定\n",
    )


@pytest.mark.parametrize("arguments", [[], ["--all", "--group", "1"], ["reply/1", "--all"]])
def test_what_is_to_be_sent_is_said_in_one_way(outbox, arguments):
    refused = outbox("replay", *arguments)

    assert refused.returncode == 2
    assert "KEY、--group 和 --all 要写一个，只写一个" in refused.stderr


@pytest.mark.parametrize("command", ["list", "replay"])
def test_a_group_that_there_never_was_is_named(outbox, given_up, command):
    ran = outbox(command, "--group", "99999")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.rstrip().endswith("没有序号是 99999 的群；用 group list 可以查看")
