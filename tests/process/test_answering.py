"""Over a connection an answer is said once, whatever happens to the connection, the database or the process."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.answering import Answering, Fate
from bot.app import Parts, build_lanes
from bot.clock import SystemClock
from bot.journal import Journal
from bot.metrics import Metrics
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.reception import Reception
from bot.settings import read_settings
from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import Reply
from storage.inbox import inbox_key
from storage.sealing import Sealing
from tests.kit.servers import held

SEALING = Sealing("k" * 32)


class Clock(SystemClock):
    """The real one, which may be put forward."""

    ahead_ms = 0

    def real_ms(self):
        return super().real_ms() + self.ahead_ms


class Wire:
    """What was said, in order; `fates` are given out first, then everything is taken."""

    def __init__(self):
        self.said = []
        self.fates = []
        self.up = True

    async def say(self, owed):
        fate = self.fates.pop(0) if self.fates else Fate.TAKEN
        if fate is Fate.TAKEN:
            self.said.append((owed.key, owed.reply.body))
        return fate


def heard(key, text="帮助", account="T1"):
    return IncomingMessage(
        platform=Platform.WECOM,
        key=f"aibot/{key}",
        account=account,
        chat="",
        kind=Kind.TEXT,
        text=text,
        sent_at=1,
        door=Door.AIBOT,
        reply_to=f"req-{key}",
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def process(database, tmp_path, clock):
    """One process's worth of lanes, reception and answering over the database of the test."""

    @asynccontextmanager
    async def running(wire):
        lanes = build_lanes(
            Parts(
                settings=read_settings({"BOT_SECRET_KEY": "k" * 32}, tmp_path),
                database=database,
                plan=load_plan(None),
                catalogue=load_catalogue(None),
                clock=clock,
                journal_folder=tmp_path / "journal",
            )
        )
        for lane in lanes:
            lane.start(asyncio.get_running_loop())
        reception = Reception(lanes, Journal(tmp_path / "journal"), clock, 0.3, metrics=Metrics())
        answering = Answering(
            Door.AIBOT,
            reception.take,
            wire.say,
            connected=lambda: wire.up,
            database=database,
            clock=clock,
            sealing=SEALING,
            look_s=0.02,
        )
        task = asyncio.create_task(answering.run())
        yield answering
        await answering.stop()
        task.cancel()
        await asyncio.gather(*(asyncio.to_thread(lane.stop, 5) for lane in lanes))

    return running


def owed_in(database):
    with database.reading() as connection:
        return connection.exec_driver_sql("SELECT COUNT(*) FROM owed_reply").scalar()


async def until(condition):
    for _ in range(300):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen within six seconds")


async def test_an_answer_is_said_and_then_owed_no_more(process, database):
    wire = Wire()
    async with process(wire) as answering:
        reply = await (await answering.hear(heard("m1")))
        await until(lambda: len(wire.said) == 1)
        assert wire.said[0][1] == reply.body
        await until(lambda: owed_in(database) == 0)


async def test_a_repeated_delivery_is_not_answered_again(process):
    wire = Wire()
    async with process(wire) as answering:
        for _ in range(3):
            await answering.hear(heard("m1"))
        await until(lambda: wire.said)
        await asyncio.sleep(0.1)
    assert len(wire.said) == 1


async def test_one_chat_hears_its_answers_in_the_order_of_its_questions(process):
    wire = Wire()
    messages = [heard(f"m{number}") for number in range(5)]
    async with process(wire) as answering:
        await asyncio.gather(*map(answering.hear, messages))
        await until(lambda: len(wire.said) == 5)
    assert [key for key, _ in wire.said] == list(map(inbox_key, messages))


async def test_the_order_holds_where_the_later_message_is_safe_first(database, clock):
    wire, loop = Wire(), asyncio.get_running_loop()

    async def take(message):
        await asyncio.sleep(0.1 if message.key == "aibot/m0" else 0)
        answered = loop.create_future()
        answered.set_result(Reply(body=message.key))
        return answered

    answering = Answering(
        Door.AIBOT, take, wire.say, connected=lambda: True, database=database, clock=clock, sealing=SEALING
    )
    await asyncio.gather(*(answering.hear(heard(f"m{number}")) for number in range(3)))
    await answering.stop()
    assert [body for _, body in wire.said] == ["aibot/m0", "aibot/m1", "aibot/m2"]


async def test_what_could_not_be_said_is_said_when_it_is_due(process, clock, database):
    wire = Wire()
    wire.fates = [Fate.LATER]
    async with process(wire) as answering:
        await answering.hear(heard("m1"))
        await until(lambda: not wire.fates)
        await asyncio.sleep(0.1)
        assert (wire.said, owed_in(database)) == ([], 1)
        clock.ahead_ms = 15_001
        await until(lambda: wire.said)
    assert len(wire.said) == 1


async def test_what_will_never_be_taken_is_not_tried_again(process, database):
    wire = Wire()
    wire.fates = [Fate.NEVER]
    async with process(wire) as answering:
        await answering.hear(heard("m1"))
        await until(lambda: not wire.fates)
        await until(lambda: owed_in(database) == 0)
    assert wire.said == []


async def test_what_one_process_owes_another_says(process, clock, database):
    silent, wire = Wire(), Wire()
    silent.fates = [Fate.LATER]
    async with process(silent) as answering:
        await answering.hear(heard("m1"))
        await until(lambda: not silent.fates)
        silent.up = False
        await asyncio.sleep(0.3)  # whoever was just looking has seen it
        clock.ahead_ms = 15_001
        async with process(wire):
            await until(lambda: wire.said)
        await until(lambda: owed_in(database) == 0)
    assert (len(wire.said), silent.said) == (1, [])


async def test_without_a_connection_nothing_is_taken_up(process, clock, database):
    wire = Wire()
    wire.fates = [Fate.LATER]
    async with process(wire) as answering:
        await answering.hear(heard("m1"))
        await until(lambda: not wire.fates)
        wire.up = False
        await asyncio.sleep(0.3)  # whoever was just looking has seen it
        clock.ahead_ms = 15_001
        await asyncio.sleep(0.1)
        assert (wire.said, owed_in(database)) == ([], 1)


async def test_an_answer_that_nobody_waits_for_any_more_is_dropped(process, clock, database):
    wire = Wire()
    wire.fates = [Fate.LATER]
    async with process(wire) as answering:
        await answering.hear(heard("m1"))
        await until(lambda: not wire.fates)
        clock.ahead_ms = 25 * 3_600_000
        await until(lambda: owed_in(database) == 0)
    assert wire.said == []


async def test_with_a_database_that_is_away_the_message_is_safe_first_and_answered_later(
    process, database, tmp_path
):
    wire = Wire()
    async with process(wire) as answering:
        with held(database):
            coming = await answering.hear(heard("m1"))
            assert not coming.done()
            assert [path.suffix for path in (tmp_path / "journal").iterdir()] == [".json"]
        await until(lambda: wire.said)
        await until(lambda: not list((tmp_path / "journal").iterdir()))
    assert len(wire.said) == 1


async def test_silence_is_not_said(process, database):
    wire = Wire()
    async with process(wire) as answering:
        assert (await (await answering.hear(heard("m1", "收到")))).body == ""
        await asyncio.sleep(0.1)
    assert (wire.said, owed_in(database)) == ([], 0)
