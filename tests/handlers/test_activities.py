"""研修主题 and 活动: what a group works on, and what it has done."""

from datetime import date

import pytest
from sqlalchemy import select

from messages.commands import Command
from storage.tables import audit, role
from storage.work_tables import activity, theme
from tests.handlers.conftest import ADMIN, CHINESE, FIRST_SCHOOL, LEADER, MATHS, TEACHER

DOC = "https://www.example.com/lesson"


def leads_maths_too(county):
    county.connection.execute(
        role.insert().values(
            person_id=LEADER,
            role="leader",
            school_id=FIRST_SCHOOL,
            group_id=MATHS,
            source="roster",
            granted_at=0,
        )
    )


# ── 研修主题 ──


def test_a_leader_sets_the_theme_and_the_group_reads_it(county):
    assert county.ask(LEADER, Command.THEME, text="技术支持的课堂导入") == (
        "语文组的研修主题定为“技术支持的课堂导入”。\n下一步：办了活动就发“活动 内容”，月底发“生成简报”。"
    )
    shown = "语文组的研修主题：“技术支持的课堂导入”（5月21日，乙组长定）。"
    assert county.ask(LEADER, Command.THEME) == shown
    assert county.ask(TEACHER, Command.THEME) == shown
    assert county.ask(TEACHER, Command.THEME, group=True) == shown
    assert county.connection.execute(select(audit.c.action, audit.c.detail)).one() == (
        "theme.set",
        {"group": CHINESE, "text": "技术支持的课堂导入"},
    )


def test_a_new_theme_keeps_the_old_one_as_history(county):
    county.ask(LEADER, Command.THEME, text="甲主题")

    assert county.ask(LEADER, Command.THEME, text="甲主题") == "语文组的研修主题就是“甲主题”，没有变化。"
    assert county.ask(LEADER, Command.THEME, text="乙主题") == (
        "语文组的研修主题定为“乙主题”。\n"
        "换下了原来的“甲主题”。\n"
        "下一步：办了活动就发“活动 内容”，月底发“生成简报”。"
    )
    assert county.connection.execute(select(theme.c.text).order_by(theme.c.id)).scalars().all() == [
        "甲主题",
        "乙主题",
    ]


def test_before_there_is_a_theme_everybody_hears_whose_it_is(county):
    assert county.ask(LEADER, Command.THEME) == ("语文组还没有定研修主题。下一步：发“研修主题 内容”定下来。")
    assert county.ask(TEACHER, Command.THEME) == "语文组还没有定研修主题。由教研组长来定。"
    assert county.ask(ADMIN, Command.THEME) == "名册里没有你的教研组。下一步：请本校学校管理员补上。"


def test_only_a_leader_sets_it(county):
    assert county.ask(TEACHER, Command.THEME, text="我的主题") == (
        "研修主题由教研组长来定，没有执行。你可以发“研修主题”看本组的。"
    )
    assert county.connection.scalar(select(theme.c.id)) is None


def test_who_leads_two_groups_picks_one_to_set_and_reads_both(county):
    leads_maths_too(county)

    assert county.ask(LEADER, Command.THEME, text="数据可视化").startswith("你带几个教研组，这次是哪一个？")
    assert county.ask(LEADER, typed="2").startswith("数学组的研修主题定为“数据可视化”。")
    assert county.ask(LEADER, Command.THEME).splitlines() == [
        "语文组还没有定研修主题。下一步：发“研修主题 内容”定下来。",
        "数学组的研修主题：“数据可视化”（5月21日，乙组长定）。",
    ]


def test_a_long_theme_is_kept_whole_and_said_in_short(county):
    said = county.ask(LEADER, Command.THEME, text="很" * 5000)

    assert said.splitlines()[0] == f"语文组的研修主题定为“{'很' * 99}…”。"
    assert county.connection.scalar(select(theme.c.text)) == "很" * 5000


# ── 活动 ──


def test_an_activity_is_noted_with_its_day_and_link(county):
    assert county.ask(LEADER, Command.ACTIVITY, text="集体备课", links=(DOC,)) == (
        f"已记：语文组 5月21日 集体备课。\n链接：{DOC}\n5月记了 1 次。下一步：写简报时发“生成简报 5月”。"
    )
    row = county.connection.execute(select(activity)).one()
    assert (row.group_id, row.day, row.text, row.link, row.recorded_by) == (
        CHINESE,
        date(2024, 5, 21),
        "集体备课",
        DOC,
        LEADER,
    )


@pytest.mark.parametrize(
    ("typed", "day", "text"),
    [
        ("活动 4月12日 听评课", date(2024, 4, 12), "听评课"),
        ("活动 4月12日：听评课", date(2024, 4, 12), "听评课"),
        ("活动 2024年4月12日 听评课", date(2024, 4, 12), "听评课"),
        ("活动 昨天 听评课", date(2024, 5, 20), "听评课"),
        ("活动 今天下午听评课", date(2024, 5, 21), "下午听评课"),
        ("活动 1-2年级听评课", date(2024, 5, 21), "1-2年级听评课"),
        ("活动 2024-05-12 听评课", date(2024, 5, 12), "听评课"),
        ("活动 2024.5.12 听评课", date(2024, 5, 12), "听评课"),
        ("活动 四月十二日 听评课", date(2024, 4, 12), "听评课"),
        ("活动 上周五 听评课", date(2024, 5, 17), "听评课"),
        ("活动 周一：听评课", date(2024, 5, 20), "听评课"),
        ("活动 昨日 听评课", date(2024, 5, 20), "听评课"),
    ],
)
def test_a_day_in_front_is_the_day_of_the_activity(county, says, typed, day, text):
    said = says(typed, LEADER)

    assert said.startswith(f"已记：语文组 {day.month}月{day.day}日 {text}。")
    assert county.connection.execute(select(activity.c.day, activity.c.text)).one() == (day, text)


@pytest.mark.parametrize("day", ["2月30日", "2024-13-01", "13月1日"])
def test_a_day_that_the_calendar_does_not_have_is_not_noted_as_today(county, says, day):
    assert says(f"活动 {day} 听评课", LEADER) == (
        f"没有记：“{day} 听评课”开头的日期日历上没有。\n下一步：改好日期再发一次，例如“活动 4月12日 集体备课”。"
    )
    assert county.connection.scalar(select(activity.c.id)) is None


def test_a_month_without_a_bulletin_is_not_sent_to_one(county, says):
    assert says("活动 2月28日 启动会", LEADER) == (
        "已记：语文组 2月28日 启动会。\n2月记了 1 次。2月不用交简报。"
    )


def test_what_is_still_to_come_is_not_noted(county):
    assert county.ask(LEADER, Command.ACTIVITY, text="6月12日 听评课") == (
        "6月12日还没到，没有记。活动办完再发一次。"
    )
    assert county.connection.scalar(select(activity.c.id)) is None


def test_the_same_activity_again_is_not_noted_twice(county):
    county.ask(LEADER, Command.ACTIVITY, text="集体备课")

    assert county.ask(LEADER, Command.ACTIVITY, text="集体备课") == (
        "已经记过，没有重复记：语文组 5月21日 集体备课。"
    )
    assert len(county.connection.execute(select(activity)).all()) == 1


def test_without_content_the_month_is_listed(county):
    how = "发“活动 内容 链接”，链接可以不写；补记以前的就把日期写在前面，例如“活动 4月12日 集体备课”。"
    assert county.ask(LEADER, Command.ACTIVITY) == f"语文组 5月的活动还没有记。\n下一步：{how}"

    county.ask(LEADER, Command.ACTIVITY, text="集体备课")
    county.ask(LEADER, Command.ACTIVITY, text="5月8日 听评课", links=(DOC,))

    assert county.ask(LEADER, Command.ACTIVITY) == (
        f"语文组 5月的活动记了 2 次。\n5月8日 听评课 {DOC}\n5月21日 集体备课\n下一步：{how}"
    )


def test_a_bad_link_is_refused_with_the_activity(county):
    assert county.ask(LEADER, Command.ACTIVITY, text="集体备课", links=("http://10.0.0.8/a",)) == (
        "没有收：这个链接（10.0.0.8）指向本机或内部网络，别人打不开。\n"
        "下一步：换一个别人也能打开的链接，再发一次。"
    )
    assert county.connection.scalar(select(activity.c.id)) is None


def test_the_extraction_code_of_an_activity_goes_with_its_link(county, says):
    assert says("活动 集体备课 链接: https://pan.baidu.com/s/1abc 提取码: 8k2d", LEADER) == (
        "已记：语文组 5月21日 集体备课。\n"
        "链接：https://pan.baidu.com/s/1abc?pwd=8k2d\n"
        "5月记了 1 次。下一步：写简报时发“生成简报 5月”。"
    )
