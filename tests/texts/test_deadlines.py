"""截止时间, on every kind of day."""

from dataclasses import replace
from datetime import date

import pytest

from bot.policy.calendar import programme_day
from bot.policy.plan import LatePolicy
from messages.texts.deadlines import deadlines


def said(plan, day):
    return deadlines(plan, programme_day(day, plan), day).plain


def test_in_stage_two_both_dates_are_counted_down(plan):
    assert said(plan, date(2024, 5, 21)) == (
        "现在是第 2 阶段“组织实施”（3月18日至5月30日），离交材料还有 9 天，离全部完成还有 40 天。\n"
        "5月30日（周四）：交微能力点材料，还有 9 天。5月31日宽限，6月1日起仍然收，标记“已过提交日”。\n"
        "6月14日（周五）：交学校总结和案例，还有 24 天。\n"
        "6月30日（周日）：线上学时和认证全部完成，还有 40 天。之后交的材料标记“逾期”，项目办重开前不计入。\n"
        "按 5月21日（周二）计算，截止当天都算在内。"
    )


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2024, 2, 29), "工程 3月1日（周五）开始，离交材料还有 91 天，离全部完成还有 122 天。"),
        (
            date(2024, 3, 17),
            "现在是第 1 阶段“启动准备”（3月1日至3月17日），离交材料还有 74 天，离全部完成还有 105 天。",
        ),
        (
            date(2024, 5, 30),
            "现在是第 2 阶段“组织实施”（3月18日至5月30日），离交材料还有 0 天，离全部完成还有 31 天。",
        ),
        (
            date(2024, 5, 31),
            "现在是第 2 阶段“组织实施”（3月18日至5月30日）的宽限日，今天交材料不算晚，离全部完成还有 30 天。",
        ),
        (
            date(2024, 6, 1),
            "现在是第 3 阶段“总结验收”（6月1日至6月30日），交材料的日期已过，离全部完成还有 29 天。",
        ),
        (
            date(2024, 6, 30),
            "现在是第 3 阶段“总结验收”（6月1日至6月30日），交材料的日期已过，离全部完成还有 0 天。",
        ),
        (date(2024, 7, 1), "全部期限已过，最后一天是 6月30日（周日）。"),
    ],
)
def test_the_first_line_fits_the_day(plan, day, first):
    assert said(plan, day).splitlines()[0] == first


def test_on_the_day_itself_it_says_so(plan):
    assert "6月14日（周五）：交学校总结和案例，就是今天。" in said(plan, date(2024, 6, 14))
    assert "6月14日（周五）：交学校总结和案例，已过。" in said(plan, date(2024, 6, 15))


def test_a_plan_that_refuses_late_evidence_says_so(plan):
    strict = replace(plan, deadlines=replace(plan.deadlines, late=LatePolicy.REFUSE))

    assert said(strict, date(2024, 5, 21)).splitlines()[3] == (
        "6月30日（周日）：线上学时和认证全部完成，还有 40 天。之后不再收材料。"
    )


def test_a_plan_without_grace_names_none(plan):
    strict = replace(plan, deadlines=replace(plan.deadlines, grace=plan.deadlines.soft))

    assert said(strict, date(2024, 5, 21)).splitlines()[1] == (
        "5月30日（周四）：交微能力点材料，还有 9 天。5月31日起仍然收，标记“已过提交日”。"
    )
