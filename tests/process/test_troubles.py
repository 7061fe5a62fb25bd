"""What the office is told of outlets that take nothing more: once per cause and day, and together where it is many."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.delivery.troubles import LONGEST_WINDOW_MS, MOST_APART, Troubles
from bot.platforms.wecom.failures import APP, TOKEN, WEBHOOK
from bot.policy.outgoing import Way
from bot.sending import Verdict, stop
from messages.incoming import Platform
from messages.outgoing import load_answer
from storage import chat_groups
from storage.chat_groups import Binding
from storage.delivery_tables import chat_group, outbox
from storage.sealing import Sealing
from storage.tables import person, role, school
from tests.kit.outlets import Scripted, group_outlet

OFFICE = 1
MORNING = 1_716_163_200_000  # 2024-05-20 08:00 in Shanghai
MINUTE = 60_000
DAY = 86_400_000
WRONG_SECRET = replace(stop("secrets"), code="40001", say="Secret 不对。")
UNTRUSTED = replace(stop("addresses"), code="60020", say="IP 不在名单里。")
OVER_LIMIT = replace(APP[45009].verdict, code="45009")


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        connection.execute(school.insert().values(id=1, name="示例县教育局", kind="other"))
        connection.execute(person.insert().values(id=OFFICE, staff_no="T4", name="示例丁", school_id=1))
        connection.execute(
            role.insert().values(person_id=OFFICE, role="office", source="grant", granted_at=1)
        )
        yield connection


@pytest.fixture
def heard(connection):
    """Tells one outlet's troubles what a platform has said."""

    def hear(troubles, *verdicts, at=MORNING, taken=False):
        troubles.heard(connection, verdicts, at, taken=taken)

    return hear


def app(name="wecom.app", platform=Platform.WECOM):
    return Troubles(Scripted(name=name, platform=platform), by_app=True)


def keys(connection):
    found = connection.scalars(select(outbox.c.key).order_by(outbox.c.id))
    return [key.removeprefix("alarm/").removesuffix(f"/{OFFICE}") for key in found]


def said(connection):
    return [
        load_answer(content).plain
        for content in connection.scalars(select(outbox.c.content).order_by(outbox.c.id))
    ]


def test_one_cause_is_told_once_a_day_by_whichever_outlet(connection, heard):
    robot, group = (
        Troubles(Scripted(name=name, platform=Platform.DINGTALK), by_app=True)
        for name in ("dingtalk.robot", "dingtalk.group")
    )
    heard(robot, WRONG_SECRET)
    heard(group, WRONG_SECRET, at=MORNING + MINUTE)
    heard(robot, WRONG_SECRET, WRONG_SECRET, at=MORNING + DAY)

    assert keys(connection) == [
        "outlet-stopped/dingtalk.app/40001/2024-05-20",
        "outlet-stopped/dingtalk.app/40001/2024-05-21",
    ]


def test_another_cause_on_the_same_day_is_told_as_well(connection, heard):
    wecom = app()
    heard(wecom, WRONG_SECRET)
    heard(wecom, UNTRUSTED, at=MORNING + MINUTE)

    assert keys(connection) == [
        "outlet-stopped/wecom.app/40001/2024-05-20",
        "outlet-stopped/wecom.app/60020/2024-05-20",
    ]


def test_what_one_receiver_is_refused_for_rings_nobody(connection, heard):
    heard(app(), replace(WEBHOOK[93000].verdict, code="93000"), Verdict(do=OVER_LIMIT.do))

    assert keys(connection) == []


# ── the day's quota ──


def refused_each_minute(heard, troubles, minutes, *, start=MORNING):
    for minute in range(minutes + 1):
        heard(troubles, OVER_LIMIT, at=start + minute * MINUTE)


def test_a_limit_that_lasts_longer_than_an_hour_is_the_days(connection, heard):
    wecom = app()
    refused_each_minute(heard, wecom, LONGEST_WINDOW_MS // MINUTE - 1)
    assert keys(connection) == []

    heard(wecom, OVER_LIMIT, at=MORNING + LONGEST_WINDOW_MS)
    heard(wecom, OVER_LIMIT, at=MORNING + LONGEST_WINDOW_MS + MINUTE)

    assert keys(connection) == ["day-used-up/wecom.app/2024-05-20"]
    (alarm,) = said(connection)
    assert alarm == (
        "企业微信应用今天的发送额度用完了\n"
        "一个多小时里平台一直说超过了频率限制（错误码 45009），一条也没有收，多半是当天的额度用完了。\n"
        "零点以后自动恢复，没过时的消息会接着发。今天急着说的，请发到群里。"
    )


def test_a_minutes_limit_that_lets_something_through_is_not(connection, heard):
    wecom = app()
    for start in range(0, 180, 40):
        refused_each_minute(heard, wecom, 38, start=MORNING + start * MINUTE)
        heard(wecom, taken=True, at=MORNING + (start + 39) * MINUTE)

    assert keys(connection) == []


def test_two_refusals_hours_apart_are_two_limits(connection, heard):
    wecom = app()
    heard(wecom, OVER_LIMIT)
    heard(wecom, OVER_LIMIT, at=MORNING + 3 * 60 * MINUTE)

    assert keys(connection) == []


def test_a_wrong_secret_that_shut_the_door_is_no_quota():
    assert APP[45009].verdict.over_limit
    assert not TOKEN[45009].verdict.over_limit  # it has a cure of its own
    assert not WEBHOOK[45009].verdict.over_limit  # twenty a minute: never the day's


# ── groups ──


def stopped(connection, number, code="93000", at=MORNING):
    binding = Binding(
        way=Way.WECOM_WEBHOOK,
        address=f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={number:036}",
        school_id=1,
        title=f"示例群{number}",
    )
    group = chat_groups.bind(connection, binding, Sealing("k" * 40), at=1, by="operator").group
    chat_groups.stop(connection, group.id, code, at)
    found = chat_groups.find(connection, group.id)
    assert found is not None
    return found


def rings(connection, count, *, code="93000", at=MORNING, first=1):
    hook = Troubles(group_outlet(), by_app=False)
    for number in range(first, first + count):
        verdict = replace(WEBHOOK[93000].verdict, code=code, say="webhook 地址无效。")
        hook.group_stopped(connection, stopped(connection, number, code, at), verdict, messages=0, now=at)


def test_a_few_stopped_groups_are_told_one_by_one(connection):
    rings(connection, MOST_APART)

    assert len(keys(connection)) == MOST_APART
    assert all(key.startswith("group-stopped/") for key in keys(connection))


def test_forty_stopped_groups_are_one_more_alarm(connection):
    rings(connection, 40)

    assert len(keys(connection)) == MOST_APART + 1
    assert keys(connection)[-1] == "groups-stopped/wecom.webhook/93000/2024-05-20"
    assert said(connection)[-1] == (
        "今天已经有 6 个群发不进去\n"
        "企业微信都以同一个原因连着拒收了三次，这些群先停发；今天再有同样的，不再一个一个告诉你。\n"
        "原因：webhook 地址无效（错误码 93000）。\n"
        "一次停这么多，多半是同一件事：先看应用或群机器人是不是被停用了。\n"
        "处理好以后，请管理员用 group list 看停发的群，逐个重新绑定，没过时的消息会接着发。"
    )


def test_other_reasons_and_other_days_are_counted_apart(connection):
    rings(connection, MOST_APART)
    rings(connection, 1, code="93008", first=50)
    connection.execute(update(chat_group).values(stopped_at=MORNING - DAY))
    rings(connection, 1, first=60)

    assert [key.split("/")[0] for key in keys(connection)] == ["group-stopped"] * (MOST_APART + 2)
