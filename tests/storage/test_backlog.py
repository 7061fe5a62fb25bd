"""What waits to be sent, counted by where it goes."""

import pytest
from sqlalchemy import event, insert

from bot.policy.outgoing import Kind, Way
from messages.outgoing import answer
from storage.backlog import PEOPLE, Backlog, Waiting, backlog
from storage.delivery_tables import chat_group, outbox
from storage.outbox import Post, post
from storage.tables import person, school

NOON = 1_716_177_600_000


def group(number: int, way: Way, **more: object) -> dict[str, object]:
    defaults = {"stopped_at": None, "ended_at": None}
    return {
        "id": number,
        "platform": way.value.split(".")[0],
        "way": way.value,
        "address_hash": f"hash-{number}",
        "address": "sealed",
        "bound_at": 1,
        "bound_by": "console",
        **defaults,
        **more,
    }


@pytest.fixture
def county(database):
    with database.writing() as connection:
        connection.execute(insert(school).values(id=1, name="示例县第一小学", kind="primary"))
        connection.execute(insert(person).values(id=1, school_id=1, staff_no="T1", name="示例甲"))
        connection.execute(
            insert(chat_group),
            [
                group(1, Way.WECOM_WEBHOOK),
                group(2, Way.WECOM_WEBHOOK, stopped_at=5),
                group(3, Way.DINGTALK_WEBHOOK),
                group(4, Way.DINGTALK_WEBHOOK, ended_at=9, stopped_at=8),
            ],
        )
    return database


def test_nothing_waits_in_an_empty_county(county):
    with county.reading() as connection:
        assert backlog(connection) == Backlog(waiting=(), stopped_groups=1, groups=3)


def test_what_waits_is_counted_by_its_way_out_with_the_age_of_the_oldest(county):
    said = answer("全县合格率 62.5%")
    with county.writing() as connection:
        for number, (group_id, at) in enumerate([(1, NOON), (2, NOON - 5), (3, NOON + 7)]):
            post(
                connection, [Post(key=f"g{number}", kind=Kind.RANKING, answer=said, group_id=group_id)], at=at
            )
        post(connection, [Post(key="p", kind=Kind.NOTICE, answer=said, person_id=1)], at=NOON + 1)
        post(connection, [Post(key="left", kind=Kind.NOTICE, answer=said, person_id=1)], at=NOON - 200)
        post(connection, [Post(key="done", kind=Kind.NOTICE, answer=said, person_id=1)], at=NOON - 100)
        # One is on its way, one has gone out, and one is left for the person's next answer.
        now = {
            "g1": ("leased", None, "a parcel"),
            "done": ("sent", NOON, None),
            "left": ("failed", None, None),
        }
        for key, (state, done_at, parcel) in now.items():
            values = {"state": state, "done_at": done_at, "parcel": parcel}
            connection.execute(outbox.update().where(outbox.c.key == key).values(values))

    with county.reading() as connection:
        assert backlog(connection).waiting == (
            Waiting(to="dingtalk.webhook", count=1, oldest_at=NOON + 7),
            Waiting(to=PEOPLE, count=1, oldest_at=NOON + 1),
            Waiting(to="wecom.webhook", count=2, oldest_at=NOON - 5),
        )


def test_what_has_gone_out_is_not_looked_through(county):
    if not county.is_sqlite:
        pytest.skip("PostgreSQL plans by what there is, and here is nothing")
    seen = []
    with county.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: seen.append((call[2], call[3])))
        backlog(connection)
        plans = [
            row[3]
            for statement, values in list(seen)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert [plan for plan in plans if plan.startswith("SCAN outbox") and "INDEX" not in plan] == []
    queued, on_its_way = (plan.split(" USING ")[1] for plan in plans if "outbox" in plan)
    assert queued == "INDEX ix_outbox_next_try_at"
    # Either holds nothing but what is on its way.
    assert on_its_way.startswith(("INDEX ix_outbox_on_its_way", "INDEX ix_outbox_parcel"))
