"""Faults are offered where they can be seen, and only for what is installed."""

import re
from dataclasses import replace

import pytest

from bot.clock import SystemClock
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import Effect, Fault
from bot.tenant.installation import Installation
from bot.tenant.page.doors import is_installed
from bot.tenant.page.presets import PRESETS, faults_of
from bot.tenant.page.routes import add_page
from bot.tenant.people import Directory
from bot.tenant.tenant import Tenant
from tests.tenant.page.platforms import AIBOT, APP, EVERYTHING, GROUPS, PEOPLE, ROBOT
from tests.tenant.page.reading import Screen
from tests.tenant.page.test_panel import exchange

STREAM = replace(ROBOT, stream=True)
FAST = "平台的钟快了 70 分钟：签名的时间不对，机器人不收消息。改回“准”就好。"
SLOW = "平台的钟慢了 70 分钟：签名的时间不对，机器人不收消息。改回“准”就好。"
CALM = "现在一切正常。"


def section(page, title):
    return re.search(f'<section class="box presets" aria-label="{title}">.*?</section>', page, re.DOTALL)[0]


def presets(part):
    return re.findall(r'name="preset" value="([a-z-]*)"', part)


async def test_what_shows_at_once_comes_before_what_needs_the_bot_to_send(screen):
    page = await screen.page()
    first, second = section(page, "平台把消息送给机器人时"), section(page, "机器人主动发消息时")

    assert page.index(first) < page.index(second)
    assert presets(first) == ["unheard", "twice", "slow"]
    assert re.findall(r'name="skew" value="([a-z]*)"', first) == ["fast", "right", "slow"]
    assert presets(second) == ["webhook-gone", "too-often", "token-expired", "html", "reset", "hang"]
    assert "机器人自己发消息、传文件时才看得到。" in second
    assert "才看得到" not in first
    # The buttons stand outside their form, together with the clock's.
    assert page.count('form="presets" name="preset"') == len(PRESETS)
    assert page.count('<form class="picks" id="presets"') == 1


@pytest.mark.parametrize(("skew", "sentence"), [("fast", FAST), ("slow", SLOW)])
async def test_a_wrong_clock_is_not_called_normal(screen, skew, sentence):
    assert CALM in await screen.page()

    _, wrong = await screen.post("/skew", skew=skew)
    _, right = await screen.post("/skew", skew="right")

    assert sentence in wrong
    assert CALM not in wrong
    assert "平台的钟快了" not in right
    assert "平台的钟慢了" not in right
    assert CALM in right


async def test_a_wrong_clock_is_told_beside_the_faults(screen, tenant):
    tenant.clock.skew_ms = 70 * 60_000
    tenant.faults.switch_on(Fault(call="wecom.*", effect=Effect.HTML))

    page = await screen.page()

    assert FAST in page
    assert "正在发生" in page


@pytest.mark.parametrize(
    ("here", "name", "there"),
    [
        (EVERYTHING, "wecom.aibot.msg_callback", True),
        (Installation(app=APP), "wecom.aibot.msg_callback", False),
        (Installation(app=APP), "wecom.callback", True),
        (Installation(aibot=AIBOT), "wecom.callback", False),
        (Installation(aibot=AIBOT), "wecom.verify", False),
        (Installation(robot=ROBOT), "dingtalk.callback", True),
        (Installation(robot=ROBOT), "dingtalk.stream", False),
        (Installation(robot=ROBOT), "dingtalk.stream.cut", False),
        (Installation(robot=STREAM), "dingtalk.callback", False),
        (Installation(robot=STREAM), "dingtalk.stream", True),
        (Installation(), "dingtalk.callback", False),
        (Installation(), "dingtalk.stream", False),
        (Installation(), "wecom.webhook.send", True),  # group robots need no app
        (Installation(), "wecom.*", True),
    ],
)
def test_a_door_exists_when_somebody_has_installed_it(here, name, there):
    assert is_installed(here, name) is there


def real(here):
    clock = PlatformClock(SystemClock())
    return TenantApp(Tenant(installation=here, directory=Directory(PEOPLE, GROUPS), clock=clock))


@pytest.mark.parametrize(
    ("here", "armed"),
    [
        (Installation(app=APP, robot=ROBOT), ["wecom.callback", "dingtalk.callback"]),
        (Installation(app=APP, robot=STREAM), ["wecom.callback", "dingtalk.stream"]),
        (Installation(aibot=AIBOT, robot=ROBOT), ["wecom.aibot.msg_callback", "dingtalk.callback"]),
    ],
)
def test_only_installed_doors_are_armed(here, armed):
    app, preset = real(here), next(preset for preset in PRESETS if preset.name == "unheard")

    faults = [fault for side in (app.wecom, app.dingtalk) for fault in faults_of(preset, side, here, 1)]

    assert [fault.call for fault in faults] == armed


@pytest.mark.parametrize("here", [Installation(app=APP, robot=ROBOT), Installation(app=APP, robot=STREAM)])
async def test_calls_and_deeds_of_what_is_absent_are_not_listed(aiohttp_client, here):
    app = real(here)
    add_page(app, None)
    screen = Screen(await aiohttp_client(app.web))
    page = await screen.page()
    named = re.findall(r'<option value="([a-z_.*]+)">', page)
    named += re.findall(r'name="deed" value="([a-z_.]+)"', page)

    assert "wecom.message.send" in named
    assert "wecom.tokens.expire" in named
    assert [name for name in named if name.startswith("wecom.aibot.")] == []
    assert ("dingtalk.callback" in named) == (not here.robot.stream)
    assert any(name.startswith("dingtalk.stream") for name in named) == here.robot.stream
    assert ("dingtalk.stream.cut" in named) == here.robot.stream
    # Nor can they be reached by a form that somebody has kept open.
    assert (await screen.post("/deed", deed="wecom.aibot.drop"))[0] == 404
    status, told = await screen.live("/fault", call="wecom.aibot.msg_callback", effect="twice")
    assert (status, told["notice"]) == (400, "这里没有装它，这个故障碰不到。")


async def test_a_misspelt_request_is_told_at_once(screen, tenant):
    status, told = await screen.live("/fault", call="wecom.webhook.sendd", effect="code")

    assert (status, told["notice"]) == (400, "没有叫这个名字的请求，请从列表里选。")
    assert tenant.faults.on() == ()


async def test_the_wire_says_whose_time_it_shows(screen, tenant):
    number = tenant.wire.record(exchange(status=200)).number

    assert '<span class="clock-of">平台时间</span>' in await screen.page(panel="wire")
    assert "· 平台时间 09:00:00 ·" in await screen.read(f"/wire/{number}")
