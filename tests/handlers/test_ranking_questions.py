"""How the ranking comes about and whether it was posted: what is said to whom, from what is on record."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.clock import SHANGHAI
from bot.policy import ranking as rules
from bot.policy.outgoing import Way
from bot.policy.plan import RankingMode
from bot.policy.standing import completion_unit
from bot.policy.timetable import Outcome
from messages.commands import Command
from messages.understanding.rankings import HOW_RANKED, WHETHER_POSTED
from storage import chat_groups, job_runs, rankings, snapshots
from storage.chat_groups import Binding
from storage.job_runs import Ended, Seen
from storage.rankings import Taken
from storage.sealing import Sealing
from storage.tables import person, school, standing
from tests.handlers.conftest import ADMIN, AS_OF, BUREAU, OFFICE, OTHER_ADMIN, SECRET, TEACHER

TODAY = date(2024, 5, 21)  # a Tuesday
RULE = (
    "排名是这样排的：\n"
    "同类的学校一起比：幼儿园、小学、初中（含九年一贯制）、高中（含完全中学、中职）、其他。\n"
    "先比合格率：学习合格的人占在册的人的几成，高的在前。\n"
    "合格率相同再比平均完成度，两样都相同就并列；不比学时多少。\n"
    "在册不足 5 人的单位不排名次。"
)
AS_OF_LINE = "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
LIVE = "现在要看，发“排名”看实时的。"


@pytest.fixture
def town(county):
    """示例县第一小学 has nobody who is done; 第二小学 has one person; 教育局 does not take part."""
    county.plan = replace(county.plan, county="示例县")
    county.connection.execute(school.update().where(school.c.id == BUREAU).values(ranked=False))
    snapshots.advance_online_as_of(county.connection, AS_OF)
    return county


def how(town, who, command=Command.SCHOOL_RANKING):
    return town.ask(who, command, filter=HOW_RANKED)


def whether(town, who=OFFICE, when=""):
    return town.ask(who, Command.RANKING, filter=WHETHER_POSTED, when=when)


def at(town, hour, minute=0, day=TODAY):
    town.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def ended(town, outcome, detail, day=TODAY):
    claim = job_runs.take(town.connection, Seen("daily-ranking", day, None), at=1, until=2)
    job_runs.finish(town.connection, claim, Ended(outcome=outcome, detail=detail, at=1))


def posted(town, *, minutes_ago, day=TODAY):
    taken = Taken(
        day=day,
        at=town.real_ms - minutes_ago * 60_000,
        on=day,
        as_of=AS_OF,
        mode=RankingMode.RANKED,
        plan_version="x",
        last_import=0,
        last_audit=0,
    )
    rankings.keep(town.connection, taken, 1, rankings_board(town))


def rankings_board(town):
    return rules.board(
        rankings.counted(town.connection), completion_unit(town.plan.requirement), places=True, smallest=5
    )


# ── how it comes about ──


def test_the_office_reads_the_rule_alone(town):
    assert how(town, OFFICE, Command.RANKING) == RULE


def test_the_first_reads_who_is_behind_it(town):
    add_school(town, 11, active=10, done=0)

    # 0 of 5 and 0 of 10 with nothing done: level in both, so both are first and nobody is before or behind
    assert how(town, TEACHER) == (
        f"{RULE}\n"
        "第 1 名 示例县第一小学：合格率 0.0%（0/5），平均完成度 0.0%。\n"
        "小学里没有名次更前或更后的学校。\n"
        "再有 5 人合格，就全部合格。\n"
        f"{AS_OF_LINE}"
    )


def test_a_school_reads_its_two_figures_beside_the_next_ones(town):
    add_school(town, 11, active=10, done=8)
    add_school(town, 12, active=10, done=4)

    assert how(town, TEACHER) == (
        f"{RULE}\n"
        "第 3 名 示例县第一小学：合格率 0.0%（0/5），平均完成度 0.0%。\n"
        "前面是第 2 名 示例县12小学：合格率 40.0%（4/10），平均完成度 40.0%，差在合格率。\n"
        "再有 2 人合格，就到第 2 名。\n"
        f"{AS_OF_LINE}"
    )


def test_where_shares_are_equal_the_completion_is_named(town):
    add_school(town, 11, active=10, done=0, completion=1)

    assert "，差在平均完成度。\n" in how(town, TEACHER)
    assert how(town, TEACHER).splitlines()[5].startswith("第 2 名 示例县第一小学：合格率 0.0%（0/5）")


def test_a_small_school_reads_why_it_has_no_place(town):
    assert how(town, OTHER_ADMIN).splitlines()[5] == "示例县第二小学在册 1 人，所以没有名次。"


def test_a_unit_that_does_not_take_part_reads_that(town):
    assert town.ask(OFFICE, Command.SCHOOL_RANKING, filter=HOW_RANKED) == (
        f"{RULE}\n示例县教育局不参与排名，所以不在排名里。"
    )


def test_without_places_there_is_nothing_to_explain(town):
    town.plan = replace(town.plan, ranking_mode=RankingMode.PROGRESS)

    assert how(town, TEACHER) == "示例县不分名次：按校名排列，只写每所学校合格的人数和在册的人数。"


# ── whether it was posted ──


def test_before_its_time_the_time_is_named(town):
    at(town, 9, 30)

    assert whether(town) == f"还没到时间：今天的排名 18:00 发到各群。{LIVE}"


def test_after_its_time_until_when_it_is_made_up(town):
    at(town, 18, 1)

    assert whether(town) == f"今天的排名该在 18:00 发，现在还没有发，最晚 20:00 前补上。{LIVE}"


def test_after_that_the_office_has_been_told(town):
    at(town, 20, 1)

    assert whether(town) == f"今天的排名没有发。\n项目办已经知道了。\n{LIVE}"


def test_stale_data_are_the_reason_for_everybody(town):
    at(town, 18, 30)
    ended(town, Outcome.NOTHING, "5月21日（周二）的排名没有发到群里：线上数据太旧。")

    for who in (OFFICE, TEACHER):
        assert "原因：5月21日（周二）的排名没有发到群里：线上数据太旧。" in whether(town, who)


def test_a_fault_of_the_program_is_told_to_those_who_can_do_something(town):
    at(town, 18, 30)
    ended(town, Outcome.FAILED, "程序出错（KeyError），详情在日志里。")

    assert "KeyError" in whether(town, OFFICE)
    assert "KeyError" not in whether(town, TEACHER)
    assert "项目办已经知道了。" in whether(town, TEACHER)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2024, 5, 25), "5月27日（周一）"),
        (date(2024, 6, 10), "6月11日（周二）"),  # 端午节, a Monday
    ],
)
def test_on_a_day_off_the_next_one_is_named(town, day, following):
    at(town, 19, 0, day)

    assert whether(town).endswith(f"不是工作日，不发排名。下一次是 {following} 18:00；{LIVE}")


def test_what_was_posted_is_told_with_its_minute(town):
    at(town, 18, 30)
    posted(town, minutes_ago=28)

    assert whether(town) == (
        "今天的排名 18:02 已经往各群发了。\n群里没看到，就告诉项目办是哪个群；要看，发“排名”。"
    )


def test_a_school_without_a_group_reads_that_it_has_none(town):
    at(town, 18, 30)
    posted(town, minutes_ago=30)

    assert whether(town, ADMIN).splitlines()[1] == (
        "示例县第一小学还没有绑定群，所以收不到：请项目办在群里@我，发“绑定本群 学校名”。"
    )


def test_a_school_whose_group_takes_nothing_reads_that(town):
    at(town, 18, 30)
    posted(town, minutes_ago=30)
    binding = Binding(way=Way.DINGTALK_GROUP, address="group-2", school_id=1)
    group = chat_groups.bind(town.connection, binding, Sealing(SECRET), at=1, by="operator").group
    assert "群里没看到" in whether(town, ADMIN)
    chat_groups.stop(town.connection, group.id, "93000", 2)

    assert whether(town, ADMIN).splitlines()[1].startswith("示例县第一小学的群发不进去，已经停发")


def test_yesterday_is_looked_at_as_well(town):
    at(town, 9, 0)
    yesterday = TODAY - timedelta(days=1)
    ended(town, Outcome.NOTHING, "还没有绑定群，没有发。", yesterday)

    assert whether(town, when=yesterday.isoformat()) == (
        f"5月20日（周一）的排名没有发。\n原因：还没有绑定群，没有发。\n{LIVE}"
    )


def test_where_the_job_is_off_nothing_is_promised(town):
    town.plan = replace(town.plan, jobs=tuple(replace(job, on=False) for job in town.plan.jobs))

    assert whether(town) == "本县现在不定时发排名。要看，发“排名”看实时的。"


@pytest.mark.parametrize("said", ["5月", "五月份", "上周", "本月"])
def test_what_is_no_single_day_is_asked_back(town, said):
    assert town.ask(OFFICE, Command.RANKING, when=said) == (
        f"“{said}”不是一天，排名是一天一份的。下一步：发“排名 5月20日”这样的日期。"
    )


def add_school(town, school_id, *, active, done, completion=0):
    """`completion`: of the first who is not done."""
    unit = rankings_board(town).unit
    town.connection.execute(
        school.insert().values(id=school_id, name=f"示例县{school_id}小学", kind="primary")
    )
    for number in range(active):
        person_id = school_id * 100 + number
        town.connection.execute(
            person.insert().values(id=person_id, staff_no=f"S{person_id}", name="示例", school_id=school_id)
        )
        town.connection.execute(
            standing.insert().values(
                person_id=person_id,
                school_id=school_id,
                active=True,
                practice_hours=0,
                done=number < done,
                completion=unit if number < done else completion if number == done else 0,
                next_step="none" if number < done else "hours",
                rule_version="x",
            )
        )
