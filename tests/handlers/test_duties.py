"""本校任务 and 打勾: the checklist of the first stage."""

from datetime import datetime

import pytest
from sqlalchemy import select

from messages.commands import Command
from storage.notices import say
from storage.tables import audit
from storage.work_tables import tick
from tests.handlers.conftest import ADMIN, FIRST_SCHOOL, OFFICE, OTHER_ADMIN, PRINCIPAL

WORDS = ("协议", "缴费", "教师会", "参训名单", "账号")


def put_tick(county, word, who=ADMIN):
    return county.ask(who, Command.TICK, filter=word)


def take_away(county, word, who=ADMIN):
    return county.ask(who, Command.UNTICK, filter=word)


def test_a_tick_says_what_is_left(county):
    assert put_tick(county, "协议") == (
        "已打勾：签培训协议。\n下一步：还没打勾的有 缴费、教师会、参训名单、账号，办好后发“打勾 缴费”。"
    )
    row = county.connection.execute(select(tick)).one()
    assert (row.school_id, row.duty, row.ticked_by, row.ended_at) == (FIRST_SCHOOL, "agreement", ADMIN, None)
    assert county.connection.execute(select(audit.c.action, audit.c.detail)).one() == (
        "duty.ticked",
        {"school": FIRST_SCHOOL, "duty": "agreement"},
    )


def test_the_last_tick_says_so(county):
    said = [put_tick(county, word) for word in WORDS]

    assert said[-1] == "已打勾：发学习账号。5 项都打勾了。\n下一步：发“本校任务”看备案。"


def test_a_second_tick_names_the_first(county):
    put_tick(county, "教师会")

    assert put_tick(county, "教师会", PRINCIPAL) == "开教师会 5月21日已由丙管理员打勾，没有变化。"


def test_a_tick_may_be_taken_away_and_set_again(county):
    put_tick(county, "缴费")

    assert take_away(county, "缴费", PRINCIPAL) == (
        "已取消打勾：缴培训经费（5月21日 丙管理员打的）。\n下一步：办好后再发“打勾 缴费”。"
    )
    assert take_away(county, "缴费") == "缴培训经费还没有打勾，不用取消。"
    assert put_tick(county, "缴费").startswith("已打勾：缴培训经费。")
    ended = county.connection.execute(select(tick.c.ended_by).order_by(tick.c.id)).scalars().all()
    assert ended == [PRINCIPAL, None]


def test_several_are_ticked_and_taken_away_at_once(county, says):
    put_tick(county, "教师会", PRINCIPAL)

    assert says("打勾 协议、缴费 教师会", ADMIN) == (
        "已打勾：签培训协议、缴培训经费。\n"
        "开教师会 5月21日已由丁校长打勾，没有变化。\n"
        "下一步：还没打勾的有 参训名单、账号，办好后发“打勾 参训名单”。"
    )
    assert says("取消打勾 协议 缴费 账号", ADMIN) == (
        "已取消打勾：签培训协议（5月21日 丙管理员打的）。\n"
        "已取消打勾：缴培训经费（5月21日 丙管理员打的）。\n"
        "发学习账号还没有打勾，不用取消。\n"
        "下一步：办好后再发“打勾 协议、缴费”。"
    )
    left = select(tick.c.duty).where(tick.c.ended_at.is_(None))
    assert county.connection.execute(left).scalars().all() == ["meeting"]


def test_each_school_ticks_for_itself(county):
    put_tick(county, "协议")

    assert put_tick(county, "协议", OTHER_ADMIN).startswith("已打勾：签培训协议。")


@pytest.mark.parametrize("order", [Command.TICK, Command.UNTICK])
def test_an_unknown_word_is_answered_with_the_five(county, order):
    five = "打勾的有 5 项：协议、缴费、教师会、参训名单、账号。"
    assert county.ask(ADMIN, order, filter="工资") == f"没有“工资”这一项，{five}"
    assert county.ask(ADMIN, order) == f"{five}例如“打勾 协议”。"


def test_the_checklist_shows_filings_and_ticks(county):
    county.now = datetime(2024, 3, 15, 9, tzinfo=county.now.tzinfo)
    county.ask(ADMIN, Command.SCOPE, codes=("A1", "A3", "A5", "A11", "B2"))
    county.ask(ADMIN, Command.FILE, filter="发展规划", links=("https://www.example.com/1",))
    county.ask(ADMIN, Command.FILE, filter="研修方案", links=("https://www.example.com/2",))
    county.ask(OFFICE, Command.ACCEPT_FILING, numbers=(1,))
    county.ask(OFFICE, Command.RETURN_FILING, numbers=(3,), reason="缺计划")
    put_tick(county, "协议")
    put_tick(county, "教师会", PRINCIPAL)
    say(county.connection, ADMIN, most=9, at=county.real_ms)

    # 1 of 5 filed and 2 of 5 ticked
    assert county.ask(ADMIN, Command.DUTIES) == (
        "示例县第一小学第一阶段的任务（3月17日（周日）前）：办好 3/10 项。\n"
        "本校范围：已备案\n"
        "发展规划：已交，等项目办备案（编号 2）\n"
        "研修方案：退回（编号 3）\n"
        "考核方案：没交\n"
        "实施方案：没交\n"
        "签培训协议：3月15日 丙管理员打勾\n"
        "缴培训经费：没打勾\n"
        "开教师会：3月15日 丁校长打勾\n"
        "报参训名单：没打勾\n"
        "发学习账号：没打勾\n"
        "下一步：发“备案 研修方案 链接”。\n"
        "数据截至 3月15日（周五）"
    )


def test_the_next_step_goes_from_filings_to_ticks_to_nothing(county):
    county.ask(ADMIN, Command.SCOPE, codes=("A1", "A3", "A5", "A11", "B2"))
    for number, name in enumerate(("发展规划", "研修方案", "考核方案", "实施方案")):
        county.ask(ADMIN, Command.FILE, filter=name, links=(f"https://www.example.com/{number}",))

    def step():
        return county.ask(ADMIN, Command.DUTIES).splitlines()[-2]

    assert step() == "下一步：签培训协议办好后发“打勾 协议”。"
    for word in WORDS:
        put_tick(county, word)
    assert step() == "下一步：等项目办备案，你暂时不用做什么。"
    county.ask(OFFICE, Command.ACCEPT_FILING, numbers=(1, 2, 3, 4, 5))
    say(county.connection, ADMIN, most=9, at=county.real_ms)
    said = county.ask(ADMIN, Command.DUTIES).splitlines()
    assert (said[0], said[-2]) == (
        "示例县第一小学第一阶段的任务（已过 3月17日，仍然要办）：办好 10/10 项。",
        "下一步：都办好了，不用再做什么。",
    )
