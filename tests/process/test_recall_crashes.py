"""SIGKILL while an announcement is taken back, then another process: it is gone, and nothing is shown again."""

import pytest
from sqlalchemy import delete, update

from bot.clock import SystemClock
from bot.policy.announcement import AnnouncementState
from bot.policy.audience import EVERY_GROUP, Audience
from bot.policy.outgoing import Way
from bot.policy.people import Role
from bot.tenant.people import Chat, Platform, Room
from messages.texts.announcement import announced
from storage import announcements, recalls
from storage.announcement_tables import recall
from storage.recalls import NO_NAME, Recalled
from storage.tables import account
from tests.kit.processes import Moment, on_sqlite

SENDS = {Platform.WECOM: "/message/send", Platform.DINGTALK: "/batchSend"}
RECALLS = {Platform.WECOM: "/message/recall", Platform.DINGTALK: "/batchRecall"}
CALLS = {Platform.WECOM: "wecom.message.recall", Platform.DINGTALK: "dingtalk.robot.oto_recall"}
OUTLETS = {Platform.WECOM: "wecom.app", Platform.DINGTALK: "dingtalk.robot"}
ROOMS = {Platform.WECOM: Room.APP, Platform.DINGTALK: Room.ROBOT}
LEASE_SECONDS = 121  # of a recall; longer than that of a message
LEADER, OFFICE = 2, 4
TO_LEADERS = Audience(words="组长", to_groups=False, roles=frozenset({Role.LEADER}))


@pytest.fixture(params=list(Platform), ids=lambda one: one.value)
def platform(request, town):
    """Where 示例乙 is reached, and nobody else is."""
    town.settle()
    elsewhere = (account.c.person_id != LEADER) | (account.c.platform != request.param.value)
    with town.database.writing() as connection:
        connection.execute(delete(account).where(elsewhere))
    return request.param


def announce(town, audience):
    """To 示例乙, or to every group, as 确认 does it; its 编号."""
    at = SystemClock().real_ms()
    with town.database.writing() as connection:
        number = announcements.put(
            connection,
            author_id=OFFICE,
            audience=audience,
            body="周五放假",
            wants_receipt=False,
            state=AnnouncementState.POSTED,
            at=at,
        )
        one = announcements.find_announcement(connection, number)
        said = announced(number, one.body, town.plan.office, wants_receipt=False, corrects=None)
        announcements.post_copies(connection, one, audience, said, at=at)
    return number


def take_back(town, number):
    """As 撤回 and 确认 do it."""
    at = SystemClock().real_ms()
    with town.database.writing() as connection:
        assert announcements.move(connection, number, AnnouncementState.RECALLED, at=at, by=OFFICE)
        recalls.ask(connection, number, at=at)


def far(town, number):
    with town.database.reading() as connection:
        return recalls.how_far(connection, number)


def shown(town, platform):
    """What 示例乙 has been shown: whether each has been taken back."""
    chat = Chat(platform, ROOMS[platform], "T2")
    return [one.recalled for one in town.tenant.transcript.of(chat) if one.by_bot]


def time_passes(town):
    town.time_passes(LEASE_SECONDS)
    ms = LEASE_SECONDS * 1000
    for column in (recall.c.leased_until, recall.c.next_try_at):
        with town.database.writing() as connection:
            connection.execute(update(recall).where(column > ms).values({column: column - ms}))


@pytest.mark.parametrize("moment", Moment)
async def test_what_was_on_the_wire_is_asked_for_again(town, platform, moment):
    number = announce(town, TO_LEADERS)
    first = await town.serve()
    assert await town.until_done() == ["sent"]
    held = town.gate.hold(RECALLS[platform], moment)
    take_back(town, number)
    await held.reached()
    await first.kill()
    held.let_go()
    assert not far(town, number).is_done
    time_passes(town)

    await town.serve()

    await town.until(lambda: far(town, number).is_done)
    assert far(town, number) == Recalled(taken_back=1)
    assert shown(town, platform) == [True]
    assert len(town.calls(CALLS[platform])) == 1 + (moment is Moment.TAKEN)


@on_sqlite
async def test_a_recall_that_nobody_had_begun_is_carried_out_by_the_next_process(town, platform):
    number = announce(town, TO_LEADERS)
    first = await town.serve()
    await town.until_done()
    town.freeze(first)
    take_back(town, number)
    await first.kill()

    await town.serve()

    await town.until(lambda: far(town, number).is_done)
    assert far(town, number) == Recalled(taken_back=1)
    assert shown(town, platform) == [True]


@on_sqlite
@pytest.mark.parametrize("moment", Moment)
async def test_what_was_being_sent_when_it_was_withdrawn_is_not_sent_again(town, platform, moment):
    held = town.gate.hold(SENDS[platform], moment)
    number = announce(town, TO_LEADERS)
    first = await town.serve()
    await held.reached()
    take_back(town, number)
    await first.kill()
    held.let_go()
    time_passes(town)

    await town.serve()

    await town.until(lambda: far(town, number).is_done)
    await town.settles()
    assert town.posted("announcement/") == ["uncertain"]
    # Nobody has heard what the platform calls it.
    assert far(town, number) == Recalled(cannot={(OUTLETS[platform], NO_NAME): 1})
    assert shown(town, platform) == [False] * (moment is Moment.TAKEN)


@on_sqlite
async def test_what_waits_when_it_is_withdrawn_never_goes_out(town):
    town.settle()
    groups = [town.group(way) for way in (Way.WECOM_WEBHOOK, Way.DINGTALK_WEBHOOK)]
    first = await town.serve()
    town.freeze(first)
    number = announce(town, EVERY_GROUP)
    take_back(town, number)
    await first.kill()

    await town.serve()

    await town.settles()
    assert town.states() == ["dead", "dead"]
    assert far(town, number) == Recalled(withdrawn=2)
    assert [town.texts(group) for group in groups] == [[], []]
