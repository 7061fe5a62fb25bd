"""What people should know they are told at once, each thing once, whatever the platforms do."""

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select, update

from bot.clock import SHANGHAI
from bot.delivery.means import Pace
from bot.policy.outgoing import Kind
from bot.tenant.faults import Effect
from bot.tenant.people import Platform
from storage.delivery_tables import outbox
from storage.notices import note
from storage.outbox import ANSWERED, State
from storage.tables import account
from tests.kit.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("by_callback")  # calls of the app and of the robot go wrong here
PASSED = "编号 12 通过了：A5 技术支持的课堂导入。"
RETURNED = "编号 13 退回了，原因：缺课例。改好后再发“提交 A6 链接”。"
SEND = {Platform.WECOM: "wecom.message.send", Platform.DINGTALK: "dingtalk.robot.oto_send"}
UNREACHABLE = {Platform.WECOM: 81013, Platform.DINGTALK: "staffId.notExisted"}
WRONG_SECRET = {
    Platform.WECOM: ("wecom.gettoken", 40001),
    Platform.DINGTALK: ("dingtalk.token", "invalidClientIdOrSecret"),
}


@pytest.fixture
async def reader(teacher):
    """示例甲, who was last heard on this platform."""
    await teacher.says("截止时间")
    return teacher


@pytest.fixture
def tells(county):
    """Notes something for 示例甲, as the handler of another person's message does."""

    def tell(text, key, person=1):
        with county.database.writing() as connection:
            note(connection, [person], key=key, text=text, at=county.clock.real_ms())

    return tell


@pytest.fixture
def outcomes(county):
    def of(person=1):
        with county.database.reading() as connection:
            rows = connection.execute(
                select(outbox.c.state, outbox.c.outlet)
                .where(outbox.c.person_id == person)
                .order_by(outbox.c.id)
            )
            return ["answered" if outlet == ANSWERED else state for state, outlet in rows]

    return of


@pytest.fixture
def given_up(county):
    """Returns when a fault has struck and the bot has written down what it makes of it."""

    def on_the_way():
        with county.database.reading() as connection:
            return connection.scalar(select(func.count()).where(outbox.c.state == State.LEASED.value))

    async def wait(fault):
        await until(lambda: fault.struck and not on_the_way())

    return wait


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  neither a database nor a fault tells anybody
            await asyncio.sleep(0.01)


async def settled(outcomes, expected):
    await until(lambda: outcomes() == expected)


async def restarted(bot, tenant, **pace):
    await bot.stop()
    bot.parts = replace(bot.parts, pace=replace(bot.parts.pace, **pace))
    await bot.start()
    tenant.is_served_by(bot.url)


async def test_a_person_is_told_at_once_and_the_next_answer_does_not_repeat_it(reader, tells, outcomes):
    tells(PASSED, "decision/12")

    assert (await reader.sees()).text == PASSED
    assert PASSED not in await reader.says("截止时间")
    await settled(outcomes, ["sent"])


async def test_who_notes_something_in_a_batch_wakes_the_courier(tenant, bot, county, somebody):
    """With a poll of ten minutes only the commit can have done it."""
    office, stranger = somebody("T4"), somebody("T9")
    await office.says("截止时间")
    await restarted(bot, tenant, poll=600.0)

    said = [await stranger.says("绑定 示例甲 7K3M9QXD") for _ in range(5)]

    assert said[4].startswith("连续 5 次不对")
    assert "示例甲" in (await office.sees()).text
    principal = tenant.on("wecom").somebody("T3")  # who has never said anything
    assert "示例甲" in (await principal.sees()).text


async def test_several_things_come_in_one_message(reader, tells, county):
    with county.database.writing() as connection:
        for number, text in enumerate((PASSED, RETURNED)):
            note(connection, [1], key=f"decision/{number}", text=text, at=1)

    assert (await reader.sees()).text.replace("· ", "") == f"有 2 件事告诉你：\n{PASSED}\n{RETURNED}"


async def test_a_person_on_both_platforms_is_told_on_the_one_last_used(county, tenant, bot, tells):
    wecom, dingtalk = (tenant.on(platform).somebody("T1") for platform in Platform)
    for last in (dingtalk, wecom, dingtalk):
        await last.says("截止时间")
        tells(PASSED, f"decision/{last.platform}/{county.clock.real_ms()}")

        assert (await last.sees()).text == PASSED
    wecom.sees_nothing()


async def test_a_long_notice_is_told_to_its_last_character(reader, tells):
    """3,000 Chinese characters are 9,000 bytes; WeCom cuts a message after 2,048."""
    tells("研" * 2999 + "完", "long")

    read = (await reader.sees()).text
    while not read.endswith("完"):
        read += (await reader.sees()).text

    assert read.count("研") == 2999


QUIET = [
    datetime(2024, 5, 20, 20, 0, tzinfo=SHANGHAI),  # a Monday evening
    datetime(2024, 5, 21, 6, 59, tzinfo=SHANGHAI),
    datetime(2024, 5, 25, 10, 0, tzinfo=SHANGHAI),  # a Saturday
    datetime(2024, 6, 10, 10, 0, tzinfo=SHANGHAI),  # 端午节, a Monday
]


@pytest.mark.parametrize("moment", QUIET, ids=lambda moment: f"{moment:%d-%H%M}")
async def test_in_quiet_hours_nobody_is_disturbed_and_who_asks_is_told(
    reader, tells, clock, outcomes, moment
):
    clock.today = moment
    tells(PASSED, "decision/12")
    tells(RETURNED, "decision/13")

    said = await reader.says("截止时间")

    assert PASSED in said
    assert RETURNED in said
    assert outcomes() == ["answered", "answered"]


async def test_what_waited_for_the_morning_is_told_then(reader, tells, clock, outcomes):
    clock.today = datetime(2024, 5, 20, 23, 0, tzinfo=SHANGHAI)
    tells(PASSED, "decision/12")
    assert outcomes() == ["queued"]
    clock.today = datetime(2024, 5, 21, 7, 0, tzinfo=SHANGHAI)

    assert (await reader.sees()).text == PASSED


@pytest.mark.parametrize("end", ["expire", "withdraw"])
async def test_a_token_that_is_no_longer_taken_is_renewed_once(tenant, reader, tells, end):
    tells(PASSED, "decision/12")
    assert (await reader.sees()).text == PASSED
    wecom, dingtalk = tenant.app.wecom.api.access.tokens, tenant.app.dingtalk.gate.tokens
    tokens = wecom if reader.platform is Platform.WECOM else dingtalk
    issued = tokens.issued
    getattr(tokens, end)()

    with tenant.expect_platform_refusal():
        tells(RETURNED, "decision/13")
        assert (await reader.sees()).text == RETURNED
    assert tokens.issued == issued + 1


BROKEN = {
    (Platform.WECOM, Effect.HTTP_500): 2,
    (Platform.WECOM, Effect.HANG): 2,
    (Platform.WECOM, Effect.RESET): 2,
    (Platform.WECOM, Effect.HTML): 2,
    (Platform.WECOM, Effect.LOST_ANSWER): 2,
    (Platform.DINGTALK, Effect.HTTP_500): 2,
    (Platform.DINGTALK, Effect.HANG): 61,
    (Platform.DINGTALK, Effect.RESET): 61,
    (Platform.DINGTALK, Effect.HTML): 301,  # so long an address is banned that gets a page
}


@pytest.mark.parametrize("effect", [Effect.HTTP_500, Effect.HANG, Effect.RESET, Effect.HTML])
async def test_a_platform_that_fails_once_is_tried_again_and_the_person_told_once(
    tenant, given_up, clock, reader, tells, outcomes, effect
):
    fault = tenant.fault(effect, SEND[reader.platform])
    tells(PASSED, "decision/12")
    await given_up(fault)
    clock.waits(BROKEN[reader.platform, effect])

    assert (await reader.sees()).text == PASSED
    assert PASSED not in await reader.says("截止时间")
    await settled(outcomes, ["sent"])


async def test_who_asks_while_a_message_is_on_its_way_hears_it_once(tenant, reader, tells):
    fault = tenant.fault(Effect.SLOW, SEND[reader.platform], seconds=0.6)
    tells(PASSED, "decision/12")
    await until(lambda: fault.struck)

    assert PASSED not in await reader.says("截止时间")
    assert (await reader.sees()).text == PASSED


async def test_a_token_call_that_fails_leaves_nothing_in_doubt(tenant, given_up, clock, bot, reader, tells):
    fault = tenant.fault(Effect.HANG, WRONG_SECRET[reader.platform][0], times=None)
    tells(PASSED, "decision/12")
    for _ in range(5):
        await given_up(fault)  # by chance the next try is on its way already; then it is not said
        if PASSED in await reader.says("截止时间"):
            return
    pytest.fail("it was in doubt after every try")


async def test_wecom_drops_the_repetition_of_what_it_had_taken(
    tenant, given_up, clock, tells, outcomes, bot, county
):
    reader = tenant.on("wecom").somebody("T1")
    await reader.says("截止时间")
    fault = tenant.fault(Effect.LOST_ANSWER, "wecom.message.send")
    tells(PASSED, "decision/12")

    assert (await reader.sees()).text == PASSED
    await given_up(fault)
    assert PASSED not in await reader.says("截止时间")
    clock.waits(2)
    await reader.says("我的数据")
    await settled(outcomes, ["sent"])


async def test_dingtalk_may_repeat_once_what_it_had_taken(
    tenant, given_up, clock, tells, outcomes, bot, county
):
    reader = tenant.on("dingtalk").somebody("T1")
    await reader.says("截止时间")
    fault = tenant.fault(Effect.LOST_ANSWER, "dingtalk.robot.oto_send", times=2)
    tells(PASSED, "decision/12")

    assert (await reader.sees()).text == PASSED
    await given_up(fault)
    clock.waits(61)
    assert (await reader.sees()).text == PASSED
    await settled(outcomes, ["uncertain"])
    clock.waits(120)
    assert PASSED not in await reader.says("截止时间")


async def test_whoever_cannot_be_reached_is_told_with_the_next_answer(tenant, reader, tells, outcomes):
    fault = tenant.fault(Effect.CODE, SEND[reader.platform], code=UNREACHABLE[reader.platform])
    tells(PASSED, "decision/12")
    await settled(outcomes, ["failed"])

    assert PASSED in await reader.says("截止时间")
    assert fault.struck == 1
    assert outcomes() == ["answered"]


async def test_whom_the_platform_does_not_know_is_told_with_the_next_answer(
    tenant, county, platform, tells, outcomes
):
    """A wrong account in the roster: WeCom refuses, DingTalk answers 200 with a list; the other one is used."""
    with county.database.writing() as connection:
        here = (account.c.person_id == 1, account.c.platform == platform.value)
        connection.execute(update(account).where(*here).values(folded="ghost", verbatim="Ghost", bound_at=2))
    with tenant.expect_platform_refusal() if platform is Platform.WECOM else nullcontext():
        tells(PASSED, "decision/12")
        await settled(outcomes, ["failed"])

    other = tenant.on("dingtalk" if platform is Platform.WECOM else "wecom").somebody("T1")
    assert PASSED in await other.says("截止时间")


async def all_sent(county, kind):
    """Returns when everything of this kind is written down as sent."""
    while True:
        with county.database.reading() as connection:
            states = connection.scalars(select(outbox.c.state).where(outbox.c.kind == kind.value)).all()
        if set(states) == {"sent"}:
            return
        await asyncio.sleep(0.01)


async def test_a_wrong_secret_is_tried_once_and_then_left_in_peace(
    tenant, given_up, clock, reader, tells, county, capsys
):
    call, code = WRONG_SECRET[reader.platform]
    fault = tenant.fault(Effect.CODE, call, code=code, times=None)
    tells(PASSED, "decision/12")
    await given_up(fault)
    other = tenant.on("dingtalk" if reader.platform is Platform.WECOM else "wecom")
    assert "平台拒绝了整个应用" in (await other.somebody("T4").sees()).text
    await all_sent(county, Kind.ALARM)  # or the leap of the clock would outrun its lease
    clock.waits(120)

    assert PASSED in await reader.says("截止时间")
    assert fault.struck == 1
    assert "SECRET" in capsys.readouterr().err


async def test_after_a_block_nothing_goes_out_for_a_minute(tenant, given_up, clock, tells, bot, county):
    reader = tenant.on("wecom").somebody("T1")
    await reader.says("截止时间")
    fault = tenant.fault(Effect.CODE, "wecom.message.send", code=45009)
    tells(PASSED, "decision/12")
    await given_up(fault)
    reader.sees_nothing()
    clock.waits(61)

    assert (await reader.sees()).text == PASSED


async def test_a_dead_platform_does_not_silence_the_other(tenant, given_up, county, tells, bot):
    wecom, dingtalk = tenant.on("wecom").somebody("T2"), tenant.on("dingtalk").somebody("T1")
    await wecom.says("截止时间")
    await dingtalk.says("截止时间")
    fault = tenant.fault(Effect.HANG, "wecom.*", times=None)
    tells(RETURNED, "decision/13", person=2)
    tells(PASSED, "decision/12", person=1)

    assert (await dingtalk.sees()).text == PASSED
    await given_up(fault)
    wecom.sees_nothing()


async def test_what_was_noted_while_nobody_ran_is_told_at_the_start(tenant, bot, reader, tells):
    await bot.stop()
    tells(PASSED, "decision/12")
    await bot.start()
    tenant.is_served_by(bot.url)

    assert (await reader.sees()).text == PASSED


async def test_a_stop_in_the_middle_of_a_call_loses_nothing(tenant, clock, bot, reader, tells, outcomes):
    fault = tenant.fault(Effect.HANG, SEND[reader.platform])
    await restarted(bot, tenant, answer=30.0)
    tells(PASSED, "decision/12")
    await until(lambda: fault.struck)
    await restarted(bot, tenant, answer=1.0)
    assert outcomes() == ["queued"]
    clock.waits(61)

    assert (await reader.sees()).text == PASSED


async def test_two_processes_tell_everybody_everything_once(county, tenant, two_bots, platform, outcomes):
    people = [tenant.on(platform).somebody(f"T{number}") for number in (1, 2, 3, 4)]
    for person in people:
        await person.says("截止时间")
    for number in range(20):
        with county.database.writing() as connection:
            note(connection, [1, 2, 3, 4], key=f"n/{number}", text=f"第 {number} 件", at=1)

    for place, person in enumerate(people, 1):
        heard = []
        while len(heard) < 20:
            lines = (await person.sees()).text.split("\n")
            heard += [line.removeprefix("· ") for line in lines if "件事告诉你" not in line]
        assert sorted(heard) == sorted(f"第 {number} 件" for number in range(20))
        await settled(lambda place=place: outcomes(place), ["sent"] * 20)


async def test_without_the_settings_of_a_platform_nothing_is_pushed_there(
    tenant, bot, reader, tells, outcomes
):
    await bot.stop()
    absent = {reader.platform.value: None}
    bot.parts = replace(bot.parts, settings=bot.parts.settings.model_copy(update=absent))
    await bot.start()
    tells(PASSED, "decision/12")
    other = tenant.on("dingtalk" if reader.platform is Platform.WECOM else "wecom").somebody("T1")

    assert (await other.sees()).text == PASSED
    assert Pace().poll == 3.0
