"""Whoever asks is answered in time, even when the answer takes longer."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.tenant.faults import Effect
from storage.tables import choice, inbox
from tests.kit.servers import held

LATER = "已收到，正在处理。过一会儿发“更多”看结果，不用重发。"


@pytest.fixture
def parts(parts):
    """In less time than the platforms give; the house's own 0.7 s are for machines that do nothing else."""
    return replace(parts, answer_within=1.2)


async def answered(bot, teacher, said):
    """What was said in the end: a machine that hesitates has it promised first."""
    while said == LATER:
        await bot.has_caught_up()
        said = await teacher.says("更多")
    return said


async def asks(bot, teacher, text):
    return await answered(bot, teacher, await teacher.says(text))


def count(database, table):
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table))


@pytest.mark.usefixtures("by_callback")
async def test_while_the_database_is_busy_the_message_is_taken_and_the_answer_kept(county, bot, teacher):
    with held(county.database):
        assert await teacher.says("选点 A1 A5 B2") == LATER
    await bot.has_caught_up()

    assert (await asks(bot, teacher, "更多")).startswith("选好了：A1 技术支持的学情分析、")
    assert await asks(bot, teacher, "更多") == "没有更多内容了。"
    assert count(county.database, choice) == 3


@pytest.mark.usefixtures("by_callback")
async def test_two_promised_answers_come_in_the_order_of_the_questions(county, bot, teacher):
    with held(county.database):
        assert await teacher.says("选点 A1 A5 B2") == LATER
        assert await teacher.says("截止时间") == LATER
    await bot.has_caught_up()

    assert (await asks(bot, teacher, "更多")).startswith("选好了：")
    assert "5月30日" in await asks(bot, teacher, "更多")
    assert await asks(bot, teacher, "更多") == "没有更多内容了。"


@pytest.mark.usefixtures("by_callback")
async def test_what_was_taken_before_a_stop_is_answered_after_it(county, tenant, bot, teacher):
    with held(county.database):
        assert await teacher.says("选点 A1 A5 B2") == LATER
        stopping = asyncio.create_task(bot.stop())
        await asyncio.sleep(0.2)
    await stopping
    await bot.start()
    tenant.is_served_by(bot.url)
    await bot.has_caught_up()

    assert (await asks(bot, teacher, "更多")).startswith("选好了：")
    assert count(county.database, choice) == 3


@pytest.mark.usefixtures("by_callback")
async def test_a_platform_that_gives_up_too_early_sends_again_and_is_answered(county, tenant, bot, teacher):
    """It waits 0.6 s here, and the bot takes longer to say that the answer will come later."""
    tenant.waits_only(0.6)
    with tenant.expect_no_answer(), held(county.database):
        assert await teacher.says_in_vain("选点 A1 A5 B2")
        await bot.has_promised()
    await bot.has_caught_up()
    tenant.waits_only(5.0)

    assert (await teacher.again()).startswith("选好了：")
    assert (await asks(bot, teacher, "更多")).startswith("选好了：")
    assert count(county.database, choice) == 3
    assert count(county.database, inbox) == 2  # 选点 and 更多


@pytest.mark.usefixtures("by_callback")
async def test_a_message_that_came_twice_while_the_database_was_busy_is_answered_once(
    county, tenant, bot, teacher
):
    tenant.fault(Effect.TWICE, teacher.callback)
    with held(county.database):
        assert await teacher.says("选点 A1 A5 B2") == LATER
    await bot.has_caught_up()

    assert (await asks(bot, teacher, "更多")).startswith("选好了：")
    assert await asks(bot, teacher, "更多") == "没有更多内容了。"


async def test_a_slow_way_to_the_bot_changes_nothing(tenant, bot, teacher):
    tenant.fault(Effect.SLOW, teacher.callback, seconds=0.3)

    assert "5月30日" in await asks(bot, teacher, "截止时间")


@pytest.mark.usefixtures("by_callback")
async def test_with_neither_database_nor_disk_the_platform_is_asked_to_come_again(
    county, tenant, bot, teacher
):
    journal = county.journal_folder
    journal.write_text("a file where the folder should be", encoding="utf-8")
    with tenant.expect_refusal(503), held(county.database):
        assert await teacher.says_in_vain("选点 A1 A5 B2")
    journal.unlink()

    assert (await answered(bot, teacher, await teacher.again())).startswith("选好了：")
    assert count(county.database, choice) == 3
