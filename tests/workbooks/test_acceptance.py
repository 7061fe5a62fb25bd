"""验收表: what it says is what 验收 says in the chat."""

import re
from datetime import datetime

from sqlalchemy import update

from bot.workbooks import acceptance
from messages.commands import Command
from storage.tables import person, school
from tests.handlers.conftest import FIRST_SCHOOL, LEADER, OFFICE, PRINCIPAL, SECOND_SCHOOL, TEACHER


def all_done(county, who=TEACHER):
    county.has_online(who, 3000)
    county.certify(who, "A1", "A5")
    county.certify(who, "B2", grade="excellent")


def of(rows, name):
    return next(row for row in rows if row["姓名"] == name)


def test_every_condition_of_a_person_stands_in_their_row(county, taken):
    all_done(county)
    county.has_online(LEADER, 1850)

    rows = taken("acceptance").rows("示例县第一小学")

    assert of(rows, "甲老师") == {
        "学校": "示例县第一小学",
        "教研组": "语文组",
        "姓名": "甲老师",
        "人员编号": "T0001",
        "学习合格": "是",
        "完成度": 1,
        "线上学时": 30,
        "线上截至": datetime(2024, 5, 20),  # noqa: DTZ001
        "实践学时": 25,  # 8 + 8 + 9
        "合计学时": 55,
        "认证点数": 3,
        "覆盖维度": 3,
        "第 1 个认证点": "A1 技术支持的学情分析（合格，2024-05-20）",
        "第 2 个认证点": "A5 技术支持的课堂导入（合格，2024-05-20）",
        "第 3 个认证点": f"B2 {county.catalogue['B2'].name}（优秀，2024-05-20）",
        "线上还差（学时）": 0,
        "实践还差（学时）": 0,
        "合计还差（学时）": 0,
        "认证点还差": 0,
        "维度还差": 0,
    }
    leader = of(rows, "乙组长")
    assert (leader["学习合格"], leader["线上还差（学时）"], leader["认证点还差"]) == ("否", 6.5, 3)
    assert leader["卡在哪一步"] == "没选点"
    assert "线上学时" not in of(rows, "丁校长")  # no data is an empty cell, never 0


def test_the_figures_of_a_school_are_those_of_the_chat(county, taken):
    all_done(county)
    county.connection.execute(update(person).where(person.c.id == PRINCIPAL).values(state="deferred"))

    said = county.ask(OFFICE, Command.ACCEPTANCE, school="示例县第一小学")
    (row,) = [one for one in taken("acceptance").rows("学校") if one["学校"] == "示例县第一小学"]

    assert f"合格 {row['合格']}/{row['在册']}（{row['合格率'] * 100:.1f}%）" in said
    assert f"平均完成度 {row['平均完成度'] * 100:.1f}%" in said
    assert f"（按应认证 {row['应认证（个）']} 个）、{row['优秀率（按已认证）'] * 100:.1f}%" in said
    assert f"没有计入：{row['没有计入']}。" in said
    assert f"缺 {row['缺的材料']}" in said


def test_the_total_on_the_cover_is_that_of_the_chat(county, taken):
    all_done(county)
    county.connection.execute(update(school).where(school.c.id == 3).values(ranked=False))

    said = county.ask(OFFICE, Command.ACCEPTANCE)
    cover = taken("acceptance").cover

    assert cover["合计"] in said
    assert cover["数据截至"] == said.splitlines()[-1]
    assert cover["不参与排名"] == "示例县教育局：不在合计和排名里。"
    assert cover["内容"].startswith("学校 3 行、")
    assert cover["规则版本"] == county.plan.version
    assert "线上 25 学时、实践 25 学时、合计 50 学时" in cover["学习合格"]


def test_who_does_not_count_stands_apart(county, taken):
    county.connection.execute(update(person).where(person.c.id == PRINCIPAL).values(state="retired"))

    book = taken("acceptance")

    assert [row["姓名"] for row in book.rows("示例县第一小学")] == ["乙组长", "甲老师", "丙管理员", "庚老师"]
    assert book.rows("没有计入") == [
        {"学校": "示例县第一小学", "姓名": "丁校长", "人员编号": "T0004", "为什么": "退休"}
    ]
    assert book.cover["没有计入"] == "退休 1 人，名单在“没有计入”一张表里。"


def test_frozen_figures_are_those_of_the_freeze(county, taken):
    county.certify(TEACHER, "A1")
    county.ask(OFFICE, Command.FREEZE, reason="最终验收")
    county.ask(OFFICE, Command.CONFIRM)
    county.later(days=2)
    all_done_later = ("A5", "B2")
    county.certify(TEACHER, *all_done_later)

    said = county.ask(OFFICE, Command.ACCEPTANCE)
    book = taken("acceptance")

    row = of(book.rows("示例县第一小学"), "甲老师")
    assert (row["认证点数"], row["实践学时"], "第 2 个认证点" in row) == (1, 8, False)
    assert book.cover["数据截至"] == said.splitlines()[-1]
    assert book.cover["冻结"] == (
        "冻结于 5月21日（周二）（戊主任），原因：最终验收。冻结后有 1 人的数据变了，没有计入。"
    )


def test_one_school_alone(county, taken):
    book = taken("acceptance", school_id=SECOND_SCHOOL)

    assert book.titles == ["说明", "学校", "人员", "没有计入"]
    assert [row["学校"] for row in book.rows("学校")] == ["示例县第二小学"]
    assert [row["姓名"] for row in book.rows("人员")] == ["辛管理员"]
    assert book.cover["范围"] == "示例县第二小学"


def test_of_many_schools_everybody_stands_in_one_long_table(county, taken, as_csv, monkeypatch):
    monkeypatch.setattr(acceptance, "MOST_SHEETS", 2)

    book = taken("acceptance")

    assert book.titles == ["说明", "学校", "人员", "没有计入"]
    assert len(book.rows("人员")) == 8
    assert len(re.findall(r"^示例县", as_csv("acceptance"), re.MULTILINE)) == 8


def test_a_number_that_identifies_somebody_is_shown_by_its_end(county, taken):
    hidden = {"staff_no": "hmac:0123456789abcdef", "staff_no_tail": "123X"}
    county.connection.execute(update(person).where(person.c.id == TEACHER).values(hidden))

    rows = taken("acceptance", school_id=FIRST_SCHOOL).rows("人员")

    assert of(rows, "甲老师")["人员编号"] == "尾号 123X"
