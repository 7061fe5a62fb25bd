"""为什么: the account of a figure that must convince somebody who doubts it."""

from datetime import date

from bot.policy.points import Catalogue
from messages.commands import Command

TEACHER = 1


def test_it_lists_what_counted_what_did_not_and_by_which_rule(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.has_online(TEACHER, 1000, date(2024, 5, 6))
    county.has_online(TEACHER, 4000, date(2024, 5, 20))
    county.has_online(TEACHER, 1200, date(2024, 5, 21), counts=False)
    county.certify(TEACHER, "B2")

    # 40 online (15 beyond 25), 8 practice for one point, 48 together
    assert county.ask(TEACHER, Command.WHY) == (
        "还没有合格，因为实践 8 学时（要求 25 学时）、合计 48 学时（要求 50 学时）、认证的微能力点 1/3 个、认证点覆盖的维度 1/2 个。\n"
        "线上 40 学时，要求 25 学时，达到\n"
        "学习平台 5月20日（周一）的数据：40 学时\n"
        "比要求多 15 学时，算在合计里，不能抵实践学时\n"
        "没算：学习平台 5月21日（周二）的数据：12 学时，比之前少，等项目办确认，先不算\n"
        "没算：学习平台 5月6日（周一）的数据：10 学时，较早的数据，以最新一份为准，不累加\n"
        "实践 8 学时，要求 25 学时，还差 17 学时\n"
        "B2 微课程设计与制作：8 学时（5月20日（周一）记入）\n"
        "合计 48 学时，要求 50 学时，还差 2 学时\n"
        "认证的微能力点 1 个，要求 3 个，还差 2 个\n"
        "B2 微课程设计与制作（教学设计）\n"
        "没算：A5 技术支持的课堂导入，选了，还没有认证\n"
        "没算：B9 自评与互评活动的组织，选了，还没有认证\n"
        "认证点覆盖的维度 1 个，要求 2 个，还差 1 个\n"
        "B2 微课程设计与制作（教学设计）\n"
        "依据\n"
        "开教发[2024]1号：线上 25 学时、实践 25 学时、合计 50 学时，认证 3 个微能力点、覆盖 2 个维度，每一项都要达到，互相不能抵。\n"
        f"实践学时只按认证记：第 1 个点 8 学时、第 2 个点 8 学时、第 3 个点 9 学时，以后的不再记（规则版本 {county.plan.version}）\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）\n"
        "对不上就把这条转给本校学校管理员，或联系市教育局提升工程项目办。"
    )


def test_without_data_it_does_not_speak_of_zero(county):
    said = county.ask(TEACHER, Command.WHY).splitlines()

    assert said[0].startswith("还没有合格，因为线上还没有数据（要求 25 学时）、实践 0 学时（要求 25 学时）、")
    assert said[1] == "线上 没有数据，要求 25 学时，还差 25 学时"


def test_who_is_done_sees_all_parts_reached(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.has_online(TEACHER, 2500)
    county.certify(TEACHER, "A5", "B2", "B9")

    said = county.ask(TEACHER, Command.WHY).splitlines()

    assert said[0] == "已经合格：五项要求都达到了。"
    assert [line for line in said if line.endswith("达到")] == [
        "线上 25 学时，要求 25 学时，达到",
        "实践 25 学时，要求 25 学时，达到",
        "合计 50 学时，要求 50 学时，达到",
        "认证的微能力点 3 个，要求 3 个，达到",
        "认证点覆盖的维度 3 个，要求 2 个，达到",
    ]
    # 8 for the first and the second, 9 for the third
    assert [line.split("（")[0] for line in said if "记入" in line] == [
        "A5 技术支持的课堂导入：8 学时",
        "B2 微课程设计与制作：8 学时",
        "B9 自评与互评活动的组织：9 学时",
    ]


def test_a_fourth_point_is_certified_without_hours(county):
    county.certify(TEACHER, "A5", "B2", "B9", "C2")

    assert (
        "没算：C2 创造真实学习情境：0 学时，认证有效，但前几个点已经记满，不再加学时"
        in county.ask(TEACHER, Command.WHY).splitlines()
    )


def test_a_certified_point_that_the_list_has_lost_is_not_said_to_be_uncertified(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "C7"))
    county.certify(TEACHER, "C7")
    county.catalogue = Catalogue(point for point in county.catalogue if point.code != "C7")

    said = [line for line in county.ask(TEACHER, Command.WHY).splitlines() if line.startswith("没算：")]

    assert said == [
        "没算：C7，现在的微能力点清单里没有它",
        "没算：A5 技术支持的课堂导入，选了，还没有认证",
        "没算：B2 微课程设计与制作，选了，还没有认证",
        "没算：C7，现在的微能力点清单里没有它",
    ]
