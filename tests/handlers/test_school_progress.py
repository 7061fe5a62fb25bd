"""本校进度, 本组进度, 全市进度: aggregates, with what is left out, what holds people up, and what to do next."""

from datetime import date

import pytest

from bot.policy.standing import Step
from bot.policy.summary import COUNTY, Figures, of_group, of_school
from messages.commands import Command
from storage import filings, standings
from storage.choices import replace_choice
from storage.quotas import quotas
from storage.summaries import Told, remember, told
from storage.tables import audit as audit_table
from storage.tables import person, role, school, teaching_group
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
from tests.handlers.submitted import hand_in


def state(county, person_id, word):
    county.connection.execute(person.update().where(person.c.id == person_id).values(state=word))
    rewrite(county, person_id)


def rewrite(county, *person_ids):
    standings.rewrite(county.connection, person_ids, county.plan, county.catalogue)


def chooses(county, person_id, *codes):
    replace_choice(county.connection, person_id, codes, at=county.real_ms)
    rewrite(county, person_id)


def is_done(county, person_id, grade="pass"):
    county.has_online(person_id, 2500)
    county.certify(person_id, "A1", "A5", "B2", grade=grade)


def in_group(county, group_id, *person_ids):
    county.connection.execute(person.update().where(person.c.id.in_(person_ids)).values(group_id=group_id))


def was_told(county, reader, unit, *people):
    """On Monday: nobody of these was done, and nobody had chosen."""
    figures = Figures(
        active=len(people),
        done=0,
        steps=((Step.NO_CHOICE, len(people)),),
        unfinished=frozenset() if unit == COUNTY else frozenset(people),
        event=0,
        at=county.real_ms - 86_400_000,
    )
    remember(county.connection, {(reader, unit): Told(date(2024, 5, 20), figures)})


def test_a_school_sees_its_rate_what_is_left_out_and_where_people_are(county):
    is_done(county, TEACHER, grade="excellent")
    county.has_online(LEADER, 1000)
    chooses(county, ADMIN, "A1", "A5", "B2")
    state(county, NEWCOMER, "deferred")

    # completion: 3/3 + (1000/2500)/3 + 0 + 0, over 4 people: (1 + 0.1333) / 4 = 28.33 %
    # 优秀: 60 % of 4 × 3 = 7.2, so 7
    assert county.ask(ADMIN, Command.SCHOOL_PROGRESS) == (
        "示例县第一小学合格 1/4（25.0%），平均完成度 28.3%。\n"
        "没有计入：暂缓 1 人。\n"
        "没达标 3 人：没选点 2 人、没交 1 人。\n"
        "2 人还没有线上数据，完成度里按 0 算。\n"
        "优秀名额：示例县第一小学 已用 3，还可用 4，共 7。\n"
        "没有等审核的材料。\n"
        "备案材料：还没交 本校范围、发展规划、研修方案、考核方案、实施方案。\n"
        "下一步：还没交的有 本校范围、发展规划、研修方案、考核方案、实施方案，发“本校范围 编码 编码 …”。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_the_filings_stand_in_one_line(county):
    for number, slot in enumerate(filings.Slot, 1):
        filings.hand_in(
            county.connection,
            school_id=FIRST_SCHOOL,
            slot=slot,
            content="x",
            person_id=ADMIN,
            at=county.real_ms,
        )
        if number < 3:
            filings.decide(
                county.connection, number, filings.FilingState.FILED, person_id=OFFICE, at=county.real_ms
            )
    filings.decide(
        county.connection, 5, filings.FilingState.RETURNED, person_id=OFFICE, at=county.real_ms, reason="太短"
    )

    said = county.ask(PRINCIPAL, Command.SCHOOL_PROGRESS).splitlines()

    assert "备案材料：已备案 本校范围、发展规划；等备案 研修方案、考核方案；被退回 实施方案。" in said
    assert "下一步：改好 实施方案，再发“备案 实施方案 链接”。" in said
    for number in (3, 4, 5):
        filings.decide(
            county.connection, number, filings.FilingState.FILED, person_id=OFFICE, at=county.real_ms
        )
    said = county.ask(PRINCIPAL, Command.SCHOOL_PROGRESS).splitlines()
    assert "备案材料：五项都已备案。" in said
    assert "下一步：发“本校名单 未选点”，看这 5 人是谁。" in said


def test_what_has_waited_longest_is_named_and_becomes_the_leads(county):
    chooses(county, TEACHER, "A1", "A5", "B2")
    hand_in(county, TEACHER, "A1")
    county.later(days=1)
    hand_in(county, TEACHER, "A5")

    # Tuesday 21 May to Wednesday 22 May: one workday
    assert "待审材料 2 份，最久的是编号 1，等了 1 个工作日。归谁审：教研组长 2 份。" in county.ask(
        ADMIN, Command.SCHOOL_PROGRESS
    )
    county.later(days=7)
    said = county.ask(ADMIN, Command.SCHOOL_PROGRESS).splitlines()
    # Tuesday 21 to Wednesday 29 May: six workdays; the second came a day later and is still the leader's
    assert (
        "待审材料 2 份，最久的是编号 1，等了 6 个工作日。归谁审：教研组长 1 份、学校也能审的 1 份。" in said
    )
    assert "下一步：发“待审”，等久了的由你审。" in said


def test_the_quota_is_the_one_that_reviewers_see(county):
    is_done(county, TEACHER, grade="excellent")

    seen = quotas(county.connection, [FIRST_SCHOOL], county.plan)[FIRST_SCHOOL].quota

    assert (seen.used, seen.active) == (3, 5)
    # 60 % of 5 × 3 = 9
    assert "优秀名额：示例县第一小学 已用 3，还可用 6，共 9。" in county.ask(ADMIN, Command.SCHOOL_PROGRESS)


@pytest.mark.parametrize("who", [OFFICE, OVERSEER])
def test_those_who_see_everything_see_their_own_unit_and_are_shown_the_way_to_all(county, who):
    said = county.ask(who, Command.SCHOOL_PROGRESS).splitlines()

    assert said[0] == "示例县教育局合格 0/2（0.0%），平均完成度 0.0%。"
    assert said[-2:] == ["全部学校发“全市进度”。", "还没有线上数据；实践和认证数据截至 5月21日（周二）"]


def test_in_a_group_a_school_of_four_is_not_shown_and_one_of_five_is(county):
    hand_in(county, TEACHER, "A1")

    assert "待审材料 1 份，最久的一份是今天交的。" in county.ask(ADMIN, Command.SCHOOL_PROGRESS, group=True)
    state(county, NEWCOMER, "exempt")
    assert county.ask(ADMIN, Command.SCHOOL_PROGRESS, group=True) == (
        "不足 5 人的单位不在群里报进度，那等于个人情况。点我的头像发起私聊，发“本校进度”。"
    )


def test_a_school_with_nobody_active_has_no_progress(county):
    state(county, OTHER_ADMIN, "retired")

    assert county.ask(OTHER_ADMIN, Command.SCHOOL_PROGRESS) == (
        "示例县第二小学没有在册的人，没有进度可看。\n数据截至 5月21日（周二）"
    )


def test_a_group_sees_its_own_and_the_schools_quota(county):
    is_done(county, TEACHER, grade="excellent")
    hand_in(county, TEACHER, "A1")

    assert county.ask(LEADER, Command.GROUP_PROGRESS) == (
        "语文组合格 1/2（50.0%），平均完成度 50.0%。\n"
        "没达标 1 人：没选点 1 人。\n"
        "1 人还没有线上数据，完成度里按 0 算。\n"
        "优秀名额：示例县第一小学 已用 3，还可用 6，共 9。\n"
        "待审材料 1 份，最久的是编号 1，是今天交的。归谁审：教研组长 1 份。\n"
        "下一步：发“待审”，把等着的审了。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_a_leader_is_not_sent_to_review_their_own(county):
    hand_in(county, LEADER, "A1")

    assert county.ask(LEADER, Command.GROUP_PROGRESS).splitlines()[-3:] == [
        "待审材料 1 份，最久的是编号 1，是今天交的。归谁审：学校也能审的 1 份。",
        "下一步：发“落后名单”，看谁卡在哪一步。",
        "还没有线上数据；实践和认证数据截至 5月21日（周二）",
    ]


def test_groups_of_two_schools_are_called_by_their_schools(county):
    county.connection.execute(teaching_group.insert().values(id=9, school_id=SECOND_SCHOOL, name="语文组"))
    county.connection.execute(
        role.insert().values(
            person_id=LEADER, role="leader", school_id=2, group_id=9, source="grant", granted_at=1
        )
    )
    in_group(county, 9, OTHER_ADMIN)
    hand_in(county, OTHER_ADMIN, "A1")

    progress = county.ask(LEADER, Command.GROUP_PROGRESS).splitlines()
    assert [line for line in progress if line.endswith("语文组")] == [
        "示例县第一小学语文组",
        "示例县第二小学语文组",
    ]
    behind = county.ask(LEADER, Command.BEHIND).splitlines()
    assert [line for line in behind if "语文组" in line] == [
        "示例县第一小学语文组落后 2 人，合格 0/2（0.0%）：",
        "示例县第二小学语文组落后 1 人，合格 0/1（0.0%）：",
    ]
    assert "A1 技术支持的学情分析，辛管理员（示例县第二小学），今天交的" in county.ask(LEADER, Command.QUEUE)


def test_who_leads_two_groups_sees_both_and_an_empty_one_says_so(county):
    county.connection.execute(
        role.insert().values(
            person_id=LEADER, role="leader", school_id=1, group_id=MATHS, source="grant", granted_at=1
        )
    )

    assert county.ask(LEADER, Command.GROUP_PROGRESS) == (
        "语文组\n"
        "语文组合格 0/2（0.0%），平均完成度 0.0%。\n"
        "没达标 2 人：没选点 2 人。\n"
        "优秀名额：示例县第一小学 已用 0，还可用 9，共 9。\n"
        "没有等审核的材料。\n"
        "数学组\n"
        "数学组没有在册的人，没有进度可看。\n"
        "下一步：发“落后名单”，看谁卡在哪一步。\n"
        "还没有线上数据；实践和认证数据截至 5月21日（周二）"
    )
    in_group(county, MATHS, LEADER, TEACHER)
    assert county.ask(LEADER, Command.GROUP_PROGRESS).splitlines()[:2] == [
        "语文组",
        "语文组没有在册的人，没有进度可看。",
    ]


def test_a_group_where_everybody_is_done_has_nothing_left_to_do(county):
    is_done(county, TEACHER)
    is_done(county, LEADER)

    assert "下一步：都合格了，不用再做什么。" in county.ask(LEADER, Command.GROUP_PROGRESS).splitlines()


def test_small_groups_are_not_shown_in_a_group_chat(county):
    assert county.ask(LEADER, Command.GROUP_PROGRESS, group=True) == (
        "不足 5 人的单位不在群里报进度，那等于个人情况。点我的头像发起私聊，发“本组进度”。"
    )


def test_the_county_has_a_line_for_each_band_and_names_the_schools_that_are_done(county):
    county.connection.execute(school.update().where(school.c.id == 3).values(ranked=False))
    is_done(county, OTHER_ADMIN)
    is_done(county, TEACHER)
    state(county, NEWCOMER, "transferred")

    # first school 1 of 4, second 1 of 1: 2 of 5; completion 2 whole people of 5
    assert county.ask(OFFICE, Command.COUNTY_PROGRESS) == (
        "开原市合格 2/5（40.0%），平均完成度 40.0%。\n"
        "没有计入：调出 1 人。\n"
        "没达标 3 人：没选点 3 人。\n"
        "3 人还没有线上数据，完成度里按 0 算。\n"
        "小学 2 所：合格 2/5（40.0%），平均完成度 40.0%，1 所全部合格\n"
        "全部合格的学校 1 所：示例县第二小学。\n"
        "不参与排名的单位 1 个，没有算进来。\n"
        "下一步：发“验收”，看各校还缺什么。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )
    assert county.ask(OVERSEER, Command.COUNTY_PROGRESS) == county.ask(OFFICE, Command.COUNTY_PROGRESS)


def test_bands_stand_in_their_order_and_schools_beside_their_like(county):
    kinds = {FIRST_SCHOOL: "vocational", SECOND_SCHOOL: "nine_year", 3: "kindergarten"}
    for school_id, kind in kinds.items():
        county.connection.execute(school.update().where(school.c.id == school_id).values(kind=kind))

    said = county.ask(OFFICE, Command.COUNTY_PROGRESS, group=True).splitlines()

    assert [line.split("：")[0] for line in said if "还没有学校" in line] == [
        "幼儿园 1 所",
        "初中 1 所",
        "高中 1 所",
    ]
    assert not any("验收" in line for line in said)


def test_a_county_without_anybody_says_what_to_do(county):
    county.connection.execute(school.update().values(ranked=False))

    assert county.ask(OFFICE, Command.COUNTY_PROGRESS) == (
        "开原市还没有在册的人。先导入学校和参训名单。\n数据截至 5月21日（周二）"
    )


def test_aggregates_leave_no_trace_of_having_looked_at_anybody(county):
    county.ask(ADMIN, Command.SCHOOL_PROGRESS)
    county.ask(LEADER, Command.GROUP_PROGRESS)
    county.ask(OFFICE, Command.COUNTY_PROGRESS)

    assert county.connection.execute(audit_table.select()).all() == []


def test_a_snapshot_of_somebody_who_left_does_not_make_the_schools_data_younger(county):
    county.has_online(TEACHER, 100, date(2024, 5, 13))
    county.has_online(NEWCOMER, 100, date(2024, 5, 20))
    state(county, NEWCOMER, "transferred")

    assert county.ask(ADMIN, Command.SCHOOL_PROGRESS).splitlines()[-1] == (
        "线上数据截至 5月13日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_a_leader_reads_what_has_changed_since_the_last_summary_and_who_it_was(county):
    was_told(county, LEADER, of_group(CHINESE), TEACHER, LEADER)
    before = told(county.connection, [LEADER])
    is_done(county, TEACHER)
    hand_in(county, LEADER, "A1")

    assert county.ask(LEADER, Command.GROUP_PROGRESS).splitlines()[:3] == [
        "语文组合格 1/2（50.0%），平均完成度 50.0%。",
        "没达标 1 人：没选点 1 人。",
        "5月20日以来：合格 +1 人（甲老师），新交 1 份，没选点少 1 人。",
    ]
    assert told(county.connection, [LEADER]) == before
    rows = county.connection.execute(audit_table.select()).all()
    assert [(row.actor, row.action, row.detail) for row in rows] == [
        (f"person:{LEADER}", "progress.viewed", {"units": ["group/1"], "people": [TEACHER]})
    ]


def test_in_a_group_the_changes_are_numbers(county):
    was_told(county, ADMIN, of_school(FIRST_SCHOOL), TEACHER, LEADER, ADMIN, PRINCIPAL, NEWCOMER)
    is_done(county, TEACHER)

    said = county.ask(ADMIN, Command.SCHOOL_PROGRESS, group=True).splitlines()

    assert said[2] == "5月20日以来：合格 +1 人，没选点少 1 人。"
    assert county.connection.execute(audit_table.select()).all() == []


def test_the_office_reads_what_waits_for_it_and_the_leading_group_does_not(county):
    filings.hand_in(
        county.connection,
        school_id=FIRST_SCHOOL,
        slot=filings.Slot.SCOPE,
        content="A1",
        person_id=ADMIN,
        at=county.real_ms,
    )
    hand_in(county, TEACHER, "A1")
    was_told(county, OFFICE, COUNTY, *range(1, 9))

    said = county.ask(OFFICE, Command.COUNTY_PROGRESS).splitlines()

    waits = "等项目办：备案 1 份（发“未备案”）。"
    assert said[2:4] == ["5月20日以来：新交 1 份。", "等审核 1 份：教研组长 1 份。"]
    assert waits in said
    for asked in (
        county.ask(OVERSEER, Command.COUNTY_PROGRESS),
        county.ask(OFFICE, Command.COUNTY_PROGRESS, group=True),
    ):
        assert "等审核 1 份：教研组长 1 份。" in asked
        assert waits not in asked
