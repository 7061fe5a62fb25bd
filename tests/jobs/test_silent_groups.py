"""On a workday's morning the office hears of groups that have not received what was due to them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from bot.clock import SystemClock
from bot.jobs.job import JobParts, Slot
from bot.jobs.silent_groups import silent_groups
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.outgoing import Kind, Way
from bot.policy.timetable import Outcome
from messages.outgoing import answer, load_answer
from storage import chat_groups, outbox
from storage.chat_groups import Binding
from storage.delivery_tables import chat_group
from storage.delivery_tables import outbox as outbox_table
from storage.sealing import Sealing
from storage.tables import person, role, school

KEY = "a secret key of forty characters, or more"
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = 1


def at(day, hour=18):
    return int(datetime(2024, 5, day, hour, tzinfo=SHANGHAI).timestamp() * 1000)


class Morning:
    """A county with an office, groups, and what was posted to them."""

    def __init__(self, database):
        self.database = database
        self.parts = JobParts(
            database=database,
            plan=load_plan(None),
            catalogue=load_catalogue(None),
            clock=SystemClock(),
            secret_key=KEY,
        )

    def bound(self, number=1, way=Way.WECOM_WEBHOOK, received_on=20):
        with self.database.writing() as connection:
            address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=example-{number}"
            binding = Binding(way=way, address=address, school_id=1, title=f"示例{number}群")
            done = chat_groups.bind(connection, binding, Sealing(KEY), at=at(13), by="operator")
            if received_on:
                chat_groups.taken(connection, done.group.id, at(received_on))
        return done.group.id

    def posted(self, group_id, *days, **fields):
        with self.database.writing() as connection:
            for day in days:
                key = f"ranking/{day}/g{group_id}"
                post = outbox.Post(key=key, kind=Kind.RANKING, answer=answer("示例"), group_id=group_id)
                outbox.post(connection, [post], at=at(day))
                ended = {"state": "dead", "reason": "expired", "done_at": at(day, 20), **fields}
                connection.execute(update(outbox_table).where(outbox_table.c.key == key).values(**ended))

    def refused(self, group_id, day):
        with self.database.writing() as connection:
            chat_groups.refused(connection, group_id, "93000", at(day))

    def run(self, day=23, ago=timedelta()):
        """`ago`: the real clock is so far ahead of the programme's."""
        now = datetime(2024, 5, day, 8, 30, tzinfo=SHANGHAI)
        real_ms = int((now + ago).timestamp() * 1000)
        slot = Slot(job="silent-groups", day=now.date(), now=now, real_ms=real_ms, by_hand=False)
        return silent_groups(self.parts, slot)

    def heard(self):
        with self.database.reading() as connection:
            rows = connection.execute(
                select(outbox_table.c.key, outbox_table.c.content)
                .where(outbox_table.c.person_id == OFFICE)
                .order_by(outbox_table.c.id)
            )
            return [(key, load_answer(content).plain) for key, content in rows]


@pytest.fixture
def morning(database):
    with database.writing() as connection:
        connection.execute(insert(school), [{"id": 1, "name": "示例县第一小学", "kind": "primary"}])
        connection.execute(
            insert(person), [{"id": OFFICE, "staff_no": "T1", "name": "戊主任", "school_id": 1}]
        )
        connection.execute(
            insert(role), [{"person_id": OFFICE, "role": "office", "source": "roster", "granted_at": 0}]
        )
    return Morning(database)


def test_a_group_that_is_served_is_nobodys_concern(morning):
    group = morning.bound(received_on=22)
    morning.posted(group, 21, 22, state="sent")

    assert morning.run().outcome is Outcome.NOTHING
    assert morning.heard() == []


def test_after_two_workdays_the_office_hears_which_group_why_and_what_to_do(morning):
    group = morning.bound()
    morning.posted(group, 21, 22, tried_at=at(21))
    morning.refused(group, 22)

    assert morning.run(day=22).outcome is Outcome.NOTHING
    ran = morning.run()

    assert (ran.outcome, ran.detail, ran.messages) == (
        Outcome.DONE,
        "1 个群没有收到该收的消息，已告诉项目办。",
        1,
    )
    assert morning.heard() == [
        (
            "alarm/silent-group/1/2024-05-20/1",
            (
                "群“示例1群”（示例县第一小学）5月20日（周一）以后没有收到过消息，有 2 条没送到。\n"
                "可能的原因：群机器人被移出了群，或换过 Webhook（平台返回 93000）。\n"
                "怎么办：在群里重新添加群机器人，请管理员用 group bind 绑定新的 Webhook。"
            ),
        )
    ]


def test_one_silence_is_told_once_and_the_next_one_anew(morning):
    group = morning.bound()
    morning.posted(group, 21, 22)
    morning.run()
    assert (morning.run().messages, morning.run(day=24).messages) == (0, 0)

    with morning.database.writing() as connection:
        chat_groups.taken(connection, group, at(24))
    morning.posted(group, 27, 28)
    assert morning.run(day=29).messages == 1
    assert [key for key, _ in morning.heard()] == [
        "alarm/silent-group/1/2024-05-20/1",
        "alarm/silent-group/1/2024-05-24/1",
    ]


@pytest.mark.parametrize(
    ("way", "tried", "cause", "cure"),
    [
        (Way.WECOM_WEBHOOK, None, "到发送时间程序没有在运行", "请管理员检查服务器和程序的日志"),
        (Way.WECOM_WEBHOOK, at(21), "平台没有回应", "请管理员看服务器的日志，检查能不能连上平台"),
        (
            Way.WECOM_AIBOT,
            None,
            "智能机器人的长连接没有开，或者程序停过",
            "请管理员检查智能机器人的设置；或在群里添加群机器人，用 group bind 绑定它的 Webhook",
        ),
    ],
)
def test_without_a_refusal_the_cause_lies_on_this_side(morning, way, tried, cause, cure):
    morning.posted(morning.bound(way=way, received_on=None), 21, 22, tried_at=tried)
    morning.run()

    ((_, said),) = morning.heard()
    assert said == (
        "群“示例1群”（示例县第一小学）绑定以后还没有收到过消息，有 2 条没送到。\n"
        f"可能的原因：{cause}。\n怎么办：{cure}。"
    )


def test_a_group_to_which_nothing_was_due_is_silent_rightly(morning):
    morning.bound(received_on=None)
    assert morning.run(day=31).outcome is Outcome.NOTHING


def test_a_stopped_or_unbound_group_is_not_told_of_again(morning):
    stopped, unbound = morning.bound(1), morning.bound(2)
    for group in (stopped, unbound):
        morning.posted(group, 21, 22)
    with morning.database.writing() as connection:
        chat_groups.stop(connection, stopped, "93000", at(22))
        chat_groups.unbind(connection, unbound, at=at(22))

    assert morning.run().outcome is Outcome.NOTHING


def test_many_at_once_have_one_cause_and_make_one_message_a_day(morning):
    for number in range(1, 8):
        morning.posted(morning.bound(number), 21, 22, tried_at=at(21))

    assert [morning.run().messages, morning.run().messages, morning.run(day=24).messages] == [1, 0, 1]
    assert morning.heard()[0] == (
        "alarm/silent-groups/2024-05-23/1",
        (
            "有 7 个群连续几个工作日没有收到消息：示例1群、示例2群、示例3群、示例4群、示例5群等。\n"
            "可能的原因：平台没有回应，多半是服务器连不上平台。\n"
            "怎么办：请管理员看服务器的日志和网络，再用 group list 逐个核对。"
        ),
    )


def test_in_a_rehearsal_days_are_counted_by_the_programmes_clock(morning):
    years = timedelta(days=900)
    group = morning.bound()
    morning.posted(group, 21, 22)
    with morning.database.writing() as connection:
        for table, columns in ((chat_group, ("bound_at", "received_at")), (outbox_table, ("noted_at",))):
            moved = {name: table.c[name] + int(years.total_seconds() * 1000) for name in columns}
            connection.execute(update(table).values(**moved))

    assert morning.run(day=22, ago=years).outcome is Outcome.NOTHING
    assert morning.run(day=23, ago=years).messages == 1
