"""待审: what waits for whom, and what a reviewer should know of it."""

from datetime import datetime

import pytest
from sqlalchemy import event, select

from bot.policy.evidence import EventKind, EvidenceState
from messages.commands import Command
from storage.conversations import Topic
from storage.evidence import claim, move
from storage.submissions import find
from storage.tables import audit, conversation
from storage.work_tables import evidence_link
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    MATHS,
    OFFICE,
    OTHER_ADMIN,
    SECOND_SCHOOL,
    TEACHER,
)
from tests.handlers.submitted import add_teacher, grant, hand_in, hand_in_again, use_up_numbers

AS_OF = "数据截至 5月21日（周二）"
QUOTA = "优秀名额：示例县第一小学 已用 0，还可用 9，共 9。"  # 5 people × 3 points, 60 % of 15


@pytest.fixture
def numbered(county):
    """The first thirty numbers are not theirs to see: receipts begin with 31, and lists have line numbers."""
    use_up_numbers(county, 30)
    return county


def test_a_leader_sees_the_group_the_oldest_first(numbered, says):
    hand_in(numbered, TEACHER, "B2", "https://pan.example.com/s/1new")
    hand_in(numbered, TEACHER, "A5", "https://docs.example.com/doc/DVGhlIHZlcnkgbG9uZyBhZGRyZXNz", days=4)
    hand_in(numbered, LEADER, "A5", days=9)

    assert says("待审", LEADER) == (
        "等你审的 2 份，最早的等了 2 个工作日：\n"  # Friday to Tuesday
        "1. 编号 32 A5 技术支持的课堂导入，甲老师，等了 2 个工作日，docs.example.com/doc/DVGhlIHZl…\n"
        "2. 编号 31 B2 微课程设计与制作，甲老师，今天交的，pan.example.com/s/1new\n"
        f"{QUOTA}\n"
        "下一步：发“查看 32”看材料，再发“通过 32”或“退回 32 原因”；几份一起：“通过 1 2”（清单里的行号）。\n"
        f"{AS_OF}"
    )


def test_where_a_receipt_could_be_taken_for_a_line_lines_have_no_numbers(county, says):
    hand_in(county, TEACHER, "A1")  # 1
    hand_in(county, TEACHER, "A5", days=1)  # 2, which is older

    assert says("待审", LEADER) == (
        "等你审的 2 份，最早的等了 1 个工作日：\n"
        "编号 2 A5 技术支持的课堂导入，甲老师，等了 1 个工作日，pan.example.com/s/1abc1A5\n"
        "编号 1 A1 技术支持的学情分析，甲老师，今天交的，pan.example.com/s/1abc1A1\n"
        f"{QUOTA}\n"
        "下一步：发“查看 2”看材料，再发“通过 2”或“退回 2 原因”；几份一起：“通过 2 1”。\n"
        f"{AS_OF}"
    )


def test_what_is_known_of_it_stands_behind_it(numbered, says):
    first = hand_in(numbered, TEACHER, "A5", days=1)
    link = f"https://pan.example.com/s/1abc{TEACHER}A5"
    hand_in(numbered, TEACHER, "B2", link)
    add_teacher(numbered, 11, "示例甲", group=MATHS)
    hand_in(numbered, 11, "A1", link)
    hand_in_again(numbered, first, link)
    numbered.connection.execute(evidence_link.update().values(finding="gone"))
    claim(numbered.connection, first, ADMIN, real_ms=numbered.real_ms - 25 * 60_000)

    leaders = says("待审", LEADER).split("\n")
    leads = numbered.ask(ADMIN, Command.QUEUE, filter="全部")

    assert leaders[1] == (
        "1. 编号 31 A5 技术支持的课堂导入，甲老师，今天交的，第 2 版，pan.example.com/s/1abc1A5"
        "（同一链接也交给了 B2 微课程设计与制作；同一链接也由别人交过；链接已失效；丙管理员 09:05 起在看）"
    ), leaders
    # The school's lead may see what the leader may not, and so is told which one.
    assert "另有一份材料用了同一链接：编号 33" in leads
    assert "起在看" not in leads


def test_a_claim_is_over_after_half_an_hour(numbered, says):
    number = hand_in(numbered, TEACHER, "A5")
    claim(numbered.connection, number, ADMIN, real_ms=numbered.real_ms - 30 * 60_000)

    assert "起在看" not in says("待审", LEADER)


def test_after_the_soft_date_it_says_so(numbered, says):
    numbered.now = datetime(2024, 6, 3, 9, 0, tzinfo=numbered.now.tzinfo)
    hand_in(numbered, TEACHER, "A5")

    assert "（已过提交日）" in says("待审", LEADER)


def test_after_five_workdays_the_school_has_it_as_well(numbered, says):
    hand_in(numbered, TEACHER, "A5", days=8)  # 13 May, a Monday: 14, 15, 16, 17, 20, 21 are six
    hand_in(numbered, TEACHER, "B2", days=7)  # five

    assert says("待审", ADMIN).startswith(
        "等你审的 1 份，最早的等了 6 个工作日：\n1. 编号 31 A5 技术支持的课堂导入，甲老师，等了 6 个工作日，"
    )
    assert says("待审", LEADER).startswith("等你审的 2 份，")


def test_with_no_leader_but_the_author_the_school_has_it_at_once(numbered, says):
    add_teacher(numbered, 11, "示例甲", group=MATHS)
    add_teacher(numbered, 12, "示例乙", group=None)
    hand_in(numbered, LEADER, "A5")
    hand_in(numbered, 11, "A5")
    hand_in(numbered, 12, "A5")
    hand_in(numbered, TEACHER, "A5")

    said = says("待审", ADMIN)

    assert said.startswith("等你审的 3 份，")
    assert "甲老师" not in said


def test_what_nobody_of_the_school_may_review_is_for_the_office(numbered, says):
    hand_in(numbered, OTHER_ADMIN, "A5")  # the only lead of the second school
    add_teacher(numbered, 11, "示例甲", school=SECOND_SCHOOL, group=None)
    hand_in(numbered, 11, "A5")

    assert says("待审", OFFICE) == (
        "等你审的 1 份，最早的今天交的：\n"
        "编号 31 A5 技术支持的课堂导入，辛管理员（示例县第二小学），今天交的，pan.example.com/s/1abc8A5\n"
        "下一步：发“查看 31”看材料，再发“通过 31”或“退回 31 原因”。\n"
        f"{AS_OF}"
    )


def test_all_shows_what_is_still_with_others(numbered):
    hand_in(numbered, TEACHER, "A5", days=1)
    hand_in(numbered, LEADER, "B2")

    assert numbered.ask(ADMIN, Command.QUEUE, filter="全部") == (
        "等你审的 1 份，最早的今天交的：\n"
        "1. 编号 32 B2 微课程设计与制作，乙组长，今天交的，pan.example.com/s/1abc2B2\n"
        "还在别人那里的 1 份（需要时你可以代审）：\n"
        "2. 编号 31 A5 技术支持的课堂导入，甲老师，等了 1 个工作日，归教研组长，pan.example.com/s/1abc1A5\n"
        f"{QUOTA}\n"
        "下一步：发“查看 32”看材料，再发“通过 32”或“退回 32 原因”；也可以说“第1个通过”。\n"
        f"{AS_OF}"
    )


def test_what_is_overdue_is_with_the_office_alone(numbered, says):
    numbered.now = datetime(2024, 7, 2, 9, 0, tzinfo=numbered.now.tzinfo)
    hand_in(numbered, TEACHER, "A5")

    assert says("待审", LEADER).startswith("没有等你审的材料。\n")
    assert says("待审", OFFICE) == (
        "没有等你审的材料。\n"
        "逾期的 1 份：\n"
        "编号 31 A5 技术支持的课堂导入，甲老师（示例县第一小学），今天交的，逾期，先重开，pan.example.com/s/1abc1A5\n"
        "下一步：发“重开 31 原因”，再审。\n"
        "数据截至 7月2日（周二）"
    )
    says("重开 31 住院了", OFFICE)
    assert says("待审", LEADER).startswith("等你审的 1 份，")


def test_an_empty_list_says_what_was_done_today(numbered, says):
    assert says("待审", LEADER) == f"没有等你审的材料。\n{QUOTA}\n{AS_OF}"

    for code, word in (("A5", "通过"), ("B2", "通过"), ("B9", "退回")):
        number = hand_in(numbered, TEACHER, code)
        says(f"{word} {number} 缺学生体会", LEADER)

    assert says("待审", LEADER).startswith("没有等你审的材料。今天你定了 3 份：合格 2 份，退回 1 份。\n")
    numbered.later(days=1)
    assert says("待审", LEADER).startswith("没有等你审的材料。\n")


def test_at_most_forty_lines_stand_there(numbered, says):
    use_up_numbers(numbered, 10)
    for number in range(30):
        add_teacher(numbered, 100 + number, f"示例{number}")
        hand_in(numbered, 100 + number, "A5")
        hand_in(numbered, 100 + number, "B2", days=1)

    said = says("待审", LEADER).split("\n")

    assert said[0] == "等你审的 60 份，最早的等了 1 个工作日，先列 40 份："
    assert [line.split(" ")[0] for line in said[1:41]] == [f"{n}." for n in range(1, 41)]
    assert said[41].startswith("优秀名额")


def test_from_half_of_the_quota_on_the_leader_is_warned(numbered, says):
    numbered.certify(TEACHER, "A1", "A2", "A3", "A4", "B1", grade="excellent")

    assert "优秀名额：示例县第一小学 已用 5，还可用 4，共 9。已用到 50% 以上，后面的优秀请慎给。" in says(
        "待审", LEADER
    )
    numbered.certify(LEADER, "A1", "A2", "A3", "A4", grade="excellent")
    assert "优秀名额：示例县第一小学 已用 9，还可用 0，共 9。已经用完。" in says("待审", LEADER)


def test_withdrawn_and_decided_ones_do_not_wait(numbered, says):
    number = hand_in(numbered, TEACHER, "A5")
    move(
        numbered.connection,
        find(numbered.connection, number),
        EvidenceState.WITHDRAWN,
        EventKind.WITHDRAWN,
        actor_id=TEACHER,
        at=1,
    )

    assert says("待审", LEADER).startswith("没有等你审的材料。")


def test_who_reviews_nothing_is_told_what_to_ask(county, says):
    assert says("待审", TEACHER) == (
        "“待审”只有教研组长、学校管理员或校长、项目办可以用，没有执行。\n你可以发“我的材料”。"
    )


def test_a_look_is_logged_and_the_list_kept_in_mind(numbered, says):
    number = hand_in(numbered, TEACHER, "A5")
    says("待审", LEADER)

    row = numbered.connection.execute(select(audit).where(audit.c.action == "list.viewed")).one()
    assert (row.actor, row.person_id) == (f"person:{LEADER}", None)
    assert row.detail == {"list": "待审", "groups": [CHINESE], "schools": [], "county": False, "items": 1}
    kept = numbered.connection.scalar(
        select(conversation.c.content).where(conversation.c.topic == Topic.LINES)
    )
    assert kept == {"numbered": True, "items": [[number, 1]]}


def test_a_long_list_takes_as_many_statements_as_a_short_one(numbered, says):
    def statements():
        seen = []
        event.listen(numbered.connection, "before_cursor_execute", count := lambda *_: seen.append(1))
        says("待审", ADMIN)
        event.remove(numbered.connection, "before_cursor_execute", count)
        return len(seen)

    hand_in(numbered, LEADER, "A5")
    one = statements()
    for number in range(20):
        add_teacher(numbered, 100 + number, f"示例{number}", group=MATHS)
        hand_in(numbered, 100 + number, "A5", "https://pan.example.com/s/1same")

    assert statements() == one


def test_somebody_with_two_roles_has_one_list(numbered, says):
    grant(numbered, LEADER, "school_admin", school=FIRST_SCHOOL)
    hand_in(numbered, TEACHER, "A5")
    add_teacher(numbered, 11, "示例甲", group=MATHS)
    hand_in(numbered, 11, "A5")

    assert says("待审", LEADER).startswith("等你审的 2 份，")
