"""A page over two small platforms: what people say is posted, and a bot of one line answers."""

from types import SimpleNamespace

import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.tenant.clock import PlatformClock
from bot.tenant.people import Directory, Platform
from bot.tenant.tenant import Tenant
from tests.tenant.page.platforms import EVERYTHING, GROUPS, PEOPLE, SmallProgramme, SmallSide, application
from tests.tenant.page.reading import Events, Screen


@pytest.fixture
def tenant():
    directory = Directory(PEOPLE, GROUPS)
    return Tenant(
        installation=EVERYTHING,
        directory=directory,
        clock=PlatformClock(SystemClock()),
        bot_url="http://bot.example",
    )


@pytest.fixture
def sides(tenant):
    return SimpleNamespace(
        web=web.Application(),
        tenant=tenant,
        wecom=SmallSide(tenant, Platform.WECOM, {"我的学时": "你有 18.5 学时。"}),
        dingtalk=SmallSide(tenant, Platform.DINGTALK, {"我的学时": "你有 18.5 学时。"}),
    )


@pytest.fixture
def programme():
    return SmallProgramme()


@pytest.fixture
async def http(aiohttp_client, sides, programme):
    return await aiohttp_client(application(sides, programme))


@pytest.fixture
def screen(http):
    return Screen(http)


@pytest.fixture
async def events(http):
    opened = []

    async def listen(**query):
        answer = await http.get("/events", params=query)
        assert answer.status == 200
        opened.append(answer)
        return Events(answer)

    yield listen
    for answer in opened:
        answer.close()
