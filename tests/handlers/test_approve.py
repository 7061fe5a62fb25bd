"""通过: item by item, within the quota, never by the author; 全部通过 after a preview."""

import threading
import time
from datetime import datetime

import pytest
from sqlalchemy import func, select, update

from messages.commands import Command
from storage import ledger
from storage.submissions import events_of, find
from storage.tables import audit, certification, person
from tests.handlers.conftest import (
    ADMIN,
    LEADER,
    MATHS,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    PRINCIPAL,
    TEACHER,
    County,
    settle,
)
from tests.handlers.submitted import add_teacher, hand_in, hand_in_again, use_up_numbers
from tests.kit.posted import posted_to

AS_OF = "数据截至 5月21日（周二）"
DONE = "等你审的都审完了。"


@pytest.fixture
def numbered(county):
    """The first thirty numbers are not theirs to see: lists have line numbers."""
    use_up_numbers(county, 30)
    return county


def notices_of(county, person_id):
    return posted_to(county.connection, person_id)


def states(county, *numbers):
    return [find(county.connection, number).state.value for number in numbers]


def test_a_passed_point_brings_its_hours(chosen, says):
    hand_in(chosen, TEACHER, "A5")

    assert says("通过 1", LEADER) == (
        f"编号 1 A5 技术支持的课堂导入，甲老师：合格，记 8 学时，实践共 8 学时。\n{DONE}\n{AS_OF}"
    )
    found = find(chosen.connection, 1)
    assert (found.state.value, found.decided_by, found.decided_at) == ("passed", LEADER, chosen.real_ms)
    assert chosen.turn(TEACHER).person.practice == 800
    assert chosen.turn(TEACHER).person.certified == ("A5",)
    assert [entry.hours for entry in ledger.entries_of(chosen.connection, TEACHER)] == [800]


def test_three_points_bring_eight_eight_and_nine_and_a_fourth_nothing(chosen, says):
    for code in ("A5", "B2", "B9", "C4"):
        hand_in(chosen, TEACHER, code)

    said = [says(f"通过 编号{number}", LEADER).split("\n")[0].partition("：")[2] for number in (1, 2, 3, 4)]

    assert said == [
        "合格，记 8 学时，实践共 8 学时。",
        "合格，记 8 学时，实践共 16 学时。",
        "合格，记 9 学时，实践共 25 学时。",
        "合格，实践学时不变，共 25 学时。",
    ]


def test_the_author_hears_result_remark_hours_and_the_next_action(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    says("通过 1 优秀 导入新颖", LEADER)

    (heard,) = notices_of(chosen, TEACHER)
    assert heard == (
        "编号 1（A5 技术支持的课堂导入）定为优秀，记 8 学时，实践共 8 学时。评语：导入新颖。"
        "下一步：交 B2 微课程设计与制作 的材料，发“提交 B2 链接”。"
    )
    assert notices_of(chosen, LEADER) == []


@pytest.mark.parametrize(
    ("online", "ending"),
    [
        (None, "下一步：继续线上学习，还差 25 学时。"),
        (1850, "下一步：继续线上学习，还差 6.5 学时。"),
        (2500, "你已经学习合格，不用再做什么。"),
    ],
)
def test_after_the_last_point_the_author_hears_what_is_left(chosen, says, online, ending):
    if online is not None:
        chosen.has_online(TEACHER, online)
    for code in ("A5", "B2", "B9"):
        hand_in(chosen, TEACHER, code)
    says("通过 编号1 编号2 编号3", LEADER)

    assert notices_of(chosen, TEACHER)[-1].endswith(f"定为合格，记 9 学时，实践共 25 学时。{ending}")


def test_while_others_wait_or_were_returned_the_author_hears_that(chosen, says):
    for code in ("A5", "B2", "B9"):
        hand_in(chosen, TEACHER, code)
    says("退回 编号2 缺学生体会", LEADER)
    says("通过 编号1", LEADER)
    assert notices_of(chosen, TEACHER)[-1].endswith(
        "下一步：改好 B2 微课程设计与制作 的材料，发“提交 B2 链接”。"
    )
    hand_in_again(chosen, 2)
    says("通过 编号3", LEADER)
    assert notices_of(chosen, TEACHER)[-1].endswith("B2 微课程设计与制作 还在审，你暂时不用做什么。")


def test_a_batch_is_decided_item_by_item(numbered, says):
    add_teacher(numbered, 11, "示例甲")
    add_teacher(numbered, 12, "示例乙", group=MATHS)
    free = hand_in(numbered, TEACHER, "A5")
    own = hand_in(numbered, LEADER, "A5")
    decided = hand_in(numbered, 11, "A5")
    foreign = hand_in(numbered, 12, "A5")
    withdrawn = hand_in(numbered, 11, "B2")
    says(f"通过 {decided} 优秀", ADMIN)
    numbered.connection.exec_driver_sql(f"UPDATE evidence SET state = 'withdrawn' WHERE number = {withdrawn}")
    numbered.later(minutes=10)

    assert says(f"通过 {free} {own} {decided} {foreign} {withdrawn} 99", LEADER) == (
        "定了 1 份，5 份没有定：\n"
        "编号 31 A5 技术支持的课堂导入，甲老师：合格，记 8 学时，实践共 8 学时。\n"
        "编号 32 A5 技术支持的课堂导入，乙组长：没有定，是你自己的材料，要由别人审。\n"
        "编号 33 A5 技术支持的课堂导入，示例甲：没有定，丙管理员 5月21日 09:30 已定为优秀。\n"
        "没有你能审的编号 34。\n"
        "编号 35 B2 微课程设计与制作，示例甲：没有定，作者已撤回。\n"
        "没有你能审的编号 99。\n"
        f"{DONE}\n{AS_OF}"
    )
    assert states(numbered, free, own, decided, foreign) == ["passed", "waiting", "excellent", "waiting"]


def test_a_point_that_somebody_has_already_does_not_spoil_the_batch(county, says):
    hand_in(county, TEACHER, "A5")
    hand_in(county, TEACHER, "B2")
    county.certify(TEACHER, "A5")

    assert says("通过 编号1 编号2", LEADER).split("\n")[:3] == [
        "定了 1 份，1 份没有定：",
        "编号 2 B2 微课程设计与制作，甲老师：合格，记 8 学时，实践共 16 学时。",
        "编号 1 A5 技术支持的课堂导入，甲老师：没有定，作者的这个点已经认证，请作者撤回这一份。",
    ]


def test_who_says_a_line_as_a_receipt_is_told_how_to_say_it(numbered, says):
    number = hand_in(numbered, TEACHER, "A5")
    says("待审", LEADER)

    assert says("1号过", LEADER).startswith("没有你能审的编号 1。要说清单里的第 1 条，请说“第1个”。\n")
    assert says("2号过", LEADER).startswith("没有你能审的编号 2。\n")
    assert states(numbered, number) == ["waiting"]


def test_the_same_number_twice_is_one(chosen, says):
    hand_in(chosen, TEACHER, "A5")

    assert says("通过 #1 #1", LEADER).startswith("编号 1 A5 技术支持的课堂导入，甲老师：合格，")
    assert says("通过 1", LEADER).startswith(
        "编号 1 A5 技术支持的课堂导入，甲老师：没有定，你 5月21日 09:30 已定为合格。"
    )


def test_several_points_of_one_person_are_settled_together(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    hand_in(chosen, TEACHER, "B2")

    assert says("编号1、编号2 通过", LEADER) == (
        "定了 2 份：\n"
        "编号 1 A5 技术支持的课堂导入，甲老师：合格，记 8 学时，实践共 16 学时。\n"
        "编号 2 B2 微课程设计与制作，甲老师：合格，记 8 学时，实践共 16 学时。\n"
        f"{DONE}\n{AS_OF}"
    )


# ── who ──


@pytest.mark.parametrize("who", [LEADER, ADMIN, PRINCIPAL, OFFICE])
def test_nobody_decides_about_their_own_whatever_their_role(county, says, who):
    number = hand_in(county, who, "A5")

    assert "是你自己的材料，要由别人审" in says(f"通过 {number}", who)
    assert states(county, number) == ["waiting"]


@pytest.mark.parametrize(
    ("who", "on_behalf"), [(LEADER, False), (ADMIN, True), (PRINCIPAL, True), (OFFICE, True)]
)
def test_who_steps_in_is_marked(chosen, says, who, on_behalf):
    hand_in(chosen, TEACHER, "A5")

    assert ("（代审）" in says("通过 1", who)) is on_behalf
    assert events_of(chosen.connection, 1)[-1].on_behalf is on_behalf
    (row,) = chosen.connection.execute(select(audit).where(audit.c.action == "evidence.passed")).all()
    assert (row.actor, row.person_id) == (f"person:{who}", TEACHER)
    assert row.detail == {"number": 1, "version": 1, "code": "A5", "on_behalf": on_behalf}


def test_after_five_workdays_the_school_does_not_step_in(chosen, says):
    hand_in(chosen, TEACHER, "A5", days=8)

    assert "（代审）" not in says("通过 1", ADMIN)


def test_others_are_refused(chosen, says):
    hand_in(chosen, TEACHER, "A5")

    assert says("通过 1", OTHER_ADMIN) == f"没有你能审的编号 1。\n{DONE}\n{AS_OF}"
    assert says("通过 1").startswith("“通过”只有教研组长、学校管理员或校长、项目办可以用，没有执行。")
    assert states(chosen, 1) == ["waiting"]


def test_what_is_overdue_waits_for_the_office(chosen, says):
    chosen.now = datetime(2024, 7, 2, 9, 0, tzinfo=chosen.now.tzinfo)
    hand_in(chosen, TEACHER, "A5")

    assert "没有定，是逾期交的，要项目办先“重开 1 原因”。" in says("通过 1", LEADER)
    says("重开 1 住院了", OFFICE)
    assert "：合格，" in says("通过 1", LEADER)


# ── 优秀 ──


def test_excellent_stops_at_the_quota(county, says):
    add_teacher(county, 11, "示例甲")
    # Six people: 60 % of 18 = 10.8.
    county.certify(LEADER, "A1", "A2", "A3", "A4", "A6", "A7", "A8", "A9", "A10", grade="excellent")
    for code in ("A5", "B2"):
        hand_in(county, TEACHER, code)
    hand_in(county, 11, "B2")

    assert says("通过 编号1 编号2 编号3 优秀", ADMIN) == (
        "定了 1 份，2 份没有定：\n"
        "编号 1 A5 技术支持的课堂导入，甲老师：优秀（代审），记 8 学时，实践共 8 学时。\n"
        "编号 2 B2 微课程设计与制作，甲老师：没有定，优秀名额已用完（10/10），仍在待审；可以发“通过 2”定为合格。\n"
        "编号 3 B2 微课程设计与制作，示例甲：没有定，优秀名额已用完（10/10），仍在待审；可以发“通过 3”定为合格。\n"
        "优秀名额：示例县第一小学 已用 10，还可用 0，共 10。已经用完。\n"
        f"{DONE}\n{AS_OF}"
    )
    assert states(county, 1, 2, 3) == ["excellent", "waiting", "waiting"]
    assert "：合格（代审），" in says("通过 编号2", ADMIN)


def test_an_excellent_of_somebody_who_is_not_active_uses_nothing_up(county, says):
    add_teacher(county, 11, "示例甲")
    county.connection.execute(update(person).where(person.c.id == 11).values(state="deferred"))
    # Five people: 60 % of 15 = 9.
    county.certify(LEADER, "A1", "A2", "A3", "A4", "A6", "A7", "A8", "A9", grade="excellent")
    hand_in(county, 11, "A5")
    hand_in(county, TEACHER, "A5")

    assert "优秀名额：示例县第一小学 已用 9，还可用 0，共 9。" in says("通过 编号1 编号2 优秀", ADMIN)
    assert states(county, 1, 2) == ["excellent", "excellent"]


# ── numbers ──


def test_a_bare_number_is_a_line_of_a_numbered_list(numbered, says):
    hand_in(numbered, TEACHER, "A5")
    hand_in(numbered, TEACHER, "B2", days=1)
    says("待审", LEADER)

    assert says("通过 1", LEADER).startswith("编号 32 B2 微课程设计与制作，甲老师：合格，")
    assert says("第2个通过", LEADER).startswith("编号 31 A5 技术支持的课堂导入，甲老师：合格，")


def test_with_a_mark_it_is_the_receipt(numbered, says):
    hand_in(numbered, TEACHER, "A5")
    says("待审", LEADER)

    for said in ("通过 #1", "通过 编号1", "1号通过"):
        assert says(said, LEADER).startswith("没有你能审的编号 1。")


def test_a_line_that_is_not_there_is_said_so_and_the_rest_is_done(numbered, says):
    hand_in(numbered, TEACHER, "A5")
    says("待审", LEADER)

    assert says("第1、3个通过", LEADER).split("\n")[:3] == [
        "定了 1 份，1 份没有定：",
        "编号 31 A5 技术支持的课堂导入，甲老师：合格，记 8 学时，实践共 8 学时。",
        "清单里没有第 3 条。",
    ]


def test_without_a_list_a_line_means_nothing_and_nothing_is_done(numbered, says):
    hand_in(numbered, TEACHER, "A5")
    again = "没有清单，或清单已过 5 分钟：请再发“待审”，然后说第几个。"

    assert says("第1个通过", LEADER) == again
    says("待审", LEADER)
    numbered.later(minutes=5)
    assert says("通过 第1个 #31", LEADER) == again
    assert says("通过 1", LEADER).startswith("没有你能审的编号 1。要说清单里的第 1 条，请再发“待审”。\n")
    assert states(numbered, 31) == ["waiting"]


def test_a_new_version_is_looked_at_before_it_is_decided(numbered, says):
    hand_in(numbered, TEACHER, "A5")
    says("待审", LEADER)
    hand_in_again(numbered, 31)

    for said in ("通过 1", "通过 #31"):
        assert says(said, LEADER).startswith(
            "编号 31 A5 技术支持的课堂导入，甲老师：没有定，作者刚交了第 2 版，请先“查看 31”再定。\n"
        )
    says("查看 31", LEADER)
    assert "：合格，" in says("通过 1", LEADER)


def test_without_a_number_it_is_what_was_opened_last(chosen, says):
    hand_in(chosen, TEACHER, "A5")
    nothing = "没有说是哪一份：请写编号，例如“通过 12”，或先发“待审”“查看 编号”。"

    assert says("通过", LEADER) == nothing
    says("查看 1", LEADER)
    hand_in_again(chosen, 1)
    assert "请先“查看 1”再定" in says("通过", LEADER)
    says("查看 1", LEADER)
    chosen.later(minutes=5)
    assert says("通过", LEADER) == nothing
    says("查看 1", LEADER)
    assert "：合格，" in says("通过", LEADER)


# ── 全部通过 ──


def test_everything_is_previewed_and_done_after_a_confirmation(numbered, says):
    add_teacher(numbered, 11, "示例甲")
    hand_in(numbered, TEACHER, "A5", days=1)
    hand_in(numbered, TEACHER, "B2")
    hand_in(numbered, 11, "A5")
    hand_in(numbered, LEADER, "A5")

    assert says("全部通过", LEADER) == (
        "要把等你审的全部 3 份都定为合格：\n"
        "甲老师：A5 技术支持的课堂导入、B2 微课程设计与制作\n"
        "示例甲：A5 技术支持的课堂导入\n"
        "确定就回复“确认”（5 分钟内有效）；要给优秀或退回的，请先单独定。"
    )
    assert states(numbered, 31, 32, 33) == ["waiting"] * 3
    assert says("确认", LEADER) == (
        "定了 3 份：\n"
        "编号 31 A5 技术支持的课堂导入，甲老师：合格，记 8 学时，实践共 16 学时。\n"
        "编号 32 B2 微课程设计与制作，甲老师：合格，记 8 学时，实践共 16 学时。\n"
        "编号 33 A5 技术支持的课堂导入，示例甲：合格，记 8 学时，实践共 8 学时。\n"
        f"{DONE}\n{AS_OF}"
    )
    assert states(numbered, 31, 32, 33, 34) == ["passed"] * 3 + ["waiting"]


def test_what_changed_since_the_preview_is_left(numbered, says):
    for code in ("A5", "B2", "B9"):
        hand_in(numbered, TEACHER, code)
    says("全部通过", LEADER)
    hand_in_again(numbered, 31)
    says("退回 编号32 缺学生体会", ADMIN)
    late = hand_in(numbered, TEACHER, "C4")
    # A list that was asked for meanwhile shows newer versions; the preview stays what it was.
    says("待审", LEADER)

    said = says("确认", LEADER).split("\n")

    assert said[:4] == [
        "定了 1 份，2 份没有定：",
        "编号 33 B9 自评与互评活动的组织，甲老师：合格，记 8 学时，实践共 8 学时。",
        "编号 31 A5 技术支持的课堂导入，甲老师：没有定，作者刚交了第 2 版，请先“查看 31”再定。",
        "编号 32 B2 微课程设计与制作，甲老师：没有定，丙管理员 5月21日 09:30 已退回。",
    ]
    assert states(numbered, 31, 32, 33, late) == ["waiting", "returned", "passed", "waiting"]


def test_after_five_minutes_nothing_is_done(numbered, says):
    hand_in(numbered, TEACHER, "A5")
    says("全部通过", LEADER)
    numbered.later(minutes=5)

    assert says("确认", LEADER) == "“通过”的预览已超过 5 分钟，没有执行。请重新发一次。"
    assert states(numbered, 31) == ["waiting"]


def test_with_nothing_waiting_there_is_nothing_to_preview(county, says):
    assert says("全部通过", LEADER) == "没有等你审的材料，不用通过。"


def test_many_are_done_a_hundred_at_a_time(county, says):
    for number in range(51):
        add_teacher(county, 100 + number, f"示例{number}")
        hand_in(county, 100 + number, "A5")
        hand_in(county, 100 + number, "B2")

    said = says("全部通过", LEADER).split("\n")

    assert said[0] == "要把等你审的最早的 100 份都定为合格："
    assert said[10:] == [
        "示例9：A5 技术支持的课堂导入、B2 微课程设计与制作",
        "等 50 人。",
        "一次最多定 100 份，其余 2 份再发一次“全部通过”。",
        "确定就回复“确认”（5 分钟内有效）；要给优秀或退回的，请先单独定。",
    ]
    assert says("确认", LEADER).startswith("定了 100 份：\n")
    assert county.connection.scalar(select(func.count()).select_from(certification)) == 100


# ── two at once ──


def both(database, plan, catalogue, *orders):
    """Each order in a transaction and thread of its own: the first holds its locks until the others wait."""
    answers = [""] * len(orders)
    started = threading.Event()

    def speak(place, who, arguments, *, first):
        if not first:
            started.wait(10)
        with database.writing() as connection:
            county = County(connection, plan, catalogue)
            answers[place] = county.ask(who, Command.APPROVE, **arguments)
            if first:
                started.set()
                time.sleep(0.5)

    threads = [
        threading.Thread(target=speak, args=(place, who, arguments), kwargs={"first": place == 0})
        for place, (who, arguments) in enumerate(orders)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_of_two_reviewers_at_once_the_first_decision_stands(database, plan, catalogue):
    with database.writing() as connection:
        settle(connection, plan, catalogue)
        hand_in(County(connection, plan, catalogue), TEACHER, "A5")

    first, second = both(
        database,
        plan,
        catalogue,
        (LEADER, {"numbers": (1,)}),
        (ADMIN, {"numbers": (1,), "grade": "优秀"}),
    )

    assert first.startswith("编号 1 A5 技术支持的课堂导入，甲老师：合格，记 8 学时，实践共 8 学时。")
    assert second.startswith(
        "编号 1 A5 技术支持的课堂导入，甲老师：没有定，乙组长 5月21日 09:30 已定为合格。"
    )
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(certification)) == 1
        assert find(connection, 1).decided_by == LEADER
        assert [event.kind.value for event in events_of(connection, 1)] == ["submitted", "passed"]


def test_the_last_excellent_is_given_once(database, plan, catalogue):
    with database.writing() as connection:
        settle(connection, plan, catalogue)
        county = County(connection, plan, catalogue)
        # Five people: 60 % of 15 = 9.
        county.certify(PRINCIPAL, "A1", "A2", "A3", "A4", "A6", "A7", "A8", "A9", grade="excellent")
        hand_in(county, TEACHER, "A5")
        hand_in(county, NEWCOMER, "A5")

    first, second = both(
        database,
        plan,
        catalogue,
        (LEADER, {"numbers": (1,), "grade": "优秀"}),
        (ADMIN, {"numbers": (2,), "grade": "优秀"}),
    )

    assert "：优秀，" in first
    assert "优秀名额已用完（9/9），仍在待审" in second
    with database.reading() as connection:
        assert [find(connection, number).state.value for number in (1, 2)] == ["excellent", "waiting"]
