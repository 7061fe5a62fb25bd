"""我的材料: how far each submission is, who has it, and what one can do."""

import pytest
from sqlalchemy import event, update

from bot.policy.evidence import EventKind
from handlers.perform import perform
from messages.commands import Command
from storage import prepared
from storage.work_tables import evidence_link
from tests.handlers.conftest import OFFICE, TEACHER
from tests.handlers.decided import decide
from tests.handlers.submit_words import A5, B2, B9, LINK, hand_in_next
from tests.handlers.submitted import hand_in

AS_OF = "数据截至 5月21日（周二）"


def test_with_nothing_handed_in_it_says_what_to_do(county, says):
    assert says("我的材料") == "你还没有交过材料。\n下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。"
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    assert says("我的材料") == f"你还没有交过材料。\n{hand_in_next(A5)}"


def test_every_state_reads_as_what_it_means(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2 B9 https://files.example.com/3")
    decide(chosen, 1, EventKind.EXCELLENT, remark="导入新颖")
    decide(chosen, 2, EventKind.RETURNED, remark="缺学生体会", piece="学生体会")
    chosen.later(days=1)

    # newest first; of one moment the higher number
    assert says("我的材料") == (
        "你交了 3 份材料：1 份待审、1 份退回、1 份优秀。\n"
        f"编号 3：{B9}，待审，5月21日交，等了 1 个工作日，在乙组长那里。\n"
        f"编号 2：{B2}，退回，5月21日由乙组长退回：缺学生体会。要改的是：学生体会。改好后发“提交 B2 链接”。\n"
        f"编号 1：{A5}，优秀，5月21日由乙组长审定。评语：导入新颖。\n"
        f"下一步：按退回的原因改好 {B2}（编号 2），再发“提交 B2 链接”（5月30日（周四）前）。\n"
        "数据截至 5月22日（周三）"
    )


def test_after_more_than_five_workdays_the_school_has_it_as_well(chosen, says):
    hand_in(chosen, TEACHER, "A5", days=7)  # 14 May: 15, 16, 17, 20, 21 are five workdays
    assert says("我的材料").splitlines()[1] == (
        f"编号 1：{A5}，待审，5月14日交，等了 5 个工作日，在乙组长那里。"
    )
    chosen.later(days=1)
    assert says("我的材料").splitlines()[1] == (
        f"编号 1：{A5}，待审，5月14日交，等了 6 个工作日，在乙组长、丙管理员、丁校长那里。"
    )


def test_versions_count_and_the_newest_is_shown(chosen, says):
    says(f"提交 A5 {LINK}")
    decide(chosen, 1, EventKind.RETURNED, remark="打不开")
    says("提交 A5 https://files.example.com/2")

    assert says("我的材料").splitlines()[:2] == [
        "你交了 1 份材料：1 份待审。",
        f"编号 1：{A5}，待审，第 2 版（以前的都留着），今天交，在乙组长那里。",
    ]


def test_what_was_taken_back_comes_last_and_short(chosen, says):
    says(f"提交 A5 {LINK}")
    says("撤回 1")
    assert says("我的材料") == (
        f"你现在没有交着的材料。\n已撤回：编号 1（{A5}）。\n{hand_in_next(A5)}\n{AS_OF}"
    )
    says("提交 B2 https://files.example.com/2")
    assert says("我的材料").splitlines()[1:3] == [
        f"编号 2：{B2}，待审，今天交，在乙组长那里。",
        f"已撤回：编号 1（{A5}）。",
    ]


def test_what_waits_for_the_office_says_so(chosen, says):
    chosen.later(days=41)  # 1 July
    says(f"提交 A5 {LINK} B2 https://files.example.com/2 B9 https://files.example.com/3")

    assert says("我的材料").splitlines()[3] == (
        f"编号 1：{A5}，待审，7月1日交，逾期，等项目办重开，重开前不审、不计入。"
    )
    assert says("还差什么").splitlines()[1] == "下一步：编号 1 是逾期交的，等项目办重开，你暂时不用做什么。"
    decide(chosen, 1, EventKind.REOPENED, who=OFFICE, remark="病假")
    assert says("我的材料").splitlines()[3] == f"编号 1：{A5}，待审，今天交，已过提交日，在乙组长那里。"


def test_what_a_look_at_the_links_has_found_is_said_quietly(chosen, says):
    says(f"提交 A5 {LINK} https://files.example.com/2")
    found = dict(zip((1, 2), ("gone", "reachable"), strict=True))
    for position, finding in found.items():
        chosen.connection.execute(
            update(evidence_link).where(evidence_link.c.position == position).values(finding=finding)
        )

    assert says("我的材料").splitlines()[1] == (
        f"编号 1：{A5}，待审，今天交，在乙组长那里。注意：链接打不开，请检查分享设置。"
    )


def test_a_link_that_asks_for_the_code_it_came_with_is_in_order(chosen, says):
    says("提交 A5 https://pan.baidu.com/s/1abc 提取码 8k2d")
    chosen.connection.execute(update(evidence_link).values(finding="asks"))

    assert "注意" not in says("我的材料")


def test_one_point_can_be_asked_for(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2")

    assert says("我的B2审了没").splitlines()[:2] == [
        "你交了 1 份材料：1 份待审。",
        f"编号 2：{B2}，待审，今天交，在乙组长那里。",
    ]
    assert says("我的B9审了没") == f"{B9} 还没有交过材料。\n下一步：发“提交 B9 链接”。"


def test_my_points_show_how_far_the_evidence_is(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2")
    decide(chosen, 2, EventKind.RETURNED, remark="打不开")

    assert says("我的微能力").splitlines()[1:4] == [
        f"{A5}（学法指导，多媒体教学环境）：材料待审",
        f"{B2}（教学设计，混合学习环境）：材料退回，要改",
        f"{B9}（学业评价，混合学习环境）：还没认证",
    ]


def statements(county, command):
    """How many statements an answer costs, once it is known who asks."""
    turn, counted = county.turn(TEACHER, command), []

    def count(*_arguments):
        counted.append(1)

    def driven(*arguments):
        count()
        return given_to_the_driver(*arguments)

    given_to_the_driver = prepared.driven
    event.listen(county.connection, "before_cursor_execute", count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "driven", driven)
        perform(turn)
    event.remove(county.connection, "before_cursor_execute", count)
    return len(counted)


def test_only_who_waits_for_a_submission_pays_for_the_sentence_about_it(chosen, says):
    assert statements(chosen, Command.MY_HOURS) == 0
    says(f"提交 A5 {LINK}")
    assert statements(chosen, Command.MY_HOURS) == 0
    says("提交 B2 https://files.example.com/2")
    says("提交 B9 https://files.example.com/3")
    assert statements(chosen, Command.MY_HOURS) == 1
