"""退回: with a reason in words or by its number, and the piece that it names."""

import pytest
from sqlalchemy import select

from messages.commands import Command
from storage.submissions import events_of, find
from storage.tables import audit
from tests.handlers.conftest import ADMIN, LEADER, OTHER_ADMIN, TEACHER
from tests.handlers.submitted import add_teacher, hand_in, hand_in_again, use_up_numbers
from tests.kit.posted import posted_to

AS_OF = "数据截至 5月21日（周二）"
DONE = "等你审的都审完了。"
REASONS = "1. 链接打不开\n2. 没有访问权限\n3. 缺学生体会\n4. 视频与本点无关\n5. 与他人材料雷同\n"


@pytest.fixture
def numbered(county):
    """The first thirty numbers are not theirs to see: lists have line numbers."""
    use_up_numbers(county, 30)
    return county


def heard_by(county, person_id):
    return posted_to(county.connection, person_id)


def state(county, number):
    return find(county.connection, number).state.value


def test_it_says_which_piece_and_why(chosen, says):
    hand_in(chosen, TEACHER, "A5")

    assert says("退回 1 缺学生体会，只有教师反思", LEADER) == (
        "编号 1 A5 技术支持的课堂导入，甲老师：退回。要改的是：学生体会、教师反思。原因：缺学生体会，只有教师反思\n"
        f"{DONE}\n{AS_OF}"
    )
    assert state(chosen, 1) == "returned"
    event = events_of(chosen.connection, 1)[-1]
    assert (event.kind.value, event.actor_id, event.remark, event.piece, event.on_behalf) == (
        "returned",
        LEADER,
        "缺学生体会，只有教师反思",
        "学生体会、教师反思",
        False,
    )
    assert chosen.turn(TEACHER).person.evidence[0][1].value == "returned"
    (row,) = chosen.connection.execute(select(audit).where(audit.c.action == "evidence.returned")).all()
    assert (row.actor, row.person_id, row.detail["piece"]) == (
        f"person:{LEADER}",
        TEACHER,
        "学生体会、教师反思",
    )


def test_the_author_hears_what_to_mend(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    says("退回 1 缺学生体会", LEADER)

    assert heard_by(chosen, TEACHER) == [
        "编号 1（A5 技术支持的课堂导入）退回了。要改的是：学生体会。原因：缺学生体会。改好后发：提交 A5 链接"
    ]


def test_without_a_piece_only_the_reason_is_said(chosen, says):
    hand_in(chosen, TEACHER, "A5")

    assert says("退回 1 链接打不开", ADMIN).startswith(
        "编号 1 A5 技术支持的课堂导入，甲老师：退回（代审）。原因：链接打不开\n"
    )
    assert heard_by(chosen, TEACHER) == [
        "编号 1（A5 技术支持的课堂导入）退回了。原因：链接打不开。改好后发：提交 A5 链接"
    ]


def test_without_a_reason_the_usual_ones_are_offered(chosen, says):
    hand_in(chosen, TEACHER, "A5")

    assert says("退回 1", LEADER) == (
        "编号 1 A5 技术支持的课堂导入，甲老师：还没有退回，先写原因（至少 2 个字）。\n"
        f"{REASONS}"
        "回复 1 到 5 就退回（5 分钟内有效），或发“退回 1 原因”。"
    )
    assert state(chosen, 1) == "waiting"
    assert chosen.ask(LEADER, typed="3", silent=True).startswith(
        "编号 1 A5 技术支持的课堂导入，甲老师：退回。要改的是：学生体会。原因：缺学生体会\n"
    )
    assert state(chosen, 1) == "returned"


def test_what_the_menu_was_about_is_what_is_returned(numbered, says):
    """Neither another list nor another version gets under a picked line."""
    hand_in(numbered, TEACHER, "A5")
    hand_in(numbered, TEACHER, "B2", days=1)
    says("待审", LEADER)
    says("退回 1", LEADER)  # line 1 is 编号 32
    hand_in_again(numbered, 32)
    says("待审", LEADER)

    assert (
        "编号 32 B2 微课程设计与制作，甲老师：没有定，作者刚交了第 2 版，请先“查看 32”再定。"
        in numbered.ask(LEADER, typed="1", silent=True)
    )
    assert (state(numbered, 31), state(numbered, 32)) == ("waiting", "waiting")


def test_several_are_offered_together(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    hand_in(chosen, TEACHER, "B2")
    hand_in(chosen, LEADER, "B2")

    assert says("退回 #1、#2、#3", LEADER) == (
        "编号 3 B2 微课程设计与制作，乙组长：没有定，是你自己的材料，要由别人审。\n"
        "编号 1、编号 2：还没有退回，先写原因（至少 2 个字）。\n"
        f"{REASONS}"
        "回复 1 到 5 就退回（5 分钟内有效），或发“退回 1 2 原因”。"
    )
    assert chosen.ask(LEADER, typed="1", silent=True).startswith("定了 2 份：\n")


def test_a_reason_that_is_too_short_is_asked_for(chosen, says):
    hand_in(chosen, TEACHER, "A5")

    assert says("退回 1 缺", LEADER).startswith("编号 1 A5 技术支持的课堂导入，甲老师：还没有退回，")
    assert state(chosen, 1) == "waiting"


@pytest.mark.parametrize("said", ["退回 31 原因2", "退回 31 2", "退回 31 第2条", "退回31原因：2"])
def test_a_reason_may_be_its_number(numbered, says, said):
    hand_in(numbered, TEACHER, "A5")

    assert says(said, LEADER).startswith("编号 31 A5 技术支持的课堂导入，甲老师：退回。原因：没有访问权限\n")


def test_a_digit_that_is_both_is_asked_about(numbered, says):
    hand_in(numbered, TEACHER, "A5")
    hand_in(numbered, TEACHER, "B2")
    says("待审", LEADER)  # numbered: 2 is the second line

    assert says("退回 31 2", LEADER) == (
        "“2”是原因 2（没有访问权限）还是另一份材料？前者请发“退回 31 原因2”，后者请发“退回 31、2 原因”。"
    )
    assert says("退回 31、2", LEADER).startswith("编号 31、编号 32：还没有退回，")
    assert (state(numbered, 31), state(numbered, 32)) == ("waiting", "waiting")


def test_a_batch_goes_back_for_one_reason_item_by_item(numbered, says):
    add_teacher(numbered, 11, "示例甲")
    for who, code in ((TEACHER, "A5"), (11, "A5"), (11, "B2")):
        hand_in(numbered, who, code)
    says("通过 32", ADMIN)

    assert says("退回 31 32 33 视频打不开", LEADER) == (
        "定了 2 份，1 份没有定：\n"
        "编号 31 A5 技术支持的课堂导入，甲老师：退回。要改的是：视频。原因：视频打不开\n"
        "编号 33 B2 微课程设计与制作，示例甲：退回。要改的是：微课视频。原因：视频打不开\n"
        "编号 32 A5 技术支持的课堂导入，示例甲：没有定，丙管理员 5月21日 09:30 已定为合格。\n"
        f"{DONE}\n{AS_OF}"
    )


def test_where_nothing_can_be_returned_no_reason_is_asked_for(county, says):
    hand_in(county, TEACHER, "A5")

    assert says("退回 1", OTHER_ADMIN) == "没有你能审的编号 1。"


def test_without_a_number_it_is_what_was_opened_last(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    assert says("退回", LEADER) == (
        "没有说是哪一份：请写编号，例如“退回 12 缺学生体会”，或先发“待审”“查看 编号”。"
    )

    says("查看 1", LEADER)

    assert says("退回", LEADER).startswith("编号 1 A5 技术支持的课堂导入，甲老师：还没有退回，")
    assert chosen.ask(LEADER, Command.SEND_BACK, reason="缺学生体会").startswith(
        "编号 1 A5 技术支持的课堂导入，"
    )
    assert state(chosen, 1) == "returned"


def test_who_writes_the_reason_has_answered_which_one_it_is(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    says("退回 1", LEADER)
    says("退回 1 视频没有声音", LEADER)

    assert says("1", LEADER) == ""  # meant as 收到
    assert events_of(chosen.connection, 1)[-1].remark == "视频没有声音"


def test_a_long_reason_is_kept_whole_and_said_in_short(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    reason = "请补充学生体会" * 100

    said = says(f"退回 1 {reason}", LEADER)

    assert events_of(chosen.connection, 1)[-1].remark == reason
    assert len(said) < 400
    assert len(heard_by(chosen, TEACHER)[0]) < 400


def test_after_it_was_handed_in_again_it_can_be_decided_again(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    for _ in range(2):
        says("退回 编号1 缺学生体会", LEADER)
        hand_in_again(chosen, 1)
    says("通过 编号1", LEADER)

    assert state(chosen, 1) == "passed"
    assert len(heard_by(chosen, TEACHER)) == 3
