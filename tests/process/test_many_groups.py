"""Many groups at once: nobody waits for somebody else's dead webhook, and no platform has to complain."""

import time

from bot.policy.outgoing import Kind, Way
from bot.tenant.faults import Effect
from tests.kit.processes import on_sqlite

WEBHOOKS = {Way.WECOM_WEBHOOK: "wecom.webhook.send", Way.DINGTALK_WEBHOOK: "dingtalk.robot.send"}
SAID = "全县合格率 62.5%"
A_MINUTE = 61


def refusals(town) -> list[object]:
    return [code for call in WEBHOOKS.values() for code in town.codes(call) if str(code) != "0"]


async def test_four_groups_are_not_late_because_a_fifth_hangs(town):
    dead, *living = [town.group(Way.WECOM_WEBHOOK) for _ in range(5)]
    town.fault(Effect.HANG, "wecom.webhook.send", target=dead.group.webhook)
    await town.serve()
    posted = time.monotonic()
    for number in range(3):
        town.post(dead, *living, said=f"第{number + 1}条")

    await town.until(lambda: all(len(town.texts(group)) == 3 for group in living))
    assert (
        time.monotonic() - posted < 8
    )  # a look at the outbox (3 s) and the sending, not a time limit (10 s)
    assert [town.texts(group) for group in living] == [["第1条", "第2条", "第3条"]] * 4
    assert town.texts(dead) == []


@on_sqlite
async def test_a_dead_webhook_is_tried_three_times_and_its_neighbours_hear_everything(town):
    dead, living = town.group(Way.WECOM_WEBHOOK), town.group(Way.WECOM_WEBHOOK)
    town.fault(Effect.CODE, "wecom.webhook.send", target=dead.group.webhook).code = 93000
    await town.serve()
    for number in range(5):
        town.post(dead, living, said=f"第{number + 1}条")

    for _ in range(4):
        await town.until(lambda: len(town.texts(living)) == 5)
        town.time_passes(A_MINUTE)
    await town.until(lambda: town.stopped(dead))
    assert town.tenant.faults.on()[0].struck == 3


async def test_three_hundred_groups_hear_at_once(town):
    groups = [town.group(way) for way in WEBHOOKS for _ in range(150)]
    await town.serve()
    posted = time.monotonic()
    town.post(*groups)

    assert await town.until_done() == ["sent"] * 300
    assert time.monotonic() - posted < 12
    assert [town.texts(group) for group in groups] == [[SAID]] * 300
    assert refusals(town) == []


@on_sqlite
async def test_a_burst_that_may_be_merged_is_few_messages(town):
    group = town.group(Way.WECOM_WEBHOOK)
    for number in range(40):
        town.post(group, said=f"更正 {number + 1}：", kind=Kind.CORRECTION)
    await town.serve()

    await town.until_done()
    whole = "\n".join(town.texts(group))
    assert [number for number in range(1, 41) if f"更正 {number}：" not in whole] == []
    assert len(town.texts(group)) == 5  # eight together
    assert refusals(town) == []


@on_sqlite
async def test_a_burst_that_may_not_be_merged_takes_as_long_as_the_limit_says(town):
    group = town.group(Way.WECOM_WEBHOOK)
    for number in range(25):
        town.post(group, said=f"第{number + 1}条")
    await town.serve()

    # Of 20 a minute half may come at once; then the others, one every five seconds and a half.
    for at_once, most in ((10, 20), (20, 25), (25, 25)):
        await town.until(lambda at_once=at_once: len(town.texts(group)) >= at_once)
        assert len(town.texts(group)) <= most
        town.minute_passes()
    assert town.texts(group) == [f"第{number + 1}条" for number in range(25)]
    assert refusals(town) == []
