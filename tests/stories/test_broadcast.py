"""A broadcast as it goes in a county: two groups that take nothing, a slow one, a mistake, and second thoughts."""

import asyncio

import pytest
from sqlalchemy import bindparam, func, or_, select

from bot.policy.outgoing import Way
from bot.tenant.faults import Effect
from bot.tenant.people import Platform
from storage import chat_groups
from storage.announcement_tables import announcement
from storage.chat_groups import Binding
from storage.delivery_tables import outbox
from storage.sealing import Sealing
from tests.kit.patience import PATIENCE_SECONDS

CALLS = {Platform.WECOM: "wecom.webhook.send", Platform.DINGTALK: "dingtalk.robot.send"}
THROWN_OUT = {Platform.WECOM: 93000, Platform.DINGTALK: 400102}
REASON = {Platform.WECOM: "群机器人被移出了群", Platform.DINGTALK: "群机器人被停用了"}
WRONG, RIGHT = "周五下午两点线上答疑", "改到周六下午两点线上答疑，链接不变"
A_MINUTE = 61


@pytest.fixture
def here(tenant, county, platform, with_app):
    return tenant.on(platform)


@pytest.fixture
def office(here):
    return here.somebody("T4")


@pytest.fixture
def bind(here, county, platform):
    """Binds a group of the story by its webhook; once more, where it is bound already."""

    def bind(group):
        settings, webhook = county.settings, group.group.webhook
        if platform is Platform.WECOM:
            way = Way.WECOM_WEBHOOK
            address = f"{settings.wecom.api_base}/cgi-bin/webhook/send?key={webhook}"
        else:
            way = Way.DINGTALK_WEBHOOK
            address = f"{settings.dingtalk.oapi_base}/robot/send?access_token={webhook}"
        binding = Binding(
            way=way,
            address=address,
            secret=group.group.webhook_secret,
            school_id=1,
            title=group.group.name,
        )
        at = county.clock.real_ms()
        with county.database.writing() as connection:
            chat_groups.bind(connection, binding, Sealing(county.secret_key), at=at, by="operator")

    return bind


@pytest.fixture
def groups(here, bind):
    """Four of the first school: 语文、数学、英语、科学."""
    found = [
        here.group(f"示例{subject}群", here.somebody("T1")) for subject in ("语文", "数学", "英语", "科学")
    ]
    for group in found:
        bind(group)
    return found


def newest(county):
    with county.database.reading() as connection:
        return connection.scalar(select(func.max(announcement.c.number)))


async def until_settled(county, *, left):
    """So many copies of all announcements are still on their way or wait."""
    waiting = (
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.announcement.is_not(None), outbox.c.done_at.is_(None))
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with county.database.reading() as connection:
                if connection.scalar(waiting) <= left:
                    return
            await asyncio.sleep(0.05)


async def until_nothing_is_due(county):
    """Nothing is on the wire, nor could be tried: a leap of the clock would outrun the lease of what is."""
    due = (
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.done_at.is_(None))
        .where(or_(outbox.c.state == "leased", outbox.c.next_try_at <= bindparam("now")))
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with county.database.reading() as connection:
                if not connection.scalar(due, {"now": county.clock.real_ms()}):
                    return
            await asyncio.sleep(0.05)


async def test_two_groups_are_dead_and_one_is_slow_and_all_read_the_right_words_in_the_end(
    county, clock, tenant, here, office, groups, bind, platform
):
    chinese, maths, english, science = groups
    dead = (maths, english)
    for group in dead:
        here.fault(
            Effect.CODE, CALLS[platform], times=None, code=THROWN_OUT[platform], target=group.group.webhook
        )
    here.fault(Effect.SLOW, CALLS[platform], seconds=0.6, target=science.group.webhook)

    # ── it goes out ──
    assert WRONG in await office.says(f"公告 {WRONG}")
    await office.says("确认")
    number = newest(county)
    for group in (chinese, science):
        assert WRONG in (await group.sees()).text
    await until_settled(county, left=2)
    for _ in range(3):  # each try of a dead group is a minute after the other
        await until_nothing_is_due(county)
        clock.waits(A_MINUTE)
    await until_settled(county, left=0)
    alarms = (await office.sees()).text
    while alarms.count("已经停止往这个群发") < len(dead):  # told together, or one by one
        alarms += (await office.sees()).text

    said = (await office.says(f"发送情况 {number}")).splitlines()
    assert said[0] == f"公告 {number}：4 个群里 2 个已送达，2 个失败。"
    assert "失败：示例数学群、示例英语群：" in said[2]
    assert REASON[platform] in said[2]
    assert said[2].endswith(f"（错误码 {THROWN_OUT[platform]}）；处理好后重新绑定这个群。")
    assert (await office.says(f"重发 {number}")).startswith(f"公告 {number} 失败的都在收不到消息的群")

    # ── it was wrong ──
    said = await office.says(f"更正 {number} {RIGHT}")
    assert said.splitlines()[:2] == [
        f"更正公告 {number}：已经收到的 2 个群都会收到更正。",
        f"没发成的 2 个群不发更正；要发，先更正，再发“重发 {number}”。",
    ]
    await office.says("确认")
    newer = newest(county)
    for group in (chinese, science):
        read = (await group.sees()).text
        assert f"更正公告 {number}（编号 {newer}）" in read
        assert RIGHT in read

    # ── the two are mended: what was wrong stays away, what is right arrives ──
    tenant.app.tenant.faults.clear()
    for group in dead:
        bind(group)
    await asyncio.sleep(0.5)
    for group in dead:
        group.sees_nothing()
    assert await office.says(f"重发 {number}") == (
        f"公告 {number} 已被公告 {newer} 更正，重发的是更正后的公告 {newer}。\n"
        f"正在重发公告 {newer}：2 个群。发“发送情况 {newer}”看结果。"
    )
    for group in dead:
        assert RIGHT in (await group.sees()).text
    await until_settled(county, left=0)
    assert (await office.says(f"发送情况 {newer}")).startswith(f"公告 {newer}：4 个群都已送达。")


async def test_who_has_read_it_is_counted_and_it_is_taken_back(county, here, office):
    leader, principal = here.somebody("T2"), here.somebody("T3")
    for person in (leader, principal):
        await person.says("截止时间")  # they read here what concerns them
    assert "请回复收到" in await office.says("公告 组长、校长 请回复收到：周五前审完")
    await office.says("确认")
    number = newest(county)
    seen = [await person.sees() for person in (leader, principal)]
    await until_settled(county, left=0)
    assert await leader.says("好的，收到") == ""

    assert (await office.says("发送情况")).splitlines()[:3] == [
        f"公告 {number}：2 人都已送达。",
        "内容：“请回复收到：周五前审完”",
        "已回“收到” 1/2 人，还没有：示例丙。",
    ]
    assert (await office.says(f"撤回 {number}")).splitlines()[:2] == [
        f"要撤回公告 {number} 吗？现在还没有撤。",
        "2 条请平台撤回；已经看过的内容收不回来。",
    ]
    assert [one.recalled for one in seen] == [False, False]
    assert (await office.says("确认")).startswith(f"正在撤回公告 {number}。")

    for _ in range(50):
        said = await office.says(f"发送情况 {number}")
        if "正在撤回" not in said:
            break
        await asyncio.sleep(0.2)
    assert "已撤回 2 条。" in said
    assert [one.recalled for one in seen] == [True, True]
    assert await leader.says(f"撤回 {number}") == (f"没有你能撤回的编号 {number}，发“我的材料”看你交过的。")
