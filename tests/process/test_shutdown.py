"""SIGTERM: what is on the wire may arrive, what is not waits for the next process, and nobody waits long."""

import asyncio

from bot.policy.outgoing import Way
from bot.tenant.faults import Effect
from tests.kit.processes import on_sqlite

SAID = "全县合格率 62.5%"
MOST_SECONDS = 20.0  # after which systemd and Kubernetes lose their patience


@on_sqlite
async def test_what_is_on_the_wire_arrives_and_is_written_down(town):
    group = town.group(Way.WECOM_WEBHOOK)
    town.fault(Effect.SLOW, "wecom.webhook.send", seconds=1.0)
    town.post(group)
    process = await town.serve()
    await town.until(lambda: bool(town.calls("wecom.webhook.send")))

    assert await process.ask_to_stop() < MOST_SECONDS
    assert town.texts(group) == [SAID]
    assert town.states() == ["sent"]


@on_sqlite
async def test_a_platform_that_never_answers_does_not_hold_the_process(town):
    group = town.group(Way.WECOM_WEBHOOK)
    town.fault(Effect.HANG, "wecom.webhook.send")
    town.post(group)
    process = await town.serve()
    await town.until(lambda: bool(town.calls("wecom.webhook.send")))

    assert await process.ask_to_stop() < MOST_SECONDS

    # The next process has it, and is not refused by a lease of somebody who is gone.
    town.tenant.faults.clear()
    town.time_passes(61)
    await town.serve()
    assert await town.until_done() == ["sent"]
    assert town.texts(group) == [SAID]


async def test_what_was_not_begun_is_sent_by_the_next_process(town):
    groups = [town.group(Way.WECOM_WEBHOOK) for _ in range(60)]
    town.fault(Effect.SLOW, "wecom.webhook.send", seconds=0.5)
    town.post(*groups)
    process = await town.serve()
    await town.until(lambda: bool(town.calls("wecom.webhook.send")))
    await asyncio.sleep(0.1)

    assert await process.ask_to_stop() < MOST_SECONDS
    assert "leased" not in town.states()

    town.tenant.faults.clear()
    await town.serve()
    assert await town.until_done() == ["sent"] * 60
    assert [town.texts(group) for group in groups] == [[SAID]] * 60
