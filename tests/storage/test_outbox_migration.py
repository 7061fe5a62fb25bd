"""Notices of before become messages: what was said stays said, what waits waits, what is on its way stays so."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from messages.outgoing import load_answer
from storage import schema
from storage.delivery_tables import outbox
from storage.schema import migrate

NOTICES = [
    # key, said_at, outcome, parcel, platform, account, leased_until, doubt_since
    ("waits", None, "waiting", None, None, None, None, None),
    ("left", None, "left", None, None, None, None, None),
    ("leased", None, "waiting", "p1", "wecom", "T1", 9, None),
    ("doubtful", None, "waiting", "p2", "dingtalk", "T1", None, 5),
    ("pushed", 7, "pushed", "p3", "wecom", "T1", None, None),
    ("answered", 7, "answered", None, None, None, None, None),
    ("uncertain", 7, "uncertain", "p4", "dingtalk", "T1", None, None),
]
WORDS = '“引号” "quotes" \\ 和\n换行'


@pytest.fixture
def before(database):
    """The database as it was in the release before, with one notice of each kind."""
    with database.writing() as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            for name in connection.scalars(text(names)).all():
                connection.execute(text(f'DROP TABLE "{name}"'))
        else:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    config = Config()
    config.set_main_option("script_location", str(schema._MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    with database.writing() as connection:
        connection.execute(
            text("INSERT INTO school (id, name, kind) VALUES (1, '示例县第一小学', 'primary')")
        )
        connection.execute(
            text("INSERT INTO person (id, staff_no, name, school_id) VALUES (1, 'T1', '示例甲', 1)")
        )
        names = ("key", "said_at", "outcome", "parcel", "platform", "account", "leased_until", "doubt_since")
        connection.execute(
            text(
                f"INSERT INTO notice (person_id, text, noted_at, tries, next_try_at, {', '.join(names)})"
                f" VALUES (1, :text, 3, 2, 4, {', '.join(f':{name}' for name in names)})"
            ),
            [dict(zip(names, row, strict=True)) | {"text": WORDS} for row in NOTICES],
        )
    return database


def test_every_notice_is_carried_over(before):
    migrate(before)

    with before.reading() as connection:
        rows = connection.execute(select(outbox).order_by(outbox.c.id)).all()
    assert [(row.key, row.state, row.outlet, row.done_at) for row in rows] == [
        ("waits", "queued", "", None),
        ("left", "failed", "", None),
        ("leased", "leased", "wecom.app", None),
        ("doubtful", "queued", "dingtalk.robot", None),
        ("pushed", "sent", "wecom.app", 7),
        ("answered", "sent", "answer", 7),
        ("uncertain", "uncertain", "dingtalk.robot", 7),
    ]
    on_their_way = [(row.parcel, row.account, row.lease, row.leased_until, row.doubt_since) for row in rows]
    assert on_their_way[2:4] == [("p1", "T1", "p1", 9, None), ("p2", "T1", None, None, 5)]
    assert {load_answer(row.content).plain for row in rows} == {WORDS}
    assert {(row.person_id, row.kind, row.noted_at, row.tries, row.next_try_at) for row in rows} == {
        (1, "notice", 3, 2, 4)
    }
