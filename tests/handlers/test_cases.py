"""案例: three kinds, each by whom it is for; a work of somebody else only with the author's consent."""

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.policy.calendar import Lateness
from bot.policy.links import fingerprint
from messages.commands import Command
from storage import evidence
from storage.notices import say
from storage.submissions import Link
from storage.tables import audit, person, role
from storage.work_tables import paper
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    MATHS,
    OFFICE,
    OTHER_ADMIN,
    PRINCIPAL,
    TEACHER,
)

DOC, OTHER_DOC = "https://www.example.com/case/1", "https://www.example.com/case/2"
FORM = "链接要以 http:// 或 https:// 开头，并设成“获得链接的人可查看”。"
NAMING = "例如“案例 微能力作品 链接 编号 12”，或者写作者姓名"
ASKED = "已收，编号 1，等甲老师同意；同意之后才算。\n已私信作者，回复以后会告诉你，你暂时不用做什么。"
QUESTION = (
    "乙组长想把你的作品报为微能力作品案例（编号 1）。同意发“同意 1”，不同意发“不同意 1”；先看内容发“查看 1”。"
)


def case(county, kind, link=DOC, who=ADMIN, note="", codes=()):
    links = (link,) if link else ()
    return county.ask(who, Command.CASE, filter=kind, links=links, note=note, codes=codes)


def work(county, link=DOC, who=LEADER, note="甲老师", codes=()):
    return case(county, "微能力作品", link, who, note, codes)


def agree(county, *numbers, who=TEACHER):
    return county.ask(who, Command.CONSENT, numbers=numbers)


def decline(county, *numbers, who=TEACHER):
    return county.ask(who, Command.DISSENT, numbers=numbers)


def notices(county, person_id):
    said, _ = say(county.connection, person_id, most=9, at=county.real_ms)
    return [one.plain for one in said]


def handed_in(county, person_id, code="A5", link=DOC):
    """A submission; its number."""
    return evidence.hand_in(
        county.connection,
        person_id=person_id,
        code=code,
        note="",
        links=[Link(url=link, fingerprint=fingerprint(link))],
        late=Lateness.IN_TIME,
        at=county.real_ms,
        real_ms=county.real_ms,
    )


def states(county):
    return county.connection.execute(select(paper.c.number, paper.c.state).order_by(paper.c.number)).all()


def row(county, number):
    return county.connection.execute(select(paper).where(paper.c.number == number)).one()


# ── 整校推进, 学科研修 ──


def test_the_lead_hands_in_the_case_of_the_school(county):
    assert case(county, "整校推进") == "已收，编号 1：示例县第一小学的整校推进案例。"
    assert case(county, "整校推进", who=PRINCIPAL) == (
        "和编号 1 一样（示例县第一小学的整校推进案例），不用再交。"
    )
    assert case(county, "整校推进", OTHER_DOC) == (
        "已收，编号 2：示例县第一小学的整校推进案例。\n换下了原来的编号 1。"
    )
    assert states(county) == [(1, "replaced"), (2, "handed_in")]


def test_a_leader_hands_in_the_case_of_the_group(county):
    assert case(county, "学科研修", who=LEADER) == "已收，编号 1：示例县第一小学语文组的学科研修案例。"
    assert row(county, 1).group_id == CHINESE


def test_the_lead_names_the_group_or_means_the_school(county):
    assert case(county, "学科研修", note="数学组") == "已收，编号 1：示例县第一小学数学组的学科研修案例。"
    assert case(county, "学科研修") == "已收，编号 2：示例县第一小学的学科研修案例。"
    assert (row(county, 1).group_id, row(county, 2).group_id) == (MATHS, None)
    assert states(county) == [(1, "handed_in"), (2, "handed_in")]


@pytest.mark.parametrize(
    ("kind", "who", "said"),
    [
        ("整校推进", TEACHER, "整校推进案例由学校管理员或校长来交，没有收。"),
        ("整校推进", LEADER, "整校推进案例由学校管理员或校长来交，没有收。"),
        ("学科研修", TEACHER, "学科研修案例由教研组长、学校管理员或校长来交，没有收。"),
    ],
)
def test_a_kind_is_for_those_whose_it_is(county, kind, who, said):
    assert case(county, kind, who=who) == said
    assert states(county) == []


def test_after_the_day_of_the_summary_cases_are_marked(county):
    county.now = datetime(2024, 6, 15, 0, 0, tzinfo=county.now.tzinfo)

    assert case(county, "整校推进") == (
        "已收，编号 1：示例县第一小学的整校推进案例。\n已过 6月14日，照样收下，会注明。"
    )
    assert row(county, 1).late


def test_a_link_without_a_kind_is_asked_about(county):
    assert case(county, "") == (
        "这个链接是哪一种案例？\n"
        "1. 整校推进\n2. 学科研修\n3. 微能力作品\n"
        "回复 1 到 3（5 分钟内有效，链接我先记着）。"
    )
    assert county.ask(ADMIN, typed="1", silent=True) == "已收，编号 1：示例县第一小学的整校推进案例。"
    assert case(county, "", who=TEACHER) == (
        "这个链接是哪一种案例？\n1. 微能力作品\n回复 1 就交（5 分钟内有效，链接我先记着）。"
    )


def test_without_a_link_it_says_what_to_write_and_what_there_is(county):
    assert case(county, "", link="", who=TEACHER) == (
        f"你还没有交过案例。\n下一步：发“案例 微能力作品 链接”（6月14日（周五）前）。\n{FORM}"
    )
    case(county, "学科研修", who=LEADER)
    work(county)
    assert case(county, "", link="", who=LEADER) == (
        "你交过 2 份案例：\n"
        "编号 2 微能力作品案例（甲老师）：等作者同意\n"
        "编号 1 学科研修案例：已收\n"
        f"下一步：发“案例 学科研修 链接”或“案例 微能力作品 链接”（6月14日（周五）前）。\n{FORM}"
    )


# ── 微能力作品 by the author ──


def test_an_author_hands_in_the_own_work(county):
    assert work(county, who=TEACHER, note="") == (
        "已收，编号 1：甲老师的微能力作品案例。\n不想报了就发“不同意 1”。"
    )
    found = row(county, 1)
    assert (found.state, found.author_id, found.school_id, found.group_id, found.evidence_number) == (
        "handed_in",
        TEACHER,
        FIRST_SCHOOL,
        CHINESE,
        None,
    )


def test_the_work_is_known_by_its_link_by_its_number_or_by_its_code(county):
    first, second, third = (
        handed_in(county, TEACHER, code, f"https://www.example.com/{code}") for code in ("A5", "B2", "A1")
    )

    by_link = work(county, "https://www.example.com/A5?from=timeline", who=TEACHER, note="")
    by_number = work(county, OTHER_DOC, who=TEACHER, note=f"编号{second}")
    by_code = work(county, "https://www.example.com/x", who=TEACHER, note="", codes=("A1",))

    assert by_link.splitlines()[0] == f"已收，编号 4：甲老师的微能力作品案例（材料编号 {first}）。"
    assert by_number.splitlines()[0] == f"已收，编号 5：甲老师的微能力作品案例（材料编号 {second}）。"
    assert by_code.splitlines()[0] == f"已收，编号 6：甲老师的微能力作品案例（材料编号 {third}）。"


def test_of_one_piece_of_evidence_the_newest_case_counts(county):
    number = handed_in(county, TEACHER)
    work(county, who=TEACHER, note="")

    assert work(county, OTHER_DOC, who=TEACHER, note=f"编号 {number}") == (
        "已收，编号 3：甲老师的微能力作品案例（材料编号 1）。\n换下了原来的编号 2。\n不想报了就发“不同意 3”。"
    )
    assert states(county) == [(2, "replaced"), (3, "handed_in")]


def test_two_works_without_evidence_stand_side_by_side(county):
    work(county, DOC, who=TEACHER, note="导入")
    work(county, OTHER_DOC, who=TEACHER, note="微课")

    assert states(county) == [(1, "handed_in"), (2, "handed_in")]
    assert work(county, DOC, who=TEACHER, note="") == "和编号 1 一样（甲老师的微能力作品案例），不用再交。"


def test_an_author_may_take_the_own_work_back_until_the_day(county):
    work(county, who=TEACHER, note="")

    assert agree(county, 1) == "编号 1 是你自己交的，不用再同意。"
    assert decline(county, 1) == "记下了，编号 1 不报为案例。要再报就发“案例 微能力作品 链接”。"
    assert states(county) == [(1, "declined")]
    assert work(county, who=TEACHER, note="").startswith("已收，编号 2：甲老师的微能力作品案例。")

    county.now = datetime(2024, 6, 15, 9, tzinfo=county.now.tzinfo)
    assert decline(county, 2) == "6月14日已过，编号 2 不能再改。要撤下请联系项目办。"


# ── 微能力作品 with the author's consent ──


def test_a_leader_asks_the_author(county):
    assert work(county) == ASKED
    found = row(county, 1)
    assert (found.state, found.author_id, found.handed_in_by) == ("asked", TEACHER, LEADER)
    assert notices(county, TEACHER) == [QUESTION]
    assert county.connection.execute(select(audit.c.actor, audit.c.person_id)).one() == ("person:2", TEACHER)


def test_the_author_agrees_and_the_leader_is_told(county):
    work(county)
    notices(county, TEACHER)

    assert agree(county, 1) == (
        "已同意，编号 1 报为微能力作品案例，已告诉乙组长。\n改了主意，6月14日前可以发“不同意 1”。"
    )
    assert states(county) == [(1, "agreed")]
    assert notices(county, LEADER) == ["甲老师同意了，微能力作品案例（编号 1）已收。"]
    assert agree(county, 1) == "编号 1 你已经同意，不用再发。"


def test_a_yes_may_become_a_no_until_the_day_and_a_no_stands(county):
    work(county)
    notices(county, TEACHER)
    agree(county, 1)
    county.now = datetime(2024, 6, 14, 23, 59, tzinfo=county.now.tzinfo)

    assert decline(county, 1) == "记下了，编号 1 不报为案例，已告诉乙组长。"
    assert notices(county, LEADER) == [
        "甲老师同意了，微能力作品案例（编号 1）已收。",
        "甲老师不同意把作品报为案例（编号 1），没有上报，不用再催。",
    ]
    assert agree(county, 1) == "编号 1 你已经答复不同意。改了主意就自己发“案例 微能力作品 链接”。"
    assert decline(county, 1) == "编号 1 你已经答复不同意。"
    assert states(county) == [(1, "declined")]


def test_after_the_day_a_yes_stands(county):
    work(county)
    notices(county, TEACHER)
    agree(county, 1)
    county.now = datetime(2024, 6, 15, 0, 0, tzinfo=county.now.tzinfo)

    assert decline(county, 1) == "6月14日已过，编号 1 不能再改。要撤下请联系项目办。"
    assert states(county) == [(1, "agreed")]


def test_who_has_not_answered_by_the_day_may_still_answer(county):
    work(county)
    notices(county, TEACHER)
    county.now = datetime(2024, 6, 20, 9, tzinfo=county.now.tzinfo)

    assert agree(county, 1) == "已同意，编号 1 报为微能力作品案例，已告诉乙组长。"


@pytest.mark.parametrize("who", [LEADER, PRINCIPAL, OFFICE])
def test_nobody_but_the_author_answers(county, who):
    work(county)
    assert agree(county, 1, who=who) == "没有等你答复的编号 1。发“同意”看有哪些在等你。"
    assert decline(county, 99, who=who) == "没有等你答复的编号 99。发“同意”看有哪些在等你。"
    assert states(county) == [(1, "asked")]


def test_a_filing_or_a_bulletin_cannot_be_agreed_to(county):
    county.ask(ADMIN, Command.FILE, filter="发展规划", links=(DOC,))
    county.ask(LEADER, Command.BULLETIN, links=(DOC,))

    assert agree(county, 1, 2, who=LEADER) == (
        "没有等你答复的编号 1。发“同意”看有哪些在等你。\n没有等你答复的编号 2。发“同意”看有哪些在等你。"
    )


def test_without_a_number_the_open_questions_are_listed(county):
    assert agree(county) == "现在没有等你同意的作品。"
    work(county)
    notices(county, TEACHER)

    assert agree(county) == (
        "等你答复的：\n编号 1，乙组长想报为微能力作品案例\n下一步：写上编号，例如“同意 1”。"
    )
    assert decline(county).splitlines()[-1] == "下一步：写上编号，例如“不同意 1”。"
    assert states(county) == [(1, "asked")]


def test_the_same_question_is_not_put_twice(county):
    work(county)

    assert work(county) == "和编号 1 一样，还在等甲老师同意，不用再交。"
    notices(county, TEACHER)
    agree(county, 1)
    notices(county, LEADER)
    assert work(county) == "和编号 1 一样（甲老师的微能力作品案例），不用再交。"


def test_who_has_said_no_is_not_asked_again(county):
    work(county)
    notices(county, TEACHER)
    decline(county, 1)
    notices(county, LEADER)

    assert work(county) == (
        "没有收：甲老师不同意报这件作品（编号 1）。\n本人改了主意，可以自己发“案例 微能力作品 链接”。"
    )
    assert notices(county, TEACHER) == []


def test_handing_in_oneself_what_one_was_asked_for_is_a_yes(county):
    work(county)
    notices(county, TEACHER)

    assert work(county, who=TEACHER, note="").startswith("已同意，编号 1 报为微能力作品案例，")
    assert states(county) == [(1, "agreed")]


def test_what_the_author_agrees_to_takes_the_place_of_the_earlier_case(county):
    number = handed_in(county, TEACHER)
    work(county, DOC, who=TEACHER, note=f"编号 {number}")
    work(county, OTHER_DOC, note=f"编号 {number}")
    assert states(county) == [(2, "handed_in"), (3, "asked")]

    agree(county, 3)

    assert states(county) == [(2, "replaced"), (3, "agreed")]


def test_a_leader_names_the_work_by_number_name_or_link(county):
    number = handed_in(county, TEACHER)

    assert work(county, OTHER_DOC, note=str(number)).startswith("已收，编号 2，等甲老师同意")
    assert work(county, "https://www.example.com/3", note="甲老师的微课").startswith(
        "已收，编号 3，等甲老师同意"
    )
    assert work(county, DOC, note="").startswith("已收，编号 4，等甲老师同意")
    assert [row(county, n).evidence_number for n in (2, 3, 4)] == [number, None, number]


def test_a_leader_without_a_name_means_the_own_work_and_hears_how_to_name(county):
    assert work(county, note="") == (
        "已收，编号 1：乙组长的微能力作品案例。\n"
        "不想报了就发“不同意 1”。\n"
        f"是组里老师的作品就写明作者，{NAMING}。"
    )
    assert row(county, 1).state == "handed_in"


def test_a_name_that_nobody_has_is_asked_about(county):
    assert work(county, note="某某老师的微课") == (
        f"没有收：没认出作者是组里哪位老师，请写明，{NAMING}；自己的作品写自己的姓名。"
    )
    assert states(county) == []


def test_two_of_one_name_are_told_apart_by_the_number(county):
    county.connection.execute(
        person.insert().values(
            id=50, staff_no="T0050", name="甲老师", school_id=FIRST_SCHOOL, group_id=CHINESE
        )
    )

    assert work(county) == (
        "没有收：作者不止一位（甲老师等），请写材料的编号，例如“案例 微能力作品 链接 编号 12”。"
    )


def test_a_longer_name_is_not_taken_for_the_shorter_one(county):
    county.connection.execute(
        person.insert().values(
            id=50, staff_no="T0050", name="甲老师傅", school_id=FIRST_SCHOOL, group_id=CHINESE
        )
    )

    assert work(county, note="甲老师傅").startswith("已收，编号 1，等甲老师傅同意")


@pytest.mark.parametrize("note", ["编号 1", "#1", "1号", "1"])
def test_evidence_of_another_group_is_answered_as_one_that_is_not_there(county, note):
    handed_in(county, OTHER_ADMIN)

    assert work(county, note=note) == "没有收：没有你能看的编号 1。请核对材料的编号。"
    assert work(county, note="编号 77") == "没有收：没有你能看的编号 77。请核对材料的编号。"
    assert states(county) == []


def test_a_year_in_the_note_is_no_number(county):
    assert work(county, who=TEACHER, note="2024年春季微课").startswith("已收，编号 1：甲老师的")


def test_the_lead_asks_everybody_of_the_school_and_nobody_else(county):
    county.connection.execute(role.update().where(role.c.person_id == LEADER).values(ended_at=1))

    assert work(county, who=ADMIN).startswith("已收，编号 1，等甲老师同意")
    assert work(county, OTHER_DOC, who=OTHER_ADMIN, note="甲老师").startswith("已收，编号 2：辛管理员的")


# ── 查看 ──


def test_the_author_looks_before_answering(county):
    work(county)
    notices(county, TEACHER)
    shown = (
        "编号 1：示例县第一小学语文组甲老师的微能力作品案例。\n"
        f"链接：{DOC}\n"
        "说明：甲老师\n"
        "5月21日 乙组长交。\n"
        "状态：等作者同意。"
    )

    assert county.ask(TEACHER, Command.VIEW, numbers=(1,)) == (f"{shown}\n下一步：发“同意 1”，或“不同意 1”。")
    for who in (LEADER, ADMIN, OFFICE):
        assert county.ask(who, Command.VIEW, numbers=(1,)) == shown
    assert county.ask(OTHER_ADMIN, Command.VIEW, numbers=(1,)) == "没有你能看的编号 1。"
    looks = select(audit.c.actor).where(audit.c.action == "paper.viewed").order_by(audit.c.id)
    assert county.connection.execute(looks).scalars().all() == ["person:2", "person:3", "person:5"]


def test_a_work_is_not_shown_any_more_to_whoever_asked_for_it_and_leads_no_longer(county):
    work(county)
    assert county.ask(LEADER, Command.VIEW, numbers=(1,)).startswith("编号 1：")

    county.connection.execute(role.update().where(role.c.person_id == LEADER).values(ended_at=1))

    assert county.ask(LEADER, Command.VIEW, numbers=(1,)) == "没有你能看的编号 1。"


# ── as it is typed ──


def test_a_share_text_brings_its_extraction_code_and_no_author(county, says):
    said = says(
        "案例 微能力作品 链接: https://pan.baidu.com/s/1abc 提取码: 8k2d 复制这段内容后打开百度网盘手机App",
        LEADER,
    )

    assert said.startswith("已收，编号 1：乙组长的微能力作品案例。")
    assert (row(county, 1).link, row(county, 1).note) == ("https://pan.baidu.com/s/1abc?pwd=8k2d", "")


def test_an_author_may_be_named_before_the_link(county, says):
    said = says("案例 微能力作品 甲老师 链接: https://pan.baidu.com/s/1abc 提取码: 8k2d", LEADER)

    assert said.startswith("已收，编号 1，等甲老师同意")
    assert row(county, 1).note == "甲老师"


def test_a_code_is_no_author(county, says):
    number = handed_in(county, LEADER)

    said = says("案例 微能力作品 A5 https://www.example.com/x", LEADER)

    assert said.startswith(f"已收，编号 2：乙组长的微能力作品案例（材料编号 {number}）。")


def test_a_menu_keeps_the_extraction_code(county, says):
    says("案例 https://pan.baidu.com/s/1abc 提取码 8k2d", ADMIN)

    assert says("1", ADMIN) == "已收，编号 1：示例县第一小学的整校推进案例。"
    assert row(county, 1).link == "https://pan.baidu.com/s/1abc?pwd=8k2d"
