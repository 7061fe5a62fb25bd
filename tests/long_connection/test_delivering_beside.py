"""`job --deliver` beside a process that has the connection: it neither sends by it nor takes it."""

import asyncio

from sqlalchemy import select

from bot.app import deliver_now
from bot.policy.outgoing import Kind, Way
from messages.outgoing import answer
from storage import chat_groups
from storage.delivery_tables import outbox
from storage.outbox import Post, post
from storage.sealing import Sealing
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import Bot
from tests.long_connection.conftest import GROUP, IN_GROUP, until


def owe_the_group(parts):
    """One message, to be said by the AI bot."""
    sealing = Sealing(parts.settings.secret_key.get_secret_value())
    binding = chat_groups.Binding(way=Way.WECOM_AIBOT, address=GROUP.chat_id, school_id=1, title=GROUP.name)
    with parts.database.writing() as connection:
        bound = chat_groups.bind(connection, binding, sealing, at=1, by="operator")
        said = Post(key="k1", kind=Kind.ANNOUNCEMENT, answer=answer("有一件事"), group_id=bound.group.id)
        post(connection, [said], at=parts.clock.real_ms())


def states(parts):
    with parts.database.reading() as connection:
        return list(connection.scalars(select(outbox.c.state)))


async def test_without_the_connection_it_waits_and_nobody_connects(world, parts):
    world.aibot._asks.spoken |= {IN_GROUP.key}
    owe_the_group(parts)
    async with asyncio.timeout(PATIENCE_SECONDS):  # what cannot be sent keeps nobody waiting
        await deliver_now(parts)

    assert states(parts) == ["queued"]
    assert world.sent("subscribe") == []


async def test_whoever_has_the_connection_says_it_once(world, parts):
    world.aibot._asks.spoken |= {IN_GROUP.key}
    bot = Bot(parts)
    await bot.start()
    await world.connected()
    owe_the_group(parts)
    await deliver_now(parts)
    await until(lambda: states(parts) == ["sent"])
    await bot.stop()

    assert world.told(IN_GROUP) == ["有一件事"]
    assert len(world.sent("subscribe")) == 1
