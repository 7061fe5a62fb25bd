"""撤回: one's own, while nobody has decided."""

from dataclasses import replace

from sqlalchemy import select

from bot.policy.evidence import EventKind
from bot.policy.plan import LatePolicy
from storage.submissions import events_of, find
from storage.tables import audit, standing
from tests.handlers.conftest import TEACHER
from tests.handlers.decided import decide
from tests.handlers.submit_words import A5, B2, LINK, hand_in_next
from tests.handlers.submitted import hand_in


def state(county, number):
    return find(county.connection, number).state


def test_with_its_number_it_is_taken_back_at_once(chosen, says):
    says(f"提交 A5 {LINK}")

    assert says("撤回 1") == f"已撤回：编号 1（{A5}）。\n{hand_in_next(A5)}"
    assert state(chosen, 1) == "withdrawn"
    assert [one.kind for one in events_of(chosen.connection, 1)] == ["submitted", "withdrawn"]
    assert chosen.connection.scalar(select(standing.c.evidence).where(standing.c.person_id == TEACHER)) == ""
    entry = chosen.connection.execute(select(audit).where(audit.c.action == "evidence.withdrawn")).one()
    assert (entry.person_id, entry.detail) == (TEACHER, {"number": 1, "version": 1, "code": "A5"})


def test_the_point_names_it_as_well(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2")

    assert says("撤回 B2").startswith(f"已撤回：编号 2（{B2}）。")
    assert state(chosen, 1) == "waiting"


def test_the_only_one_that_waits_is_shown_before_it_is_taken_back(chosen, says):
    says(f"提交 A5 {LINK}")

    assert says("撤回") == (
        f"要撤回编号 1（{A5}），5月21日交的吗？现在还没有撤。\n"
        "回复“确认”就撤回（5 分钟内有效），不撤就发“取消”。"
    )
    assert state(chosen, 1) == "waiting"
    assert says("确认").startswith(f"已撤回：编号 1（{A5}）。")
    assert state(chosen, 1) == "withdrawn"


def test_of_several_one_is_picked(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2")

    assert says("撤回") == (
        "你有几份待审的材料，撤回哪一份？现在还没有撤。\n"
        f"1. 编号 1（{A5}），5月21日交\n"
        f"2. 编号 2（{B2}），5月21日交\n"
        "回复 1 到 2（5 分钟内有效），或发“撤回 1”。"
    )
    assert says("2").startswith(f"已撤回：编号 2（{B2}）。")
    assert (state(chosen, 1), state(chosen, 2)) == ("waiting", "withdrawn")


def test_who_names_the_number_has_answered_the_question(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2")
    says("撤回")
    says("撤回 2")

    assert says("1") == ""  # meant as 收到
    assert (state(chosen, 1), state(chosen, 2)) == ("waiting", "withdrawn")


def test_what_is_decided_stays(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2")
    decide(chosen, 1, EventKind.EXCELLENT)
    decide(chosen, 2, EventKind.RETURNED, remark="缺学生体会")

    assert says("撤回 1 2") == (
        f"编号 1（{A5}）5月21日已定为优秀，不能撤回；有异议发“申诉 内容”。\n"
        f"编号 2（{B2}）已被退回，不用撤回；改好后发“提交 B2 链接”。"
    )
    assert says("撤回 A5") == f"编号 1（{A5}）5月21日已定为优秀，不能撤回；有异议发“申诉 内容”。"


def test_taken_back_twice_is_taken_back_once(chosen, says):
    says(f"提交 A5 {LINK}")
    says("撤回 1")

    assert says("撤回 1") == f"编号 1（{A5}）5月21日已经撤回了，不用再撤。"
    assert len(events_of(chosen.connection, 1)) == 2


def test_several_numbers_are_answered_one_by_one(chosen, says):
    says(f"提交 A5 {LINK} B2 https://files.example.com/2")

    assert says("撤回 1、77、2") == (
        "没有你能撤回的编号 77，发“我的材料”看你交过的。\n"
        f"已撤回：编号 1（{A5}）、编号 2（{B2}）。\n{hand_in_next(A5)}"
    )


def test_late_it_is_said_what_handing_in_again_will_mean(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    chosen.later(days=11)  # 1 June

    assert says("撤回").splitlines()[1] == "注意：提交日已过，再交会标记“已过提交日”。"
    chosen.later(days=30)  # 1 July
    assert says("撤回 1").splitlines()[1] == (
        "注意：6月30日（周日）已经截止，再交会标记“逾期”，项目办重开前不计入。"
    )


def test_what_could_never_be_handed_in_again_is_confirmed_even_with_its_number(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    chosen.plan = replace(chosen.plan, deadlines=replace(chosen.plan.deadlines, late=LatePolicy.REFUSE))
    chosen.later(days=41)  # 1 July

    assert says("撤回 1").splitlines()[1] == "注意：6月30日（周日）已经截止，撤回以后就交不了了。"
    assert state(chosen, 1) == "waiting"
    assert says("确认").startswith(f"已撤回：编号 1（{A5}）。")
