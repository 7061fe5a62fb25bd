"""验收: the county school by school, one school in full, and reminders to those who are nearly there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from bot.policy.filing import FilingState, Slot
from bot.policy.paper import PaperKind, PaperState
from messages.commands import Command
from storage import filings, papers, standings
from storage.tables import audit, person, role, school
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    MATHS,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    PRINCIPAL,
    SECOND_SCHOOL,
    TEACHER,
)
from tests.handlers.submitted import add_teacher
from tests.kit.posted import posted

JUNE = datetime(2024, 6, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
LAST_DAY = datetime(2024, 6, 30, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AS_OF = "线上数据截至 6月19日（周三），实践和认证数据截至 6月20日（周四）"


def is_done(county, person_id, grade="pass"):
    county.has_online(person_id, 2500, date(2024, 6, 19))
    county.certify(person_id, "A1", "A5", "B2", grade=grade)


def filed(county, school_id, *slots):
    for slot in slots:
        number = filings.hand_in(
            county.connection, school_id=school_id, slot=slot, content="x", person_id=ADMIN, at=1
        )
        filings.decide(county.connection, number, FilingState.FILED, person_id=OFFICE, at=1)


def hands_in(county, kind, school_id=FIRST_SCHOOL, state=PaperState.HANDED_IN, **place):
    papers.hand_in(
        county.connection,
        papers.Place(kind=kind, school_id=school_id, **place),
        state=state,
        link="https://example.com/x",
        note="",
        late=False,
        person_id=ADMIN,
        at=1,
    )


def told(county):
    return sorted(posted(county.connection))


@pytest.fixture
def june(county):
    """20 June: the second school is done and has everything, the first lacks four people, one of them deferred."""
    county.now, county.real_ms = JUNE, int(JUNE.timestamp() * 1000)
    county.connection.execute(school.update().where(school.c.id == 3).values(ranked=False))
    is_done(county, OTHER_ADMIN)
    is_done(county, TEACHER, grade="excellent")
    county.connection.execute(person.update().where(person.c.id == NEWCOMER).values(state="deferred"))
    standings.rewrite(county.connection, [NEWCOMER], county.plan, county.catalogue)
    filed(county, SECOND_SCHOOL, *Slot)
    hands_in(county, PaperKind.SUMMARY, SECOND_SCHOOL)
    filed(county, FIRST_SCHOOL, Slot.SCOPE, Slot.DEVELOPMENT, Slot.ASSESSMENT)
    hands_in(county, PaperKind.BULLETIN, group_id=CHINESE, month="2024-04")
    hands_in(county, PaperKind.SUBJECT_CASE, group_id=CHINESE)
    return county


COUNTY = """\
2 所学校中 1 所合格率达到 100%，1 所材料齐了（阶段数）。
开原市合格 2/5（40.0%），平均完成度 40.0%。
没有计入：暂缓 1 人。
3 人还没有线上数据，完成度里按 0 算。
小学 2 所
示例县第一小学：合格 1/4（25.0%）（暂缓 1 人不计），还差 3 人；优秀率 25.0%（按应认证 12 个）、100.0%（按已认证 3 个）；缺 研修方案、实施方案、总结、3月简报 1 组、5月简报 1 组
示例县第二小学：合格 1/1（100.0%）；优秀率 0.0%（按应认证 3 个）、0.0%（按已认证 3 个）；材料齐了
不参与排名的单位 1 个，没有算进来，发“验收 单位名”看。
下一步：发“验收 学校名”看一所，发“验收 提醒”提醒还差人的学校。
"""


def test_the_county_stands_school_by_school_with_counts_on_top(june):
    assert june.ask(OFFICE, Command.ACCEPTANCE) == COUNTY + AS_OF
    assert june.ask(OVERSEER, Command.ACCEPTANCE) == COUNTY + AS_OF


def test_on_the_last_day_the_figures_are_no_longer_provisional(june):
    june.now = LAST_DAY

    said = june.ask(OFFICE, Command.ACCEPTANCE).splitlines()

    assert said[0] == "2 所学校中 1 所合格率达到 100%，1 所材料齐了。"


def test_papers_that_do_not_count_are_missing(june):
    hands_in(june, PaperKind.SUMMARY, state=PaperState.REPLACED)
    hands_in(june, PaperKind.BULLETIN, group_id=MATHS, month="2024-03")  # a group with nobody active

    assert june.ask(OFFICE, Command.ACCEPTANCE) == COUNTY + AS_OF


def test_a_school_that_lacks_all_filings_is_told_so_in_one_word(june):
    june.connection.execute(filings.filing.delete().where(filings.filing.c.school_id == FIRST_SCHOOL))

    assert "缺 备案五项、总结、3月简报 1 组、5月简报 1 组" in june.ask(OFFICE, Command.ACCEPTANCE)


def test_one_school_in_full_with_the_last_few_by_name(june):
    assert june.ask(OFFICE, Command.ACCEPTANCE, school="第一小学") == (
        "示例县第一小学合格 1/4（25.0%），平均完成度 25.0%（阶段数）。\n"
        "没有计入：暂缓 1 人。\n"
        "没达标 3 人：乙组长（没选点）、丁校长（没选点）、丙管理员（没选点）。\n"
        "3 人还没有线上数据，完成度里按 0 算。\n"
        "优秀率 25.0%（按应认证 12 个）、100.0%（按已认证 3 个）。\n"
        "优秀名额：示例县第一小学 已用 3，还可用 4，共 7。\n"
        "材料：缺 研修方案、实施方案、总结、3月简报 1 组、5月简报 1 组。\n"
        "案例交了 学科研修。\n" + AS_OF
    )
    assert june.connection.execute(select(audit.c.action, audit.c.detail)).one() == (
        "list.viewed",
        {"list": "acceptance", "school": FIRST_SCHOOL, "people": 3},
    )


def test_the_leading_group_sees_the_school_without_names(june):
    said = june.ask(OVERSEER, Command.ACCEPTANCE, school="第一小学").splitlines()

    assert said[2] == "没达标 3 人：没选点 3 人。"
    assert june.connection.execute(select(audit)).all() == []


def test_more_than_ten_people_are_not_listed_here(june):
    for number in range(20, 28):
        add_teacher(june, number, f"示例{number}")

    said = june.ask(OFFICE, Command.ACCEPTANCE, school="第一小学")

    assert "没达标 11 人：没选点 11 人。" in said.splitlines()


def test_a_unit_that_is_not_ranked_can_be_looked_at_by_name(june):
    said = june.ask(OFFICE, Command.ACCEPTANCE, school="教育局").splitlines()

    assert said[0] == "示例县教育局合格 0/2（0.0%），平均完成度 0.0%（阶段数）。"
    assert "材料：缺 备案五项、总结。" in said
    assert "案例还没有交（不是必交）。" in said


def test_a_name_that_is_nobodys_or_several_schools(june):
    assert june.ask(OFFICE, Command.ACCEPTANCE, school="第九中学") == (
        "没有找到“第九中学”，请写学校的全名，例如“验收 示例县第一小学”。"
    )
    assert june.ask(OFFICE, Command.ACCEPTANCE, school="小学") == (
        "可能是示例县第一小学、示例县第二小学，请写全名再发一次。"
    )
    june.connection.execute(
        school.insert(), [{"id": n, "name": f"示例县{n}小学", "kind": "primary"} for n in range(10, 15)]
    )
    assert june.ask(OFFICE, Command.ACCEPTANCE, school="小学").endswith("等 7 所，请写全名再发一次。")
    assert june.ask(OFFICE, Command.ACCEPTANCE, school="10小学") == (
        "示例县10小学没有在册的人，没有结果可看。\n数据截至 6月20日（周四）"
    )


def test_a_reminder_is_previewed_then_reaches_the_leads_once_in_three_workdays(june):
    assert june.ask(OFFICE, Command.ACCEPTANCE, filter="提醒") == (
        "要提醒 1 所学校的学校管理员和校长：\n"
        "还差 1 到 10 人、私下收到名单的 1 所：示例县第一小学 3 人\n"
        "确定就回复“确认”（5 分钟内有效）。"
    )
    assert told(june) == []
    assert june.ask(OFFICE, Command.CONFIRM) == (
        "已提醒 1 所学校的 2 位负责人。\n下一步：明天发“验收”看变化。"
    )
    text = (
        "示例县第一小学还有 3 人没达标：乙组长（没选点）、丁校长（没选点）、丙管理员（没选点）。"
        "请提醒他们，怎么帮发“本校名单 未达标”看。"
    )
    assert told(june) == [(ADMIN, text), (PRINCIPAL, text)]
    assert june.connection.execute(select(audit.c.action, audit.c.detail)).one() == (
        "acceptance.reminded",
        {"schools": {"1": 3}, "told": [ADMIN, PRINCIPAL]},
    )
    assert june.ask(OFFICE, Command.ACCEPTANCE, filter="提醒") == (
        "现在没有要提醒的学校，什么都没有发。\n最近几个工作日提醒过的 1 所，这次不发。"
    )
    june.later(days=4)  # from Thursday to Monday: Friday and Monday
    assert june.ask(OFFICE, Command.ACCEPTANCE, filter="提醒").startswith("现在没有要提醒的学校")
    june.later(days=1)
    assert june.ask(OFFICE, Command.ACCEPTANCE, filter="提醒").startswith("要提醒 1 所学校")


def test_a_confirmation_after_somebody_elses_sends_nothing_twice(june):
    june.ask(OFFICE, Command.ACCEPTANCE, filter="提醒")
    june.connection.execute(
        role.insert().values(person_id=OVERSEER, role="office", source="grant", granted_at=1)
    )
    june.ask(OVERSEER, Command.ACCEPTANCE, filter="提醒")
    june.ask(OVERSEER, Command.CONFIRM)

    assert june.ask(OFFICE, Command.CONFIRM) == (
        "现在没有要提醒的学校，什么都没有发。\n最近几个工作日提醒过的 1 所，这次不发。"
    )
    assert len(told(june)) == 2


def test_a_school_that_lacks_many_is_told_how_many_and_one_that_nobody_leads_is_named(june):
    for number in range(20, 28):
        add_teacher(june, number, f"示例{number}")
    june.connection.execute(role.update().where(role.c.person_id == OTHER_ADMIN).values(ended_at=1))
    add_teacher(june, 30, "示例30", school=SECOND_SCHOOL, group=None)

    assert june.ask(OFFICE, Command.ACCEPTANCE, filter="提醒") == (
        "要提醒 1 所学校的学校管理员和校长：\n"
        "还差超过 10 人、只收到人数的 1 所：示例县第一小学 11 人\n"
        "没有学校管理员和校长、发不到的 1 所：示例县第二小学。\n"
        "确定就回复“确认”（5 分钟内有效）。"
    )
    june.ask(OFFICE, Command.CONFIRM)
    assert told(june)[0] == (ADMIN, "示例县第一小学还有 11 人没达标，发“本校名单 未达标”看是谁、卡在哪一步。")


def test_whoever_reminds_is_not_told_what_they_have_done(june):
    june.connection.execute(
        role.insert().values(person_id=ADMIN, role="office", source="grant", granted_at=1)
    )
    june.ask(ADMIN, Command.ACCEPTANCE, filter="提醒")
    june.ask(ADMIN, Command.CONFIRM)

    assert [person_id for person_id, _ in told(june)] == [PRINCIPAL]


def test_those_who_only_read_remind_nobody(june):
    assert june.ask(OVERSEER, Command.ACCEPTANCE, filter="提醒") == (
        "“验收 提醒”只有项目办可以用，没有执行。看结果发“验收”。"
    )
    assert june.ask(OVERSEER, Command.CONFIRM) == "没有等待确认的操作，什么都没有执行。"


@pytest.mark.parametrize("who", [TEACHER, LEADER, ADMIN])
def test_acceptance_is_the_offices(june, who):
    assert june.ask(who, Command.ACCEPTANCE) == (
        "“验收”只有项目办、领导小组可以用，没有执行。\n你可以发“还差什么”。"
    )


def test_a_county_without_ranked_schools_has_nothing_to_accept(june):
    june.connection.execute(school.update().values(ranked=False))

    assert june.ask(OFFICE, Command.ACCEPTANCE) == (
        "开原市还没有在册的人。先导入学校和参训名单。\n数据截至 6月20日（周四）"
    )


@pytest.mark.parametrize(
    ("who", "command", "arguments"),
    [
        (OFFICE, Command.ACCEPTANCE, {}),
        (OFFICE, Command.ACCEPTANCE, {"filter": "提醒"}),
        (OFFICE, Command.COUNTY_PROGRESS, {}),
        (OFFICE, Command.BEHIND, {}),
        (ADMIN, Command.SCHOOL_LIST, {"filter": "未达标"}),
    ],
)
def test_more_schools_and_people_take_no_more_statements(june, who, command, arguments):
    few = statements(june, who, command, arguments)
    june.connection.execute(
        school.insert(), [{"id": n, "name": f"示例县{n}小学", "kind": "primary"} for n in range(100, 140)]
    )
    june.connection.execute(
        person.insert(),
        [
            {"id": n, "staff_no": f"N{n}", "name": f"示例{n}", "school_id": n % 40 + 100 if n % 2 else 1}
            for n in range(1000, 1200)
        ],
    )
    standings.rewrite(june.connection, range(1000, 1200), june.plan, june.catalogue)

    assert statements(june, who, command, arguments) == few


def statements(county, who, command, arguments):
    """How many there are for one question."""
    turn = county.turn(who, command, **arguments)
    seen = []
    engine = county.connection.engine

    def count(*args):
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        from handlers.perform import perform

        perform(turn)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)
