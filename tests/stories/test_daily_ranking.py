"""Six o'clock: every bound group reads the ranking of its own view, and asks what it means for its school."""

import asyncio
from datetime import date, datetime

import pytest
from sqlalchemy import select

from bot.clock import SHANGHAI
from bot.jobs.daily_ranking import daily_ranking
from bot.jobs.job import JobParts, Slot
from bot.jobs.ranking_correction import ranking_correction
from bot.policy.outgoing import Way
from bot.policy.standing import completion_unit
from bot.tenant.people import Platform
from storage import chat_groups, snapshots
from storage.chat_groups import Binding
from storage.sealing import Sealing
from storage.tables import import_run, online_snapshot, person, school, standing

FIRST, MIDDLE, LAST = 11, 12, 13  # schools of ten people, of whom 8, 6 and 4 are done
MONDAY = date(2024, 5, 20)


@pytest.fixture
def town(county):
    """Three schools more; the county's data are of yesterday."""
    with county.database.writing() as connection:
        for school_id, name, done in (
            (FIRST, "示例县第一中学", 8),
            (MIDDLE, "示例县第二中学", 6),
            (LAST, "示例县第三中学", 4),
        ):
            connection.execute(school.insert().values(id=school_id, name=name, kind="junior"))
            for number in range(10):
                person_id = school_id * 100 + number
                connection.execute(
                    person.insert().values(
                        id=person_id, staff_no=f"S{person_id}", name="示例", school_id=school_id
                    )
                )
                connection.execute(standing.insert().values(**_standing(county, school_id, number, done)))
        connection.execute(school.update().where(school.c.id == 2).values(ranked=False))
        connection.execute(person.update().where(person.c.id == 1).values(school_id=MIDDLE))
        connection.execute(standing.update().where(standing.c.person_id == 1).values(active=False))
        snapshots.advance_online_as_of(connection, date(2024, 5, 19))
    return county


def _standing(county, school_id, number, done):
    finished = number < done
    return {
        "person_id": school_id * 100 + number,
        "school_id": school_id,
        "active": True,
        "practice_hours": 0,
        "done": finished,
        "completion": completion_unit(county.plan.requirement) if finished else 0,
        "next_step": "none" if finished else "hours",
        "rule_version": "x",
    }


@pytest.fixture
def here(tenant, town, platform):
    return tenant.on(platform)


@pytest.fixture
def bound(here, town, platform, with_app):
    """A group of the story, bound by its webhook."""

    def bind(name, school_id, *people):
        group = here.group(name, *people)
        settings = town.settings
        if platform is Platform.WECOM:
            way, base = Way.WECOM_WEBHOOK, settings.wecom.api_base
            address = f"{base}/cgi-bin/webhook/send?key={group.group.webhook}"
        else:
            way, base = Way.DINGTALK_WEBHOOK, settings.dingtalk.oapi_base
            address = f"{base}/robot/send?access_token={group.group.webhook}"
        binding = Binding(
            way=way, address=address, secret=group.group.webhook_secret, school_id=school_id, title=name
        )
        with town.database.writing() as connection:
            chat_groups.bind(connection, binding, Sealing(town.secret_key), at=1, by="operator")
        return group

    return bind


@pytest.fixture
def runs(town):
    """A job runs for Monday at six, as the timetable has it run: in a thread of its own."""

    async def run(job):
        parts = JobParts(
            database=town.database,
            plan=town.plan,
            catalogue=town.catalogue,
            clock=town.clock,
            secret_key=town.secret_key,
        )
        now = datetime(2024, 5, 20, 18, 0, tzinfo=SHANGHAI)
        slot = Slot(job="x", day=MONDAY, now=now, real_ms=town.clock.real_ms(), by_hand=False)
        return await asyncio.to_thread(job, parts, slot)

    return run


async def test_at_six_every_group_reads_its_view_and_where_pictures_are_shown_one_more(
    here, bound, runs, platform
):
    office, teacher = here.somebody("T4"), here.somebody("T1")
    county, middle = bound("提升工程群", None, office), bound("第二中学群", MIDDLE, teacher)

    assert (await runs(daily_ranking)).messages == (4 if platform is Platform.WECOM else 2)

    said = (await county.sees()).text
    for line in (
        "5月20日（周一）学校排名",
        "1 示例县第一中学 8/10 80.0% 80.0% 新",
        "2 示例县第二中学 6/10 60.0% 60.0% 新",
        "3 示例县第三中学 4/10 40.0% 40.0% 新",
        "不足 5 人，不排名次：示例县第一小学 还差 2 人",
    ):
        assert line in said
    said = (await middle.sees()).text
    assert "示例县第二中学在初中 3 所里排第 2 名，合格 6/10（60.0%）" in said
    assert "2 示例县第二中学 6/10 60.0% 60.0% 新（本校）" in said
    assert "示例县第一小学" not in said
    if platform is Platform.WECOM:
        for group in (county, middle):
            assert (await group.sees()).drawn.kind == "image"

    again = await runs(daily_ranking)
    assert again.messages == 0
    county.sees_nothing()


async def test_a_correction_comes_once_to_those_who_saw_the_wrong_row(here, bound, runs, town, platform):
    group = bound("第三中学群", LAST, here.somebody("T1"))
    await runs(daily_ranking)
    await group.sees()
    if platform is Platform.WECOM:
        await group.sees()
    with town.database.writing() as connection:
        connection.execute(
            import_run.insert().values(
                kind="online-hours",
                file_name="x",
                file_hash="x",
                as_of=date(2024, 5, 19),
                state="applied",
                counts={},
                started_at=1,
                finished_at=2,
            )
        )
        run_id = connection.scalar(select(import_run.c.id))
        connection.execute(
            online_snapshot.insert().values(
                person_id=FIRST * 100, as_of=date(2024, 5, 19), online_hours=1, import_id=run_id
            )
        )
        connection.execute(
            standing.update().where(standing.c.person_id == FIRST * 100).values(done=False, completion=0)
        )

    for _ in range(2):
        await runs(ranking_correction)

    said = (await group.sees()).text
    assert "5月20日（周一）学校排名有更正（导入更正）" in said
    assert "示例县第一中学：原来第 1 名，合格 8/10（80.0%）" in said
    assert "现在第 1 名，合格 7/10（70.0%）" in said
    group.sees_nothing()


async def test_a_teacher_asks_how_their_school_stands_and_what_lifts_it(here, town):
    said = (await here.somebody("T1").says("咱校排第几")).split("\n")

    assert said[:2] == [
        "实时：示例县第二中学在初中 3 所里排第 2 名，合格 6/10（60.0%），平均完成度 60.0%，上次没有名次。",
        "再有 2 人合格，就到第 1 名。",
    ]


async def test_what_was_posted_can_be_asked_for_afterwards(here, bound, runs, town, platform):
    office = here.somebody("T4")
    group = bound("提升工程群", None, office)
    await runs(daily_ranking)
    posted = (await group.sees()).text
    if platform is Platform.WECOM:
        await group.sees()
    with town.database.writing() as connection:
        connection.execute(standing.update().values(done=False, completion=0))

    said = await office.says("排名 5月20日")

    assert "1 示例县第一中学 8/10 80.0% 80.0% 新" in said
    assert "1 示例县第一中学 8/10 80.0% 80.0% 新" in posted
    assert "80.0%" not in await office.says("排名")
