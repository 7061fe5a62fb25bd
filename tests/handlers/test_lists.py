"""本校名单 and 落后名单: names by the first step that is missing, for those who look after these people."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.policy.people import PersonState
from bot.policy.school import OWN_STEPS, STEPS
from bot.policy.standing import Step
from messages.commands import Command
from messages.texts.unit_words import FILTERS, STEP_NAMES
from storage import standings
from storage.tables import audit, person, role, standing
from storage.unit_standings import by_group, by_school, listed
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    MATHS,
    NEWCOMER,
    OFFICE,
    OVERSEER,
    PRINCIPAL,
    TEACHER,
)

TODAY = "数据截至 5月21日（周二）"


def at_step(county, **people):
    """Puts people of the fixture at a step:甲老师=Step.HOURS."""
    for name, step in people.items():
        found = county.connection.scalar(select(person.c.id).where(person.c.name == name))
        county.connection.execute(
            standing.update()
            .where(standing.c.person_id == found)
            .values(next_step=step.value, done=step is Step.NONE)
        )


def change(county, person_id, **values):
    county.connection.execute(person.update().where(person.c.id == person_id).values(**values))


@pytest.fixture
def spread_out(county):
    at_step(
        county,
        甲老师=Step.HOURS,
        乙组长=Step.WAITING,
        丙管理员=Step.NO_ACCOUNT,
        丁校长=Step.NONE,
        庚老师=Step.RETURNED,
    )
    return county


def viewed(county):
    rows = county.connection.execute(select(audit.c.actor, audit.c.action, audit.c.person_id, audit.c.detail))
    return [tuple(row) for row in rows]


def test_without_a_filter_there_are_counts_and_the_words_that_bring_names(spread_out):
    assert spread_out.ask(ADMIN, Command.SCHOOL_LIST) == (
        "示例县第一小学合格 1/5（20.0%），没达标 4 人。\n"
        "没账号 1 人：发“本校名单 没账号”\n"
        "退回 1 人：发“本校名单 退回”\n"
        "待审 1 人：发“本校名单 待审”\n"
        "学时不足 1 人：发“本校名单 学时”\n"
        "全部名字：发“本校名单 未达标”。\n" + TODAY
    )
    assert viewed(spread_out) == []


def test_everybody_who_is_not_done_with_the_step_and_what_helps(spread_out):
    assert spread_out.ask(PRINCIPAL, Command.SCHOOL_LIST, filter="未达标") == (
        "示例县第一小学没达标 4 人，按卡在哪一步分：\n"
        "没账号 1 人：把学习账号发给他们\n没有教研组：丙管理员\n"
        "退回 1 人：请他们按退回的原因改好再交\n没有教研组：庚老师\n"
        "待审 1 人：等审核，不用催本人\n语文组：乙组长\n"
        "学时不足 1 人：请他们把学时补足\n语文组：甲老师\n" + TODAY
    )
    assert viewed(spread_out) == [
        (
            f"person:{PRINCIPAL}",
            "list.viewed",
            None,
            {"school": FIRST_SCHOOL, "filter": "未达标", "people": 4},
        )
    ]


def test_one_step_with_its_names_group_by_group(county):
    change(county, NEWCOMER, group_id=MATHS)

    assert county.ask(ADMIN, Command.SCHOOL_LIST, filter="未选点") == (
        "示例县第一小学没选点 5 人：\n"
        "数学组：庚老师\n"
        "语文组：乙组长、甲老师\n"
        "没有教研组：丁校长、丙管理员\n"
        "下一步：请他们发“推荐选点”。\n" + TODAY
    )


@pytest.mark.parametrize("step", STEPS)
def test_every_word_that_is_offered_brings_the_people_of_that_step(county, step):
    at_step(county, 甲老师=step)

    said = county.ask(ADMIN, Command.SCHOOL_LIST, filter=FILTERS[step])

    assert "甲老师" in said
    assert said.startswith(f"示例县第一小学{STEP_NAMES[step]} ")


def test_nobody_at_a_step_and_nobody_at_all(county):
    assert county.ask(ADMIN, Command.SCHOOL_LIST, filter="退回") == (
        f"示例县第一小学没有人停在“退回”。\n{TODAY}"
    )
    county.connection.execute(standing.update().values(next_step="none", done=True))
    assert (
        county.ask(ADMIN, Command.SCHOOL_LIST, filter="未达标")
        == f"示例县第一小学在册的人都合格了。\n{TODAY}"
    )
    assert county.ask(ADMIN, Command.SCHOOL_LIST) == (
        f"示例县第一小学合格 5/5（100.0%），没达标 0 人。\n{TODAY}"
    )


def test_a_word_that_is_no_step_names_those_there_are(county):
    assert county.ask(ADMIN, Command.SCHOOL_LIST, filter="优秀") == (
        "没有“优秀”这种名单，可以说“没账号”“未选点”“未交”“退回”“待审”“学时”“未达标”，例如“本校名单 未选点”。"
    )


def test_who_is_away_is_on_no_list(county):
    change(county, NEWCOMER, state="deferred")

    assert "庚老师" not in county.ask(ADMIN, Command.SCHOOL_LIST, filter="未达标")
    assert "庚老师" not in county.ask(ADMIN, Command.BEHIND)


def test_namesakes_are_told_apart_by_group_or_else_by_number(county):
    change(county, TEACHER, name="同名")
    change(county, NEWCOMER, name="同名", group_id=MATHS)
    change(county, LEADER, name="重名", mobile_tail="1234")
    change(county, ADMIN, name="重名", group_id=CHINESE)

    said = county.ask(PRINCIPAL, Command.SCHOOL_LIST, filter="未选点").splitlines()

    assert "数学组：同名（数学组）" in said
    # no mobile number: the end of the staff number T0003
    assert "语文组：同名（语文组）、重名（尾号 1234）、重名（尾号 0003）" in said


def test_a_namesake_elsewhere_or_away_needs_no_telling_apart(county):
    change(county, OFFICE, name="甲老师")
    change(county, NEWCOMER, name="甲老师", state="retired")

    assert "语文组：乙组长、甲老师" in county.ask(ADMIN, Command.SCHOOL_LIST, filter="未选点").splitlines()


def test_a_namesake_who_is_done_is_still_a_namesake(county):
    change(county, NEWCOMER, name="甲老师", group_id=MATHS)
    at_step(county, 乙组长=Step.NONE)
    county.connection.execute(
        standing.update().where(standing.c.person_id == NEWCOMER).values(next_step="none", done=True)
    )

    assert "语文组：甲老师（语文组）" in county.ask(ADMIN, Command.SCHOOL_LIST, filter="未选点").splitlines()


def test_a_leader_sees_the_own_group_by_who_must_act_and_who_waits_apart(county):
    change(county, NEWCOMER, group_id=CHINESE)
    change(county, ADMIN, group_id=CHINESE)
    at_step(county, 甲老师=Step.HOURS, 乙组长=Step.WAITING, 庚老师=Step.NO_ACCOUNT, 丙管理员=Step.NONE)

    assert county.ask(LEADER, Command.BEHIND) == (
        "语文组落后 2 人，合格 1/4（25.0%）：\n"
        "没账号 1 人（把学习账号发给他们）：庚老师\n"
        "学时不足 1 人（请他们把学时补足）：甲老师\n"
        "等审核 1 人，不算落后：乙组长。\n" + TODAY
    )
    assert viewed(county) == [
        (f"person:{LEADER}", "list.viewed", None, {"groups": [CHINESE], "filter": "", "people": 3})
    ]


def test_one_step_only_when_it_is_asked_for(spread_out):
    assert spread_out.ask(LEADER, Command.BEHIND, filter="学时") == (
        "语文组学时不足 1 人，合格 0/2（0.0%）：\n学时不足 1 人（请他们把学时补足）：甲老师\n" + TODAY
    )
    assert spread_out.ask(LEADER, Command.BEHIND, filter="未选点") == (
        "语文组没有人停在“没选点”，合格 0/2（0.0%）。\n" + TODAY
    )
    assert spread_out.ask(LEADER, Command.BEHIND, filter="待审") == (
        "没有“待审”这种名单，发“落后名单”看全部。"
    )


def test_a_lead_sees_the_school(spread_out):
    assert spread_out.ask(ADMIN, Command.BEHIND) == (
        "示例县第一小学落后 3 人，合格 1/5（20.0%）：\n"
        "没账号 1 人：把学习账号发给他们\n没有教研组：丙管理员\n"
        "退回 1 人：请他们按退回的原因改好再交\n没有教研组：庚老师\n"
        "学时不足 1 人：请他们把学时补足\n语文组：甲老师\n"
        "等审核 1 人，不算落后：乙组长。\n" + TODAY
    )


def test_who_leads_a_group_and_the_school_is_answered_for_the_group(county):
    county.connection.execute(
        role.insert().values(
            person_id=ADMIN, role="leader", school_id=1, group_id=CHINESE, source="grant", granted_at=1
        )
    )

    assert county.ask(ADMIN, Command.BEHIND).startswith("语文组落后 2 人")


def test_the_office_sees_counts_by_school_and_no_names(spread_out):
    at_step(spread_out, 辛管理员=Step.NONE)

    said = spread_out.ask(OFFICE, Command.BEHIND)

    assert said == (
        "开原市落后 5 人，合格 2/8（25.0%）。另有 1 人等审核，不算落后。\n"
        "小学\n"
        "示例县第一小学 3 人：没账号 1 人、退回 1 人、学时不足 1 人\n"
        "其他\n"
        "示例县教育局 2 人：没选点 2 人\n"
        "没有这样的人的学校 1 所，没有列出。\n" + TODAY
    )
    assert viewed(spread_out) == []


def test_lists_of_people_are_for_those_who_look_after_them(county):
    for command in (Command.SCHOOL_LIST, Command.BEHIND):
        for who in (TEACHER, OVERSEER):
            assert county.ask(who, command, filter="未达标").startswith(f"“{command}”只有")
        assert "群里没有执行" in county.ask(ADMIN, command, group=True)


STATES = st.sampled_from([PersonState.ACTIVE] * 4 + [PersonState.DEFERRED, PersonState.RETIRED])
CROWD = st.lists(
    st.tuples(
        STATES, st.sampled_from(Step), st.sampled_from([None, CHINESE, MATHS]), st.sampled_from("甲乙丙")
    ),
    max_size=14,
)
NUMBER = re.compile(r" (\d+) 人")


def arrive(county, crowd):
    """People besides those of the fixture, who are all taken to another school."""
    county.connection.execute(person.update().values(school_id=3, group_id=None))
    standings.rewrite(county.connection, range(1, 9), county.plan, county.catalogue)
    for number, (state, step, group, name) in enumerate(crowd, 100):
        county.connection.execute(
            person.insert().values(
                id=number,
                staff_no=f"X{number}",
                name=name,
                school_id=FIRST_SCHOOL,
                group_id=group,
                state=state,
            )
        )
        county.connection.execute(
            standing.insert().values(
                person_id=number,
                school_id=FIRST_SCHOOL,
                active=state is PersonState.ACTIVE,
                practice_hours=0,
                done=step is Step.NONE,
                completion=0,
                next_step=step.value,
                rule_version="x",
            )
        )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crowd=CROWD)
def test_lists_are_disjoint_and_together_everybody_active_who_is_not_done(county, crowd):
    with county.connection.begin_nested() as savepoint:
        arrive(county, crowd)
        expected = {
            number
            for number, (state, step, _, _) in enumerate(crowd, 100)
            if state is PersonState.ACTIVE and step is not Step.NONE
        }
        lists = [
            [one.person_id for one in listed(county.connection, school_ids=[FIRST_SCHOOL], steps=[step])]
            for step in STEPS
        ]
        flat = [one for people in lists for one in people]

        assert sorted(flat) == sorted(expected)
        assert len(set(flat)) == len(flat)
        whole = listed(county.connection, school_ids=[FIRST_SCHOOL])
        assert [one.person_id for one in whole] == flat
        in_groups = listed(county.connection, group_ids=[CHINESE, MATHS])
        assert {one.person_id for one in in_groups} == {one.person_id for one in whole if one.group}
        savepoint.rollback()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crowd=CROWD)
def test_a_figure_in_an_answer_is_the_length_of_its_list(county, crowd):
    with county.connection.begin_nested() as savepoint:
        arrive(county, crowd)
        county.connection.execute(person.update().where(person.c.id == ADMIN).values(school_id=FIRST_SCHOOL))
        standings.rewrite(county.connection, [ADMIN], county.plan, county.catalogue)
        listed_counts = {
            FILTERS[step]: len(listed(county.connection, school_ids=[FIRST_SCHOOL], steps=[step]))
            for step in STEPS
        }

        lines = county.ask(ADMIN, Command.SCHOOL_LIST).splitlines()
        said = {line.rpartition(" ")[2].rstrip("”"): int(NUMBER.search(line)[1]) for line in lines[1:-2]}

        assert said == {word: count for word, count in listed_counts.items() if count}
        assert f"没达标 {sum(listed_counts.values())} 人" in lines[0]
        behind = county.ask(ADMIN, Command.BEHIND).splitlines()[0]
        own = sum(listed_counts[FILTERS[step]] for step in OWN_STEPS)
        assert (f"落后 {own} 人" if own else "没有人落后") in behind
        savepoint.rollback()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crowd=CROWD)
def test_a_school_is_the_sum_of_its_people_and_a_group_of_its_members(county, crowd):
    with county.connection.begin_nested() as savepoint:
        arrive(county, crowd)

        school = by_school(county.connection, [FIRST_SCHOOL]).get(FIRST_SCHOOL, ())
        groups = by_group(county.connection, [CHINESE, MATHS])

        assert sum(tally.people for tally in school) == len(crowd)
        for group_id in (CHINESE, MATHS):
            members = sum(group == group_id for _, _, group, _ in crowd)
            assert sum(tally.people for tally in groups.get(group_id, ())) == members
        savepoint.rollback()
