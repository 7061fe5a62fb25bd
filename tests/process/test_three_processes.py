"""Several processes over one database say what one would say: each thing once, in order, and one ranking a day."""

import asyncio
from datetime import date

import pytest

from bot.policy.outgoing import Way
from bot.policy.timetable import Outcome
from tests.kit.processes import BEFORE_SIX, on_postgresql, on_sqlite

WAYS = (Way.WECOM_WEBHOOK, Way.DINGTALK_WEBHOOK)
CALLS = ("wecom.webhook.send", "dingtalk.robot.send")
MONDAY, FRIDAY = date(2024, 5, 20), date(2024, 5, 17)


async def serve(town, processes: int, **settings: str) -> None:
    await asyncio.gather(*(town.serve(**settings) for _ in range(processes)))


@on_postgresql
@pytest.mark.parametrize("processes", [1, 3])
async def test_every_chat_reads_everything_once_and_in_order(town, processes):
    groups = [town.group(way) for way in WAYS for _ in range(4)]
    await serve(town, processes)
    for number in range(8):
        town.post(*groups, said=f"第{number + 1}条")

    assert await town.until_done() == ["sent"] * 64
    assert [town.texts(group) for group in groups] == [[f"第{number + 1}条" for number in range(8)]] * 8
    assert [code for call in CALLS for code in town.codes(call)] == [0] * 64


@on_postgresql
async def test_one_key_is_used_no_faster_by_three_processes_than_by_one(town):
    group = town.group(Way.WECOM_WEBHOOK)
    await serve(town, 3)
    for number in range(30):
        town.post(group, said=f"第{number + 1}条")

    await town.until(lambda: len(town.texts(group)) >= 10)
    await town.settles(1)
    said = town.texts(group)
    assert said == [f"第{number + 1}条" for number in range(len(said))]
    assert 10 <= len(said) <= 20  # of 20 a minute
    assert set(town.codes("wecom.webhook.send")) == {0}


@on_postgresql
async def test_six_o_clock_comes_once(town):
    town.settle()
    county, school = town.group(Way.WECOM_WEBHOOK), town.group(Way.DINGTALK_WEBHOOK, school_id=1)
    await serve(town, 3, BOT_CLOCK_START=BEFORE_SIX)

    await town.until(lambda: bool(town.texts(county)) and bool(town.texts(school)))
    await town.until_done()
    await town.settles()
    for group in (county, school):
        (ranking,) = town.rankings(group)
        assert "5月20日（周一）" in ranking.splitlines()[0]
    assert town.outcome("daily-ranking", MONDAY) is Outcome.DONE


@on_sqlite
async def test_a_clock_that_jumps_back_brings_no_second_ranking(town):
    town.settle()
    county = town.group(Way.WECOM_WEBHOOK)
    first = await town.serve(BOT_CLOCK_START="2024-05-20T18:30:00+08:00")
    await town.until(lambda: bool(town.texts(county)))
    await town.until_done()
    posted = town.posted("ranking/")
    await first.ask_to_stop()

    await town.serve(BOT_CLOCK_START=BEFORE_SIX)
    await town.settles(6)  # one question of the timetable (5 s) and a second

    assert town.posted("ranking/") == posted
    assert len(town.rankings(county)) == 1


@on_sqlite
async def test_a_missed_six_o_clock_is_skipped_after_eight_and_the_office_is_told(town):
    town.settle()
    county = town.group(Way.WECOM_WEBHOOK)
    town.has_run("daily-ranking", FRIDAY)
    await town.serve(BOT_CLOCK_START="2024-05-20T20:00:30+08:00")

    await town.until(lambda: town.outcome("daily-ranking", MONDAY) is not None, 20)
    assert town.outcome("daily-ranking", MONDAY) is Outcome.SKIPPED
    (told,) = town.alarms()
    assert told.startswith("“每日排名”没有运行：5月20日（周一） 18:00 那一次，到 20:00 也没有补上。")
    assert town.texts(county) == []
