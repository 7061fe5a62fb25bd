"""查看: one submission as its author, its reviewers and those who only read see it."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from bot.policy.filing import Slot
from handlers.view import VIEWS
from messages.commands import Command
from storage import filings
from storage.submissions import find
from storage.tables import audit
from storage.work_tables import evidence_link
from tests.handlers.conftest import (
    ADMIN,
    LEADER,
    MATHS,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    SECOND_SCHOOL,
    TEACHER,
)
from tests.handlers.submitted import add_teacher, hand_in, hand_in_again

AS_OF = "数据截至 5月21日（周二）"


@pytest.fixture
def number(county):
    """编号 1: A5 of 甲老师, handed in last Friday."""
    return hand_in(
        county, TEACHER, "A5", "https://pan.example.com/s/1abc", note="我的导入课", extraction="8k2d", days=4
    )


def test_a_reviewer_sees_everything_and_how_to_decide(county, says, number):
    assert says("查看 1", LEADER) == (
        "编号 1 A5 技术支持的课堂导入，待审，等了 2 个工作日，归教研组长审\n"
        "作者：甲老师，示例县第一小学语文组\n"
        "5月17日 09:30 交：\n"
        "https://pan.example.com/s/1abc 提取码 8k2d\n"
        "说明：我的导入课\n"
        "一般需要：教学设计、课堂实录片段、学生体会或教学反思。\n"
        "经过：\n"
        "5月17日 09:30 甲老师 提交\n"
        "下一步：发“通过 1”“通过 1 优秀”或“退回 1 缺学生体会”，通过时后面可以写评语。\n"
        f"{AS_OF}"
    )


def test_the_author_sees_it_with_what_to_do(county, says, number):
    assert says("查看 1").split("\n")[-2:] == [
        "下一步：等教研组长审；要换材料发“提交 A5 新链接”，不交了发“撤回 1”。",
        AS_OF,
    ]
    says("退回 1 缺学生体会", LEADER)
    assert says("查看 1").split("\n")[0] == "编号 1 A5 技术支持的课堂导入，退回"
    assert "下一步：改好后发“提交 A5 链接”。" in says("查看 1")
    hand_in_again(county, number)
    says("通过 编号1 优秀 导入新颖", LEADER)
    assert "已经认证，不用再做什么。" in says("查看 1")


def test_the_whole_history_is_told(county, says, number):
    says("退回 1 缺学生体会", LEADER)
    county.later(hours=3)
    hand_in_again(county, number, "https://pan.example.com/s/1new", note="补了学生体会")
    says("通过 编号1 优秀 导入新颖", ADMIN)
    county.later(minutes=5)
    says("重开 1 再看一遍", OFFICE)

    assert says("查看 1", OFFICE).split("\n") == [
        "编号 1 A5 技术支持的课堂导入，待审，今天交的，归教研组长审",
        "作者：甲老师，示例县第一小学语文组",
        "第 2 版，5月21日 12:30 交：",
        "https://pan.example.com/s/1new",
        "说明：补了学生体会",
        "第 1 版，5月17日 09:30 交：",
        "https://pan.example.com/s/1abc 提取码 8k2d",
        "说明：我的导入课",
        "一般需要：教学设计、课堂实录片段、学生体会或教学反思。",
        "经过：",
        "5月17日 09:30 甲老师 提交",
        "5月21日 09:30 乙组长 退回，要改的是 学生体会：缺学生体会",
        "5月21日 12:30 甲老师 交了第 2 版",
        "5月21日 12:30 丙管理员 定为优秀（代审）：导入新颖",
        "5月21日 12:35 戊主任 重开：再看一遍",
        "要代审的话：发“通过 1”“通过 1 优秀”或“退回 1 缺学生体会”，通过时后面可以写评语。",
        AS_OF,
    ]


def test_what_is_not_for_the_asker_is_answered_as_what_does_not_exist(county, says, number):
    add_teacher(county, 11, "示例甲", group=MATHS)
    other = hand_in(county, 11, "B2")

    for who, asked in ((TEACHER, other), (LEADER, other), (OTHER_ADMIN, number)):
        assert says(f"查看 {asked}", who) == f"没有你能看的编号 {asked}。"
    assert says("查看 99", LEADER) == "没有你能看的编号 99。"
    assert says("查看 999999", OFFICE) == "没有你能看的编号 999999。"


def test_those_who_only_read_see_it_and_claim_nothing(county, says, number):
    said = says("查看 1", OVERSEER)

    assert said.startswith("编号 1 A5 技术支持的课堂导入，待审，")
    assert "通过" not in said
    assert find(county.connection, number).claimed_by is None


def test_whoever_opens_it_to_review_it_is_seen_by_others(county, says, number):
    says("查看 1", LEADER)

    found = find(county.connection, number)
    assert (found.claimed_by, found.claimed_at) == (LEADER, county.real_ms)
    county.later(minutes=20)
    assert "乙组长 09:30 起在看。" in says("查看 1", ADMIN).split("\n")
    # The first stays named; and a claim hinders nobody.
    assert find(county.connection, number).claimed_by == LEADER
    assert says("通过 1", ADMIN).startswith("编号 1 A5 技术支持的课堂导入，甲老师：合格（代审），")


def test_after_half_an_hour_the_next_one_is_named(county, says, number):
    says("查看 1", LEADER)
    county.later(minutes=30)

    assert "起在看" not in says("查看 1", ADMIN)
    assert find(county.connection, number).claimed_by == ADMIN


def test_the_author_sees_no_claim_and_no_note_about_others(county, says, number):
    hand_in(county, LEADER, "A5", "https://pan.example.com/s/1abc")
    says("查看 1", LEADER)

    assert "在看" not in says("查看 1")
    assert "同一链接" not in says("查看 1")
    assert "注意：另有一份材料用了同一链接：编号 2。" in says("查看 1", ADMIN).split("\n")


def test_what_a_look_at_the_link_has_found_stands_beside_it(county, says, number):
    county.connection.execute(update(evidence_link).values(finding="asks"))

    assert "https://pan.example.com/s/1abc 提取码 8k2d（打开要提取码或登录）" in says("查看 1", LEADER)


def test_an_extraction_code_inside_the_link_is_not_said_twice(county, says):
    hand_in(county, TEACHER, "A5", "https://pan.baidu.com/s/1abc?pwd=8k2d", extraction="8k2d")

    assert "https://pan.baidu.com/s/1abc?pwd=8k2d\n" in says("查看 1", LEADER)


def test_a_confirmed_list_of_pieces_is_said_without_in_general(county, says):
    hand_in(county, TEACHER, "A3")

    assert "\n需要：主题说明、演示文稿、演示文稿制作说明视频。\n" in says("查看 1", LEADER)


def test_what_is_overdue_is_reopened_before_anybody_reviews_it(county, says):
    county.now = datetime(2024, 7, 2, 9, 0, tzinfo=county.now.tzinfo)
    hand_in(county, TEACHER, "A5")

    assert says("查看 1", LEADER).startswith("编号 1 A5 技术支持的课堂导入，待审（逾期，要先重开）\n")
    assert "项目办重开以后才能审。" in says("查看 1", LEADER)
    assert "下一步：发“重开 1 原因”，再审。" in says("查看 1", OFFICE)
    assert "项目办重开以后才审，有特殊情况请告诉项目办。" in says("查看 1")


def test_without_a_number_it_says_what_to_write(county, says):
    assert county.ask(LEADER, Command.VIEW) == (
        "要看哪一份？发“查看 编号”，例如“查看 12”；编号在“待审”或“我的材料”里。"
    )


def test_one_at_a_time(county, says, number):
    hand_in(county, TEACHER, "B2")

    said = says("查看 1 2", LEADER)

    assert said.startswith("编号 1 A5 技术支持的课堂导入，")
    assert said.endswith("一次看一份；下一份发“查看 2”。")


def test_a_line_of_the_list_can_be_opened(county, says, number):
    hand_in(county, TEACHER, "B2", days=6)
    says("待审", LEADER)

    assert says("查看 第1个", LEADER).startswith("编号 2 B2 微课程设计与制作，")
    assert says("查看 第5个", LEADER) == "清单里没有第 5 条。"
    county.later(minutes=5)
    assert says("查看 第1个", LEADER) == "没有清单，或清单已过 5 分钟：请再发“待审”，然后说第几个。"


def test_a_look_is_logged_but_not_the_authors_own(county, says, number):
    says("查看 1")
    says("查看 1", OVERSEER)

    rows = county.connection.execute(select(audit).where(audit.c.action == "evidence.viewed")).all()
    assert [(row.actor, row.person_id, row.detail) for row in rows] == [
        (f"person:{OVERSEER}", TEACHER, {"number": 1, "version": 1})
    ]


def test_every_kind_of_number_is_shown_in_its_own_way(county, says):
    filings.hand_in(
        county.connection,
        school_id=SECOND_SCHOOL,
        slot=Slot.SCOPE,
        content="A1",
        person_id=OTHER_ADMIN,
        at=0,
    )

    assert set(VIEWS) >= {"evidence", "filing", "paper", "appeal"}
    assert "编号 1" in says("查看 1", OFFICE)
    assert says("查看 1", TEACHER) == "没有你能看的编号 1。"
