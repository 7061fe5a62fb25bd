"""方案, 定时任务 and 权限: what the files and tables say, as the office reads it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.clock import SHANGHAI
from bot.jobs.job import JobParts, Ran
from bot.pages.matrix import rows
from bot.pages.office.plan import value_of
from bot.pages.registry import REGISTRY
from bot.plan_file import load_plan
from bot.plan_sections import JOBS, TABLES, JobEntry, StageEntry
from bot.plan_source import PlanSource, meanings, read_source, title
from bot.policy.plan import Day, Job
from bot.policy.timetable import Outcome, next_opening
from bot.timetable import Tick, Timetable
from storage.page_tables import job_request
from storage.tables import audit
from tests.kit.fixtures import TODAY

pytestmark = pytest.mark.one_database

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_value_of_the_plan_has_a_meaning_a_title_and_a_value():
    words, plan = meanings(), load_plan(None)
    for section, model in TABLES.items():
        assert title(section) != section
        for field in model.model_fields:
            assert words[f"{section}.{field}"] not in {"", field}, field
            value_of(plan, section, field)
    for field in (*JobEntry.model_fields, *StageEntry.model_fields):
        assert any(key.endswith(f".{field}") and word != field for key, word in words.items()), field
    assert words["deadline.soft"] == "提交材料的日子"
    assert words["jobs.daily-ranking.until"] == "错过了，补到几点"


def test_what_somebodys_own_file_gives_is_known_by_its_key(tmp_path):
    path = tmp_path / "示例县.toml"
    path.write_text(
        "[requirement]\nonline = 25\n[jobs.reminders]\nat = 15:00:00\n"
        '[[stages]]\nnumber = 1\nname = "启动"\nfirst = 2024-03-01\nlast = 2024-06-30\n',
        "utf-8",
    )
    assert read_source(path) == PlanSource(
        "示例县.toml", frozenset({"requirement.online", "jobs.reminders.at", "stages"})
    )
    assert read_source(None) == PlanSource()


@ONE_DATABASE
async def test_the_plan_and_the_day_are_shown(county, enters):
    page = await (await enters(4)).get("/office/plan")

    # 20 May 2024 is a Monday in stage 2; ranking at 18:00, reminders at 16:00, summary at 8:00, all before due dates.
    assert "今天：5月20日（周一）\n工作日\n第 2 阶段“组织实施”" in page.main
    assert (
        "08:00 进度汇总（已到时间），08:30 检查工作日表（已到时间），09:00 检查群消息（已到时间），16:00 提醒，18:00 每日排名"
        in page.main
    )
    assert "接下来的休息日：5月25日（周六）、5月26日（周日）" in page.main
    assert f"规则版本\n{county.plan.version}" in page.main
    assert "线上学时\n25 学时\n程序自带\nrequirement.online" in page.main
    assert "第 1、2、3 个认证点各记多少学时，以后的不再记\n8 学时、8 学时、9 学时" in page.main


def test_the_next_time_skips_days_off():
    plan = load_plan(None)
    ranking = next(job for job in plan.jobs if job.name == "daily-ranking")
    at = TODAY.replace(day=24, hour=18)  # a Friday, the very moment

    assert next_opening(ranking, plan, at) == TODAY.replace(day=27, hour=18)
    assert next_opening(ranking, plan, TODAY) == TODAY.replace(hour=18)
    assert next_opening(replace(ranking, on=False), plan, TODAY) is None
    sunday = Job(name="x", on=True, at=ranking.at, days=(Day.SUNDAY,))
    assert next_opening(sunday, plan, TODAY).astimezone(SHANGHAI).date() == date(2024, 5, 26)


async def test_a_job_that_is_asked_for_is_run_by_the_timetable(county, enters):
    office = await enters(4)
    page = await office.get("/office/jobs")
    assert "每日排名\ndaily-ranking\n工作日 18:00，错过了补到 20:00\n2024-05-20 18:00" in page.main
    for form, said in (
        ({"job": "daily-ranking", "day": "2024-05-21"}, "2024-05-21 还没有到，今天是 2024-05-20。"),
        ({"job": "daily-ranking", "day": "x"}, "日期写成 2024-05-20 这样。"),
        ({"job": "../x", "day": "2024-05-20"}, "选一个要做的任务。"),
    ):
        refused = await office.post("/office/jobs/run", form)
        assert (refused.status, said in refused.main) == (400, True), said

    asked = await office.post("/office/jobs/run", {"job": "daily-ranking", "day": "2024-05-17"})
    assert "排上了：每日排名 2024-05-17" in asked.main
    assert "示例丁：每日排名 2024-05-17，\n排着队" in asked.main
    twice = await office.post("/office/jobs/run", {"job": "daily-ranking", "day": "2024-05-17"})
    assert "那一次已经在排队了。" in twice.main

    ran = []

    def ranking(_parts, slot):
        ran.append((slot.day, slot.by_hand))
        return Ran(outcome=Outcome.DONE, detail="发了 3 个群。")

    timetable = Timetable(
        JobParts(
            database=county.database,
            plan=replace(county.plan, jobs=()),
            catalogue=county.catalogue,
            clock=county.clock,
            secret_key=county.secret_key,
        ),
        Tick(jobs={"daily-ranking": ranking}, house=()),
    )
    timetable.ask()
    timetable.ask()

    assert ran == [(date(2024, 5, 17), True)]
    page = await office.get("/office/jobs")
    assert "示例丁：每日排名 2024-05-17，\n做了\n。发了 3 个群。" in page.main
    with county.database.reading() as connection:
        assert connection.scalars(select(job_request.c.outcome)).all() == ["done"]
        asked = select(audit.c.detail).where(audit.c.action == "job.asked")
        assert connection.scalars(asked).all() == [{"job": "daily-ranking", "date": "2024-05-17"}]


@ONE_DATABASE
async def test_the_permissions_are_those_of_the_tables(county, enters):
    page = await (await enters(4)).get("/office/permissions")

    assert "公告\n先预览再确认；不写对象就发到全部群\n是\n—\n—\n—\n—\n私聊\n—" in page.main
    assert "/office/people/{person}" in page.main
    for entry, row in zip(REGISTRY, rows(REGISTRY), strict=True):
        assert len(row.cells) == 5
        if entry.posted and entry.path.startswith("/office"):
            assert row.cells[-1] == "—", entry.path  # the leading group changes nothing but what is its own
        assert ":" not in row.path


def test_jobs_of_the_plan_have_words():
    assert set(JOBS) <= {job.name for job in load_plan(None).jobs}
