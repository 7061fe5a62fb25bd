"""Two processes that answer for one door say each answer once, however slow the platform or the database is."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

from bot.answering import Answering, Fate, Rest
from bot.clock import SystemClock
from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import Reply
from storage import owed
from storage.sealing import Sealing
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import held

SEALING = Sealing("k" * 32)


class Clock(SystemClock):
    """The real one, which may be put forward, or run faster."""

    def __init__(self, speed=1.0):
        self.began = super().real_ms()
        self.speed = speed
        self.ahead_ms = 0

    def real_ms(self):
        now = super().real_ms()
        return round(self.began + (now - self.began) * self.speed) + self.ahead_ms


def message(number):
    return IncomingMessage(
        platform=Platform.DINGTALK,
        key=f"robot/{number}",
        account=f"T{number}",
        chat="",
        kind=Kind.TEXT,
        text="帮助",
        sent_at=1,
        door=Door.DINGTALK_STREAM,
    )


def note(database, numbers, *, at, due_at):
    rows = [
        owed.row(message(number), Reply(body="好"), f"t{number}", at=at, due_at=due_at, sealing=SEALING)
        for number in numbers
    ]
    with database.writing() as connection:
        owed.note(connection, rows)


def left(database):
    with database.reading() as connection:
        return connection.exec_driver_sql("SELECT COUNT(*) FROM owed_reply").scalar()


@asynccontextmanager
async def saying(database, clock, say, **more):
    async def nothing(_message):
        raise AssertionError("nothing is heard")

    answering = Answering(
        Door.DINGTALK_STREAM,
        more.get("take", nothing),
        say,
        connected=lambda: True,
        database=database,
        clock=clock,
        sealing=SEALING,
        look_s=0.02,
    )
    task = asyncio.create_task(answering.run())
    yield answering
    await answering.stop()
    task.cancel()
    await asyncio.wait({task})


async def until(condition, within=PATIENCE_SECONDS):
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  the database tells nobody
            await asyncio.sleep(0.02)


async def test_what_a_slow_platform_keeps_waiting_is_not_said_by_another_as_well(database):
    clock = Clock(speed=5)  # 0.4 s here are two seconds there
    said = []

    async def say(one):
        said.append(one.key)
        await asyncio.sleep(0.4)
        return Fate.TAKEN

    note(database, range(20), at=clock.real_ms(), due_at=clock.real_ms())
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(saying(database, clock, say))
        await until(lambda: left(database) == 0)
    assert sorted(said) == sorted({*said})
    assert len(said) == 20


async def test_a_database_that_was_locked_meanwhile_makes_nobody_say_it_again(database):
    clock = Clock()
    said = []

    async def say(one):
        said.append(one.key)
        return Fate.TAKEN

    at = clock.real_ms()
    note(database, [1], at=at, due_at=at + owed.SAID_WITHIN_MS)

    async def take(_message):
        coming = asyncio.get_running_loop().create_future()
        coming.set_result(Reply(body="好"))
        return coming

    async with saying(database, clock, say, take=take) as one, saying(database, clock, say):
        with held(database):
            await one.hear(message(1))
            await until(lambda: said)
            clock.ahead_ms += 20_000  # as long as it was locked
            await asyncio.sleep(0.5)
        await until(lambda: left(database) == 0)
        await asyncio.sleep(0.2)
    assert len(said) == 1, said


async def test_a_clock_that_is_put_forward_under_an_answer_makes_nobody_say_it_again(database):
    clock = Clock()
    said = []

    async def say(one):
        said.append(one.key)
        await asyncio.sleep(0.5)
        return Fate.TAKEN

    at = clock.real_ms()
    note(database, [1], at=at, due_at=at + owed.SAID_WITHIN_MS)

    async def take(_message):
        coming = asyncio.get_running_loop().create_future()
        coming.set_result(Reply(body="好"))
        return coming

    async with saying(database, clock, say, take=take) as one:
        await one.hear(message(1))
        await until(lambda: said)
        clock.ahead_ms += 3_600_000
        await until(lambda: left(database) == 0)
    assert len(said) == 1, said


async def test_what_is_to_rest_is_left_alone_by_everybody(database):
    clock = Clock()
    said = []

    async def say(one):
        said.append(one.key)
        return Rest(60_000) if len(said) == 1 else Fate.TAKEN

    note(database, [1], at=clock.real_ms(), due_at=clock.real_ms())
    async with saying(database, clock, say), saying(database, clock, say):
        await until(lambda: said)
        clock.ahead_ms += 50_000
        await asyncio.sleep(0.3)
        assert len(said) == 1
        clock.ahead_ms += 11_000
        await until(lambda: left(database) == 0)
    assert len(said) == 2
