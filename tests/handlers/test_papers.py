"""简报 and 总结: one of each place, a new one takes the place of the old."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from messages.commands import Command
from storage.activities import Activity, add_activity
from storage.tables import audit, role
from storage.work_tables import paper
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    MATHS,
    OFFICE,
    OTHER_ADMIN,
    PRINCIPAL,
    SECOND_SCHOOL,
    TEACHER,
)

DOC, OTHER_DOC = "https://www.example.com/paper/1", "https://www.example.com/paper/2"
FORM = "链接要以 http:// 或 https:// 开头，并设成“获得链接的人可查看”。"


def bulletin(county, *links, when="", who=LEADER):
    return county.ask(who, Command.BULLETIN, links=links, when=when)


def summary(county, *links, who=ADMIN):
    return county.ask(who, Command.SUMMARY, links=links)


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


def states(county):
    return county.connection.execute(select(paper.c.number, paper.c.state).order_by(paper.c.number)).all()


# ── 简报 ──


def test_a_bulletin_without_a_month_is_of_the_current_one(county):
    assert bulletin(county, DOC) == (
        "已收，编号 1：语文组 5月简报。\n下一步：3月、4月的还没交，发“简报 3月 链接”。"
    )
    row = county.connection.execute(select(paper)).one()
    assert (row.kind, row.state, row.school_id, row.group_id, row.month, row.link, row.late) == (
        "bulletin",
        "handed_in",
        FIRST_SCHOOL,
        CHINESE,
        "2024-05",
        DOC,
        False,
    )
    assert county.connection.execute(select(audit.c.action, audit.c.actor)).one() == (
        "paper.handed_in",
        "person:2",
    )


def test_another_bulletin_of_the_month_takes_its_place(county):
    bulletin(county, DOC, when="2024-04")

    assert bulletin(county, DOC, when="2024-04") == "和编号 1 一样（语文组 4月简报），不用再交。"
    assert bulletin(county, OTHER_DOC, when="2024-04") == (
        "已收，编号 2：语文组 4月简报。\n换下了原来的编号 1。\n下一步：3月、5月的还没交，发“简报 3月 链接”。"
    )
    assert states(county) == [(1, "replaced"), (2, "handed_in")]


def test_months_that_have_not_begun_are_not_asked_for(county):
    county.now = datetime(2024, 3, 20, 9, tzinfo=county.now.tzinfo)

    assert bulletin(county, DOC) == "已收，编号 1：语文组 3月简报。"


@pytest.mark.parametrize("when", ["2024-02", "2024-06", "上学期"])
def test_outside_the_second_stage_there_are_no_bulletins(county, when):
    assert bulletin(county, DOC, when=when) == (
        "没有收：简报一组一月一份，交 3月、4月、5月的。下一步：发“简报 5月 链接”。"
    )
    assert states(county) == []


def test_in_march_nobody_is_sent_to_the_bulletin_of_may(county):
    county.now = datetime(2024, 3, 20, 9, tzinfo=county.now.tzinfo)

    assert bulletin(county, DOC, when="2024-02").endswith("下一步：发“简报 3月 链接”。")
    assert county.ask(LEADER, Command.DRAFT_BULLETIN, when="2024-02") == (
        "没有起草：简报一组一月一份，交 3月、4月、5月的。下一步：发“生成简报 3月”。"
    )


def test_the_next_step_stands_below_the_advice(county):
    said = bulletin(county, "https://docs.qq.com/doc/Dexample1", when="2024-05").splitlines()

    assert said[1].startswith("提醒：")
    assert said[-1] == "下一步：3月、4月的还没交，发“简报 3月 链接”。"


def test_in_june_the_month_has_to_be_said(county):
    county.now = datetime(2024, 6, 3, 9, tzinfo=county.now.tzinfo)

    assert bulletin(county, DOC).startswith("没有收：简报一组一月一份，")
    assert bulletin(county, DOC, when="2024-05").startswith("已收，编号 1：语文组 5月简报。")


def test_without_a_link_the_months_are_listed(county):
    bulletin(county, DOC, when="2024-03")

    assert bulletin(county) == (
        "语文组简报 1/3：\n"
        "3月：已交（编号 1，5月21日）\n"
        "4月：没交\n"
        "5月：没交\n"
        "下一步：发“简报 4月 链接”；要草稿就发“生成简报 4月”。\n"
        f"{FORM}\n"
        "数据截至 5月21日（周二）"
    )


def test_who_leads_two_groups_is_asked_which_one(county):
    leads_maths_too(county)

    assert bulletin(county, DOC, when="2024-04") == (
        "你带几个教研组，这次是哪一个？\n"
        "1. 语文组（示例县第一小学）\n"
        "2. 数学组（示例县第一小学）\n"
        "回复 1 到 2（5 分钟内有效，内容我先记着）。"
    )
    assert county.ask(LEADER, typed="2").startswith("已收，编号 1：数学组 4月简报。")


def test_a_bad_link_is_not_kept_for_the_menu(county):
    leads_maths_too(county)

    assert bulletin(county, "http://localhost/a").startswith("没有收：这个链接（localhost）")
    assert county.ask(LEADER, typed="2").startswith("没看懂")


# ── 生成简报 ──


def test_a_draft_is_made_of_theme_activities_and_figures(county):
    county.ask(LEADER, Command.THEME, text="技术支持的课堂导入")
    for day, text, link in (
        (date(2024, 4, 30), "不在这个月", ""),
        (date(2024, 5, 20), "听评课", ""),
        (date(2024, 5, 8), "集体备课《示例课文》", DOC),
    ):
        add_activity(county.connection, CHINESE, Activity(day, text, link), LEADER, at=county.real_ms)
    county.certify(TEACHER, "A5", "B2", "A1")
    county.has_online(TEACHER, 2500)

    # 甲老师 has 25 online, 8 + 8 + 9 practice, three points in three dimensions: done, one of two.
    assert county.ask(LEADER, Command.DRAFT_BULLETIN) == (
        "草稿：示例县第一小学语文组 5月研修简报\n"
        "一、研修主题：技术支持的课堂导入\n"
        "二、5月活动 2 次：\n"
        f"1. 5月8日 集体备课《示例课文》 {DOC}\n"
        "2. 5月20日 听评课\n"
        "三、进度：本组 2 人，学习合格 1/2 人，认证微能力点 3 个，待审材料 0 份。\n"
        "数据截至 5月21日（周二）\n"
        "下一步：复制出去改好，放到在线文档，发“简报 5月 链接”。"
    )


def test_a_draft_says_what_is_missing_for_it(county):
    assert county.ask(LEADER, Command.DRAFT_BULLETIN, when="2024-04").splitlines()[:3] == [
        "草稿：示例县第一小学语文组 4月研修简报",
        "一、研修主题：（还没有定，发“研修主题 内容”补上）",
        "二、4月活动：（还没有记，发“活动 日期 内容”补上）",
    ]


def test_each_group_gets_its_own_draft(county):
    leads_maths_too(county)

    said = county.ask(LEADER, Command.DRAFT_BULLETIN).splitlines()

    assert [line for line in said if line.startswith("草稿")] == [
        "草稿：示例县第一小学语文组 5月研修简报",
        "草稿：示例县第一小学数学组 5月研修简报",
    ]


# ── 总结 ──


def test_a_summary_is_taken_in(county):
    assert summary(county) == (
        f"示例县第一小学还没有交总结。\n下一步：发“总结 链接”（6月14日（周五）前）。\n{FORM}"
    )
    assert summary(county, DOC) == "已收，编号 1：示例县第一小学的总结。"
    assert summary(county, DOC, who=PRINCIPAL) == "和编号 1 一样（示例县第一小学的总结），不用再交。"
    assert summary(county) == ("示例县第一小学的总结 5月21日已交（编号 1）。\n要换就再发一次“总结 链接”。")


def test_a_summary_after_its_day_is_taken_and_marked(county):
    county.now = datetime(2024, 6, 14, 23, 59, tzinfo=county.now.tzinfo)
    summary(county, DOC)
    county.later(minutes=1)

    assert summary(county, OTHER_DOC) == (
        "已收，编号 2：示例县第一小学的总结。\n已过 6月14日，照样收下，会注明。\n换下了原来的编号 1。"
    )
    assert county.connection.execute(select(paper.c.late).order_by(paper.c.number)).scalars().all() == [
        False,
        True,
    ]
    assert (
        summary(county, who=OTHER_ADMIN).splitlines()[1]
        == "下一步：发“总结 链接”（已过 6月14日，仍然可以交）。"
    )


def test_each_school_has_its_own_summary(county):
    summary(county, DOC)
    summary(county, DOC, who=OTHER_ADMIN)

    schools = select(paper.c.school_id).order_by(paper.c.number)
    assert county.connection.execute(schools).scalars().all() == [FIRST_SCHOOL, SECOND_SCHOOL]


# ── 查看 ──


def test_a_bulletin_is_shown_to_those_it_concerns(county):
    bulletin(county, DOC)
    shown = f"编号 1：示例县第一小学语文组的5月简报。\n链接：{DOC}\n5月21日 乙组长交。\n状态：已收。"

    for who in (LEADER, ADMIN, PRINCIPAL, OFFICE):
        assert county.ask(who, Command.VIEW, numbers=(1,)) == shown
    for who in (TEACHER, OTHER_ADMIN):
        assert county.ask(who, Command.VIEW, numbers=(1,)) == "没有你能看的编号 1。"


def test_a_late_summary_is_shown_as_late(county):
    county.now = datetime(2024, 6, 20, 9, tzinfo=county.now.tzinfo)
    summary(county, DOC)

    assert "6月20日 丙管理员交，已过 6月14日。" in county.ask(OFFICE, Command.VIEW, numbers=(1,))
