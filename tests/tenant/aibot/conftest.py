"""An AI bot's tenant on a real port, and bots that connect to it."""

import asyncio

import pytest
from aiohttp import ClientSession

from tests.kit.aibot import PRIVATE, TEACHER, Bot, aibot_place


@pytest.fixture
def make_place(aiohttp_server):
    async def make(**more):
        place, app = aibot_place(**more)
        server = await aiohttp_server(app)
        place.tenant.base_url = str(server.make_url("")).rstrip("/")
        return place

    return make


@pytest.fixture
async def place(make_place):
    return await make_place()


@pytest.fixture
async def connect():
    """`await connect(place)`: another connection, not yet subscribed."""
    bots = []
    async with ClientSession() as session:

        async def to(place):
            bot = Bot(await session.ws_connect(place.socket_url))
            bot.reader = asyncio.create_task(bot.read())
            bots.append(bot)
            return bot

        yield to
        for bot in bots:
            bot.reader.cancel()
            await bot.socket.close()


@pytest.fixture
async def bot(place, connect):
    """The one that is subscribed."""
    bot = await connect(place)
    assert await bot.subscribe() == 0
    return bot


@pytest.fixture
def heard(place, bot):
    """`await heard("…")`: the person says it; gives the frame that the bot gets, and the waiting delivery."""

    async def say(text="我的学时", *, chat=PRIVATE, member=TEACHER):
        waiting = asyncio.create_task(place.says(text, chat=chat, member=member))
        return await bot.hears(), waiting

    return say
