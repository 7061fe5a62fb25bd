"""The connection comes back whatever happens to it, and one process at a time has it."""

import asyncio
import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.platforms.wecom.aibot.holding import lease_name
from bot.platforms.wecom.aibot.pace import LinePace
from bot.tenant.faults import Effect
from storage.database import Database
from storage.delivery_tables import outbox
from storage.tables import lease
from tests.kit.servers import Bot, held
from tests.long_connection.conftest import QUICK, private, until

MINE = private("T1")


@pytest.fixture
def another(parts):
    """`another(line_pace)`: a process over the same database; its connections are its own."""
    opened = []

    def make(**pace):
        database = Database(str(parts.database.engine.url))
        opened.append(database)
        return Bot(
            replace(
                parts,
                database=database,
                metrics=type(parts.metrics)(),
                line_pace=replace(QUICK, **pace),
            )
        )

    yield make
    for database in opened:
        database.close()


def metric(bot, name):
    lines = bot.parts.metrics.exposition().decode().splitlines()
    return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name + "{"))


def told_the_office(parts):
    with parts.database.reading() as connection:
        return [json.loads(one)[0][1] for one in connection.scalars(select(outbox.c.content))]


async def test_a_cut_connection_is_opened_again(world, bot):
    await world.deed("drop")
    assert not world.aibot.connected
    await world.connected()
    await world.says("我是谁")

    assert len(world.told(MINE)) == 1
    assert metric(bot, "bot_connected") == 1
    assert metric(bot, "bot_connection_ended_total") == 1


async def test_a_half_dead_connection_is_noticed_and_opened_again(world, bot):
    await world.deed("half_dead")
    await until(lambda: len(world.sent("subscribe")) == 2)
    await world.connected()
    await world.says("我是谁")

    assert len(world.told(MINE)) == 1


async def test_a_connection_that_brings_nothing_but_pongs_is_left_alone(world, bot):
    await asyncio.sleep(2.4)  # longer than a call may take

    assert len(world.sent("ping")) >= 6
    assert len(world.sent("subscribe")) == 1


async def test_a_platform_that_is_busy_is_asked_again(world, parts):
    world.fault(Effect.CODE, "wecom.aibot.subscribe", code=-1, times=2)
    world.fault(Effect.HTML, "wecom.aibot.subscribe")
    bot = Bot(parts)
    await bot.start()
    await world.connected()
    await bot.stop()

    assert len(world.sent("subscribe")) == 4


async def test_a_wrong_secret_is_told_to_the_office_and_not_tried_again_and_again(world, parts):
    world.fault(Effect.CODE, "wecom.aibot.subscribe", code=853000, times=None)
    bot = Bot(parts)
    await bot.start()
    await until(lambda: told_the_office(parts) == ["企业微信的智能机器人连不上"])
    await asyncio.sleep(1.0)
    await bot.stop()

    assert len(world.sent("subscribe")) == 1


async def test_whoever_is_driven_out_does_not_fight_and_tells_the_office(world, bot, parts):
    await world.deed("steal")
    await until(lambda: told_the_office(parts) == ["智能机器人的长连接被别的程序占用了"])
    await asyncio.sleep(1.0)

    assert len(world.sent("subscribe")) == 1
    with parts.database.reading() as connection:
        assert connection.execute(select(lease)).first() is None  # anybody else may have it


async def test_after_a_pause_that_grows_it_tries_again(world, parts):
    bot = Bot(replace(parts, line_pace=replace(QUICK, kicked=0.4)))
    await bot.start()
    await world.connected()
    pauses = []
    for _ in range(3):
        await world.deed("steal")
        began = asyncio.get_running_loop().time()
        await world.connected()
        pauses.append(asyncio.get_running_loop().time() - began)
    await bot.stop()

    # A busy machine adds to each; it never takes anything away.
    assert all(pause > 0.4 * times * 0.95 for pause, times in zip(pauses, (1, 2, 4), strict=True))


def test_the_pauses_are_those_of_the_contract():
    pace = LinePace()

    assert (pace.kicked, pace.longest_kicked) == (600, 7200)
    assert pace.lease + pace.look <= 15


async def test_of_two_processes_one_is_connected(world, bot, another):
    other = another()
    await other.start()
    await asyncio.sleep(1.0)

    assert len(world.sent("subscribe")) == 1
    assert (metric(bot, "bot_connected"), metric(other, "bot_connected")) == (1, 0)
    await other.stop()


async def test_when_one_stops_the_other_takes_over(world, bot, another):
    other = another()
    await other.start()
    await bot.stop()
    await world.connected(1.0)
    await world.says("我是谁")

    assert len(world.told(MINE)) == 1
    assert len(world.sent("subscribe")) == 2
    await other.stop()
    await bot.start()


async def test_when_one_is_driven_out_the_other_takes_over_at_once(world, bot, another, parts):
    other = another()
    await other.start()
    await world.deed("steal")
    await world.connected(2.0)
    await asyncio.sleep(0.5)

    assert metric(other, "bot_connected") == 1
    assert metric(bot, "bot_connected") == 0
    assert len(world.sent("subscribe")) == 2
    await other.stop()


async def test_when_one_dies_the_other_takes_over_when_its_lease_has_run_out(world, parts, another):
    """Killed: it neither closes the socket nor releases the lease. The lease here: 0.8 s."""
    dead = another(renew=60.0)  # it has the lease and never comes back to it
    await dead.start()
    await world.connected()
    other = another()
    await other.start()
    began = asyncio.get_running_loop().time()
    await until(lambda: metric(other, "bot_connected") == 1)

    assert asyncio.get_running_loop().time() - began < 0.8 + 0.05 + 0.5
    assert len(world.sent("subscribe")) == 2
    await world.says("我是谁")
    assert len(world.told(MINE)) == 1
    assert told_the_office(parts) == []  # one of our own is no stranger
    await other.stop()
    await dead.stop()


async def test_a_lease_that_is_lost_closes_the_socket_at_once(world, bot, parts):
    with parts.database.writing() as connection:
        connection.execute(lease.update().values(holder="somebody else", until=2**60))
    await until(lambda: not world.aibot.connected)

    assert len(world.sent("subscribe")) == 1


@pytest.mark.late
async def test_while_the_database_is_away_the_connection_stays(world, bot, parts):
    asking = None
    with held(parts.database):
        await asyncio.sleep(1.2)  # longer than the lease
        assert world.aibot.connected
        asking = asyncio.create_task(world.says("我是谁"))
        await until(lambda: world.told(MINE) == ["正在查，请稍等。"])
    await asking
    await until(lambda: world.told(MINE) != ["正在查，请稍等。"])

    assert world.told(MINE)[0].startswith("你是示例甲")
    assert len(world.sent("subscribe")) == 1


async def test_what_is_owed_by_a_dead_process_is_said_by_the_next(world, bot, another, parts, clock):
    world.fault(Effect.HANG, "wecom.aibot.respond_msg", times=None)
    asking = asyncio.create_task(world.says("我是谁"))
    await until(lambda: world.sent("respond_msg"))
    await bot.stop()
    world.tenant.faults.clear()
    other = another()
    await other.start()
    clock.waits(16)
    await asking
    await until(lambda: world.told(MINE) != [])

    assert [text.splitlines()[0] for text in world.told(MINE)] == ["你是示例甲，示例县第一小学。"]
    await other.stop()
    await bot.start()


def test_a_long_id_has_a_lease_of_its_own():
    assert lease_name("aibexample") == "aibot/aibexample"
    assert len(lease_name("a" * 64)) <= 40  # of the column
    assert lease_name("a" * 64) != lease_name("a" * 63 + "b")
