"""备案: handed in by the school's lead, decided by the project office, looked up by both."""

from datetime import datetime

import pytest
from sqlalchemy import select

from messages.commands import Command
from storage.notices import say
from storage.tables import audit, choice, filing, person, role, school
from tests.handlers.conftest import (
    ADMIN,
    BUREAU,
    FIRST_SCHOOL,
    LEADER,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    PRINCIPAL,
    SECOND_SCHOOL,
    TEACHER,
)

DOC = "https://www.example.com/plan/1"
OTHER_DOC = "https://www.example.com/plan/2"
SCOPE = ("A1", "A3", "A5", "A11", "B2")
LATE = "已过 3月17日，照样收下，会注明。\n"
FORM = "链接要以 http:// 或 https:// 开头，并设成“获得链接的人可查看”。"
LINES = ["本校范围", "发展规划", "研修方案", "考核方案", "实施方案"]


def file(county, slot, link=DOC, who=ADMIN, typed=""):
    return county.ask(who, Command.FILE, filter=slot, links=(link,), typed=typed)


def accept(county, *numbers, who=OFFICE):
    return county.ask(who, Command.ACCEPT_FILING, numbers=numbers)


def send_back(county, *numbers, reason="缺考核细则"):
    return county.ask(OFFICE, Command.RETURN_FILING, numbers=numbers, reason=reason)


def notices(county, person_id):
    said, _ = say(county.connection, person_id, most=9, at=county.real_ms)
    return [one.plain for one in said]


def without_the_bureau(county):
    county.connection.execute(school.update().where(school.c.id == BUREAU).values(ranked=False))


# ── 备案 ──


def test_a_paper_gets_a_number_and_an_audit_entry(county):
    assert file(county, "发展规划") == (
        "已交，编号 1：发展规划，等项目办备案。\n"
        f"{LATE}"
        "下一步：还没交的有 本校范围、研修方案、考核方案、实施方案，发“本校范围 编码 编码 …”。"
    )
    row = county.connection.execute(select(filing)).one()
    assert (row.number, row.school_id, row.slot, row.content, row.state, row.handed_in_by) == (
        1,
        FIRST_SCHOOL,
        "development",
        DOC,
        "handed_in",
        ADMIN,
    )
    assert county.connection.execute(select(audit.c.action, audit.c.actor, audit.c.detail)).one() == (
        "filing.handed_in",
        "person:3",
        {"school": 1, "slot": "development", "number": 1, "link": DOC},
    )


def test_the_last_day_of_the_first_stage_is_in_time(county):
    county.now = datetime(2024, 3, 17, 23, 59, tzinfo=county.now.tzinfo)
    assert "3月17日" not in file(county, "发展规划")

    county.later(minutes=1)
    assert LATE in file(county, "研修方案")


def test_the_same_link_again_gets_the_same_receipt(county):
    file(county, "发展规划")

    assert file(county, "发展规划", who=PRINCIPAL) == "和编号 1 的发展规划一样（等项目办备案），不用再交。"
    # The same document as the share button of another day writes it.
    assert file(county, "发展规划", f"{DOC}?from=singlemessage").startswith("和编号 1 的发展规划一样")
    accept(county, 1)
    notices(county, ADMIN)
    assert file(county, "发展规划") == "和编号 1 的发展规划一样（已备案），不用再交。"
    assert county.connection.execute(select(filing.c.number)).scalars().all() == [1]


def test_a_new_version_is_a_new_number_and_the_filed_one_stays_in_force(county):
    file(county, "发展规划")
    accept(county, 1)
    notices(county, ADMIN)

    assert file(county, "发展规划", OTHER_DOC) == (
        "已交，编号 2：发展规划，等项目办备案。\n"
        f"{LATE}"
        "备案之前仍以编号 1 为准。\n"
        "下一步：还没交的有 本校范围、研修方案、考核方案、实施方案，发“本校范围 编码 编码 …”。"
    )
    line = county.ask(PRINCIPAL, Command.FILINGS).splitlines()[2]
    assert line == (
        "发展规划：已备案（编号 1，5月21日）；新版已交，等项目办备案（编号 2，5月21日，已过 3月17日）"
    )


def test_a_link_alone_asks_which_paper_it_is_and_is_remembered(county):
    assert county.ask(ADMIN, Command.FILE, links=(DOC,)) == (
        "这个链接是哪一份？\n"
        "1. 发展规划\n2. 研修方案\n3. 考核方案\n4. 实施方案\n"
        "回复 1 到 4（5 分钟内有效，链接我先记着）。"
    )
    assert county.ask(ADMIN, typed="3").startswith("已交，编号 1：考核方案，")
    assert county.connection.scalar(select(filing.c.content)) == DOC


def test_without_a_link_it_says_what_to_write(county):
    assert county.ask(ADMIN, Command.FILE) == (
        f"备案有 4 份：发展规划、研修方案、考核方案、实施方案。\n下一步：发“备案 发展规划 链接”。\n{FORM}"
    )
    assert county.ask(ADMIN, Command.FILE, filter="考核方案") == (
        f"考核方案还缺链接：发“备案 考核方案 链接”。\n{FORM}"
    )
    file(county, "发展规划")
    assert county.ask(ADMIN, Command.FILE).splitlines()[1] == "下一步：发“备案 研修方案 链接”。"


STEP = "下一步：换一个别人也能打开的链接，再发一次。"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("备案 发展规划 http://127.0.0.1/x", f"没有收：这个链接（127.0.0.1）指向本机或内部网络，别人打不开。\n{STEP}"),
        ("备案 发展规划 http://2130706433/x", f"没有收：这个链接（2130706433）指向本机或内部网络，别人打不开。\n{STEP}"),
        ("备案 发展规划 javascript:alert(1)", f"没有收：只收 http 或 https 开头的链接，不收 javascript。\n{STEP}"),
        ("备案 发展规划 ftp://example.com/x", f"没有收：只收 http 或 https 开头的链接，不收 ftp。\n{STEP}"),
        (
            "备案 发展规划 https://www.example.com/1 https://www.example.com/2",
            "没有收：这里一次收一个链接，你发了 2 个。请留下一个再发一次。",
        ),
        (
            f"备案 发展规划 https://www.example.com/{'x' * 2048}",
            f"没有收：这个链接太长，最多 2048 个字符。\n{STEP}",
        ),
    ],
)  # fmt: skip
def test_a_link_that_others_cannot_open_is_not_taken(county, says, typed, said):
    assert says(typed, ADMIN) == said
    assert county.connection.scalar(select(filing.c.number)) is None


def test_an_extraction_code_goes_with_the_link(county, says):
    advice = "提醒：百度网盘的链接没有带提取码，别人打不开；请连提取码一起再发一次。"
    assert advice in says("备案 考核方案 https://pan.baidu.com/s/1abc", ADMIN).splitlines()

    said = says(
        "备案 考核方案 链接: https://pan.baidu.com/s/1abc 提取码: 8k2d 复制这段内容打开百度网盘手机App", ADMIN
    )

    assert said.startswith("已交，编号 2：考核方案，")
    assert "提醒" not in said
    content = select(filing.c.content).where(filing.c.number == 2)
    assert county.connection.scalar(content) == "https://pan.baidu.com/s/1abc?pwd=8k2d"
    assert says("备案 考核方案 https://pan.baidu.com/s/1abc", ADMIN).startswith("和编号 2 的考核方案一样")


# ── 备案通过, 备案退回 ──


def test_several_are_decided_item_by_item(county):
    file(county, "发展规划")
    file(county, "研修方案")
    file(county, "研修方案", OTHER_DOC)
    file(county, "考核方案")
    send_back(county, 4)

    assert accept(county, 1, 2, 3, 4, 99, 1) == (
        "5 份里备案了 2 份，3 份没有办：\n"
        "编号 1 发展规划（示例县第一小学）：已备案\n"
        "编号 2 研修方案（示例县第一小学）：学校又交了新版，请办编号 3\n"
        "编号 3 研修方案（示例县第一小学）：已备案\n"
        "编号 4 考核方案（示例县第一小学）：5月21日戊主任已退回，等学校改好重交\n"
        "编号 99：没有这份备案材料\n"
        "下一步：发“未备案”看还有哪些要办。"
    )
    states = county.connection.execute(
        select(filing.c.number, filing.c.state).order_by(filing.c.number)
    ).all()
    assert states == [(1, "filed"), (2, "handed_in"), (3, "filed"), (4, "returned")]


def test_what_was_filed_is_not_decided_again(county):
    file(county, "发展规划")
    accept(county, 1)

    assert send_back(county, 1) == (
        "编号 1 发展规划（示例县第一小学）：5月21日戊主任已备案。\n下一步：发“未备案”看还有哪些要办。"
    )


def test_a_return_tells_the_school_why(county):
    file(county, "发展规划")

    assert send_back(county, 1, reason="缺考核细则。") == (
        "编号 1 发展规划（示例县第一小学）：已退回。\n"
        "原因：缺考核细则。已告诉学校，改好会重交。\n"
        "下一步：发“未备案”看还有哪些要办。"
    )
    told = "示例县第一小学的发展规划（编号 1）被退回：缺考核细则。改好后发“备案 发展规划 链接”。"
    assert notices(county, ADMIN) == [told]
    assert notices(county, PRINCIPAL) == [told]
    assert notices(county, OTHER_ADMIN) == []
    assert county.connection.execute(
        select(audit.c.actor, audit.c.detail).where(audit.c.action == "filing.returned")
    ).one() == ("person:5", {"number": 1, "school": 1, "slot": "development", "reason": "缺考核细则"})


def test_a_returned_paper_may_be_handed_in_again_with_the_same_link(county):
    file(county, "发展规划")
    send_back(county, 1)

    assert file(county, "发展规划").startswith("已交，编号 2：发展规划，")


@pytest.mark.parametrize("reason", ["", "差"])
def test_a_return_needs_a_reason(county, reason):
    file(county, "发展规划")

    assert send_back(county, 1, reason=reason) == (
        "退回要写原因（至少 2 个字），还没有退回。\n下一步：发“备案退回 1 原因”。"
    )
    assert county.connection.scalar(select(filing.c.state)) == "handed_in"


def test_a_reason_that_is_too_long_is_not_cut(county):
    file(county, "发展规划")

    assert send_back(county, 1, reason="长" * 201) == (
        "原因最多 200 个字，你写了 201 个，还没有退回。请写短一点再发一次。"
    )


def test_without_a_number_it_says_what_to_write(county):
    assert accept(county) == (
        "要写编号，例如“备案通过 12”，几份一起写“备案通过 12 13”。\n下一步：发“未备案”看等备案的编号。"
    )
    assert send_back(county) == (
        "要写编号和原因，例如“备案退回 12 缺考核细则”。\n下一步：发“未备案”看等备案的编号。"
    )


def test_a_number_beyond_every_number_is_none(county):
    assert accept(county, 10**30) == (
        f"编号 {10**30}：没有这份备案材料。\n下一步：发“未备案”看还有哪些要办。"
    )


def test_the_lead_who_decides_as_the_office_is_not_told_what_they_did(county):
    county.connection.execute(
        role.insert().values(
            person_id=OFFICE, role="principal", school_id=FIRST_SCHOOL, source="grant", granted_at=0
        )
    )
    file(county, "发展规划")
    accept(county, 1)

    assert notices(county, OFFICE) == []
    assert notices(county, ADMIN) == ["示例县第一小学的发展规划（编号 1）已备案。发“备案情况”看还差哪些。"]


def test_a_filed_scope_counts_whose_points_lie_outside(county):
    # 甲老师: A6 lies outside. 乙组长: C2 lies outside but is certified. 庚老师 has retired.
    for who, codes in (
        (TEACHER, ("A1", "A5", "A6")),
        (LEADER, ("A1", "A5", "C2")),
        (NEWCOMER, ("A6", "A7", "A1")),
    ):
        county.connection.execute(
            choice.insert(), [{"person_id": who, "code": code, "chosen_at": 0} for code in codes]
        )
    county.certify(LEADER, "C2")
    county.connection.execute(person.update().where(person.c.id == NEWCOMER).values(state="retired"))
    county.certify(NEWCOMER)
    county.certify(TEACHER)
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)

    assert accept(county, 1) == (
        "编号 1 本校范围（示例县第一小学）：已备案，有 1 位老师选的点不在范围里，已告诉学校。\n"
        "下一步：发“未备案”看还有哪些要办。"
    )
    assert notices(county, ADMIN) == [
        "示例县第一小学的本校范围（编号 1）已备案。甲老师选的点有不在范围里的，请让本人发“我的微能力”看要换哪个。"
    ]
    assert "不在本校已备案的范围里" in county.ask(TEACHER, Command.MY_POINTS)


def test_a_returned_scope_names_how_to_hand_it_in_again(county):
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)
    send_back(county, 1, reason="请加上 B9")

    assert notices(county, ADMIN) == [
        "示例县第一小学的本校范围（编号 1）被退回：请加上 B9。改好后发“本校范围 编码 编码 …”。"
    ]


# ── 备案情况 ──


def test_a_lead_sees_the_five_slots_with_their_states(county):
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)
    file(county, "发展规划")
    file(county, "研修方案")
    accept(county, 1)
    send_back(county, 3)
    notices(county, ADMIN)

    assert county.ask(ADMIN, Command.FILINGS) == (
        "示例县第一小学备案 1/5。\n"
        "本校范围：已备案（编号 1，5月21日）\n"
        "发展规划：已交，等项目办备案（编号 2，5月21日，已过 3月17日）\n"
        "研修方案：退回（编号 3，5月21日）：缺考核细则\n"
        "考核方案：没交\n"
        "实施方案：没交\n"
        "下一步：改好 研修方案，再发“备案 研修方案 链接”。\n"
        "数据截至 5月21日（周二）"
    )


def test_what_was_filed_stays_filed_when_a_newer_version_is_sent_back(county):
    file(county, "发展规划")
    accept(county, 1)
    file(county, "发展规划", OTHER_DOC)
    send_back(county, 2)
    notices(county, ADMIN)

    said = county.ask(ADMIN, Command.FILINGS).splitlines()

    assert said[0] == "示例县第一小学备案 1/5。"
    assert said[2] == "发展规划：已备案（编号 1，5月21日）；新版退回（编号 2，5月21日）：缺考核细则"


def test_the_office_and_the_leading_group_see_the_county(county):
    without_the_bureau(county)
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)
    file(county, "发展规划")
    file(county, "研修方案", who=OTHER_ADMIN)
    accept(county, 1)
    send_back(county, 3)

    whole = (
        "开原市 2 所学校，备案齐的 0 所。\n"
        "本校范围：已备案 1，等备案 0，退回 0，没交 1\n"
        "发展规划：已备案 0，等备案 1，退回 0，没交 1\n"
        "研修方案：已备案 0，等备案 0，退回 1，没交 1\n"
        "考核方案：已备案 0，等备案 0，退回 0，没交 2\n"
        "实施方案：已备案 0，等备案 0，退回 0，没交 2\n"
        "下一步：发“未备案”看是哪些学校。\n"
        "数据截至 5月21日（周二）"
    )
    assert county.ask(OFFICE, Command.FILINGS) == whole
    assert county.ask(OVERSEER, Command.FILINGS) == whole


def test_who_leads_a_school_and_sits_in_the_office_sees_both(county):
    county.connection.execute(
        role.insert().values(
            person_id=OFFICE, role="principal", school_id=SECOND_SCHOOL, source="grant", granted_at=0
        )
    )

    said = county.ask(OFFICE, Command.FILINGS).splitlines()

    assert said[0] == "示例县第二小学备案 0/5。"
    assert "开原市 3 所学校，备案齐的 0 所。" in said


# ── 未备案 ──


def test_schools_stand_under_whose_step_it_is(county):
    without_the_bureau(county)
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)
    for name in LINES[1:]:
        file(county, name)
    accept(county, 1, 2)
    send_back(county, 3)

    whole = (
        "还有 2 所没办完：没交 1 所，等项目办备案 1 所，退回未改 1 所。\n"
        "没交（1 所）\n"
        "示例县第二小学：本校范围、发展规划、研修方案、考核方案、实施方案\n"
        "等项目办备案（1 所）\n"
        "示例县第一小学：考核方案（编号 4）、实施方案（编号 5）\n"
        "退回未改（1 所）\n"
        "示例县第一小学：研修方案（编号 3）\n"
    )
    step = "下一步：发“查看 4”看内容，再发“备案通过 4”或“备案退回 4 原因”。\n"
    assert county.ask(OFFICE, Command.UNFILED) == f"{whole}{step}数据截至 5月21日（周二）"
    assert county.ask(OVERSEER, Command.UNFILED) == f"{whole}数据截至 5月21日（周二）"


def test_units_with_nobody_active_are_left_out(county):
    without_the_bureau(county)
    county.connection.execute(person.update().where(person.c.id == OTHER_ADMIN).values(state="retired"))

    assert county.ask(OFFICE, Command.UNFILED) == (
        "还有 1 所没办完：没交 1 所。\n"
        "没交（1 所）\n"
        "示例县第一小学：本校范围、发展规划、研修方案、考核方案、实施方案\n"
        "数据截至 5月21日（周二）"
    )


def test_when_everything_is_filed_nothing_is_left_to_do(county):
    without_the_bureau(county)
    for who in (ADMIN, OTHER_ADMIN):
        county.ask(who, Command.SCOPE, codes=SCOPE)
        for name in LINES[1:]:
            file(county, name, who=who)
    accept(county, *range(1, 11))
    notices(county, ADMIN)

    assert county.ask(OFFICE, Command.UNFILED) == "2 所学校都备案齐了，没有要办的。\n数据截至 5月21日（周二）"
    assert county.ask(OFFICE, Command.FILINGS).splitlines()[-2] == "下一步：不用再做什么。"
    said = county.ask(ADMIN, Command.FILINGS).splitlines()
    assert (said[0], said[-2]) == (
        "示例县第一小学备案 5/5，全部完成。",
        "下一步：备案都完成了，不用再做什么。",
    )


# ── 查看 ──


def test_the_office_looks_at_what_it_decides_about(county):
    file(county, "发展规划")

    assert county.ask(OFFICE, Command.VIEW, numbers=(1,)) == (
        "编号 1：示例县第一小学的发展规划。\n"
        f"链接：{DOC}\n"
        "5月21日 丙管理员交，已过 3月17日。\n"
        "状态：已交，等项目办备案。\n"
        "下一步：发“备案通过 1”，或“备案退回 1 原因”。"
    )
    assert county.ask(OVERSEER, Command.VIEW, numbers=(1,)).splitlines()[-1] == "状态：已交，等项目办备案。"


def test_a_scope_is_shown_with_the_names_of_its_points(county):
    county.ask(ADMIN, Command.SCOPE, codes=SCOPE)
    send_back(county, 1, reason="请加上 B9")
    notices(county, PRINCIPAL)

    assert county.ask(PRINCIPAL, Command.VIEW, numbers=(1,)) == (
        "编号 1：示例县第一小学的本校范围。\n"
        "5 个点：A1 技术支持的学情分析、A3 演示文稿设计与制作、A5 技术支持的课堂导入、A11 评价量规设计与应用、B2 微课程设计与制作。\n"
        "覆盖 4 个维度（学情分析、教学设计、学法指导、学业评价）、2 个环境（多媒体教学环境、混合学习环境）。\n"
        "5月21日 丙管理员交，已过 3月17日。\n"
        "状态：5月21日 戊主任已退回，原因：请加上 B9。\n"
        "下一步：改好后发“本校范围 编码 编码 …”。"
    )


def test_an_older_version_names_the_newer_one(county):
    file(county, "发展规划")
    file(county, "发展规划", OTHER_DOC)

    assert county.ask(OFFICE, Command.VIEW, numbers=(1,)).splitlines()[-1] == "学校后来又交了新版：编号 2。"


@pytest.mark.parametrize("who", [TEACHER, LEADER, OTHER_ADMIN])
def test_others_are_told_the_same_as_of_a_number_that_is_not_there(county, who):
    file(county, "发展规划")

    assert county.ask(who, Command.VIEW, numbers=(1,)) == "没有你能看的编号 1。"
    assert county.ask(who, Command.VIEW, numbers=(2,)) == "没有你能看的编号 2。"


def test_the_office_looks_up_one_school(county, says):
    file(county, "发展规划")

    assert says("备案情况 示例县第一小学", OFFICE) == says("备案情况", ADMIN)
    assert says("备案情况 天上小学", OFFICE) == (
        "没有找到“天上小学”，请写学校的全名，例如“备案情况 示例县第一小学”。"
    )
    assert says("备案情况 示例县", OFFICE).startswith("可能是示例县第一小学、示例县第二小学")


def test_a_lead_is_shown_nobody_elses_school(county, says):
    assert says("备案情况 示例县第二小学", ADMIN) == says("备案情况", ADMIN)
