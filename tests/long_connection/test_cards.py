"""A card below an answer: whoever taps it has said it, and the card shows what came of it."""

import asyncio
import json

import pytest

from bot.tenant.faults import Effect
from tests.kit.servers import held
from tests.long_connection.conftest import MEMBERS, private, until

MINE = private("T1")
SPENT = "这个按钮已经不能点了。"


@pytest.fixture
async def asked(world, bot):
    """T1 has been asked to confirm a choice of points that is already there."""
    await world.says("选点 A1 A5 B2")
    await world.says("提交 A1 https://example.cn/a")
    await world.says("换点 A1 A3")
    return world


def with_buttons(world, chat=MINE):
    return [one for one in world.shown(chat) if one.drawn.buttons]


async def taps(world, label, *, key="T1", chat=MINE):
    card = with_buttons(world, chat)[-1]
    button = next(one for one in card.drawn.buttons if one.label == label)
    return await world.aibot.presses(MEMBERS[key], card, button.value, {})


async def test_a_tap_is_a_word(asked):
    world = asked
    before = len(world.told(MINE))
    await taps(world, "确认")
    await until(lambda: len(world.told(MINE)) > before)

    outcome = world.told(MINE)[-1].splitlines()[0]
    (update,) = world.sent("respond_update_msg")
    shown = json.loads(update.body)["body"]["template_card"]
    assert shown["sub_title_text"].rstrip("…") == outcome[: len(shown["sub_title_text"].rstrip("…"))]
    assert (await taps(world, "已点过")).reason == SPENT


@pytest.mark.late
async def test_a_tap_whose_answer_takes_long_is_acknowledged_on_the_card(asked, parts):
    world = asked
    tapping = None
    with held(parts.database):
        tapping = asyncio.create_task(taps(world, "确认"))
        await until(lambda: world.sent("respond_update_msg"))
    await tapping
    shown = json.loads(world.sent("respond_update_msg")[0].body)["body"]["template_card"]
    assert shown["sub_title_text"] == "收到了，结果马上发到这里。"


async def test_a_tap_that_is_delivered_twice_counts_once(asked):
    world = asked
    before = len(world.told(MINE))
    world.fault(Effect.TWICE, "wecom.aibot.event_callback")
    await taps(world, "确认")
    await until(lambda: len(world.told(MINE)) > before)
    await asyncio.sleep(0.3)

    assert len(world.told(MINE)) == before + 1
    assert len(world.sent("respond_update_msg")) == 1
