"""公告 as it is lived: previewed, confirmed by two, set for a time, and read once by each whom it is for."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.clock import SHANGHAI
from bot.jobs.announcements import announcements_due
from bot.jobs.job import JobParts, Slot
from bot.policy.outgoing import Way
from bot.tenant.people import Platform
from storage import chat_groups
from storage.announcement_tables import announcement
from storage.chat_groups import Binding
from storage.delivery_tables import outbox
from storage.sealing import Sealing
from storage.tables import role

OTHER = {Platform.WECOM: Platform.DINGTALK, Platform.DINGTALK: Platform.WECOM}
SIGNED = "市教育局提升工程项目办"


@pytest.fixture
def parts(parts):
    """An announcement to people always needs a second person."""
    rule = replace(parts.plan.announcements, second_person_people=0)
    return replace(parts, plan=replace(parts.plan, announcements=rule))


@pytest.fixture
def here(tenant, county, platform):
    return tenant.on(platform)


@pytest.fixture
def office(here):
    return here.somebody("T4")


@pytest.fixture
def bound(here, county, platform, with_app):
    """A group of the story, bound by its webhook."""

    def bind(name, school_id, *people):
        group = here.group(name, *people)
        settings, webhook = county.settings, group.group.webhook
        if platform is Platform.WECOM:
            way = Way.WECOM_WEBHOOK
            address = f"{settings.wecom.api_base}/cgi-bin/webhook/send?key={webhook}"
        else:
            way = Way.DINGTALK_WEBHOOK
            address = f"{settings.dingtalk.oapi_base}/robot/send?access_token={webhook}"
        binding = Binding(
            way=way, address=address, secret=group.group.webhook_secret, school_id=school_id, title=name
        )
        with county.database.writing() as connection:
            chat_groups.bind(connection, binding, Sealing(county.secret_key), at=1, by="operator")
        return group

    return bind


def appoint(county, *person_ids):
    with county.database.writing() as connection:
        for person_id in person_ids:
            connection.execute(
                role.insert().values(person_id=person_id, role="office", source="roster", granted_at=1)
            )


def only_number(county):
    with county.database.reading() as connection:
        return connection.scalars(select(announcement.c.number)).one()


async def runs_at(county, clock, *moment):
    """The timetable's minute, in a thread of its own."""
    clock.today = datetime(*moment, tzinfo=SHANGHAI)
    job = JobParts(
        database=county.database,
        plan=county.plan,
        catalogue=county.catalogue,
        clock=clock,
        secret_key=county.secret_key,
    )
    slot = Slot(
        job="announcements", day=clock.today.date(), now=clock.today, real_ms=clock.real_ms(), by_hand=False
    )
    return await asyncio.to_thread(announcements_due, job, slot)


async def test_two_colleagues_confirm_in_the_same_second_and_it_is_read_once(
    county, tenant, here, office, platform
):
    appoint(county, 1, 3)
    first, second, leader = (here.somebody(number) for number in ("T1", "T3", "T2"))
    for person in (first, second, leader):  # they have accounts on both platforms: the last used counts
        await person.says("截止时间")

    said = await office.says("公告 组长 各位：\n1. 周五前审完\n2. 见 https://example.com/a_b")
    assert said.startswith("发给 1 所学校的 1 人（私信）：示例乙。")
    assert "对象多，你确认后还要另一位项目办同事确认：示例甲、示例丙。" in said
    said = await office.says("确认")
    number = only_number(county)
    assert said.startswith(f"公告 {number} 还没有发")
    for person in (first, second):
        assert (await person.sees()).text.startswith(f"公告 {number} 等你确认：示例丁要发给 1 人（私信）。")
    assert await office.says(f"确认 {number}") == (
        f"公告 {number} 是你发起的，要另一位项目办同事确认：示例甲、示例丙。"
    )

    answers = await asyncio.gather(first.says(f"确认 {number}"), second.says(f"确认 {number}"))

    sent = [
        said == f"公告 {number} 已开始发送：1 人（私信）。发“发送情况 {number}”看结果。" for said in answers
    ]
    assert sorted(sent) == [False, True]
    quick = ("示例甲", "示例丙")[sent.index(True)]
    assert answers[sent.index(False)].startswith(f"公告 {number} 已经由{quick}在 ")
    words = f"公告 {number} · {SIGNED}\n各位：\n1. 周五前审完\n2. 见 https://example.com/a_b"
    assert (await leader.sees()).text == words
    assert (await office.sees()).text == f"公告 {number} 经{quick}确认，已开始发送。"
    leader.sees_nothing()
    tenant.on(OTHER[platform]).somebody("T2").sees_nothing()
    with county.database.reading() as connection:
        copies = select(outbox.c.person_id).where(outbox.c.announcement == number)
        assert connection.scalars(copies).all() == [2]


async def test_what_is_set_for_a_day_off_goes_out_on_the_next_workday_to_the_groups_of_one_kind(
    county, here, office, bound, clock
):
    school = bound("一小语文群", 1, here.somebody("T1"))
    bureau = bound("教育局群", 2, office)

    assert (await office.says("公告 小学群 端午安全提醒")).startswith("发到 1 个群：一小语文群。")
    # 10 June 2024 is 端午节, a Monday.
    assert (await office.says("定时 6月8日上午10点")).startswith(
        "定在 6月11日（周二）07:00 发：1 个群。\n6月8日（周六）10:00 是休息时间，往后挪了；"
    )
    said = await office.says("确认")
    number = only_number(county)
    assert said.startswith(f"公告 {number} 定在 6月11日（周二）07:00 发：1 个群")

    assert (await runs_at(county, clock, 2024, 6, 11, 6, 59)).messages == 0
    school.sees_nothing()
    assert (await runs_at(county, clock, 2024, 6, 11, 7, 0)).messages == 1
    assert (await runs_at(county, clock, 2024, 6, 11, 7, 1)).messages == 0

    assert (await school.sees()).text == f"公告 {number} · {SIGNED}\n端午安全提醒"
    bureau.sees_nothing()
    assert (await office.says(f"取消 {number}")).startswith(f"公告 {number} 已经开始发送，取消不了。")


async def test_what_is_called_off_in_time_never_goes_out(county, here, office, bound, clock):
    school = bound("一小语文群", 1, here.somebody("T1"))
    await office.says("公告 明天停电")
    await office.says("定时 明天下午三点")
    assert "定在 5月21日（周二）15:00 发" in await office.says("确认")
    number = only_number(county)

    assert await office.says(f"取消 {number}") == f"公告 {number} 已取消，没有发出。"
    assert (await runs_at(county, clock, 2024, 5, 21, 15, 0)).messages == 0
    school.sees_nothing()
