"""People whose ids WeCom hides from the bot: asked for in the application's name, else bound by their codes."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.tenant.faults import Effect
from bot.tenant.installation import Installation
from bot.tenant.wecom.identifiers import open_userid
from storage.connection_tables import open_userid as table
from tests.kit.installation import AIBOT, APP
from tests.long_connection.conftest import MEMBERS, private, until

ASK = "wecom.batch.openuserid_to_userid"
MINE = private("T1")
WHO = "你是示例甲，示例县第一小学。"


@pytest.fixture
def installation():
    return Installation(app=APP, aibot=replace(AIBOT, name="研修助手"))


@pytest.fixture(autouse=True)
def veiled(world):
    world.tenant.switches.aibot_encrypted_ids = True


def asked(world):
    return [one for one in world.tenant.wire.exchanges() if "openuserid" in one.url]


async def test_somebody_who_is_hidden_is_known_all_the_same(world, bot, parts):
    await world.says("我是谁")
    await world.says("我是谁")

    assert [text.splitlines()[0] for text in world.told(MINE)] == [WHO, WHO]
    assert len(asked(world)) == 1
    with parts.database.reading() as connection:
        assert connection.execute(select(table.c.open_userid, table.c.userid)).all() == [
            (open_userid("T1"), "T1")
        ]


async def test_all_of_one_moment_are_asked_for_together(world, bot):
    await asyncio.gather(*(world.says("我是谁", key=key) for key in MEMBERS))

    assert len(asked(world)) == 1
    assert [len(world.told(private(key))) for key in MEMBERS] == [1] * len(MEMBERS)


async def test_another_process_does_not_ask_again(world, bot):
    await world.says("我是谁")
    await bot.stop()
    await bot.start()
    await world.connected()
    await world.says("我是谁")

    assert len(asked(world)) == 1


async def test_who_writes_twice_at_once_is_heard_in_that_order(world, bot):
    await asyncio.gather(world.says("选点 A1 A5 B2"), world.says("我的微能力"))
    await until(lambda: len(world.told(MINE)) == 2)

    first, second = world.told(MINE)
    assert first.startswith("选好了")
    assert not second.startswith("选好了")


@pytest.mark.parametrize("code", [48002, -1])
async def test_who_cannot_be_told_is_bound_by_a_code(world, bot, parts, code):
    world.fault(Effect.CODE, ASK, code=code, times=None)
    await world.says("我是谁")

    await until(lambda: world.told(MINE))
    assert not world.told(MINE)[0].startswith("你是示例甲")
    with parts.database.reading() as connection:
        assert connection.execute(select(table)).first() is None
        assert (
            connection.exec_driver_sql("SELECT folded FROM inbox").scalar_one() == open_userid("T1").lower()
        )
