"""微能力, 微能力清单, 推荐选点: what there is to choose from."""

import pytest

from messages.commands import Command
from storage.numbers import next_number
from storage.tables import filing

TEACHER, ADMIN = 1, 3
SCOPE = ("A1", "A3", "A5", "A11", "B2")


def test_a_point_says_what_it_asks_for_and_how_one_stands_to_it(county):
    assert county.ask(TEACHER, Command.POINT, codes=("A5",)) == (
        "A5 技术支持的课堂导入：学法指导，多媒体教学环境。\n"
        "一般需要教学设计、课堂实录片段、学生体会或教学反思。\n"
        "你没有选它，本校还没有定范围。\n"
        "下一步：想选它，发“推荐选点”看怎么搭配。\n"
        "“一般需要”是常见做法，具体以项目办和教研组长的要求为准。"
    )


def test_only_confirmed_evidence_is_said_without_doubt(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A3", "A5", "B9"))

    assert county.ask(TEACHER, Command.POINT, codes=("A3",)) == (
        "A3 演示文稿设计与制作：教学设计，多媒体教学环境。\n"
        "需要主题说明、演示文稿、演示文稿制作说明视频。\n"
        "你选了它，还没认证，本校还没有定范围。\n"
        "下一步：按上面的要求准备材料。"
    )


def test_a_certified_point_needs_nothing_more(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A3", "A5", "B9"))
    county.certify(TEACHER, "A3", grade="excellent")
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)

    assert county.ask(TEACHER, Command.POINT, codes=("A3",)).splitlines()[2:] == [
        "你的这个点已认证（优秀），它在本校范围里（还没备案）。",
        "下一步：这个点不用再做什么，其他的发“还差什么”看。",
    ]


def test_in_a_group_only_the_point_itself_is_shown(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A3", "A5", "B9"))

    assert county.ask(TEACHER, Command.POINT, codes=("A3",), group=True) == (
        "A3 演示文稿设计与制作：教学设计，多媒体教学环境。\n需要主题说明、演示文稿、演示文稿制作说明视频。"
    )


def test_several_points_are_told_one_after_the_other(county):
    said = county.ask(TEACHER, Command.POINT, codes=("A5", "A14", "B2"), group=True).splitlines()

    assert said[0] == "A5 技术支持的课堂导入：学法指导，多媒体教学环境。"
    assert "没有 A14，A 类到 A13 为止。" in said
    assert "B2 微课程设计与制作：教学设计，混合学习环境。" in said


def test_without_a_code_it_asks_which(county):
    assert county.ask(TEACHER, Command.POINT) == (
        "要看哪个点？发编码就行，例如“微能力 A5”；全部的点发“微能力清单”。"
    )


@pytest.mark.parametrize(
    ("wanted", "first", "headings"),
    [
        (
            "",
            "一共 30 个微能力点。",
            ["多媒体教学环境（13 个）", "混合学习环境（10 个）", "智慧学习环境（7 个）"],
        ),
        (
            "环境",
            "一共 30 个微能力点。",
            ["多媒体教学环境（13 个）", "混合学习环境（10 个）", "智慧学习环境（7 个）"],
        ),
        (
            "维度",
            "一共 30 个微能力点。",
            ["学情分析（2 个）", "教学设计（7 个）", "学法指导（14 个）", "学业评价（7 个）"],
        ),
        ("学情分析", "“学情分析”维度有 2 个微能力点。", ["多媒体教学环境（1 个）", "混合学习环境（1 个）"]),
        (
            "智慧",
            "智慧学习环境（C 类）有 7 个微能力点。",
            ["教学设计（2 个）", "学法指导（3 个）", "学业评价（2 个）"],
        ),
    ],
)
def test_the_list_is_grouped_and_complete(county, wanted, first, headings):
    said = county.ask(TEACHER, Command.POINT_LIST, filter=wanted).splitlines()

    assert said[0] == first
    assert [line for line in said[1:] if line.endswith(" 个）")] == headings
    counted = sum(int(line.split("（")[1].split(" ")[0]) for line in headings)
    assert len([line for line in said if line[0] in "ABC" and line[1].isdigit()]) == counted


def test_the_schools_list_says_when_there_is_none(county):
    assert county.ask(TEACHER, Command.POINT_LIST, filter="本校") == (
        "本校还没有定微能力点范围，目前 30 个点都可以选。\n"
        "下一步：发“推荐选点”，或发“微能力清单 维度”看全部。"
    )


def test_an_unknown_group_is_named(county):
    assert county.ask(TEACHER, Command.POINT_LIST, filter="甲乙").splitlines() == [
        "没有“甲乙”这一类。可以发：",
        "微能力清单 维度",
        "微能力清单 环境",
        "微能力清单 学情分析（或教学设计、学法指导、学业评价）",
    ]


# ── 推荐选点 ──


def test_three_choices_come_with_what_to_hand_in(county):
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)

    assert county.ask(TEACHER, Command.RECOMMEND) == (
        "给你配了 3 组，都符合要求，回复编号就选定（5 分钟内有效）。\n"
        "1. 覆盖 3 个维度（教学设计、学法指导、学业评价）、1 个环境（多媒体教学环境）\n"
        "A3 演示文稿设计与制作：需要主题说明、演示文稿、演示文稿制作说明视频\n"
        "A5 技术支持的课堂导入：一般需要教学设计、课堂实录片段、学生体会或教学反思\n"
        "A11 评价量规设计与应用：一般需要评价量规、应用思路说明、反思或学生体会\n"
        "2. 覆盖 3 个维度（学情分析、教学设计、学法指导）、2 个环境（多媒体教学环境、混合学习环境）\n"
        "A1 技术支持的学情分析：一般需要学情分析方案、学情分析报告\n"
        "A5 技术支持的课堂导入：一般需要教学设计、课堂实录片段、学生体会或教学反思\n"
        "B2 微课程设计与制作：一般需要微课程设计、微课视频、实施效果或学生体会\n"
        "3. 覆盖 3 个维度（学情分析、教学设计、学业评价）、1 个环境（多媒体教学环境）\n"
        "A1 技术支持的学情分析：一般需要学情分析方案、学情分析报告\n"
        "A3 演示文稿设计与制作：需要主题说明、演示文稿、演示文稿制作说明视频\n"
        "A11 评价量规设计与应用：一般需要评价量规、应用思路说明、反思或学生体会\n"
        "按本校范围（还没备案）和你的学科推荐，也可以自己选：发“选点 编码 编码 编码”。"
    )


@pytest.mark.parametrize(("digit", "codes"), [("1", "A3 A5 A11"), (" 2 ", "A1 A5 B2"), ("３", "A1 A3 A11")])
def test_a_digit_takes_one_of_them(county, digit, codes):
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)
    county.ask(TEACHER, Command.RECOMMEND)

    # '1' is among the words that are left unanswered, unless a menu is open
    assert county.ask(TEACHER, typed=digit, silent=digit == "1").startswith("选好了：")
    assert " ".join(county.turn(TEACHER).person.chosen) == codes


def test_who_chooses_otherwise_has_answered_the_recommendation(county):
    county.ask(TEACHER, Command.RECOMMEND)
    county.ask(TEACHER, Command.CHOOSE, codes=("A1", "A5", "B2"))

    assert county.ask(TEACHER, typed="1", silent=True) == ""  # meant as 收到
    assert " ".join(county.turn(TEACHER).person.chosen) == "A1 A5 B2"


def test_who_swaps_a_point_has_answered_the_recommendation(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A1", "A5", "B2"))
    county.ask(TEACHER, Command.RECOMMEND)
    county.later(minutes=6)
    county.ask(TEACHER, Command.SWAP, codes=("A1", "A3"))

    assert county.ask(TEACHER, typed="1", silent=True) == ""
    assert " ".join(county.turn(TEACHER).person.chosen) == "A3 A5 B2"


def test_a_refused_choice_leaves_the_recommendation_open(county):
    county.ask(TEACHER, Command.RECOMMEND)
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "A6", "A7"))

    assert county.ask(TEACHER, typed="1", silent=True).startswith("选好了：")


def test_a_certified_point_is_in_every_choice(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A3", "A5", "B9"))
    county.certify(TEACHER, "B9")

    said = county.ask(TEACHER, Command.RECOMMEND).splitlines()

    assert len([line for line in said if line.startswith("B9 自评与互评活动的组织：")]) == 3
    assert "B9 自评与互评活动的组织 已认证，每组都保留。" in said


def test_who_has_three_certified_needs_no_choice(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A3", "A5", "B9"))
    county.certify(TEACHER, "A3", "A5", "B9")

    assert county.ask(TEACHER, Command.RECOMMEND) == (
        "你选的 A3 演示文稿设计与制作、A5 技术支持的课堂导入、B9 自评与互评活动的组织 都已认证，不用再选点。下一步：发“还差什么”。"
    )


def test_a_scope_in_which_nothing_fits_is_said_to_be_too_small(county):
    number = next_number(county.connection, "filing", at=0)
    county.connection.execute(
        filing.insert().values(
            number=number,
            school_id=1,
            slot="scope",
            content="A5 A6 A7",  # one dimension: filed before the rules were checked
            state="filed",
            handed_in_by=ADMIN,
            handed_in_at=0,
        )
    )

    assert county.ask(TEACHER, Command.RECOMMEND) == (
        "本校范围里配不出符合要求的组合。下一步：请本校学校管理员补充范围。"
    )
    assert county.ask(TEACHER, typed="1", silent=True) == ""
    assert county.ask(TEACHER, Command.POINT, codes=("B2",)).splitlines()[2:4] == [
        "你没有选它，它不在本校范围里（已备案）。",
        "下一步：发“微能力清单 本校”看能选的点。",
    ]
