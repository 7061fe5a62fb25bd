"""A school's first stage: scope and papers are handed in, one is sent back and mended, everything is filed."""

from datetime import datetime

import pytest

from bot.clock import SHANGHAI
from storage.tables import school

DOC = "https://docs.qq.com/doc/Dexample{}"
REMINDER = "提醒：腾讯文档请打开“获得链接的人可查看”，不然审核人看不到。"


@pytest.fixture
def lead(somebody, county, clock):
    """示例丙, who heads 示例县第一小学, in the second week of the first stage; the bureau owes nothing."""
    clock.today = datetime(2024, 3, 11, 9, 0, tzinfo=SHANGHAI)
    with county.database.writing() as connection:
        connection.execute(school.update().where(school.c.name == "示例县教育局").values(ranked=False))
    return somebody("T3")


@pytest.fixture
def office(somebody, lead):
    return somebody("T4")


async def test_a_school_gets_through_its_first_stage(lead, office):
    await hands_in_a_scope(lead)
    await hands_in_four_papers(lead)
    await ticks_its_duties(lead)
    await is_sent_back_one_paper(lead, office)
    await mends_it(lead, office)

    assert await lead.says("备案情况") == (
        "示例县第一小学备案 5/5，全部完成。\n"
        "· 本校范围：已备案（编号 1，3月11日）\n"
        "· 发展规划：已备案（编号 2，3月11日）\n"
        "· 研修方案：已备案（编号 6，3月11日）\n"
        "· 考核方案：已备案（编号 4，3月11日）\n"
        "· 实施方案：已备案（编号 5，3月11日）\n"
        "下一步：备案都完成了，不用再做什么。\n"
        "数据截至 3月11日（周一）"
    )
    assert (await lead.says("本校任务")).split("\n")[0] == (
        "示例县第一小学第一阶段的任务（3月17日（周日）前）：办好 10/10 项。"
    )
    assert await office.says("未备案") == "1 所学校都备案齐了，没有要办的。\n数据截至 3月11日（周一）"


async def hands_in_a_scope(lead):
    assert await lead.says("本校范围 A5 A6 A7") == (
        "没有收：要覆盖 4 个维度，还缺 学情分析（只有 A1 技术支持的学情分析、B1 技术支持的测验与练习）、"
        "教学设计（A2 至 C2 里有 7 个）、学业评价（A11 至 C7 里有 7 个）。\n"
        "· 要有至少 2 个环境，还缺 1 个（混合学习环境、智慧学习环境中选）。\n"
        "加上 B1 技术支持的测验与练习、A2 数字教育资源获取与评价、A11 评价量规设计与应用 就行："
        "发“本校范围 A2 A5 A6 A7 A11 B1”。"
    )
    said = await lead.says("本校范围 A2 A5 A6 A7 A11 B1")
    assert said.split("\n")[0] == "已交，编号 1，等项目办备案。"


async def hands_in_four_papers(lead):
    assert await lead.says(f"备案 发展规划 {DOC.format(1)}") == (
        "已交，编号 2：发展规划，等项目办备案。\n"
        f"{REMINDER}\n"
        "下一步：还没交的有 研修方案、考核方案、实施方案，发“备案 研修方案 链接”。"
    )
    assert await lead.says(f"备案 {DOC.format(2)}") == (
        "这个链接是哪一份？\n"
        "1. 发展规划\n2. 研修方案\n3. 考核方案\n4. 实施方案\n"
        "回复 1 到 4（5 分钟内有效，链接我先记着）。"
    )
    assert (await lead.says("2")).startswith("已交，编号 3：研修方案，等项目办备案。")
    assert (await lead.says("备案 考核方案 http://192.168.1.8/plan")).startswith(
        "没有收：这个链接（192.168.1.8）"
    )
    assert (await lead.says(f"备案 考核方案 {DOC.format(3)}")).startswith("已交，编号 4：考核方案，")
    last = await lead.says(f"备案 实施方案 {DOC.format(4)}")
    assert last.split("\n")[-1] == "下一步：等项目办备案，你暂时不用做什么。"


async def ticks_its_duties(lead):
    for word in ("协议", "缴费", "教师会", "参训名单"):
        assert (await lead.says(f"打勾 {word}")).startswith("已打勾：")
    assert (await lead.says("打勾 账号")).split("\n")[0] == "已打勾：发学习账号。5 项都打勾了。"


async def is_sent_back_one_paper(lead, office):
    assert await office.says("未备案") == (
        "还有 1 所没办完：等项目办备案 1 所。\n"
        "等项目办备案（1 所）\n"
        "· 示例县第一小学：本校范围（编号 1）、发展规划（编号 2）、研修方案（编号 3）、"
        "考核方案（编号 4）、实施方案（编号 5）\n"
        "下一步：发“查看 1”看内容，再发“备案通过 1”或“备案退回 1 原因”。\n"
        "数据截至 3月11日（周一）"
    )
    assert (await office.says("查看 3")).split("\n")[:2] == [
        "编号 3：示例县第一小学的研修方案。",
        f"链接：{DOC.format(2)}",
    ]
    assert (await office.says("备案退回 3")).startswith("退回要写原因")
    assert (await office.says("备案退回 3 缺进度安排")).startswith(
        "编号 3 研修方案（示例县第一小学）：已退回。"
    )
    told = "示例县第一小学的研修方案（编号 3）被退回：缺进度安排。改好后发“备案 研修方案 链接”。"
    assert told in (await lead.sees()).text


async def mends_it(lead, office):
    assert (await office.says("备案通过 1 2 3 4 5")).split("\n") == [
        "5 份里备案了 4 份，1 份没有办：",
        "· 编号 1 本校范围（示例县第一小学）：已备案",
        "· 编号 2 发展规划（示例县第一小学）：已备案",
        "· 编号 3 研修方案（示例县第一小学）：3月11日示例丁已退回，等学校改好重交",
        "· 编号 4 考核方案（示例县第一小学）：已备案",
        "· 编号 5 实施方案（示例县第一小学）：已备案",
        "下一步：发“未备案”看还有哪些要办。",
    ]
    told = (await lead.sees()).text
    assert [number for number in range(1, 6) if f"（编号 {number}）已备案" in told] == [1, 2, 4, 5]
    assert (await lead.says(f"备案 研修方案 {DOC.format(5)}")).startswith("已交，编号 6：研修方案，")
    assert (await office.says("备案通过 6")).startswith("编号 6 研修方案（示例县第一小学）：已备案。")
    assert "（编号 6）已备案" in (await lead.sees()).text
