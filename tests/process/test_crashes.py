"""SIGKILL at every step of a delivery, then another process: nothing is lost, and nothing is said twice needlessly.

The test lets time pass by moving the instants in the database; the machine's clock stays as it is.
"""

import pytest

from bot.policy.outgoing import Way
from bot.tenant.people import Platform
from tests.kit.processes import Moment

WECOM, DINGTALK = "/webhook/send", "/robot/send"
LEASE_SECONDS = 61  # a lease, or the wait before the one repetition, and a second
SAID = "全县合格率 62.5%"


@pytest.fixture
def both(town):
    """A group on each platform."""
    return town.group(Way.WECOM_WEBHOOK), town.group(Way.DINGTALK_WEBHOOK)


async def test_what_nobody_had_taken_up_is_sent_by_the_next_process(town, both):
    first = await town.serve()
    town.freeze(first)
    town.post(*both)
    await first.kill()

    await town.serve()

    assert await town.until_done() == ["sent", "sent"]
    assert [town.texts(group) for group in both] == [[SAID], [SAID]]


@pytest.mark.parametrize(("platform", "token"), [("wecom", "/gettoken"), ("dingtalk", "/accessToken")])
async def test_what_was_taken_up_and_not_yet_on_the_wire_is_said_once(town, platform, token):
    town.settle()
    held = town.gate.hold(token, Moment.ASKED)  # without a token nothing can be sent
    town.tell(1, SAID, Platform(platform))
    first = await town.serve()
    await held.reached()
    assert town.states() == ["leased"]
    await first.kill()
    held.let_go()
    town.time_passes(LEASE_SECONDS)

    await town.serve()

    assert await town.until_done() == ["sent"]
    assert town.private_texts("T1", Platform(platform)) == [SAID]


async def kill_on_the_wire(town, groups, moment):
    """One process, with a call to each platform at this moment; then its lease is over."""
    held = [town.gate.hold(path, moment) for path in (WECOM, DINGTALK)]
    town.post(*groups)
    process = await town.serve()
    for call in held:
        await call.reached()
    await process.kill()
    for call in held:
        call.let_go()
    town.time_passes(LEASE_SECONDS)


async def test_what_was_on_the_wire_and_never_arrived_is_said_once(town, both):
    await kill_on_the_wire(town, both, Moment.ASKED)

    await town.serve()

    assert await town.until_done() == ["sent", "sent"]
    assert [town.texts(group) for group in both] == [[SAID], [SAID]]


async def test_what_was_taken_and_never_answered_is_repeated_where_the_platform_cannot_tell(town, both):
    wecom, dingtalk = both
    await kill_on_the_wire(town, both, Moment.TAKEN)

    await town.serve()

    assert await town.until_done() == ["sent", "sent"]
    assert town.texts(wecom) == [SAID, SAID]  # it knows no repetition, and had not answered: once more
    assert town.texts(dingtalk) == [SAID]  # it was called twice, and knew the msgUuid
    assert len(town.calls("dingtalk.robot.send")) == 2


async def test_what_was_never_answered_twice_is_uncertain_and_not_said_again(town):
    group = town.group(Way.WECOM_WEBHOOK)
    town.post(group)
    for _ in range(2):
        held = town.gate.hold(WECOM, Moment.TAKEN)
        process = await town.serve()
        await held.reached()
        await process.kill()
        held.let_go()
        town.time_passes(LEASE_SECONDS)

    await town.serve()

    assert await town.until_done() == ["uncertain"]
    assert town.texts(group) == [SAID, SAID]


async def test_what_was_answered_and_not_written_down_is_repeated_once_at_most(town, both):
    wecom, dingtalk = both
    held = [town.gate.hold(path, Moment.ASKED) for path in (WECOM, DINGTALK)]
    town.post(*both)
    first = await town.serve()
    for call in held:
        await call.reached()
    with town.database_held():
        for call in held:
            call.let_go()
        await town.until(lambda: bool(town.texts(wecom)) and bool(town.texts(dingtalk)))
        await first.kill()
    assert set(town.states()) == {"leased"}
    town.time_passes(LEASE_SECONDS)

    await town.serve()

    assert await town.until_done() == ["sent", "sent"]
    assert town.texts(wecom) == [SAID, SAID]
    assert town.texts(dingtalk) == [SAID]


async def test_what_is_settled_is_never_touched_again(town, both):
    town.post(*both)
    first = await town.serve()
    await town.until_done()
    await first.kill()
    town.time_passes(LEASE_SECONDS)

    second = await town.serve()
    later = town.group(Way.WECOM_WEBHOOK)
    town.post(later, said="第二条")  # when this has gone out, the first two have been looked at again

    assert await town.until_done() == ["sent", "sent", "sent"]
    assert [town.texts(group) for group in both] == [[SAID], [SAID]]
    assert (await second.figures())["bot_groups"] == 3
