"""A week with a holiday in it: leaders are told on workdays, also on a Sunday that is one, and only what is new."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from bot.clock import SHANGHAI
from bot.jobs.job import JobParts
from bot.jobs.registry import JOBS
from bot.policy.timetable import Outcome
from bot.timetable import Tick, Timetable
from storage import job_runs, snapshots
from storage.announcement_tables import summary_told

# 1 to 5 May 2024 is the holiday; Sunday 28 April and Saturday 11 May are worked instead.
SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2024, 4, day) for day in (27, 28, 29, 30))
HOLIDAY = [date(2024, 5, day) for day in range(1, 6)]
AFTER = date(2024, 5, 6)
WORKED_SATURDAY = date(2024, 5, 11)


@pytest.fixture
def programme(county):
    """Evidence is due on 8 May and summaries on 14 May: every workday of these weeks has a summary."""
    dates = replace(
        county.plan.deadlines, soft=date(2024, 5, 8), grace=date(2024, 5, 8), summary=date(2024, 5, 14)
    )
    with county.database.writing() as connection:
        snapshots.advance_online_as_of(connection, SATURDAY)
    return replace(county.plan, deadlines=dates, county="示例县")


@pytest.fixture
def morning(county, programme, clock):
    """At eight the timetable asks what is due; which jobs came of it, and how many messages."""
    jobs = {"leader-summary": JOBS["leader-summary"]}
    parts = JobParts(
        database=county.database,
        plan=programme,
        catalogue=county.catalogue,
        clock=clock,
        secret_key=county.secret_key,
    )

    async def come(day):
        clock.today = datetime.combine(day, time(8), SHANGHAI)
        await asyncio.to_thread(Timetable(parts, Tick(jobs=jobs, house=())).ask)
        with county.database.reading() as connection:
            found = job_runs.ended(connection, "leader-summary", day)
        return None if found is None else found.outcome

    return come


@pytest.fixture
async def leaders(somebody, clock):
    """Leader, principal and office have used this platform last."""
    clock.today = datetime.combine(SATURDAY, time(7), SHANGHAI)
    people = [somebody(user) for user in ("T2", "T3", "T4")]
    for person in people:
        await person.says("截止时间")
    return people


async def test_a_summary_week_over_a_holiday(morning, leaders, teacher):
    leader, principal, office = leaders

    assert await morning(SATURDAY) is None
    assert await morning(SUNDAY) is Outcome.DONE  # worked instead of the holiday
    assert (await leader.sees()).text.split("\n") == [
        "没有等你审的材料。看是谁卡住了：发“落后名单”。",
        "语文组合格 0/2（0.0%）。",
        "· 要本人办：没选点 2 人。",
        "优秀名额：示例县第一小学 已用 0，还可用 5，共 5。",
        "离 5月8日 交材料还有 10 天，离 6月30日 全部完成还有 63 天。",
        "线上数据截至 4月27日（周六），实践和认证数据截至 4月28日（周日）",
    ]
    assert (await principal.sees()).text.split("\n")[1] == "示例县第一小学合格 0/3（0.0%）。"
    assert (await office.sees()).text.split("\n")[1] == "示例县合格 0/4（0.0%）。"

    await teacher.says("选点 A1 A5 B2")
    await teacher.says("提交 A1 https://pan.example.com/s/1a1")
    assert await morning(MONDAY) is Outcome.DONE
    assert (await leader.sees()).text.split("\n")[:3] == [
        "等你审的 1 份，最久的是编号 1，等了 1 个工作日：发“待审”。",
        "语文组合格 0/2（0.0%）。4月28日以来：新交 1 份，没选点少 1 人。",
        "· 要本人办：没选点 1 人、没交 1 人。等审核 1 份：教研组长 1 份。",
    ]
    for other in (principal, office):
        assert "4月28日以来：新交 1 份，没选点少 1 人。" in (await other.sees()).text

    # Nothing has happened: nobody is written to. Whoever asks sees the same lines.
    assert await morning(TUESDAY) is Outcome.NOTHING
    assert "4月29日以来：没有变化。" in await leader.says("本组进度")

    # On the holiday somebody works, and nobody is disturbed.
    for day in HOLIDAY:
        assert await morning(day) is None
    await teacher.says("提交 A5 https://pan.example.com/s/1a5")
    assert await morning(AFTER) is Outcome.DONE
    # 28 April to 6 May: 29 and 30 April and 6 May
    assert (await leader.sees()).text.split("\n")[:2] == [
        "等你审的 2 份，最久的是编号 1，等了 3 个工作日：发“待审”。",
        "语文组合格 0/2（0.0%）。4月29日以来：新交 1 份。",
    ]
    for other in (principal, office):
        assert "4月29日以来：新交 1 份。" in (await other.sees()).text

    for person in leaders:
        person.sees_nothing()


async def test_what_falls_to_the_principal_on_a_worked_saturday(morning, leaders, teacher, county):
    leader, principal, office = leaders
    await teacher.says("选点 A1 A5 B2")
    await teacher.says("提交 A1 https://pan.example.com/s/1a1")
    assert await morning(AFTER) is Outcome.DONE
    for person in leaders:
        await person.sees()
    for day in range(7, 11):
        # Handed in on Saturday 27 April: five workdays by 7 May, six by 8 May.
        expected = Outcome.DONE if day == 8 else Outcome.NOTHING
        assert await morning(date(2024, 5, day)) is expected
        if day == 8:
            assert (await principal.sees()).text.split("\n")[0] == (
                "等你审的 1 份，最久的是编号 1，等了 6 个工作日：发“待审”。"
            )
    office.sees_nothing()
    await principal.says("退回 1 链接打不开")
    await teacher.sees()

    assert await morning(WORKED_SATURDAY) is Outcome.DONE
    assert (await leader.sees()).text.split("\n")[:3] == [
        "没有等你审的材料。看是谁卡住了：发“落后名单”。",
        "语文组合格 0/2（0.0%）。5月6日以来：退回 1 份。",
        "· 要本人办：没选点 1 人、没交 1 人。",
    ]
    assert "5月8日以来：退回 1 份。" in (await principal.sees()).text
    await office.sees()


async def test_asking_for_progress_leaves_what_was_told_as_it_is(morning, leaders, teacher, county):
    leader, principal, office = leaders
    await morning(SUNDAY)
    for person in leaders:
        await person.sees()
    with county.database.reading() as connection:
        before = connection.execute(summary_told.select()).all()
    await teacher.says("选点 A1 A5 B2")

    assert "4月28日以来：没选点少 1 人。" in await leader.says("本组进度")
    assert "4月28日以来：没选点少 1 人。" in await principal.says("本校进度")
    assert "4月28日以来：没选点少 1 人。" in await office.says("全市进度")
    with county.database.reading() as connection:
        assert connection.execute(summary_told.select()).all() == before
