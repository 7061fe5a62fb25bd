"""重开: the office takes a decision back; hours follow, and everybody concerned hears it."""

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.policy.filing import Slot
from messages.commands import Command
from storage import filings, ledger
from storage.numbers import next_number
from storage.standings import differences
from storage.submissions import events_of, find
from storage.tables import audit
from tests.handlers.conftest import ADMIN, FIRST_SCHOOL, LEADER, OFFICE, TEACHER
from tests.handlers.submitted import add_teacher, grant, hand_in
from tests.kit.posted import posted_to

AS_OF = "数据截至 5月21日（周二）"
NEXT = "下一步：等重新审核；作者和原来的审核人会收到通知。"


def heard_by(county, person_id):
    return posted_to(county.connection, person_id)


@pytest.fixture
def certified(chosen, says):
    """甲老师 has three certified points, decided by 乙组长 a minute after the other."""
    for code in ("A5", "B2", "B9"):
        number = hand_in(chosen, TEACHER, code)
        says(f"通过 编号{number}{' 优秀' if code == 'A5' else ''}", LEADER)
        chosen.later(minutes=1)
    return chosen


def test_hours_are_taken_back_and_flow_anew(certified, says):
    assert says("重开 1 审核时看错了", OFFICE) == (
        "编号 1 A5 技术支持的课堂导入，甲老师：重开了（原来是优秀），回到待审，由教研组长审。"
        f"作者的实践学时 25 学时 → 16 学时。\n{NEXT}\n{AS_OF}"
    )
    # B2 is the first now and B9 the second: 8 + 8.
    live = [
        (entry.reference, entry.hours, entry.reverses)
        for entry in ledger.entries_of(certified.connection, TEACHER)
    ]
    assert live == [
        ("A5", 800, None),
        ("B2", 800, None),
        ("B9", 900, None),
        ("A5", -800, 1),
        ("B9", -900, 3),
        ("B9", 800, None),
    ]
    assert certified.turn(TEACHER).person.certified == ("B2", "B9")
    assert certified.turn(TEACHER).person.practice == 1600
    assert differences(certified.connection, certified.plan, certified.catalogue) == ()


def test_it_is_remembered_with_its_reason(certified, says):
    says("重开 1 审核时看错了", OFFICE)

    found, event = find(certified.connection, 1), events_of(certified.connection, 1)[-1]
    assert (found.state.value, found.decided_by, found.admitted) == ("waiting", None, True)
    assert (event.kind.value, event.actor_id, event.remark) == ("reopened", OFFICE, "审核时看错了")
    (row,) = certified.connection.execute(select(audit).where(audit.c.action == "evidence.reopened")).all()
    assert (row.actor, row.person_id) == (f"person:{OFFICE}", TEACHER)
    assert row.detail == {
        "number": 1,
        "version": 1,
        "code": "A5",
        "was": "excellent",
        "reason": "审核时看错了",
    }


def test_the_author_and_the_reviewer_hear_it_and_the_office_does_not(certified, says):
    says("重开 1 审核时看错了", OFFICE)

    assert heard_by(certified, TEACHER)[-1] == (
        "项目办重开了编号 1（A5 技术支持的课堂导入），回到待审。实践学时 25 学时 → 16 学时。"
        "原因：审核时看错了。你暂时不用做什么，想改材料可以发“提交 A5 链接”。"
    )
    assert heard_by(certified, LEADER) == [
        "项目办重开了你审过的编号 1（A5 技术支持的课堂导入，甲老师）。原因：审核时看错了。下一步：发“查看 1”再看一遍。"
    ]
    assert heard_by(certified, OFFICE) == []


def test_afterwards_it_can_be_decided_and_reopened_again(certified, says):
    for _ in range(2):
        certified.later(minutes=1)
        says("重开 1 再看一遍", OFFICE)
        assert "实践共 25 学时。" in says("通过 编号1", LEADER)

    assert len(heard_by(certified, LEADER)) == 2
    assert len(heard_by(certified, TEACHER)) == 3 + 4
    assert differences(certified.connection, certified.plan, certified.catalogue) == ()


def test_a_return_can_be_reopened(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    says("退回 1 缺学生体会", ADMIN)

    assert says("重开 1 学生体会在第二个链接里", OFFICE).startswith(
        "编号 1 A5 技术支持的课堂导入，甲老师：重开了（原来是退回），回到待审，由教研组长审。作者的实践学时不变，共 0 学时。\n"
    )
    assert chosen.turn(TEACHER).person.evidence[0][1].value == "waiting"


def test_what_came_too_late_is_admitted(chosen, says):
    chosen.now = datetime(2024, 7, 2, 9, 0, tzinfo=chosen.now.tzinfo)
    hand_in(chosen, TEACHER, "A5")

    assert says("重开 1 住院了", OFFICE) == (
        "编号 1 A5 技术支持的课堂导入，甲老师：重开了（原来是逾期），回到待审，由教研组长审。作者的实践学时不变，共 0 学时。\n"
        "下一步：等重新审核；作者会收到通知。\n"
        "数据截至 7月2日（周二）"
    )
    assert not find(chosen.connection, 1).held
    assert heard_by(chosen, TEACHER) == [
        "项目办重开了编号 1（A5 技术支持的课堂导入），回到待审。原因：住院了。你暂时不用做什么，想改材料可以发“提交 A5 链接”。"
    ]
    assert says("重开 1 再来一次", OFFICE).startswith(
        "编号 1 A5 技术支持的课堂导入，甲老师：本来就在待审，不用重开。"
    )


def test_what_waits_or_was_withdrawn_is_not_reopened(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    assert says("重开 1 看看", OFFICE) == (
        f"编号 1 A5 技术支持的课堂导入，甲老师：本来就在待审，不用重开。\n{AS_OF}"
    )
    chosen.connection.exec_driver_sql("UPDATE evidence SET state = 'withdrawn'")
    assert says("重开 1 看看", OFFICE) == (
        f"编号 1 A5 技术支持的课堂导入，甲老师：作者已撤回，不能重开；作者可以重新提交。\n{AS_OF}"
    )


def test_it_needs_a_number_and_a_reason(certified, says):
    assert says("重开", OFFICE) == "没有说重开哪一份：请写编号和原因，例如“重开 12 审核时看错了”。"
    assert says("重开 1", OFFICE) == "重开要写原因（至少 2 个字），例如“重开 1 审核时看错了”。"
    assert find(certified.connection, 1).state.value == "excellent"


def test_only_the_office_may(certified, says):
    for who in (TEACHER, LEADER, ADMIN):
        assert says("重开 1 看错了", who).split("\n")[0] == "“重开”只有项目办可以用，没有执行。"
    assert find(certified.connection, 1).state.value == "excellent"


def test_nobody_of_the_office_reopens_their_own(county, says):
    add_teacher(county, 11, "示例甲", school=3, group=None)
    grant(county, 11, "office")
    hand_in(county, OFFICE, "A5")
    county.ask(ADMIN, Command.APPROVE, numbers=(1,))
    county.connection.exec_driver_sql(
        "UPDATE evidence SET state = 'passed', decided_by = 11, decided_at = 1 WHERE number = 1"
    )

    assert says("重开 1 看错了", OFFICE) == (
        f"编号 1 A5 技术支持的课堂导入是你自己的，请项目办别的同事重开。\n{AS_OF}"
    )


def test_other_kinds_of_numbers_are_named(county, says):
    filings.hand_in(
        county.connection,
        school_id=FIRST_SCHOOL,
        slot=Slot.SCOPE,
        content="A1",
        person_id=ADMIN,
        at=0,
    )
    next_number(county.connection, "appeal", at=0)

    only = "“重开”只用于老师交的微能力点材料。"
    assert says("重开 1 看错了", OFFICE) == f"编号 1 是备案材料，{only}\n{AS_OF}"
    assert says("重开 2 看错了", OFFICE) == f"编号 2 是申诉，{only}\n{AS_OF}"
    assert says("重开 3 看错了", OFFICE) == f"没有编号 3。\n{AS_OF}"


def test_several_are_reopened_item_by_item(certified, says):
    assert says("重开 1 2 9 审核标准弄错了", OFFICE).split("\n") == [
        "编号 1 A5 技术支持的课堂导入，甲老师：重开了（原来是优秀），回到待审，由教研组长审。作者的实践学时 25 学时 → 8 学时。",
        "编号 2 B2 微课程设计与制作，甲老师：重开了（原来是合格），回到待审，由教研组长审。作者的实践学时 25 学时 → 8 学时。",
        "没有编号 9。",
        NEXT,
        AS_OF,
    ]
