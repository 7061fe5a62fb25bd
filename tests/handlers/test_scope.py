"""本校范围: handed in by the school's lead, numbered, with its faults named."""

from datetime import datetime

from sqlalchemy import func, select

from messages.commands import Command
from storage.tables import audit, filing, role

TEACHER, ADMIN, PRINCIPAL, OTHER_ADMIN = 1, 3, 4, 8
GOOD = ("A1", "A3", "A5", "A11", "B2")


def scope(county, *codes, who=ADMIN):
    return county.ask(who, Command.SCOPE, codes=codes)


def decide(county, number, state, reason=""):
    county.connection.execute(
        filing.update().where(filing.c.number == number).values(state=state, reason=reason)
    )


def test_nothing_was_handed_in_yet(county):
    assert scope(county) == (
        "示例县第一小学还没有交微能力点范围，老师们目前 30 个点都可以选。\n"
        "下一步：发“本校范围 编码 编码 …”，至少 2 个环境、4 个维度。"
    )


def test_a_good_scope_gets_a_number_and_an_audit_entry(county):
    assert scope(county, *reversed(GOOD)) == (
        "已交，编号 1，等项目办备案。\n"
        "本校范围 5 个点：A1 技术支持的学情分析、A3 演示文稿设计与制作、A5 技术支持的课堂导入、A11 评价量规设计与应用、B2 微课程设计与制作。\n"
        "覆盖 4 个维度（学情分析、教学设计、学法指导、学业评价）、2 个环境（多媒体教学环境、混合学习环境）。\n"
        "已过 3月17日，照样收下，会注明。\n"
        "下一步：告诉老师们发“推荐选点”。"
    )
    row = county.connection.execute(select(filing)).one()
    assert (row.number, row.school_id, row.slot, row.content, row.state) == (
        1,
        1,
        "scope",
        "A1 A3 A5 A11 B2",
        "handed_in",
    )
    assert county.connection.execute(select(audit.c.action, audit.c.actor)).one() == (
        "scope.handed_in",
        "person:3",
    )


def test_what_comes_by_the_last_day_of_the_first_stage_is_not_marked(county):
    county.now = datetime(2024, 3, 17, 23, 59, tzinfo=county.now.tzinfo)

    assert "3月17日" not in scope(county, *GOOD)


def test_a_refusal_names_what_is_missing_and_what_mends_it(county):
    assert scope(county, "A5", "A6") == (
        "没有收：要覆盖 4 个维度，还缺 学情分析（只有 A1 技术支持的学情分析、B1 技术支持的测验与练习）、教学设计（A2 至 C2 里有 7 个）、学业评价（A11 至 C7 里有 7 个）。\n"
        "要有至少 2 个环境，还缺 1 个（混合学习环境、智慧学习环境中选）。\n"
        "加上 B1 技术支持的测验与练习、A2 数字教育资源获取与评价、A11 评价量规设计与应用 就行：发“本校范围 A2 A5 A6 A11 B1”。"
    )
    assert county.connection.scalar(select(func.count()).select_from(filing)) == 0


def test_what_the_refusal_proposes_is_taken(county):
    assert scope(county, "A2", "A5", "A6", "A11", "B1").startswith("已交，编号 1，")


def test_unknown_codes_are_named(county):
    assert scope(county, *GOOD, "C8") == (
        "没有收：没有 C8，C 类到 C7 为止。\n下一步：改好以后再发一次“本校范围 编码 编码 …”。"
    )


def test_the_same_again_is_not_handed_in_twice(county):
    scope(county, *GOOD)

    assert scope(county, *GOOD, who=PRINCIPAL) == "和编号 1 一样（等项目办备案），不用再交。"
    decide(county, 1, "filed")
    assert scope(county, *GOOD) == "和编号 1 一样（已备案），不用再交。"
    assert county.connection.scalar(select(func.count()).select_from(filing)) == 1


def test_what_was_filed_stays_in_force_until_the_next_is(county):
    scope(county, *GOOD)
    decide(county, 1, "filed")

    assert "备案之前仍按原来的 5 个点。" in scope(county, *GOOD, "B9").splitlines()
    assert scope(county) == (
        "示例县第一小学的范围 5月21日（周二）已交（编号 2），等项目办备案：A1 技术支持的学情分析、A3 演示文稿设计与制作、A5 技术支持的课堂导入、A11 评价量规设计与应用、B2 微课程设计与制作、B9 自评与互评活动的组织。\n"
        "覆盖 4 个维度（学情分析、教学设计、学法指导、学业评价）、2 个环境（多媒体教学环境、混合学习环境）。\n"
        "示例县第一小学的范围已备案（编号 1）：A1 技术支持的学情分析、A3 演示文稿设计与制作、A5 技术支持的课堂导入、A11 评价量规设计与应用、B2 微课程设计与制作。\n"
        "覆盖 4 个维度（学情分析、教学设计、学法指导、学业评价）、2 个环境（多媒体教学环境、混合学习环境）。\n"
        "要改就再发一次“本校范围 编码 编码 …”，备案后生效。\n"
        "数据截至 5月21日（周二）"
    )


def test_a_returned_scope_says_why_and_may_be_handed_in_again(county):
    scope(county, *GOOD)
    decide(county, 1, "returned", "请加上 B9")

    assert scope(county).splitlines()[0] == "示例县第一小学的范围（编号 1）被退回：请加上 B9。"
    assert scope(county, *GOOD).startswith("已交，编号 2，")


def test_each_lead_hands_in_for_the_own_school(county):
    scope(county, *GOOD, who=OTHER_ADMIN)

    assert county.connection.scalar(select(filing.c.school_id)) == 2
    assert scope(county).startswith("示例县第一小学还没有交")


def test_teachers_see_it_as_a_list(county):
    scope(county, *GOOD)

    assert county.ask(TEACHER, Command.POINT_LIST, filter="本校") == (
        "本校范围有 5 个微能力点（已交，还没备案，以备案为准）。\n"
        "学情分析（1 个）\nA1 技术支持的学情分析\n"
        "教学设计（2 个）\nA3 演示文稿设计与制作\nB2 微课程设计与制作\n"
        "学法指导（1 个）\nA5 技术支持的课堂导入\n"
        "学业评价（1 个）\nA11 评价量规设计与应用\n"
        "想看某个点要交什么，发“微能力 编码”，例如“微能力 A5”。"
    )


def test_who_leads_another_school_speaks_for_that_one(county):
    county.connection.execute(role.update().where(role.c.person_id == ADMIN).values(school_id=2))

    assert scope(county).startswith("示例县第二小学还没有交微能力点范围")
    scope(county, *GOOD)
    assert county.connection.scalar(select(filing.c.school_id)) == 2


def test_a_lead_of_no_school_leads_nothing(county):
    county.connection.execute(role.update().where(role.c.person_id == ADMIN).values(school_id=None))

    assert scope(county).startswith("“本校范围”只有学校管理员或校长可以用")


def test_a_role_that_has_ended_gives_nothing(county):
    county.connection.execute(role.update().where(role.c.person_id == ADMIN).values(ended_at=1))

    assert scope(county, *GOOD).startswith("“本校范围”只有学校管理员或校长可以用")


def test_a_letter_that_there_is_not_is_refused_and_not_left_out(county):
    said = county.ask(ADMIN, Command.SCOPE, codes=("A1", "A2", "A5", "B9"), typed="本校范围 A1 A2 A5 B9 D3")

    assert said == "没有收：没有 D3 这个编码。\n下一步：改好以后再发一次“本校范围 编码 编码 …”。"
