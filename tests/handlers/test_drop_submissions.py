"""换点 and 选点, once something was handed in for a point that would go."""

from sqlalchemy import select

from bot.policy.evidence import EventKind
from messages.commands import Command
from storage.choices import active_choice
from storage.submissions import events_of, find
from storage.tables import audit, standing
from tests.handlers.conftest import LEADER, TEACHER
from tests.handlers.decided import decide
from tests.handlers.submit_words import A5, B2, B9, LINK
from tests.kit.posted import posted

C2 = "C2 创造真实学习情境"
PREVIEW = (
    f"换下的点已经交过材料：编号 1（{B9}）待审。现在还没有换。\n"
    f"换了以后选的是：{A5}、{B2}、{C2}；交过的会撤回，并告诉教研组长。\n"
    "回复“确认”就换（5 分钟内有效），不换就发“取消”。"
)


def stored(county):
    return active_choice(county.connection, TEACHER)


def test_it_is_asked_first_and_done_once_confirmed(chosen, says):
    says(f"提交 B9 {LINK}")

    assert says("换点 B9 C2") == PREVIEW
    assert stored(chosen) == {"A5", "B2", "B9"}
    assert says("确认").splitlines()[:3] == [
        f"选好了：{A5}、{B2}、{C2}。",
        f"换下了：{B9}。",
        "已撤回：编号 1。",
    ]
    assert stored(chosen) == {"A5", "B2", "C2"}
    assert find(chosen.connection, 1).state == "withdrawn"
    assert [one.kind for one in events_of(chosen.connection, 1)] == ["submitted", "dropped"]
    assert chosen.connection.scalar(select(standing.c.evidence).where(standing.c.person_id == TEACHER)) == ""
    actions = chosen.connection.scalars(select(audit.c.action).where(audit.c.action.like("evidence.%"))).all()
    assert actions == ["evidence.submitted", "evidence.dropped"]


def test_the_leader_is_told_and_nobody_else(chosen, says):
    says(f"提交 B9 {LINK}")
    says("换点 B9 C2")
    says("确认")

    assert posted(chosen.connection) == [(LEADER, f"甲老师换了微能力点，编号 1（{B9}）已撤回，不用再审。")]


def test_a_leader_is_not_told_what_they_did_themselves(county, says):
    county.ask(LEADER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    says(f"提交 B9 {LINK}", LEADER)

    assert says("换点 B9 C2", LEADER).splitlines()[1] == (f"换了以后选的是：{A5}、{B2}、{C2}；交过的会撤回。")
    says("确认", LEADER)
    assert posted(county.connection) == []


def test_a_whole_choice_asks_for_every_point_that_would_go(chosen, says):
    says(f"提交 B9 {LINK} A5 https://files.example.com/2")
    decide(chosen, 2, EventKind.RETURNED, remark="打不开")

    assert says("选点 A3 B2 C4").splitlines()[0] == (
        f"换下的点已经交过材料：编号 1（{B9}）待审、编号 2（{A5}）退回。现在还没有换。"
    )
    says("确认")
    assert stored(chosen) == {"A3", "B2", "C4"}
    assert {find(chosen.connection, number).state for number in (1, 2)} == {"withdrawn"}


def test_what_is_handed_in_after_the_preview_is_asked_about_again(chosen, says):
    says(f"提交 B9 {LINK}")
    says("选点 A5 C2 A3")
    says("提交 B2 https://files.example.com/2")

    assert says("确认").splitlines()[0] == (
        f"换下的点已经交过材料：编号 1（{B9}）待审、编号 2（{B2}）待审。现在还没有换。"
    )
    assert stored(chosen) == {"A5", "B2", "B9"}
    assert says("确认").startswith("选好了")


def test_decided_after_the_preview_the_point_stays(chosen, says):
    says(f"提交 B9 {LINK}")
    says("换点 B9 C2")
    decide(chosen, 1, EventKind.PASSED)

    assert says("确认").splitlines()[0] == f"没有换：{B9} 已经认证，不能换掉。"
    assert find(chosen.connection, 1).state == "passed"


def test_points_without_a_submission_change_without_a_question(chosen, says):
    says(f"提交 A5 {LINK}")

    assert says("换点 B9 C2").startswith("选好了")
    assert find(chosen.connection, 1).state == "waiting"


def test_a_line_of_a_menu_is_asked_about_as_well(chosen, says):
    says(f"提交 B9 {LINK}")
    says("换点 B9")

    assert says("1").startswith(f"换下的点已经交过材料：编号 1（{B9}）待审。")
    assert says("确认").startswith("选好了")


def test_after_the_last_day_one_may_still_choose_and_hears_that_it_has_passed(chosen):
    chosen.later(days=41)  # 1 July

    assert chosen.ask(TEACHER, Command.SWAP, codes=("B9", "C2")) == (
        f"选好了：{A5}、{B2}、{C2}。\n"
        f"换下了：{B9}。\n"
        "覆盖 2 个维度（教学设计、学法指导）、3 个环境（多媒体教学环境、混合学习环境、智慧学习环境）。\n"
        "6月30日（周日）已经截止，还能不能补请问项目办。要补的是："
        f"交 {A5} 的材料，发“提交 A5 链接”，要交什么发“微能力 A5”看。\n"
        "数据截至 7月1日（周一）"
    )
