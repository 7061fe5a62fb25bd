"""Reminders as people live with them: one message, an hour for it, peace on request, and a leader who may ask once."""

import asyncio
from datetime import date, datetime

import pytest
from sqlalchemy import insert, select, update

from bot.clock import SHANGHAI
from bot.jobs.job import JobParts, Slot
from bot.jobs.reminders import reminders
from bot.tenant.people import Platform
from storage.announcement_tables import reminder_pause
from storage.delivery_tables import outbox
from storage.tables import person, teaching_group

TEACHER, LEADER, PRINCIPAL, OFFICE = range(1, 5)
MONDAY = date(2024, 5, 20)  # ten days before the soft date
TEN_DAYS = (
    "提醒：还有 10 天，你还没有选定微能力点。\n"
    "下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。\n"
    "两周内不想收提醒，回复“别提醒我”。"
)


@pytest.fixture
def quiet_others(county):
    """Only 示例甲 wants to be reminded."""
    with county.database.writing() as connection:
        connection.execute(
            insert(reminder_pause),
            [
                {"person_id": one, "until": date(2024, 7, 1), "asked_at": 1}
                for one in (LEADER, PRINCIPAL, OFFICE)
            ],
        )
    return county


@pytest.fixture
def runs(county):
    """The job of a day, as the timetable has it run: in a thread of its own."""

    async def run(day=MONDAY):
        county.clock.today = datetime(day.year, day.month, day.day, 16, 0, tzinfo=SHANGHAI)
        parts = JobParts(
            database=county.database,
            plan=county.plan,
            catalogue=county.catalogue,
            clock=county.clock,
            secret_key=county.secret_key,
        )
        slot = Slot(
            job="reminders",
            day=day,
            now=county.clock.now(),
            real_ms=county.clock.real_ms(),
            by_hand=False,
        )
        return await asyncio.to_thread(reminders, parts, slot)

    return run


def becomes(county, person_id, **values):
    with county.database.writing() as connection:
        connection.execute(update(person).where(person.c.id == person_id).values(**values))


async def test_who_is_on_both_platforms_is_reminded_once_on_the_one_last_used(
    quiet_others, tenant, bot, runs
):
    wecom, dingtalk = (tenant.on(platform).somebody("T1") for platform in Platform)
    await wecom.says("截止时间")
    await dingtalk.says("截止时间")

    assert (await runs()).messages == 1
    assert (await dingtalk.sees()).text == TEN_DAYS
    wecom.sees_nothing()


async def test_a_teacher_does_what_the_reminder_says_and_hears_no_more_of_it(
    quiet_others, teacher, tenant, runs
):
    await teacher.says("截止时间")
    await runs()
    assert (await teacher.sees()).text == TEN_DAYS

    assert (await teacher.says("推荐选点")).startswith("给你配了 3 组")
    assert (await teacher.says("选点 A1 A5 B2")).startswith("选好了")
    await runs(date(2024, 5, 24))
    assert (await teacher.sees()).text.startswith(
        "提醒：还有 6 天，你选的微能力点还有没交材料的。\n下一步：交 A1 技术支持的学情分析 的材料"
    )


async def test_on_leave_and_after_a_transfer_nothing_comes(quiet_others, teacher, runs):
    await teacher.says("截止时间")
    becomes(quiet_others, TEACHER, state="deferred")
    assert (await runs()).messages == 0

    becomes(quiet_others, TEACHER, state="active")
    assert (await runs(date(2024, 5, 24))).messages == 1
    assert (await teacher.sees()).text.startswith("提醒：还有 6 天")

    becomes(quiet_others, TEACHER, state="transferred")
    assert (await runs(date(2024, 5, 30))).messages == 0
    teacher.sees_nothing()


async def test_who_wants_peace_has_it_until_they_want_it_no_more(quiet_others, teacher, runs):
    await teacher.says("截止时间")
    await runs()
    assert (await teacher.sees()).text == TEN_DAYS

    assert await teacher.says("别提醒我") == (
        "好的，到 6月3日（周一）为止不再提醒你。想早点恢复，发“恢复提醒”。\n"
        "你的材料审核的结果和项目办的公告照常告诉你。"
    )
    assert (await runs(date(2024, 5, 24))).messages == 0
    teacher.sees_nothing()

    assert (await teacher.says("继续提醒我")).startswith("已恢复提醒")
    assert (await runs(date(2024, 5, 30))).messages == 1
    assert (await teacher.sees()).text.startswith("提醒：今天是最后一天，你还没有选定微能力点。")


async def test_a_leader_reminds_once_and_reads_when_it_is_possible_again(
    county, teacher, tenant, platform, clock
):
    await teacher.says("截止时间")
    leader = tenant.on(platform).somebody("T2")
    reminder = (
        "教研组长示例乙提醒你：还有 10 天，你还没有选定微能力点。\n"
        "下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。\n"
        "两周内不想收提醒，回复“别提醒我”。"
    )

    assert await leader.says("提醒 落后") == (
        "要提醒语文组 1 人：示例甲（没选点）。\n"
        f"· 没选点 1 人，示例甲会收到：\n{reminder}\n"
        "不在内：你自己。\n确定就回复“确认”（5 分钟内有效）。"
    )
    teacher.sees_nothing()
    assert await leader.says("确认") == (
        "已提醒语文组 1 人：示例甲（没选点）。\n不在内：你自己。\n下一步：过几天发“落后名单”看变化。"
    )
    assert (await teacher.sees()).text == reminder

    assert await leader.says("催一下落后的") == (
        "语文组现在没有可以提醒的人，什么都没有发。\n"
        "不在内：3 个工作日内提醒过 1 人、你自己。\n"
        "最早 5月23日（周四）可以再提醒。"
    )
    clock.today = datetime(2024, 5, 23, 9, 0, tzinfo=SHANGHAI)
    assert "没选点 1 人，示例甲会收到" in await leader.says("提醒 示例甲")


async def test_what_a_leader_asks_for_at_night_is_heard_in_the_morning(
    county, teacher, tenant, platform, clock
):
    await teacher.says("截止时间")
    leader = tenant.on(platform).somebody("T2")
    clock.today = datetime(2024, 5, 20, 21, 30, tzinfo=SHANGHAI)
    await leader.says("提醒 示例甲")
    assert "5月21日（周二） 07:00 送到" in await leader.says("确认")
    assert "提醒你" not in await teacher.says("截止时间")
    teacher.sees_nothing()

    clock.today = datetime(2024, 5, 21, 7, 0, tzinfo=SHANGHAI)
    assert (await teacher.sees()).text.startswith("教研组长示例乙提醒你：还有 9 天")


async def test_who_changes_the_group_is_reminded_by_the_new_leader_only(county, teacher, tenant, platform):
    with county.database.writing() as connection:
        connection.execute(insert(teaching_group).values(id=2, school_id=1, name="数学组"))
    becomes(county, TEACHER, group_id=2)
    leader, principal = (tenant.on(platform).somebody(number) for number in ("T2", "T3"))

    assert (await leader.says("提醒 示例甲")).startswith("语文组没有叫“示例甲”的人")
    assert (await principal.says("提醒 示例甲")).startswith("要提醒示例县第一小学 1 人：示例甲。")
    with county.database.reading() as connection:
        assert connection.scalars(select(outbox.c.id)).all() == []
