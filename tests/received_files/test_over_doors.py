"""The same spreadsheet over every door that carries files, with the platform's own way of handing it out."""

import asyncio

import pytest

from storage.tables import account
from tests.kit.doors import Door
from tests.kit.patience import PATIENCE_SECONDS
from tests.received_files.conftest import HOURS, spreadsheet
from tests.received_files.test_in_a_chat import AFTER, IMPORTED, SHOWN, STARTED, hours, kept

CARRYING = (Door.DINGTALK, Door.STREAM, Door.AIBOT)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("door", CARRYING, indirect=True)
async def test_it_is_fetched_shown_confirmed_and_imported(somebody, county, door):
    office = somebody("T4")
    received = await office.sends(spreadsheet(HOURS))
    assert received.startswith("收到")
    assert received.endswith("，正在看，结果马上发给你。")
    assert (await office.sees()).text == SHOWN
    assert await office.says("确认") == STARTED
    assert (await office.sees()).text == IMPORTED
    assert hours(county) == AFTER


async def until(county, state):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while [one[0] for one in kept(county)] != [state]:  # noqa: ASYNC110  a database tells nobody
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("door", [Door.AIBOT_CALLED], indirect=True)
async def test_where_nobody_can_be_written_to_the_result_is_asked_for(somebody, county, door):
    with county.database.writing() as connection:  # who is on DingTalk as well is told there
        connection.execute(account.delete().where(account.c.platform == "dingtalk"))
    office = somebody("T4")
    assert await office.sends(spreadsheet(HOURS)) == "收到你发的表格，正在看。过几秒发“导入表格”看结果。"
    await until(county, "shown")
    said = await office.says("导入表格")
    assert said.startswith("结果附在后面")
    assert said.endswith(SHOWN)

    assert (await office.says("确认")).startswith("开始导入《线上学时.xlsx》。过几秒发“导入表格”看结果。")
    await until(county, "imported")
    assert "已导入《线上学时.xlsx》。" in await office.says("导入表格")
    assert hours(county) == AFTER
