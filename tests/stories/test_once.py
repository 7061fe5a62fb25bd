"""A message has one effect and one answer, however often and wherever it is delivered."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.app import build_app
from storage.database import Database
from storage.tables import choice, inbox


def count(database, table):
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("times", [1, 3, 20])
async def test_a_message_delivered_again_and_again_has_one_effect(county, phone, times):
    teacher = phone("T1")

    said = await asyncio.gather(*(teacher.says("选点 A1 A5 B2", key="same") for _ in range(times)))

    assert len(set(said)) == 1
    assert said[0]
    assert count(county.database, inbox) == 1
    assert count(county.database, choice) == 3


async def test_a_repetition_much_later_gets_the_first_answer(county, phone):
    teacher = phone("T1")
    first = await teacher.says("我的微能力", key="same")
    await teacher.says("选点 A1 A5 B2")

    assert await teacher.says("我的微能力", key="same") == first
    assert await teacher.says("我的微能力") != first


async def test_a_repetition_after_a_restart_gets_the_first_answer(county, phone, aiohttp_client):
    teacher = phone("T1")
    first = await teacher.says("选点 A1 A5 B2", key="same")
    restarted = await aiohttp_client(build_app(county))
    restarted.clock = county.clock
    teacher.http = restarted

    assert await teacher.says("选点 A1 A5 B2", key="same") == first
    assert count(county.database, choice) == 3


async def test_two_processes_that_get_the_same_message_at_once_answer_the_same(
    county, phone, aiohttp_client, database_url
):
    """Each with its own connections, as two processes have."""
    import dataclasses

    other_database = Database(database_url)
    other = await aiohttp_client(build_app(dataclasses.replace(county, database=other_database)))
    other.clock = county.clock
    here, there = phone("T1"), phone("T1")
    there.http = other

    for number in range(10):
        codes = ("A1 A5 B2", "A1 A6 B2")[number % 2]
        said = await asyncio.gather(
            *(who.says(f"选点 {codes}", key=f"same {number}") for who in (here, there, here, there))
        )
        assert len(set(said)) == 1, said
    assert count(county.database, inbox) == 10
    other_database.close()


async def test_messages_of_one_person_are_handled_in_order(county, phone):
    teacher = phone("T1")
    codes = ["A1 A5 B2", "A1 A6 B2", "A1 A7 B2", "A1 A8 B2"]

    await asyncio.gather(*(teacher.says(f"选点 {three}") for three in codes))

    with county.database.reading() as connection:
        active = connection.execute(
            select(choice.c.code).where(choice.c.ended_at.is_(None)).order_by(choice.c.code)
        ).scalars()
        assert list(active) == ["A1", "A8", "B2"]


async def test_a_repeated_id_from_elsewhere_fetches_nobodys_answer(county, dingtalk):
    one, other = dingtalk("T1"), dingtalk("T2")
    private = await one.says("我的学时", key="same")

    in_group = await one.says("我的学时", key="same", group="cid-group")
    of_another = await other.says("我的学时", key="same")

    assert "18.5" in private
    assert "18.5" not in in_group
    assert "18.5" not in of_another


async def test_a_binding_code_is_kept_nowhere(county, phone):
    await phone("T9").says("绑定 示例甲 7K3M9QXD")

    with county.database.reading() as connection:
        assert connection.scalars(select(inbox.c.text)).all() == ["绑定 示例甲 …"]
