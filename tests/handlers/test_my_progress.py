"""我的学时, 还差什么, 我的微能力, as they read on the way from nothing to done."""

from datetime import date

from messages.commands import Command
from storage.tables import filing, number_series, person

TEACHER, ADMIN = 1, 3


def test_without_any_data_nothing_is_called_zero_online(county):
    assert county.ask(TEACHER, Command.MY_HOURS) == (
        "线上还没有数据，实践 0 学时，合计 0 学时，还没有合格（要求线上 25 学时、实践 25 学时）。\n"
        "还差：线上 25 学时、实践 25 学时、3 个微能力点认证。\n"
        "下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。\n"
        "还没有线上数据；实践和认证数据截至 5月21日（周二）"
    )


def test_halfway_the_gaps_are_named_one_by_one(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.has_online(TEACHER, 1850)
    county.certify(TEACHER, "B2")

    # 25 - 18.5 = 6.5; one certified point brings 8, 25 - 8 = 17; together 26.5
    assert county.ask(TEACHER, Command.MY_HOURS) == (
        "线上 18.5 学时，实践 8 学时，合计 26.5 学时，还没有合格（要求线上 25 学时、实践 25 学时）。\n"
        "还差：线上 6.5 学时、实践 17 学时、2 个微能力点认证。\n"
        "下一步：交 A5 技术支持的课堂导入 的材料，发“提交 A5 链接”，要交什么发“微能力 A5”看（5月30日（周四）前）。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )
    assert county.ask(TEACHER, Command.WHAT_IS_MISSING) == (
        "还差：线上 6.5 学时、实践 17 学时、2 个微能力点认证。\n"
        "下一步：交 A5 技术支持的课堂导入 的材料，发“提交 A5 链接”，要交什么发“微能力 A5”看（5月30日（周四）前）。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_surplus_online_hours_make_up_for_nothing(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.has_online(TEACHER, 4200)
    county.certify(TEACHER, "B2")

    # 42 + 8 = 50 together, and still 17 short of practice
    assert county.ask(TEACHER, Command.MY_HOURS).splitlines()[:2] == [
        "线上 42 学时，实践 8 学时，合计 50 学时，还没有合格（要求线上 25 学时、实践 25 学时）。",
        "还差：实践 17 学时、2 个微能力点认证。",
    ]


def test_who_is_done_has_nothing_more_to_do(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.has_online(TEACHER, 2500)
    county.certify(TEACHER, "A5", "B2", "B9")

    assert county.ask(TEACHER, Command.MY_HOURS) == (
        "线上 25 学时，实践 25 学时，合计 50 学时，已经合格（要求线上 25 学时、实践 25 学时）。\n"
        "下一步：不用再做什么。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )
    assert county.ask(TEACHER, Command.WHAT_IS_MISSING).splitlines()[0] == "什么都不差，已经合格。"


def test_after_the_due_date_the_next_one_counts(county):
    county.later(days=11)  # 1 June

    assert county.ask(TEACHER, Command.WHAT_IS_MISSING).splitlines()[1] == (
        "下一步：发“推荐选点”，选定微能力点（6月30日（周日）前）。"
    )
    county.later(days=60)
    assert county.ask(TEACHER, Command.WHAT_IS_MISSING).splitlines()[1] == (
        "6月30日（周日）已经截止，还能不能补请问项目办。要补的是：发“推荐选点”，选定微能力点。"
    )


def test_who_does_not_count_is_told_so(county):
    county.connection.execute(person.update().where(person.c.id == TEACHER).values(state="deferred"))

    assert "你目前登记为“暂缓”，不计入学校合格率。" in county.ask(TEACHER, Command.MY_HOURS).splitlines()


def test_points_are_shown_with_what_they_cover(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.certify(TEACHER, "B2", grade="excellent")

    assert county.ask(TEACHER, Command.MY_POINTS) == (
        "选了 3/3 个微能力点，已认证 1 个。\n"
        "A5 技术支持的课堂导入（学法指导，多媒体教学环境）：还没认证\n"
        "B2 微课程设计与制作（教学设计，混合学习环境）：已认证，优秀，5月20日\n"
        "B9 自评与互评活动的组织（学业评价，混合学习环境）：还没认证\n"
        "选的点覆盖 3 个维度（教学设计、学法指导、学业评价）、2 个环境（多媒体教学环境、混合学习环境）。\n"
        "认证的点覆盖 1 个维度（教学设计）、1 个环境（混合学习环境）。\n"
        "还差：线上 25 学时、实践 17 学时、2 个微能力点认证。\n"
        "下一步：交 A5 技术支持的课堂导入 的材料，发“提交 A5 链接”，要交什么发“微能力 A5”看（5月30日（周四）前）。\n"
        "数据截至 5月21日（周二）"
    )


def test_without_points_it_says_how_many_to_choose(county):
    assert county.ask(TEACHER, Command.MY_POINTS).splitlines()[0] == (
        "你还没有选微能力点，要选 3 个，覆盖至少 2 个维度。"
    )


def test_a_point_that_the_filed_scope_lost_is_pointed_out(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "A6", "C2"))
    county.connection.execute(number_series.insert().values(number=90, kind="filing", issued_at=0))
    county.connection.execute(
        filing.insert().values(
            number=90,
            school_id=1,
            slot="scope",
            content="A1 A2 A5 A6 A11 B2",
            state="filed",
            handed_in_by=ADMIN,
            handed_in_at=0,
        )
    )

    assert "注意：C2 创造真实学习情境 不在本校已备案的范围里，发“换点 C2”换掉。" in county.ask(
        TEACHER, Command.MY_POINTS
    )


def test_the_newest_online_data_count(county):
    county.has_online(TEACHER, 1000, date(2024, 5, 6))
    county.has_online(TEACHER, 1850, date(2024, 5, 20))

    assert county.ask(TEACHER, Command.MY_HOURS).startswith("线上 18.5 学时，")
