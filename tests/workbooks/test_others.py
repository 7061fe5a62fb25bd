"""未完成, 排名 and 审计记录."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.policy.plan import RankingMode
from bot.policy.points import Catalogue
from bot.workbooks.commission import CannotMake
from messages.commands import Command
from storage.audit import record
from storage.tables import person, school
from storage.unit_standings import listed
from tests.handlers.conftest import ADMIN, BUREAU, OFFICE, REAL_MS, SECOND_SCHOOL, TEACHER
from tests.handlers.test_ranking import posted


def test_who_is_not_done_stands_under_the_same_step_as_in_the_chat(county, taken):
    county.has_online(TEACHER, 3000)
    county.certify(TEACHER, "A1", "A5", "B2")

    rows = taken("unfinished").rows("未完成")

    names = {"no_account": "没账号", "no_choice": "没选点", "no_evidence": "没交"}
    assert sorted((row["姓名"], row["卡在哪一步"]) for row in rows) == sorted(
        (one.name, names[one.step.value]) for one in listed(county.connection)
    )
    assert "甲老师" not in {row["姓名"] for row in rows}
    assert {row["怎么帮"] for row in rows} == {"请他们发“推荐选点”"}


def test_a_certified_point_that_the_list_has_lost_is_not_counted(county, taken):
    county.certify(TEACHER, "A1", "C7")
    county.catalogue = Catalogue(point for point in county.catalogue if point.code != "C7")

    (row,) = (row for row in taken("unfinished").rows("未完成") if row["姓名"] == "甲老师")

    assert row["认证点数"] == 1


def test_schools_are_counted_as_in_the_chat(county, taken):
    said = county.ask(ADMIN, Command.SCHOOL_LIST)
    row = taken("unfinished").rows("各校")[0]

    assert f"合格 {row['合格']}/{row['在册']}" in said
    assert f"没达标 {row['没达标']} 人" in said
    assert f"没选点 {row['没选点']} 人" in said


def test_a_ranking_as_it_is_now(county, taken):
    county.has_online(TEACHER, 2500)

    book = taken("ranking")

    first = book.rows("学校排名")[0]
    assert (first["学段"], first["学校"], first["合格"], first["在册"]) == ("小学", "示例县第一小学", 0, 5)
    # 2500 of 2500 hundredths is one of three parts, of one of five people
    assert first["平均完成度"] == pytest.approx(1 / 15)
    assert book.cover["哪一天"] == f"{county.plan.county}学校排名（实时，5月21日 09:30）"
    # The book has no sheet of those who are left out: their names are in the acceptance workbook.
    assert "一张表里" not in book.cover["没有计入"]
    assert book.cover["怎么排"] == "先比合格率，再比平均完成度，都相同就并列，不比学时多少。"


def test_the_ranking_of_a_past_day_names_nobody_who_is_left_out_today(county, taken):
    posted(county, day=date(2024, 5, 20))
    county.connection.execute(person.update().where(person.c.id == TEACHER).values(state="exempt"))
    county.connection.execute(school.update().where(school.c.id == BUREAU).values(ranked=False))
    live = taken("ranking").cover
    assert (live["没有计入"], live["不参与排名"]) == ("免训 1 人。", "示例县教育局：不在合计和排名里。")

    cover = taken("ranking", day=date(2024, 5, 20)).cover

    assert cover["没有计入"] == (
        "当天暂缓、调出、退休、免训的人和不参与排名的单位；他们的名单没有随那天的排名存下来。"
    )
    assert "不参与排名" not in cover
    assert cover["规则版本"] == "x"  # of that day


def test_no_ranking_where_there_is_none(county, taken):
    with pytest.raises(CannotMake, match=r"5月20日（周一）没有发过排名。"):
        taken("ranking", day=date(2024, 5, 20))
    county.plan = replace(county.plan, ranking_mode=RankingMode.OFF)
    with pytest.raises(CannotMake, match="本县现在不发排名"):
        taken("ranking")


def test_the_audit_says_who_did_what_to_whom(county, taken):
    before = len(taken("audit").rows("审计记录"))
    for actor in (f"person:{OFFICE}", "operator", "wecom:zhang", "person:x"[:7] + "999"):
        record(
            county.connection,
            at=REAL_MS,
            actor=actor,
            action="figures.frozen",
            person_id=TEACHER,
            detail={"reason": "=1", "hours": [600, None], "people": list(range(200)), "note": ""},
        )

    rows = taken("audit").rows("审计记录")[before:]

    assert [(row.get("谁"), row["账号"], row["关于谁"]) for row in rows] == [
        ("戊主任", f"person:{OFFICE}", "甲老师"),
        (None, "operator", "甲老师"),
        (None, "wecom:zhang", "甲老师"),
        (None, "person:999", "甲老师"),
    ]
    assert rows[0]["时间"] == datetime(2024, 5, 21, 9, 30)  # noqa: DTZ001
    # As on the page, and whole.
    everybody = "、".join(map(str, range(200)))
    assert rows[0]["详情"] == f"原因 =1；学时 6 学时 → 没有数据；人 {everybody}"


def test_the_roster_of_one_school_has_only_its_people(county, taken):
    assert [row["姓名"] for row in taken("roster", school_id=SECOND_SCHOOL).rows("名册")] == ["辛管理员"]


def test_nobody_is_missing_from_the_roster(county, taken):
    county.connection.execute(person.update().where(person.c.id == TEACHER).values(state="exempt"))

    rows = taken("roster").rows("名册")

    assert len(rows) == 8
    assert rows[0] == {
        "姓名": "甲老师",
        "人员编号": "T0001",
        "学校": "示例县第一小学",
        "教研组": "语文组",
        "学段": "小学",
        "学科": "语文",
        "职务/角色": "教师",
        "企业微信账号": "User1",
        "学习账号": "study1",
        "状态": "免训",
        "手机尾号": "尾号 5678",
    }
