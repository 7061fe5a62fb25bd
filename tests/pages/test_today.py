"""今天: what the office sees first, and that it is what the chat says."""

import re
from datetime import date

import pytest
from sqlalchemy import update

from messages.commands import Command
from messages.outgoing import answer
from storage.alarms import alarm
from storage.delivery_tables import chat_group, outbox
from storage.snapshots import advance_online_as_of
from storage.tables import role
from tests.kit.addressees import settle_groups

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_office_sees_the_figures_that_the_chat_says(county, enters, tenant):
    office = await enters(4)
    said = await tenant.on("wecom").somebody("T4").says("全市进度")

    page = await office.get("/office")

    # 示例县教育局 is a unit like any other: four active people, nobody is done.
    assert "合格 0/4（0.0%）" in said
    assert page.status == 200
    rate = re.search(r"平均完成度 (\S+?)[，。]", said)[1]
    assert "学习合格\n0/4\n合格率 0.0%" in page.main
    assert f"平均完成度\n{rate}" in page.main
    assert "还没合格\n4 人\n该由本人做的 4 人" in page.main
    # Everybody has a study account and no points.
    assert page.main.count("4 人") >= 2


@ONE_DATABASE
async def test_old_data_is_said_to_be_old(county, enters):
    office = await enters(4)
    with county.database.writing() as connection:
        advance_online_as_of(connection, date(2024, 5, 12))
    fresh = await office.get("/office")
    # 20 May is the eighth day after the 12th, one more than the plan lets pass.
    assert "线上数据已经 8 天没有更新，太旧了" in fresh.main
    assert "线上数据截至 2024-05-12" in fresh.main

    with county.database.writing() as connection:
        advance_online_as_of(connection, date(2024, 5, 13))
    assert "太旧了" not in (await office.get("/office")).main


@ONE_DATABASE
async def test_faults_that_the_office_was_told_of_stand_there_once(county, enters):
    office = await enters(4)
    with county.database.writing() as connection:
        grant = {"role": "office", "source": "grant", "granted_at": 1}
        connection.execute(role.insert().values(person_id=3, **grant))
        at = county.clock.real_ms()
        alarm(connection, "sample/one", answer("群消息发不出去：示例群", "原因不明。"), at=at)
        alarm(connection, "sample/old", answer("很久以前的事"), at=at - 8 * 24 * 3_600_000)
        connection.execute(update(outbox).values(state="sent", done_at=at))

    page = await office.get("/office")

    assert page.main.count("群消息发不出去：示例群") == 2  # its heading, and the whole of it
    assert "很久以前的事" not in page.main


@ONE_DATABASE
async def test_a_teacher_may_not_see_it_and_the_leading_group_may(county, enters):
    assert (await (await enters(1)).get("/office")).status == 403
    with county.database.writing() as connection:
        connection.exec_driver_sql("UPDATE role SET role = 'oversight' WHERE person_id = 4")
    overseer = await enters(4)
    for path in ("", "/groups", "/outbox", "/jobs", "/audit", "/plan", "/permissions"):
        page = await overseer.get(f"/office{path}")
        assert page.status == 200, path
        assert 'method="post"' not in page.body.partition("<main")[2], path


async def test_status_in_the_chat_says_what_the_page_shows(county, enters, tenant):
    office = tenant.on("dingtalk").somebody("T4")
    with county.database.writing() as connection:
        settle_groups(connection, 2)
        connection.execute(update(chat_group).where(chat_group.c.id == 1).values(stopped_at=1))

    said = await office.says(Command.STATUS.value)

    assert said.splitlines()[0] == "有 1 处要看一看。"
    assert "停发的群 1 个：示例群1。" in said
    assert "停发 1 个" in (await (await enters(4)).get("/office")).main
