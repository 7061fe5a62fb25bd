"""What the doors count, and that nobody outside can make a figure's name."""

import re
import time

import pytest

from bot.intake import Outcome
from bot.metrics import GIVEN_UP, Refusal
from bot.policy.outgoing import Kind, Way
from bot.tenant.faults import Effect
from messages.incoming import Door, Platform

KNOWN = {
    "platform": {platform.value for platform in Platform},
    "why": {why.value for why in Refusal},
    "outcome": {outcome.value for outcome in Outcome},
    "kind": {kind.value for kind in Kind},
    "state": set(GIVEN_UP),
    "to": {way.value for way in Way} | {"people"},
    "connection": {door.value for door in Door},
    "outlet": {way.value for way in Way} | {"wecom.app", "dingtalk.robot", "answer"},
}
LABEL = re.compile(r'(\w+)="([^"]*)"')


async def counted(bot) -> dict[str, float]:
    """Every figure of ours that is not nought, as Prometheus reads it."""
    answer = await bot.client.get("/metrics")
    assert answer.status == 200
    assert answer.content_type == "text/plain"
    figures = (line.rsplit(" ", 1) for line in (await answer.text()).splitlines() if line.startswith("bot_"))
    return {name: float(value) for name, value in figures if "_created" not in name and float(value)}


async def test_a_message_and_its_repetition_are_counted(teacher, bot, platform, tenant):
    tenant.fault(Effect.TWICE, teacher.callback)
    await teacher.says("我的学时")

    figures = await counted(bot)
    assert figures[f'bot_received_total{{platform="{platform.value}"}}'] == 2
    assert figures[f'bot_repeated_total{{platform="{platform.value}"}}'] == 1
    assert figures['bot_handled_total{outcome="answered"}'] == 1


@pytest.mark.parametrize(
    ("path", "platform"), [("/wecom/app/callback", "wecom"), ("/dingtalk/callback", "dingtalk")]
)
async def test_every_refusal_is_counted_with_its_reason(bot, path, platform):
    await bot.client.post(path, data=b"x" * (64 * 1024 + 1))
    await bot.client.post(path, data=b"hello", headers={"Content-Encoding": "gzip", "Connection": "close"})
    await bot.client.post(path, data=b"{}")
    await bot.client.post(path, data=b"{}", headers={"timestamp": "1", "sign": "x"})

    figures = await counted(bot)
    assert {name: value for name, value in figures.items() if name.startswith("bot_refused")} == {
        f'bot_refused_total{{platform="{platform}",why="too_large"}}': 1,
        f'bot_refused_total{{platform="{platform}",why="unreadable"}}': 1,
        f'bot_refused_total{{platform="{platform}",why="forged"}}': 2,
    }


@pytest.mark.usefixtures("by_callback")
async def test_a_stale_request_is_told_from_a_forged_one(teacher, bot, clock, tenant, platform):
    clock.waits(3_700)  # more than the hour that both doors allow
    with tenant.expect_refusal(403):
        await teacher.says_in_vain("我的学时")

    figures = await counted(bot)
    assert figures[f'bot_refused_total{{platform="{platform.value}",why="stale"}}'] >= 1
    assert "校准本机时间" in (await tenant.on("wecom").somebody("T4").sees()).text


async def test_nobody_outside_can_make_up_a_label(teacher, bot):
    for odd in ('"} 1\nbot_owned 1', "😀", "提交 A5 https://example.cn/" + "x" * 300, "', DROP TABLE"):
        await teacher.says(odd)
    for path in ('/dingtalk/callback?why="made-up"', "/wecom/app/callback?platform=made-up", "/made-up"):
        await bot.client.post(
            path, data=b"{}", headers={"timestamp": str(time.time_ns() // 10**6), "sign": "made-up"}
        )
        await bot.client.get(path)

    text = await (await bot.client.get("/metrics")).text()
    found = [pair for line in text.splitlines() if line.startswith("bot_") for pair in LABEL.findall(line)]
    assert found
    assert {pair for pair in found if pair[1] not in KNOWN[pair[0]]} == set()
    assert "made-up" not in text
    assert "bot_owned" not in text


async def test_the_lanes_and_the_process_are_looked_at(teacher, bot):
    await teacher.says("我的学时")

    text = await (await bot.client.get("/metrics")).text()
    assert "\nbot_lanes_waiting 0.0\n" in text
    assert "\nprocess_resident_memory_bytes " in text
    assert "\nbot_groups 0.0\n" in text
