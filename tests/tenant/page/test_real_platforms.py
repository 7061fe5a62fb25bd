"""The page over both real emulators, with a bot of a few lines behind them."""

import re

import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.installation import Installation
from bot.tenant.pace import Pace
from bot.tenant.page.presets import PRESETS, faults_of
from bot.tenant.page.routes import add_page
from bot.tenant.people import Directory, Platform
from bot.tenant.tenant import Tenant
from tests.tenant.page.platforms import APP, GROUPS, PEOPLE, ROBOT, SmallProgramme
from tests.tenant.page.reading import Screen, seat

INSTALLATION = Installation(app=APP, robot=ROBOT)  # as the demonstration has it: no AI bot, no stream


async def say_the_same(request):
    said = (await request.json())["text"]["content"].strip()
    return web.json_response({"msgtype": "markdown", "markdown": {"title": "答", "text": f"**{said}**"}})


async def refuse(_request):
    return web.Response(status=500)


@pytest.fixture
async def bot(aiohttp_server):
    app = web.Application()
    app.add_routes([web.post("/dingtalk/callback", say_the_same), web.post("/wecom/app/callback", refuse)])
    return await aiohttp_server(app)


@pytest.fixture
def real(bot):
    tenant = Tenant(
        installation=INSTALLATION,
        directory=Directory(PEOPLE, GROUPS),
        clock=PlatformClock(SystemClock()),
        pace=Pace(wecom_tries=1),
        bot_url=str(bot.make_url("/")).rstrip("/"),
    )
    app = TenantApp(tenant)
    add_page(app, SmallProgramme())
    return app


@pytest.fixture
async def screen(aiohttp_client, real):
    return Screen(await aiohttp_client(real.web))


async def test_dingtalk_answers_on_the_page(screen, real):
    ((chat, _title), *_) = real.dingtalk.chats_of(PEOPLE[0])

    _, page = await screen.post("/say", **seat("dingtalk", chat=chat.key), text="在吗", to_bot="1")

    assert "<strong>在吗</strong>" in page
    assert "dingtalk.callback" in await screen.page(panel="wire")


async def test_a_refused_message_says_so_on_the_page(screen, real):
    await screen.post("/say", **seat(), text="在吗", to_bot="1")

    ((chat, _title), *_) = real.wecom.chats_of(PEOPLE[0])
    assert real.tenant.transcript.of(chat)[0].note
    assert real.tenant.transcript.of(chat)[0].note in await screen.page()


@pytest.mark.parametrize("platform", list(Platform))
async def test_a_picture_can_be_sent_and_seen(screen, real, platform):
    side = {Platform.WECOM: real.wecom, Platform.DINGTALK: real.dingtalk}[platform]
    ((chat, _title), *_) = side.chats_of(PEOPLE[0])

    _, page = await screen.post("/say", **seat(platform, chat=chat.key), kind="image", to_bot="1")

    address = re.search(r'<img class="photo" src="([^"]*)"', page)[1]
    async with screen.http.get(address) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_strikes_calls_that_exist_on_both_platforms(real, preset):
    for side in (real.wecom, real.dingtalk):
        names = {call.name for call in side.calls()} | {frame.name for frame in side.frames()}
        faults = faults_of(preset, side, INSTALLATION, 1)
        assert faults
        for fault in faults:
            assert fault.call in {"wecom.callback", "dingtalk.callback"} or any(
                fault.meets(name, "") for name in names
            )


def test_an_expired_token_is_told_in_each_dialect(real):
    preset = next(preset for preset in PRESETS if preset.name == "token-expired")

    codes = {
        fault.call: fault.code
        for side in (real.wecom, real.dingtalk)
        for fault in faults_of(preset, side, INSTALLATION, 1)
    }

    assert codes["wecom.message.send"] == 42001
    assert codes["dingtalk.robot.oto_send"] == "InvalidAuthentication"
    assert codes["dingtalk.media.upload"] == 40014
