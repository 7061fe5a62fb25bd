"""排名 and 本校排名: who sees what of it where, now and as it was posted."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.policy import ranking as rules
from bot.policy.outgoing import Way
from bot.policy.plan import RankingMode
from bot.policy.standing import completion_unit
from messages.commands import Command
from storage import chat_groups, rankings, snapshots
from storage.chat_groups import Binding
from storage.page_tables import entry_link
from storage.rankings import Taken
from storage.sealing import Sealing
from storage.tables import person, role, school, standing
from tests.handlers.conftest import (
    ADMIN,
    AS_OF,
    BUREAU,
    LEADER,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    PRINCIPAL,
    SECRET,
    TEACHER,
)

EIGHT, SIX, FOUR = 11, 12, 13  # schools of ten, of whom so many are done
POSTED = date(2024, 5, 20)
FOOTING = (
    "每行：名次、学校、合格/在册、合格率、平均完成度、比上次（新：上次没有名次）。\n"
    "怎么排：先比合格率，再比平均完成度，都相同就并列，不比学时多少。\n"
    "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
)
# 18 of 36: three schools of ten, 示例县第一小学 with its five, 示例县第二小学 with its one.
TOTAL = (
    "示例县合格 18/36（50.0%），平均完成度 50.0%。\n"
    "离 5月30日 交材料还有 9 天，离 6月30日 全部完成还有 40 天。"
)


@pytest.fixture
def town(county):
    """Three more primary schools of ten; 教育局 does not take part."""
    county.plan = replace(county.plan, county="示例县")
    add = county.connection.execute
    add(school.update().where(school.c.id == BUREAU).values(ranked=False))
    for school_id, done in ((EIGHT, 8), (SIX, 6), (FOUR, 4)):
        add(school.insert().values(id=school_id, name=f"示例县{done}人小学", kind="primary"))
        for number in range(10):
            place(county, school_id, school_id * 100 + number, done=number < done)
    snapshots.advance_online_as_of(county.connection, AS_OF)
    return county


def place(county, school_id, person_id, *, done):
    county.connection.execute(
        person.insert().values(id=person_id, staff_no=f"S{person_id}", name="示例", school_id=school_id)
    )
    county.connection.execute(
        standing.insert().values(
            person_id=person_id,
            school_id=school_id,
            active=True,
            practice_hours=0,
            done=done,
            completion=unit_of(county) if done else 0,
            next_step="none" if done else "hours",
            rule_version="x",
        )
    )


def unit_of(county):
    return completion_unit(county.plan.requirement)


def finishes(county, *person_ids):
    county.connection.execute(
        standing.update()
        .where(standing.c.person_id.in_(person_ids))
        .values(done=True, completion=unit_of(county))
    )


def posted(county, day=POSTED, version=1, mode=RankingMode.RANKED):
    board = rules.board(
        rankings.counted(county.connection),
        unit_of(county),
        places=mode is RankingMode.RANKED,
        smallest=5,
        before={},
    )
    taken = Taken(
        day=day, at=1, on=day, as_of=AS_OF, mode=mode, plan_version="x", last_import=0, last_audit=0
    )
    rankings.keep(county.connection, taken, version, board)


def bound(county, school_id):
    """The group in which tests speak; by its id, as only some ways into a group can be known."""
    binding = Binding(way=Way.WECOM_AIBOT, address="group-1", school_id=school_id)
    chat_groups.bind(county.connection, binding, Sealing(SECRET), at=1, by="operator")


def moves(county, who, school_id):
    county.connection.execute(person.update().where(person.c.id == who).values(school_id=school_id))


BOARD = (
    "示例县学校排名（实时，5月21日 09:30）\n"
    f"{TOTAL}\n"
    "小学 5 所，排名次的 4 所\n"
    "1 示例县8人小学 8/10 80.0% 80.0% 新\n"
    "2 示例县6人小学 6/10 60.0% 60.0% 新\n"
    "3 示例县4人小学 4/10 40.0% 40.0% 新\n"
    "4 示例县第一小学 0/5 0.0% 0.0% 新\n"
    f"不足 5 人，不排名次：示例县第二小学 还差 1 人\n{FOOTING}"
)


@pytest.mark.parametrize("who", [OFFICE, OVERSEER])
def test_those_who_see_everything_see_the_whole_county(town, who):
    assert town.ask(who, Command.RANKING) == BOARD


@pytest.mark.parametrize("command", [Command.RANKING, Command.SCHOOL_RANKING])
@pytest.mark.parametrize("who", [TEACHER, LEADER, ADMIN, PRINCIPAL])
def test_others_see_their_schools_view(town, who, command):
    # 2 of 5 = 4 of 10, and level in completion as well: shares place 3
    assert town.ask(who, command) == (
        "实时：示例县第一小学在小学 4 所里排第 4 名，合格 0/5（0.0%），平均完成度 0.0%，上次没有名次。\n"
        "再有 2 人合格，就到第 3 名。\n"
        f"{TOTAL}\n"
        "小学 5 所，排名次的 4 所\n"
        "1 示例县8人小学 8/10 80.0% 80.0% 新\n"
        "2 示例县6人小学 6/10 60.0% 60.0% 新\n"
        "3 示例县4人小学 4/10 40.0% 40.0% 新\n"
        "4 示例县第一小学 0/5 0.0% 0.0% 新（本校）\n"
        f"实时，5月21日 09:30。\n{FOOTING}"
    )


def test_so_many_as_were_said_really_lift_the_school(town):
    finishes(town, TEACHER, LEADER)

    assert town.ask(TEACHER, Command.SCHOOL_RANKING).startswith(
        "实时：示例县第一小学在小学 4 所里排第 3 名，"
    )


def test_a_unit_that_does_not_take_part_reads_so(town):
    assert town.ask(OFFICE, Command.SCHOOL_RANKING) == (
        f"示例县教育局不参与排名，所以不在排名里。\n{TOTAL}\n"
        "实时，5月21日 09:30。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_a_small_school_reads_who_is_first_and_how_many_are_left(town):
    said = town.ask(OTHER_ADMIN, Command.SCHOOL_RANKING).splitlines()

    assert said[0] == "实时：示例县第二小学还差 1 人。在册不足 5 人的单位不排名次。"
    assert said[4:8] == [
        "1 示例县8人小学 8/10 80.0% 80.0% 新",
        "2 示例县6人小学 6/10 60.0% 60.0% 新",
        "3 示例县4人小学 4/10 40.0% 40.0% 新",
        "实时，5月21日 09:30。",
    ]


def test_who_leads_another_school_sees_that_one(town):
    town.connection.execute(role.update().where(role.c.person_id == OTHER_ADMIN).values(school_id=SIX))

    assert town.ask(OTHER_ADMIN, Command.SCHOOL_RANKING).startswith(
        "实时：示例县6人小学在小学 4 所里排第 2 名，"
    )


def test_movement_is_against_what_was_posted_last(town):
    posted(town)
    finishes(town, SIX * 100 + 6, SIX * 100 + 7, SIX * 100 + 8)

    assert town.ask(OFFICE, Command.RANKING).splitlines()[4:8] == [
        "1 示例县6人小学 9/10 90.0% 90.0% ↑1",
        "2 示例县8人小学 8/10 80.0% 80.0% ↓1",
        "3 示例县4人小学 4/10 40.0% 40.0% –",
        "4 示例县第一小学 0/5 0.0% 0.0% –",
    ]


# ── in groups ──


@pytest.mark.parametrize("who", [TEACHER, OFFICE])
@pytest.mark.parametrize("command", [Command.RANKING, Command.SCHOOL_RANKING])
def test_in_a_schools_group_everybody_gets_that_schools_view(town, who, command):
    bound(town, SIX)

    assert town.ask(who, command, group=True).startswith("实时：示例县6人小学在小学 4 所里排第 2 名，")


def test_in_a_county_group_everybody_gets_the_whole_county(town):
    bound(town, None)

    assert town.ask(TEACHER, Command.RANKING, group=True) == BOARD
    assert town.ask(TEACHER, Command.SCHOOL_RANKING, group=True).startswith("实时：示例县第一小学在小学")


def test_in_a_group_that_nobody_has_bound_a_teacher_gets_their_schools_view(town):
    assert town.ask(TEACHER, Command.RANKING, group=True).startswith("实时：示例县第一小学在小学 4 所里")


def test_in_a_group_nobody_is_named(town):
    said = town.ask(TEACHER, Command.SCHOOL_RANKING, group=True)

    assert "甲老师" not in said
    assert "再有 2 人合格，就到第 3 名。" in said


# ── past days ──


def test_a_past_day_is_shown_as_it_was_posted(town):
    posted(town)
    finishes(town, *(FOUR * 100 + number for number in range(10)))

    assert town.ask(OFFICE, Command.RANKING, when="2024-05-20") == (
        "示例县 5月20日（周一）学校排名\n"
        "示例县合格 18/36（50.0%），平均完成度 50.0%。\n"
        "离 5月30日 交材料还有 10 天，离 6月30日 全部完成还有 41 天。\n"
        "小学 5 所，排名次的 4 所\n"
        "1 示例县8人小学 8/10 80.0% 80.0% 新\n"
        "2 示例县6人小学 6/10 60.0% 60.0% 新\n"
        "3 示例县4人小学 4/10 40.0% 40.0% 新\n"
        "4 示例县第一小学 0/5 0.0% 0.0% 新\n"
        "不足 5 人，不排名次：示例县第二小学 还差 1 人\n"
        "每行：名次、学校、合格/在册、合格率、平均完成度、比上次（新：上次没有名次）。\n"
        "怎么排：先比合格率，再比平均完成度，都相同就并列，不比学时多少。\n"
        "数据截至 5月20日（周一）"
    )
    said = town.ask(TEACHER, Command.RANKING, when="2024-05-20").splitlines()
    assert said[:2] == [
        "示例县 5月20日（周一）学校排名",
        "示例县第一小学在小学 4 所里排第 4 名，合格 0/5（0.0%），平均完成度 0.0%，上次没有名次。",
    ]


def test_one_that_was_corrected_says_so_and_shows_the_corrected(town):
    posted(town)
    finishes(town, FOUR * 100 + 4)
    posted(town, version=2)

    said = town.ask(OFFICE, Command.RANKING, when="2024-05-20").splitlines()

    assert said[0] == "示例县 5月20日（周一）学校排名（已更正）"
    assert "3 示例县4人小学 5/10 50.0% 50.0% 新" in said


@pytest.mark.parametrize(
    ("when", "days", "said"),
    [
        (
            "2024-05-18",
            [date(2024, 5, 17), POSTED],
            "5月18日（周六）没有发过排名，最近发过的是 5月17日（周五）、5月20日（周一）。下一步：发“排名 5月17日”。",
        ),
        (
            "2024-05-21",
            [POSTED],
            "今天的排名还没有发，最近发过的是 5月20日（周一）。下一步：发“排名 5月20日”。",
        ),
        ("2024-05-17", [], "5月17日（周五）没有发过排名，别的日子也没有。下一步：发“排名”看实时的。"),
        ("2024-05-22", [POSTED], "5月22日（周三）还没到。下一步：发“排名”看实时的。"),
        ("前阵子", [], "没看懂要哪一天的排名。下一步：发“排名 5月20日”这样的日期，或者发“排名”看实时的。"),
    ],
)
def test_a_day_without_a_ranking_leads_to_the_nearest(town, when, days, said):
    for day in days:
        posted(town, day)

    assert town.ask(OFFICE, Command.RANKING, when=when) == said


def test_what_is_typed_reaches_the_day(town, says):
    posted(town)

    assert says("排名 5月20日", OFFICE).startswith("示例县 5月20日（周一）学校排名\n")
    assert says("2024-05-20排名", OFFICE).startswith("示例县 5月20日（周一）学校排名\n")
    assert says("今天排名", OFFICE).startswith("示例县学校排名（实时，")


# ── taken away ──


@pytest.mark.parametrize("said", ["导出 排名 5月20日", "导出5月20日的排名", "把昨天的排名导出来"])
def test_the_ranking_of_a_day_can_be_taken_away(town, says, said):
    posted(town)

    answer = says(said, OFFICE)

    assert re.sub("[0-9a-f]{48}", "…", answer).splitlines() == [
        "下载排名表格（2024年5月20日（周一）发的学校排名）：/office/export/…",
        "表里是当天发出去的排名，有更正的按更正后的。第一页写着数据截至哪天、按什么规则算；当天没有计入的名单没有存下来。",
        "10 分钟内有效，只能用一次。过期了再发“导出 排名 2024-05-20”。",
    ]
    content = town.connection.scalar(select(entry_link.c.content))
    assert json.loads(content) == {"kind": "ranking", "ending": "xlsx", "school": None, "day": "2024-05-20"}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (
            "导出 排名 5月18日",
            "5月18日（周六）没有发过排名，最近发过的是 5月20日（周一）。下一步：发“导出 排名 5月20日”。",
        ),
        ("导出明天的排名", "5月22日（周三）还没到。下一步：发“导出 排名”，导出实时的。"),
        ("导出 5月排名", "“5月”不是一天，排名是一天一份的。下一步：发“导出 排名 5月20日”这样的日期。"),
        ("导出上周的排名", "“上周”不是一天，排名是一天一份的。下一步：发“导出 排名 5月20日”这样的日期。"),
    ],
)
def test_a_day_without_a_ranking_leads_to_one_that_can_be_taken_away(town, says, said, answer):
    posted(town)

    assert says(said, OFFICE) == answer
    assert town.connection.scalar(select(entry_link.c.content)) is None


@pytest.mark.parametrize("said", ["导出 排名", "导出今天的排名", "实时排名导个表"])
def test_without_a_day_it_is_the_ranking_of_now(town, says, said):
    assert "下载排名表格（现在的学校排名）" in says(said, OFFICE)
    assert json.loads(town.connection.scalar(select(entry_link.c.content)))["day"] is None


# ── modes ──


@pytest.mark.parametrize(
    ("who", "instead"), [(OFFICE, "全市进度"), (ADMIN, "本校进度"), (TEACHER, "还差什么")]
)
@pytest.mark.parametrize("command", [Command.RANKING, Command.SCHOOL_RANKING])
def test_where_rankings_are_off_another_word_is_named(town, who, instead, command):
    town.plan = replace(town.plan, ranking_mode=RankingMode.OFF)

    assert town.ask(who, command) == f"本县现在不发排名，也不显示名次。下一步：发“{instead}”。"


def test_progress_shows_shares_and_nobodys_place(town):
    town.plan = replace(town.plan, ranking_mode=RankingMode.PROGRESS)

    assert town.ask(OFFICE, Command.RANKING).splitlines()[:6] == [
        "示例县学校进度（实时，5月21日 09:30）",
        *TOTAL.splitlines(),
        "小学 5 所",
        "示例县4人小学 4/10",
        "示例县6人小学 6/10",
    ]
    assert town.ask(TEACHER, Command.RANKING) == (
        "实时：示例县第一小学合格 0/5（0.0%），平均完成度 0.0%。\n"
        f"{TOTAL}\n"
        "实时，5月21日 09:30。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_a_school_that_is_new_was_not_in_the_past_ranking(town):
    posted(town)
    town.connection.execute(school.insert().values(id=99, name="示例县新小学", kind="primary"))
    moves(town, TEACHER, 99)

    said = town.ask(TEACHER, Command.RANKING, when=POSTED.isoformat()).splitlines()

    assert said[0] == "示例县新小学那天没有在册的人，所以不在排名里。"


def test_without_online_data_it_says_so(county):
    assert county.ask(OFFICE, Command.RANKING).splitlines()[-1] == (
        "还没有线上数据；实践和认证数据截至 5月21日（周二）"
    )
