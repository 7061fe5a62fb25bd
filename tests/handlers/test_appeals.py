"""申诉: a numbered case with the figures as they stood, heard by those who may answer, answered, corrected."""

from datetime import date

import pytest
from sqlalchemy import func, select

from messages.commands import Command
from storage.delivery_tables import outbox
from storage.tables import audit, number_series, person, role
from storage.work_tables import appeal
from tests.handlers.conftest import (
    ADMIN,
    LEADER,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    PRINCIPAL,
    TEACHER,
)
from tests.handlers.submitted import hand_in
from tests.kit.posted import posted

TODAY = "数据截至 5月21日（周二）"
SAID = "线上学时少了 3 学时"


def appeals(county, text=SAID, who=TEACHER):
    return county.ask(who, Command.APPEAL, text=text)


def answers(county, text="已核对，数据没有错", who=ADMIN, number=1):
    return county.ask(who, Command.ANSWER, numbers=(number,), text=text)


def told(county):
    return posted(county.connection)


def heard(county):
    """Nothing is waiting to be said any more."""
    county.connection.execute(outbox.update().values(state="sent", done_at=1))


def test_a_case_gets_a_number_keeps_the_figures_and_tells_the_schools_leads(county):
    county.has_online(TEACHER, 1850)
    county.certify(TEACHER, "A5", grade="excellent")

    said = appeals(county)

    assert said == (
        "申诉已记下，编号 1（5月21日（周二））。\n"
        "已告诉丙管理员、丁校长。\n"
        "随案留底的是你现在的数据：\n"
        "线上：18.5 学时（数据截至 5月20日）\n"
        "实践：8 学时\n"
        "选的点：没有\n"
        "认证的点：A5 技术支持的课堂导入 优秀\n"
        "审核中的材料：没有\n"
        "结论：还没有合格\n"
        "下一步：等答复，有了会告诉你；发“申诉”看进展。"
    )
    row = county.connection.execute(select(appeal)).one()
    assert (row.number, row.person_id, row.text, row.state, row.about_number) == (
        1,
        TEACHER,
        SAID,
        "open",
        None,
    )
    assert row.figures == {
        "online": 1850,
        "online_as_of": "2024-05-20",
        "practice": 800,
        "chosen": [],
        "certified": [["A5", "excellent"]],
        "evidence": [],
        "done": False,
        "step": "no_choice",
        "rule_version": county.plan.version,
    }
    notice_text = (
        "甲老师（示例县第一小学）提了申诉，编号 1：“线上学时少了 3 学时”。"
        "发“查看 1”看数据，发“答复 1 内容”答复。"
    )
    assert told(county) == [(ADMIN, notice_text), (PRINCIPAL, notice_text)]
    assert county.connection.execute(select(audit.c.action, audit.c.person_id, audit.c.detail)).one() == (
        "appeal.opened",
        TEACHER,
        {"number": 1, "about": None, "told": [ADMIN, PRINCIPAL]},
    )
    assert county.connection.scalar(select(number_series.c.kind)) == "appeal"


def test_the_appellant_is_not_told_and_without_another_lead_it_is_the_office(county):
    assert "已告诉丁校长。" in appeals(county, who=ADMIN).splitlines()
    assert "已告诉项目办。" in appeals(county, who=OTHER_ADMIN).splitlines()
    assert [person_id for person_id, _ in told(county)] == [PRINCIPAL, OFFICE]
    county.connection.execute(role.update().where(role.c.person_id != OFFICE).values(ended_at=1))
    assert "已告诉" not in appeals(county, who=OFFICE)


def test_a_text_that_names_ones_own_number_is_about_that(county):
    hand_in(county, TEACHER, "A5")
    hand_in(county, LEADER, "A5")

    assert "说的是编号 1。" in appeals(county, "编号 1 等了太久").splitlines()
    assert "说的是" not in appeals(county, "编号 2 为什么先审")
    assert county.connection.execute(
        select(appeal.c.number, appeal.c.about_number).order_by(appeal.c.number)
    ).all() == [(3, 1), (4, None)]


def test_the_same_text_is_one_case_until_it_is_answered(county):
    appeals(county)
    county.later(days=1)

    assert appeals(county, f" {SAID.replace(' ', '  ')} ") == (
        "同样的内容 5月21日（周二）已经记下，编号 1，还在等答复，不用再交。"
    )
    assert appeals(county, who=NEWCOMER, text=SAID).startswith("还不知道你是哪位老师")
    answers(county)
    assert appeals(county).startswith("申诉已记下，编号 2")


def test_without_content_one_is_told_how_or_shown_the_own_cases(county):
    assert county.ask(TEACHER, Command.APPEAL) == (
        "你还没有提过申诉。\n"
        "觉得哪个数字或审核结果不对，发“申诉 内容”，例如“申诉 线上学时少了 3 学时”；说的是哪份材料，就写上编号。\n"
        "数据会按当时的样子留底，由本校学校管理员、校长或项目办答复。"
    )
    assert appeals(county, "？") == county.ask(TEACHER, Command.APPEAL)
    appeals(county)
    appeals(county, "材料等了两周没有人审")
    county.later(days=1)
    answers(county)
    heard(county)

    assert county.ask(TEACHER, Command.APPEAL) == (
        "你提过 2 件申诉，1 件在等答复。\n"
        "编号 2，5月21日，等答复：“材料等了两周没有人审”\n"
        "编号 1，5月21日，已答复：“线上学时少了 3 学时”；丙管理员 5月22日：“已核对，数据没有错”\n"
        "要提新的，发“申诉 内容”；看当时和现在的数据，发“查看 编号”。\n"
        "数据截至 5月22日（周三）"
    )


def test_the_list_has_each_open_case_once_and_then_those_answered(county):
    for text in ("第一件申诉", "第二件申诉", "第三件申诉"):
        appeals(county, text)
    appeals(county, "别校的申诉", who=OTHER_ADMIN)
    county.later(days=2)
    answers(county, number=2)
    heard(county)

    assert county.ask(PRINCIPAL, Command.APPEALS) == (
        "有 2 件申诉在等答复。\n"
        "编号 1 甲老师，等了 2 个工作日：“第一件申诉”\n"
        "编号 3 甲老师，等了 2 个工作日：“第三件申诉”\n"
        "最近答复的\n"
        "编号 2 甲老师，已答复（丙管理员，5月23日）：“已核对，数据没有错”\n"
        "下一步：发“查看 编号”看数据，发“答复 编号 内容”答复。\n"
        "数据截至 5月23日（周四）"
    )
    office = county.ask(OFFICE, Command.APPEALS).splitlines()
    assert office[0] == "有 3 件申诉在等答复。"
    assert office[3] == "编号 4 辛管理员（示例县第二小学），等了 2 个工作日：“别校的申诉”"
    overseer = county.ask(OVERSEER, Command.APPEALS).splitlines()
    assert overseer[1:-1] == office[1:-2]  # reads the same, and is not told to answer
    assert county.connection.scalars(select(audit.c.detail).where(audit.c.action == "list.viewed")).all() == [
        {"list": "appeals", "schools": [1], "people": 3},
        {"list": "appeals", "schools": None, "people": 4},
        {"list": "appeals", "schools": None, "people": 4},
    ]


def test_a_leads_own_case_stands_in_the_list_for_somebody_else(county):
    appeals(county, who=ADMIN)

    assert "其中 1 件是你自己提的，由别人答复。" in county.ask(ADMIN, Command.APPEALS).splitlines()
    assert answers(county, who=ADMIN) == "编号 1 是你自己提的，不能自己答复，由本校其他负责人或项目办答复。"


def test_an_empty_list_says_so(county):
    assert county.ask(ADMIN, Command.APPEALS) == f"没有在等答复的申诉。\n{TODAY}"


def test_a_case_shows_the_figures_then_and_now(county):
    county.has_online(TEACHER, 1850)
    appeals(county)
    heard(county)
    county.later(days=2)
    county.has_online(TEACHER, 2150, date(2024, 5, 22))
    county.certify(TEACHER, "B2")

    assert county.ask(ADMIN, Command.VIEW, numbers=(1,)) == (
        "申诉编号 1，甲老师（示例县第一小学）5月21日（周二）提的，等答复。\n"
        "“线上学时少了 3 学时”\n"
        "当时和现在的数据\n"
        "线上：当时 18.5 学时（数据截至 5月20日）；现在 21.5 学时（数据截至 5月22日）\n"
        "实践：当时 0 学时；现在 8 学时\n"
        "选的点：没有，没有变\n"
        "认证的点：当时 没有；现在 B2 微课程设计与制作 合格\n"
        "审核中的材料：没有，没有变\n"
        "结论：还没有合格，没有变\n"
        "下一步：发“答复 1 内容”。\n"
        "数据截至 5月23日（周四）"
    )
    assert county.connection.execute(
        select(audit.c.person_id, audit.c.detail).where(audit.c.action == "appeal.viewed")
    ).one() == (TEACHER, {"number": 1})


def test_the_appellant_sees_the_answer_and_leaves_no_trace_of_looking(county):
    appeals(county)
    answers(county)
    heard(county)

    said = county.ask(TEACHER, Command.VIEW, numbers=(1,)).splitlines()

    assert said[0] == "申诉编号 1，5月21日（周二）提的，已答复。"
    assert said[-4:] == [
        "答复",
        "丙管理员 5月21日（周二）：“已核对，数据没有错”",
        "还有疑问，发“申诉 内容”再提一件。",
        TODAY,
    ]
    assert "appeal.viewed" not in county.connection.scalars(select(audit.c.action)).all()


@pytest.mark.parametrize("who", [LEADER, OTHER_ADMIN])
def test_somebody_elses_case_is_answered_as_none_at_all(county, who):
    appeals(county)
    nothing = county.ask(who, Command.VIEW, numbers=(77,)).replace("77", "1")

    assert county.ask(who, Command.VIEW, numbers=(1,)) == nothing == "没有你能看的编号 1。"


def test_an_answer_reaches_the_appellant_and_stands_in_the_log(county):
    appeals(county)
    heard(county)

    assert answers(county) == "编号 1（甲老师）已答复：“已核对，数据没有错”\n已告诉甲老师。"
    assert told(county)[-1] == (
        TEACHER,
        "你的申诉（编号 1）有答复了，丙管理员说：“已核对，数据没有错”。看全文发“查看 1”，还有疑问再发“申诉 内容”。",
    )
    assert answers(county) == "编号 1 已经是这个答复，没有再发一次。"
    assert len(told(county)) == 3


def test_a_second_answer_adds_and_the_log_keeps_both(county):
    appeals(county)
    answers(county, "已核对")
    heard(county)
    county.later(minutes=5)

    assert answers(county, "周一更新后再看", who=PRINCIPAL) == (
        "编号 1（甲老师）已答复：“周一更新后再看”\n"
        "丙管理员先前答复过，原话还在记录里，本人看到的是你这一条。\n"
        "已告诉甲老师。"
    )
    row = county.connection.execute(select(appeal.c.answer, appeal.c.answered_by, appeal.c.state)).one()
    assert row == ("周一更新后再看", PRINCIPAL, "answered")
    said = county.connection.scalars(select(audit.c.detail).where(audit.c.action == "appeal.answered")).all()
    assert said == [{"number": 1, "answer": "已核对"}, {"number": 1, "answer": "周一更新后再看"}]


def test_the_office_says_that_the_data_has_been_corrected(county):
    appeals(county)
    answers(county)
    heard(county)
    county.later(minutes=5)

    assert county.ask(OFFICE, Command.CORRECT, numbers=(1,), text="已补导入 5月20日的学时") == (
        "编号 1（甲老师）已答复，标为已更正：“已补导入 5月20日的学时”\n"
        "丙管理员先前答复过，原话还在记录里，本人看到的是你这一条。\n"
        "数据本身不会因此改变：学时用导入更正，审核结果用“重开 编号 原因”。\n"
        "已告诉甲老师。"
    )
    assert told(county)[-1][1].startswith("你的申诉（编号 1）已更正，戊主任说：“已补导入 5月20日的学时”。")
    answers(county, "再补充一句")
    assert county.connection.scalar(select(appeal.c.state)) == "corrected"
    assert "戊主任" not in county.ask(TEACHER, Command.APPEAL).splitlines()[1]


def test_only_an_appeal_can_be_corrected_for_now(county):
    hand_in(county, TEACHER, "A5")

    assert county.ask(OFFICE, Command.CORRECT, numbers=(1,), text="链接换了") == (
        "编号 1 不是公告，也不是申诉，没有更正。审核结果要改，发“重开 1 原因”。"
    )
    assert county.ask(OFFICE, Command.CORRECT, numbers=(99,), text="链接换了") == (
        "没有你能答复的编号 99，发“申诉列表”看编号。"
    )


@pytest.mark.parametrize(
    "arguments", [{}, {"numbers": (1,)}, {"text": "好"}, {"numbers": (1, 2), "text": "都好了"}]
)
def test_an_answer_needs_one_number_and_a_text(county, arguments):
    appeals(county)

    assert county.ask(ADMIN, Command.ANSWER, **arguments).startswith(
        "要写上一个编号和内容，例如“答复 12 已核对，数据没有错”。编号发“申诉列表”看。"
    )
    assert county.ask(OFFICE, Command.CORRECT, **arguments).startswith("要写上一个编号和内容，例如“更正 12 ")


def test_another_schools_lead_learns_nothing(county):
    appeals(county)

    assert answers(county, who=OTHER_ADMIN) == "没有你能答复的编号 1，发“申诉列表”看编号。"
    assert (
        answers(county, who=OTHER_ADMIN, number=2**70) == f"没有你能答复的编号 {2**70}，发“申诉列表”看编号。"
    )
    assert county.connection.scalar(select(appeal.c.state)) == "open"


def test_whoever_has_moved_is_answered_for_by_the_new_school(county):
    appeals(county)
    county.connection.execute(
        person.update().where(person.c.id == TEACHER).values(school_id=2, group_id=None)
    )

    assert answers(county, who=ADMIN).startswith("没有你能答复的编号 1")
    assert answers(county, who=OTHER_ADMIN).startswith("编号 1（甲老师）已答复")


def test_a_long_text_is_kept_whole_and_shown_short_in_lists(county):
    text = "学时不对。" * 1000
    appeals(county, text)

    assert county.connection.scalar(select(func.length(appeal.c.text))) == 5000
    line = county.ask(ADMIN, Command.APPEALS).splitlines()[1]
    assert line == f"编号 1 甲老师，今天提的：“{text[:39]}…”"
    assert text in county.ask(ADMIN, Command.VIEW, numbers=(1,))
