"""提交: what is taken in, and how a receipt reads."""

from dataclasses import replace

from sqlalchemy import func, select, update

from bot.policy.evidence import EventKind
from bot.policy.plan import LatePolicy
from messages.commands import Command
from storage.submissions import events_of, find, of_author, versions_of
from storage.tables import audit, role, standing
from storage.work_tables import evidence
from tests.handlers.conftest import ADMIN, CHINESE, LEADER, PRINCIPAL, TEACHER
from tests.handlers.decided import decide
from tests.handlers.submit_words import A5, B2, B9, BY, LINK, hand_in_next, links_of, only
from tests.handlers.submitted import add_teacher, hand_in

# ── receipts ──


def test_the_receipt_says_number_point_time_reviewer_and_the_next_step(chosen, says):
    assert says(f"提交 A5 {LINK}") == (
        f"收到，编号 1：{A5}，5月21日（周二）09:30。\n{BY}\n{hand_in_next(B2)}"
    )
    one = only(chosen)
    assert (one.code, one.state, one.version, one.late) == ("A5", "waiting", 1, "in_time")
    assert links_of(chosen, 1) == [(LINK, "")]
    row = chosen.connection.execute(select(standing).where(standing.c.person_id == TEACHER)).one()
    assert (row.evidence, row.next_step) == ("A5:waiting", "no_evidence")
    entry = chosen.connection.execute(select(audit).where(audit.c.action == "evidence.submitted")).one()
    assert (entry.actor, entry.person_id) == ("person:1", TEACHER)
    assert entry.detail == {"number": 1, "version": 1, "code": "A5", "links": 1}


def test_what_was_stored_besides_a_single_link_is_repeated(chosen, says):
    assert says(f"提交 A5 {LINK} https://files.example.com/2 导入的设计和实录").splitlines()[1] == (
        "已存：2 个链接，说明“导入的设计和实录”。"
    )


def test_a_second_version_keeps_the_number(chosen, says):
    says(f"提交 A5 {LINK}")
    chosen.later(days=1)

    assert says("提交 A5 https://files.example.com/2").splitlines()[0] == (
        f"收到，编号 1：{A5}，第 2 版，5月22日（周三）09:30。"
    )
    assert [one.links[0].url for one in versions_of(chosen.connection, 1)] == [
        LINK,
        "https://files.example.com/2",
    ]
    assert [one.kind for one in events_of(chosen.connection, 1)] == ["submitted", "resubmitted"]


def test_the_last_of_three_leaves_nothing_to_do_but_wait(chosen, says):
    said = says(f"提交 A5 {LINK} B2 https://files.example.com/2 B9 https://files.example.com/3")

    assert said == (
        "收到 3 份（5月21日（周二）09:30）：\n"
        f"编号 1：{A5}\n"
        f"编号 2：{B2}\n"
        f"编号 3：{B9}\n"
        f"{BY}\n"
        "下一步：等审核（编号 1，5月21日交），你暂时不用做什么。"
    )
    assert {one.code: links_of(chosen, one.number) for one in of_author(chosen.connection, TEACHER)} == {
        "A5": [(LINK, "")],
        "B2": [("https://files.example.com/2", "")],
        "B9": [("https://files.example.com/3", "")],
    }


def test_a_fault_in_one_does_not_stop_the_others(chosen, says):
    assert says(f"提交 A5 {LINK} A6 https://files.example.com/2 B9 http://localhost/3") == (
        "收到 1 份，没有收 2 份（5月21日（周二）09:30）：\n"
        f"编号 1：{A5}\n"
        "A6 技术支持的课堂讲授 没有交上：它不在你选的点里。要交它先发“换点 B2 A6”，再交一次。\n"
        f"{B9} 没有交上：这个链接（localhost）指向本机或内部网络，别人打不开。"
        "用网盘或在线文档的“分享”复制链接，再发“提交 B9 链接”。\n"
        f"{BY}\n"
        f"{hand_in_next(B2)}"
    )


# ── who reviews, and how long it takes ──


def test_the_leader_of_a_group_is_not_told_to_review_themselves(county, says):
    county.ask(LEADER, Command.CHOOSE, codes=("A5", "B2", "B9"))

    assert says(f"提交 A5 {LINK}", LEADER).splitlines()[1] == "由丙管理员、丁校长审核。"


def test_in_a_group_of_the_school_without_leads_the_office_reviews(chosen, says):
    chosen.connection.execute(
        update(role).where(role.c.person_id.in_([LEADER, ADMIN, PRINCIPAL])).values(ended_at=1)
    )

    assert says(f"提交 A5 {LINK}").splitlines()[1] == "由项目办审核。"


def test_without_leads_the_office_comes_after_the_leader(chosen, says):
    chosen.connection.execute(update(role).where(role.c.person_id.in_([ADMIN, PRINCIPAL])).values(ended_at=1))

    assert says(f"提交 A5 {LINK}").splitlines()[1] == ("由乙组长审核；超过 5 个工作日没审，会转给项目办。")


def test_a_person_without_a_group_is_reviewed_by_the_school(chosen, says):
    add_teacher(chosen, 20, "壬老师", group=None)
    chosen.connection.execute(
        role.insert().values(person_id=20, role="leader", group_id=None, source="grant", granted_at=0)
    )
    chosen.ask(ADMIN, Command.CHOOSE, codes=("A5", "B2", "B9"))

    assert says(f"提交 A5 {LINK}", ADMIN).splitlines()[1] == "由丁校长审核。"


def test_once_the_school_has_decided_three_times_it_is_said_how_long_that_takes(chosen, says):
    for person_id, days in ((20, 1), (21, 6), (22, 4)):
        add_teacher(chosen, person_id, f"示例{person_id}", group=CHINESE)
        decide(chosen, hand_in(chosen, person_id, "A5", days=days), EventKind.PASSED)

    # handed in on 20, 15 and 17 May, decided on 21 May: 1, 4 (16, 17, 20, 21) and 2 workdays
    assert says(f"提交 A5 {LINK}").splitlines()[1] == "由乙组长审核，最近一般 2 个工作日审完。"


def test_decisions_on_the_same_day_are_called_so(chosen, says):
    for person_id in (20, 21, 22):
        add_teacher(chosen, person_id, f"示例{person_id}", group=CHINESE)
        decide(chosen, hand_in(chosen, person_id, "A5"), EventKind.RETURNED, remark="缺反思")

    assert says(f"提交 A5 {LINK}").splitlines()[1] == "由乙组长审核，最近一般当天审完。"


# ── late ──


def test_after_the_day_of_grace_it_is_marked_and_reviewed_all_the_same(chosen, says):
    chosen.later(days=11)  # 1 June

    assert says(f"提交 A5 {LINK}").splitlines() == [
        f"收到，编号 1：{A5}，6月1日（周六）09:30。",
        BY,
        "注意：提交日（5月30日（周四））已过，照样收、照样审，会标记“已过提交日”。",
        hand_in_next(B2, "6月30日（周日）"),
    ]
    assert only(chosen).late == "after_soft"


def test_on_the_day_of_grace_nothing_is_late(chosen, says):
    chosen.later(days=10)

    assert "注意" not in says(f"提交 A5 {LINK}")


def test_after_the_last_day_it_waits_for_the_office(chosen, says):
    chosen.later(days=41)  # 1 July

    assert says(f"提交 A5 {LINK}").splitlines()[1:3] == [
        "项目办重开以后由乙组长审核。",
        "注意：6月30日（周日）已经截止，这份标记“逾期”，项目办重开以前不审，也不计入。",
    ]
    assert only(chosen).held


def test_under_a_plan_that_refuses_nothing_is_taken_after_the_last_day(chosen, says):
    chosen.plan = replace(chosen.plan, deadlines=replace(chosen.plan.deadlines, late=LatePolicy.REFUSE))
    chosen.later(days=41)

    mend = "下一步：有特殊情况请联系市教育局提升工程项目办。"
    assert says(f"提交 A5 {LINK}") == f"{A5} 没有交上：6月30日（周日）已经截止，不再收材料。\n{mend}"
    assert says(LINK) == f"没有收：6月30日（周日）已经截止，不再收材料。\n{mend}"
    assert says("交A5") == f"没有收：6月30日（周日）已经截止，不再收材料。\n{mend}"
    assert of_author(chosen.connection, TEACHER) == ()


# ── the same again ──


def test_the_very_same_links_get_the_same_receipt(chosen, says):
    says(f"提交 A5 {LINK}")
    chosen.later(hours=2)

    assert says(f"提交 A5 {LINK}?utm_source=chat 换个说明") == (
        f"这份已经收过，没有重复登记：编号 1：{A5}，5月21日（周二）09:30，待审。\n{BY}\n{hand_in_next(B2)}"
    )
    assert len(versions_of(chosen.connection, 1)) == 1
    assert len(events_of(chosen.connection, 1)) == 1


def test_the_same_link_again_may_bring_its_extraction_code(chosen, says):
    says("提交 A5 https://pan.baidu.com/s/1abc")

    assert says("提交 A5 https://pan.baidu.com/s/1abc 提取码 8k2d").startswith("这份已经收过")
    assert links_of(chosen, 1) == [("https://pan.baidu.com/s/1abc", "8k2d")]
    assert [one.kind for one in events_of(chosen.connection, 1)] == ["submitted", "extraction"]


def test_after_a_return_the_same_link_is_a_new_version(chosen, says):
    """The document behind it was mended."""
    says(f"提交 A5 {LINK}")
    decide(chosen, 1, EventKind.RETURNED, remark="缺学生体会")

    assert says(f"提交 A5 {LINK}").splitlines()[0] == (f"收到，编号 1：{A5}，第 2 版，5月21日（周二）09:30。")
    assert find(chosen.connection, 1).state == "waiting"


def test_what_was_admitted_by_the_office_stays_admitted(chosen, says):
    chosen.later(days=41)
    says(f"提交 A5 {LINK}")
    decide(chosen, 1, EventKind.REOPENED, who=5, remark="病假")
    decide(chosen, 1, EventKind.RETURNED, remark="缺反思")

    said = says("提交 A5 https://files.example.com/2").splitlines()
    assert said[1] == BY
    assert said[2] == "注意：提交日（5月30日（周四））已过，照样收、照样审，会标记“已过提交日”。"


def test_a_certified_point_needs_nothing_more(chosen, says):
    says(f"提交 A5 {LINK}")
    decide(chosen, 1, EventKind.EXCELLENT)

    assert says("提交 A5 https://files.example.com/2") == (
        f"{A5} 没有交上：这个点已经认证，不用再交。\n{hand_in_next(B2)}"
    )
    assert says(f"提交 A5 {LINK}") == (
        f"{A5} 没有交上：这份就是编号 1，5月21日已定为优秀，不用再交。\n{hand_in_next(B2)}"
    )
    assert len(versions_of(chosen.connection, 1)) == 1


def test_after_a_withdrawal_the_same_link_gets_a_new_number(chosen, says):
    says(f"提交 A5 {LINK}")
    says("撤回 1")

    assert says(f"提交 A5 {LINK}").startswith("收到，编号 2：")


def test_the_same_link_from_somebody_else_is_taken(chosen, says):
    chosen.ask(LEADER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    says(f"提交 A5 {LINK}")

    assert says(f"提交 A5 {LINK}", LEADER).startswith("收到，编号 2：")


# ── where ──


def test_one_link_for_two_points_is_remarked_on_and_taken(chosen, says):
    says(f"提交 A5 {LINK}")

    said = says(f"提交 B2 {LINK}").splitlines()

    assert said[0] == f"收到，编号 2：{B2}，5月21日（周二）09:30。"
    assert said[-2] == f"提醒：{B2}、{A5} 用了同一个链接；要是贴错了，把对的再交一次。"
    for number, other in ((1, B2), (2, A5)):
        assert f"注意：同一链接也交给了 {other}。" in says(f"查看 {number}", LEADER).splitlines()
    # The right one takes its place, and nothing is left to remark on.
    assert "同一个链接" not in says("提交 B2 https://files.example.com/2")
    assert "同一链接" not in says("查看 1", LEADER)


def test_one_link_for_two_points_in_one_message_is_remarked_on_once(chosen, says):
    says(f"提交 A5 B2 {LINK}")
    said = says("1")

    assert said.count("提醒：") == 1
    assert f"提醒：{A5}、{B2} 用了同一个链接；要是贴错了，把对的再交一次。" in said.splitlines()


def test_in_a_group_nothing_is_handed_in(chosen, says):
    assert says(f"提交 A5 {LINK}", group=True) == (
        "“提交”请私聊办理，群里没有执行。点我的头像发起私聊，发“提交”。"
    )
    assert chosen.connection.scalar(select(func.count()).select_from(evidence)) == 0


def test_what_came_in_time_is_not_made_overdue_without_a_question(chosen, says):
    says("提交 A5 https://files.example.com/1")
    chosen.later(days=45)  # after 30 June

    assert says("提交 A5 https://files.example.com/2") == (
        "编号 1 A5 技术支持的课堂导入是按时交的，正在待审。现在换成新的一版就成了逾期，要项目办重开才审、才算。\n"
        "不换就不用管它；一定要换，回复“确认”（5 分钟内有效）。"
    )
    assert [one.version for one in of_author(chosen.connection, TEACHER)] == [1]
    assert "第 2 版" in says("确认")
    assert [(one.version, one.held) for one in of_author(chosen.connection, TEACHER)] == [(2, True)]
