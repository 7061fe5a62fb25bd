"""People with accounts on both platforms, and bound groups, for tests of what goes out."""

import pytest
from sqlalchemy import Integer, String, bindparam, text

from bot.policy.outgoing import Kind, Way
from messages.incoming import Platform
from messages.outgoing import answer, dump_answer
from storage import chat_groups
from storage.outbox import Post, post
from storage.sealing import Sealing
from storage.tables import account, person, school

PEOPLE = range(1, 41)
SEALING = Sealing("example-secret-key-of-the-outbox-0000")


@pytest.fixture
def county(database):
    """The database with these people; a conftest.py imports it."""
    with database.writing() as connection:
        settle_people(connection)
    return database


def settle_people(connection):
    """Forty people with an account on each platform; nobody has said anything yet."""
    connection.execute(school.insert().values(id=1, name="示例县第一小学", kind="primary"))
    connection.execute(
        person.insert(),
        [{"id": n, "school_id": 1, "staff_no": f"T{n}", "name": f"示例{n}"} for n in PEOPLE],
    )
    connection.execute(
        account.insert(),
        [
            {
                "platform": platform.value,
                "folded": f"t{n}",
                "verbatim": f"T{n}",
                "person_id": n,
                "source": "roster",
                "bound_at": bound_at,
            }
            for bound_at, platform in enumerate((Platform.DINGTALK, Platform.WECOM))
            for n in PEOPLE
        ],
    )


def settle_groups(connection, count, way=Way.WECOM_WEBHOOK):
    """The county's groups 1, 2, …, each with a webhook of its own; returns their ids."""
    bound = [
        chat_groups.bind(
            connection,
            chat_groups.Binding(
                way=way, address=webhook(number, way), school_id=None, title=f"示例群{number}"
            ),
            SEALING,
            at=1,
            by="operator",
        )
        for number in range(1, count + 1)
    ]
    return [one.group.id for one in bound]


def webhook(number, way=Way.WECOM_WEBHOOK):
    key = f"00000000-0000-4000-8000-{number:012d}"
    if way is Way.WECOM_WEBHOOK:
        return f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}"
    return f"https://oapi.dingtalk.com/robot/send?access_token={number:064d}"


def post_to_group(connection, group_id, key, *, kind=Kind.RANKING, words="有一件事", at=0, picture_id=None):
    one = Post(key=key, kind=kind, answer=answer(words), group_id=group_id, picture_id=picture_id)
    return post(connection, [one], at=at)


def copies_to(connection, count, *, expires_at, people=PEOPLE, kind=Kind.ANNOUNCEMENT):
    """So many that the database makes them itself, for each of these people in turn."""
    statement = text(
        "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < :count)"
        " INSERT INTO outbox (key, kind, person_id, content, noted_at, expires_at)"
        " SELECT :key || n, :kind, :first + n % :people, :content, 0, :expires_at FROM n"
    )
    connection.execute(
        statement.bindparams(bindparam("key", type_=String), bindparam("first", type_=Integer)),
        {
            "key": f"copy/{kind.value}/{expires_at}/",
            "kind": kind.value,
            "content": dump_answer(answer("有一件事")),
            "first": people[0],
            "people": len(people),
            "count": count,
            "expires_at": expires_at,
        },
    )
