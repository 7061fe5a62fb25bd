"""A teacher's first day: the office imports its files, a code binds the phone, questions get true answers."""

import pytest

from bot.imports.kinds import Kind, Options
from bot.imports.running import State, run_import
from storage.bindings import issue_code
from storage.roster_lookup import find_person
from tests.kit.installation import SECRET_KEY

SCHOOLS = """学校名称,学段
示例县第一小学,小学
"""
ROSTER = """参训名单
姓名,人员编号,学校,教研组,学科,职务,学习账号,手机号
示例甲,T001,示例县第一小学,语文组,语文,教师,xy001,13900000001
示例乙,T002,示例县第一小学,语文组,语文,教研组长,xy002,13900000002
"""
ONLINE = """学习统计,,,,
统计时间：2024年5月19日,,,,
姓名,身份证号(手机号),总学时,获得学时,培训情况
示例甲,13900000001,50,18.5学时,不合格
合计,,,18.5,
"""


@pytest.fixture
def imported(bot, parts, tmp_path):
    """What the office has; returns a one-time code for T001."""
    files = (
        (Kind.SCHOOLS, SCHOOLS, "utf-8"),
        (Kind.ROSTER, ROSTER, "utf-8-sig"),
        (Kind.ONLINE_HOURS, ONLINE, "gb18030"),
    )
    for kind, content, encoding in files:
        path = tmp_path / f"{kind.value}.csv"
        path.write_text(content, encoding=encoding)
        outcome = run_import(
            parts.database,
            parts.plan,
            parts.catalogue,
            SECRET_KEY,
            kind,
            path,
            Options(yes=True),
            parts.clock.now(),
        )
        assert outcome.state is State.APPLIED, outcome.sentence
    with parts.database.writing() as connection:
        person = find_person(connection, "T001")
        return issue_code(connection, person.person_id, SECRET_KEY, parts.clock.real_ms(), 7)


async def test_a_teachers_first_day(imported, somebody):
    teacher = somebody("newcomer")

    assert lines(await teacher.says("我的学时")) == [
        "还不知道你是哪位老师，请先绑定：私聊我，发“绑定 姓名 绑定码”。",
        "绑定码向本校学校管理员或项目办要，有效 7 天，只能用一次。",
    ]
    assert lines(await teacher.says(f"绑定 示例甲 {imported}")) == [
        "绑定成功：示例甲（示例县第一小学）。",
        "下一步：发“还差什么”。",
    ]
    assert lines(await teacher.says("查一下我的学石")) == [
        "线上 18.5 学时，实践 0 学时，合计 18.5 学时，还没有合格（要求线上 25 学时、实践 25 学时）。",
        "还差：线上 6.5 学时、实践 25 学时、3 个微能力点认证。",
        "下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。",
        "线上数据截至 5月19日（周日），实践和认证数据截至 5月20日（周一）",
    ]
    assert lines(await teacher.says("我选a5，A6和a7行不行")) == [
        "没有选上：3 个点都在“学法指导”，要覆盖至少 2 个维度。",
        "把 A7 技术支持的总结提升 换成 A3 演示文稿设计与制作 就行：发“选点 A3 A5 A6”。",
    ]
    assert lines(await teacher.says("选点 A1 A5 B2")) == [
        "选好了：A1 技术支持的学情分析、A5 技术支持的课堂导入、B2 微课程设计与制作。",
        "覆盖 3 个维度（学情分析、教学设计、学法指导）、2 个环境（多媒体教学环境、混合学习环境）。",
        "下一步：交 A1 技术支持的学情分析 的材料，发“提交 A1 链接”，要交什么发“微能力 A1”看（5月30日（周四）前）。",
        "数据截至 5月20日（周一）",
    ]
    why = lines(await teacher.says("为什么"))
    assert why[0] == (
        "还没有合格，因为线上 18.5 学时（要求 25 学时）、实践 0 学时（要求 25 学时）、"
        "合计 18.5 学时（要求 50 学时）、认证的微能力点 0/3 个、认证点覆盖的维度 0/2 个。"
    )
    assert "· 学习平台 5月19日（周日）的数据：18.5 学时" in why


async def test_in_a_group_no_figure_of_anybody_is_shown(imported, bot, tenant, group_platform):
    here = tenant.on(group_platform)
    teacher, colleague = here.somebody("newcomer"), here.somebody("T2")
    group = here.group("示例县第一小学语文组", teacher, colleague)
    await teacher.says(f"绑定 示例甲 {imported}")

    for question in ("我的学时", "我的微能力", "还差什么", "为什么", "我的数据", "我是谁"):
        said = await teacher.says(question, group=group)

        assert "18.5" not in said
        assert "示例甲" not in said
        assert said == "已私信你。没看到就点我的头像，再发一次。"
        await teacher.sees()


async def test_in_a_group_it_only_hears_what_is_said_to_it(county, tenant, group_platform):
    here = tenant.on(group_platform)
    teacher, colleague = here.somebody("T1"), here.somebody("T2")
    group = here.group("示例县第一小学语文组", teacher, colleague)

    assert await colleague.says("截止时间是哪天来着", group=group, to_bot=False) == ""
    assert tenant.callbacks() == []
    assert "5月30日" in await colleague.says("截止时间", group=group)


def lines(said: str) -> list[str]:
    return said.split("\n")
