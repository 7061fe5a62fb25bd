"""Long connections of real processes: killed, half dead, stolen and dropped; what was heard is answered, and once."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.tenant.faults import Effect
from bot.tenant.installation import Installation
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Outcome, Said
from bot.tenant.wire import Towards
from storage.connection_tables import owed_reply
from storage.tables import inbox
from tests.kit.installation import AIBOT, ROBOT
from tests.kit.processes import Moment, on_postgresql, on_sqlite

QUICK_BOT = "tests.kit.quick_bot"
ROOMS = {Platform.WECOM: Room.AIBOT, Platform.DINGTALK: Room.ROBOT}
KICKED = "智能机器人的长连接被别的程序占用了"
DROPS, WRITERS, PLATFORMS = 100, 12, tuple(Platform)


@pytest.fixture
def installation():
    """Nobody calls these processes: they have to be connected to hear anything."""
    return Installation(aibot=AIBOT, robot=replace(ROBOT, stream=True))


@pytest.fixture
def aibot(town):
    town.settle()
    town.tenant.switches.aibot_at_most_three = False
    return town.app.wecom.aibot


async def says(town, number, text, platform):
    side = town.app.wecom if platform is Platform.WECOM else town.app.dingtalk
    member = town.tenant.directory.by_account(platform, number)
    return await side.says(member, Chat(platform, ROOMS[platform], number), Said(text=text))


async def does(town, name):
    (deed,) = [
        deed for side in (town.app.wecom, town.app.dingtalk) for deed in side.deeds() if deed.name == name
    ]
    await deed.do()


def subscribed(town):
    exchanges = town.tenant.wire.exchanges()
    return sum(one.name == "wecom.aibot.subscribe" and one.towards is Towards.PLATFORM for one in exchanges)


def answers(town, number, platform):
    return [said for said in town.private_texts(number, platform) if "学时" in said]


async def test_the_holder_is_killed_while_it_answers_and_the_other_says_it_once(town, aibot):
    silent = town.fault(Effect.HANG, "wecom.aibot.respond_msg")  # taken off the wire, and nothing comes of it
    first = await town.serve()
    await town.until(lambda: aibot.connected)
    await town.serve()
    asking = asyncio.create_task(says(town, "T1", "我的学时", Platform.WECOM))
    await town.until(lambda: silent.struck)
    await first.kill()
    killed = time.monotonic()
    town.tenant.faults.clear()

    await town.until(lambda: aibot.connected, 20)
    assert time.monotonic() - killed <= 15
    await town.until(lambda: answers(town, "T1", Platform.WECOM), 25)
    await asking
    # who is there now hears and answers as well
    assert (await says(town, "T2", "我的学时", Platform.WECOM)).outcome is Outcome.ANSWERED
    await town.settles(3)
    assert [len(answers(town, number, Platform.WECOM)) for number in ("T1", "T2")] == [1, 1]


@on_sqlite
async def test_a_connection_that_is_half_dead_is_noticed_and_replaced(town, aibot):
    await town.serve(module=QUICK_BOT)
    await town.until(lambda: aibot.connected)
    await does(town, "wecom.aibot.half_dead")
    assert not aibot.connected
    assert (await says(town, "T1", "我的学时", Platform.WECOM)).outcome is Outcome.UNHEARD

    await town.until(lambda: aibot.connected)
    assert (await says(town, "T1", "我的学时", Platform.WECOM)).outcome is Outcome.ANSWERED
    assert len(answers(town, "T1", Platform.WECOM)) == 1


@on_sqlite
async def test_a_stolen_connection_is_not_fought_for_and_the_other_process_takes_over(town, aibot):
    await town.serve()
    await town.until(lambda: aibot.connected)
    await town.serve()
    await does(town, "wecom.aibot.steal")
    assert not aibot.connected

    await town.until(lambda: aibot.connected, 60)
    assert (await says(town, "T1", "我的学时", Platform.WECOM)).outcome is Outcome.ANSWERED
    await town.settles(6)
    assert subscribed(town) == 2  # the first process once, and then the other one
    assert [said.split("\n")[0] for said in town.alarms()] == [KICKED]


@on_postgresql
async def test_killed_between_taking_a_message_and_answering_it_the_other_process_answers(town, aibot):
    calling = town.gate.hold("/robot/sendBySession", Moment.ASKED)
    first = await town.serve()
    await town.until(lambda: town.app.dingtalk.stream.connected)
    assert (await says(town, "T1", "我的学时", Platform.DINGTALK)).outcome is Outcome.ACKNOWLEDGED
    await calling.reached()
    await town.serve()
    await first.kill()
    calling.let_go()

    await town.until(lambda: answers(town, "T1", Platform.DINGTALK), 25)
    await town.settles(3)
    assert len(answers(town, "T1", Platform.DINGTALK)) == 1


@on_postgresql
async def test_in_a_storm_of_drops_nothing_is_said_twice_and_nothing_heard_stays_unanswered(town, aibot):
    """A hundred in less than half a minute, fifty on either platform; two dozen people go on writing."""
    writers = [f"W{number}" for number in range(WRITERS)]
    for number in writers:
        town.tenant.directory.add_member(
            Member(key=number, name=f"示例{number}", accounts=dict.fromkeys(PLATFORMS, number))
        )
    for _ in range(2):
        await town.serve(module=QUICK_BOT)
    await town.until(lambda: aibot.connected and town.app.dingtalk.stream.connected)
    taken = Counter()
    over = asyncio.Event()

    async def write(number, platform):
        while not over.is_set():
            saying = asyncio.create_task(says(town, number, "我的学时", platform))
            done, _ = await asyncio.wait({saying}, timeout=1.0)
            if done and saying.result().outcome is Outcome.ACKNOWLEDGED:
                taken[number, platform] += 1
            saying.cancel()
            await asyncio.sleep(random.uniform(0.5, 2.5))

    writing = [asyncio.create_task(write(number, platform)) for number in writers for platform in PLATFORMS]
    await asyncio.gather(
        drop(town, "wecom.aibot.drop", lambda: aibot.connected),
        drop(town, "dingtalk.stream.cut", lambda: town.app.dingtalk.stream.connected),
    )
    over.set()
    await asyncio.wait(writing)
    await town.until(lambda: not owed(town), 60)
    await asyncio.sleep(3)  # longer than anybody's look at what is owed: a second time would come now

    heard = {
        (number, platform): handled(town, number, platform) for number in writers for platform in PLATFORMS
    }
    said = {(number, platform): len(town.private_texts(number, platform)) for number, platform in heard}
    assert said == heard
    assert all(heard[who] >= count for who, count in taken.items() if who[1] is Platform.DINGTALK)
    assert sum(heard.values()) > WRITERS


async def drop(town, name, connected):
    """Again and again, a moment after somebody is there."""
    for _ in range(DROPS // 2):
        await town.until(connected)
        await asyncio.sleep(random.uniform(0, 0.3))
        await does(town, name)


def owed(town):
    with town.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(owed_reply))


def handled(town, number, platform):
    theirs = (inbox.c.platform == platform.value, inbox.c.folded == number.lower())
    with town.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(inbox).where(*theirs))
