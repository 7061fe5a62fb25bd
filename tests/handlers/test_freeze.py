"""冻结 and 解冻: acceptance by the figures of one moment; what people are told of themselves stays live."""

import threading
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from messages.commands import Command
from storage import freezes, standings
from storage.tables import audit, person, school
from storage.work_tables import evidence, freeze, frozen_standing
from tests.handlers.conftest import (
    LEADER,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    PRINCIPAL,
    TEACHER,
    settle,
)
from tests.handlers.submitted import add_teacher

LAST_DAY = datetime(2024, 6, 30, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def is_done(county, person_id, grade="pass"):
    county.has_online(person_id, 2500, date(2024, 6, 27))
    county.certify(person_id, "A1", "A5", "B2", grade=grade)


@pytest.fixture
def last_day(county):
    county.now, county.real_ms = LAST_DAY, int(LAST_DAY.timestamp() * 1000)
    county.connection.execute(school.update().where(school.c.id == 3).values(ranked=False))
    is_done(county, TEACHER, grade="excellent")
    return county


@pytest.fixture
def frozen(last_day):
    last_day.ask(OFFICE, Command.FREEZE, reason="6月30日最终验收")
    last_day.ask(OFFICE, Command.CONFIRM)
    return last_day


def test_a_freeze_is_previewed_and_confirmed(last_day):
    assert last_day.ask(OFFICE, Command.FREEZE, reason="6月30日最终验收") == (
        "要把全部人员的数据按 6月30日（周日）现在的样子冻结（现在合格 1/6（16.7%））。\n"
        "原因：6月30日最终验收。\n"
        "冻结后“验收”按这份数据，以后的变化不计入；老师自己看到的仍是实时数据，审核照常。\n"
        "确定就回复“确认”（5 分钟内有效）。"
    )
    assert freezes.active_freeze(last_day.connection) is None
    assert last_day.ask(OFFICE, Command.CONFIRM) == (
        "已冻结 8 人的数据（6月30日（周日）），原因：6月30日最终验收。\n"
        "下一步：发“验收”看冻结的结果；要改，发“解冻 原因”。"
    )
    found = freezes.active_freeze(last_day.connection)
    assert (found.frozen_by, found.name, found.frozen_at, found.reason) == (
        OFFICE,
        "戊主任",
        last_day.real_ms,
        "6月30日最终验收",
    )
    rows = select(audit.c.actor, audit.c.action, audit.c.detail)
    assert last_day.connection.execute(rows).all() == [
        (f"person:{OFFICE}", "figures.frozen", {"reason": "6月30日最终验收", "people": 8})
    ]


def test_the_frozen_row_is_what_the_person_had(frozen):
    columns = frozen_standing.c
    row = frozen.connection.execute(
        select(
            columns.school_id,
            columns.state,
            columns.online_hours,
            columns.online_as_of,
            columns.practice_hours,
            columns.certified,
            columns.excellent,
            columns.done,
            columns.completion,
            columns.next_step,
        ).where(columns.person_id == TEACHER)
    ).one()

    assert tuple(row) == (
        1,
        "active",
        2500,
        date(2024, 6, 27),
        2500,
        "A1 A5 B2",
        3,
        True,
        22_500,
        "none",
    )


def test_before_the_last_day_one_is_told_that_it_is_a_stage(county):
    said = county.ask(OFFICE, Command.FREEZE, reason="先看一次").splitlines()

    assert "今天还没到 6月30日（周日），冻结的是阶段数。" in said


@pytest.mark.parametrize("reason", ["", " ", "？"])
def test_freezing_and_thawing_need_a_reason(frozen, reason):
    assert frozen.ask(OFFICE, Command.UNFREEZE, reason=reason) == (
        "解冻要写原因，例如“解冻 有两人的材料要补审”。什么都没有执行。"
    )
    frozen.connection.execute(update(freeze).values(active=None))
    assert frozen.ask(OFFICE, Command.FREEZE, reason=reason) == (
        "冻结要写原因，例如“冻结 6月30日最终验收”。什么都没有执行。"
    )


def test_acceptance_goes_by_the_frozen_figures_and_counts_what_has_changed(frozen):
    before = frozen.ask(OFFICE, Command.ACCEPTANCE)
    frozen.later(days=1)
    is_done(frozen, OTHER_ADMIN)
    frozen.connection.execute(update(person).where(person.c.id == NEWCOMER).values(state="retired"))
    standings.rewrite(frozen.connection, [NEWCOMER], frozen.plan, frozen.catalogue)
    add_teacher(frozen, 20, "示例新人")

    said = frozen.ask(OFFICE, Command.ACCEPTANCE)

    assert before.splitlines() == [
        "2 所学校中 0 所合格率达到 100%，0 所材料齐了。",
        "开原市合格 1/6（16.7%），平均完成度 16.7%。",
        "5 人还没有线上数据，完成度里按 0 算。",
        "冻结于 6月30日（周日）（戊主任），原因：6月30日最终验收。",
        "小学 2 所",
        "示例县第一小学：合格 1/5（20.0%），还差 4 人；优秀率 20.0%（按应认证 15 个）、100.0%（按已认证 3 个）；缺 备案五项、总结、3月简报 1 组、4月简报 1 组、5月简报 1 组",
        "示例县第二小学：合格 0/1（0.0%），还差 1 人；优秀率 0.0%（按应认证 3 个）；缺 备案五项、总结",
        "不参与排名的单位 1 个，没有算进来，发“验收 单位名”看。",
        "下一步：发“验收 学校名”看一所，发“验收 提醒”提醒还差人的学校。",
        "线上数据截至 6月27日，人数、学时和认证按冻结时，材料截至 6月30日（周日）",
    ]
    assert said == before.replace(
        "原因：6月30日最终验收。", "原因：6月30日最终验收。\n冻结后有 3 人的数据变了，没有计入。"
    ).replace("材料截至 6月30日（周日）", "材料截至 7月1日（周一）")


def test_one_school_is_shown_as_frozen_too(frozen):
    is_done(frozen, LEADER)

    said = frozen.ask(OFFICE, Command.ACCEPTANCE, school="第一小学").splitlines()

    assert said[0] == "示例县第一小学合格 1/5（20.0%），平均完成度 20.0%。"
    assert (
        said[1] == "没达标 4 人：乙组长（没选点）、丁校长（没选点）、丙管理员（没选点）、庚老师（没选点）。"
    )
    assert "冻结后有 1 人的数据变了，没有计入。" in said
    other = frozen.ask(OFFICE, Command.ACCEPTANCE, school="第二小学")
    assert "冻结于 6月30日（周日）（戊主任），原因：6月30日最终验收。" in other
    assert "没有计入" not in other


def test_whoever_has_moved_counts_where_they_were(frozen):
    frozen.connection.execute(update(person).where(person.c.id == TEACHER).values(school_id=2, group_id=None))
    standings.rewrite(frozen.connection, [TEACHER], frozen.plan, frozen.catalogue)

    for name in ("第一小学", "第二小学"):
        assert "冻结后有 1 人的数据变了，没有计入。" in frozen.ask(OFFICE, Command.ACCEPTANCE, school=name)
    assert "示例县第一小学合格 1/5" in frozen.ask(OFFICE, Command.ACCEPTANCE, school="第一小学")


def test_a_newer_day_or_another_step_without_another_figure_is_no_change(frozen):
    frozen.has_online(TEACHER, 2500, date(2024, 6, 29))
    frozen.connection.execute(update(person).where(person.c.id == LEADER).values(study_account=None))
    standings.rewrite(frozen.connection, [LEADER], frozen.plan, frozen.catalogue)

    assert "没有计入" not in frozen.ask(OFFICE, Command.ACCEPTANCE)


def test_what_people_are_told_of_themselves_stays_live(frozen):
    is_done(frozen, LEADER)

    assert "已经合格" in frozen.ask(LEADER, Command.MY_HOURS)
    assert "合格 2/5（40.0%）" in frozen.ask(PRINCIPAL, Command.SCHOOL_PROGRESS)


def test_a_reminder_while_frozen_goes_by_live_figures(frozen):
    is_done(frozen, LEADER)
    is_done(frozen, OTHER_ADMIN)

    said = frozen.ask(OFFICE, Command.ACCEPTANCE, filter="提醒")

    assert "还差 1 到 10 人、私下收到名单的 1 所：示例县第一小学 3 人" in said.splitlines()


def test_there_is_only_one_freeze_at_a_time(frozen):
    frozen.later(days=1)

    assert frozen.ask(OFFICE, Command.FREEZE, reason="再冻一次") == (
        "已经冻结：6月30日（周日），戊主任，原因：6月30日最终验收。\n要重新冻结，先发“解冻 原因”。"
    )
    assert freezes.freeze_everybody(frozen.connection, person_id=OFFICE, reason="x", at=1) is None


def test_a_preview_that_somebody_else_was_faster_than_freezes_nothing(last_day):
    last_day.ask(OFFICE, Command.FREEZE, reason="最终验收")
    freezes.freeze_everybody(last_day.connection, person_id=OVERSEER, reason="更早的", at=last_day.real_ms)

    assert last_day.ask(OFFICE, Command.CONFIRM).startswith(
        "已经冻结：6月30日（周日），己领导，原因：更早的。"
    )
    assert last_day.connection.scalar(select(func.count()).select_from(freeze)) == 1


def test_thawing_is_previewed_confirmed_and_keeps_what_was_frozen(frozen):
    is_done(frozen, LEADER)
    frozen.later(days=2)

    assert frozen.ask(OFFICE, Command.UNFREEZE, reason="有一人的材料要补审") == (
        "要解冻 6月30日（周日）冻结的数据（当时的原因：6月30日最终验收）。\n"
        "解冻原因：有一人的材料要补审。\n"
        "冻结后有 1 人的数据变了，解冻后会计入。“验收”会改按实时数据，冻结过的数据仍然留底。\n"
        "确定就回复“确认”（5 分钟内有效）。"
    )
    assert frozen.ask(OFFICE, Command.CONFIRM) == (
        "已解冻，原因：有一人的材料要补审。“验收”改按实时数据。\n下一步：改好以后再发“冻结 原因”。"
    )
    row = frozen.connection.execute(
        select(freeze.c.active, freeze.c.lifted_by, freeze.c.lifted_at, freeze.c.lift_reason)
    ).one()
    assert tuple(row) == (None, OFFICE, frozen.real_ms, "有一人的材料要补审")
    assert frozen.connection.scalar(select(func.count()).select_from(frozen_standing)) == 8
    assert "开原市合格 2/6" in frozen.ask(OFFICE, Command.ACCEPTANCE)
    assert frozen.ask(OFFICE, Command.UNFREEZE, reason="再来一次") == "现在没有冻结，不用解冻。"
    actions = frozen.connection.scalars(select(audit.c.action).where(audit.c.action.like("figures.%"))).all()
    assert actions == ["figures.frozen", "figures.thawed"]


def test_it_can_be_frozen_again_with_the_newer_figures(frozen):
    is_done(frozen, LEADER)
    frozen.ask(OFFICE, Command.UNFREEZE, reason="补审")
    frozen.ask(OFFICE, Command.CONFIRM)
    frozen.ask(OFFICE, Command.FREEZE, reason="补审之后")
    frozen.ask(OFFICE, Command.CONFIRM)

    said = frozen.ask(OFFICE, Command.ACCEPTANCE)

    assert "开原市合格 2/6" in said
    assert "原因：补审之后。" in said


@pytest.mark.parametrize("command", [Command.FREEZE, Command.UNFREEZE])
def test_only_the_office_freezes(frozen, command):
    assert frozen.ask(OVERSEER, command, reason="最终验收") == f"“{command}”只有项目办可以用，没有执行。"


def test_a_frozen_figure_cannot_be_changed_by_anybody(frozen):
    for statement in (update(frozen_standing).values(done=True), delete(frozen_standing)):
        with pytest.raises(DBAPIError, match="append-only"), frozen.connection.begin_nested():
            frozen.connection.execute(statement)


def test_of_two_who_freeze_at_once_one_does(database, plan, catalogue):
    with database.writing() as connection:
        settle(connection, plan, catalogue)
    start = threading.Barrier(2)
    found = []

    def freezes_now(person_id):
        start.wait()
        with database.writing() as connection:
            found.append(freezes.freeze_everybody(connection, person_id=person_id, reason="x", at=1))

    threads = [threading.Thread(target=freezes_now, args=(who,)) for who in (OFFICE, OVERSEER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(found, key=str) == [8, None]
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(freeze)) == 1
        assert connection.scalar(select(func.count()).select_from(frozen_standing)) == 8


def test_whoever_decides_while_frozen_is_told_that_it_does_not_count(frozen):
    frozen.ask(LEADER, Command.CHOOSE, codes=("A3", "A6", "B9"))
    frozen.ask(LEADER, Command.SUBMIT, codes=("A3",), links=("https://files.example.com/a3",))
    number = max(row.number for row in frozen.connection.execute(select(evidence.c.number)))
    remark = "验收结果在6月30日（周日）冻结，这次的变化不计入；要计入，请项目办先“解冻”。"

    passed = frozen.ask(PRINCIPAL, Command.APPROVE, numbers=(number,), typed=f"通过 编号{number}")
    assert passed.splitlines()[-1] == remark
    again = frozen.ask(
        OFFICE, Command.REOPEN, numbers=(number,), reason="看错了", typed=f"重开 {number} 看错了"
    )
    assert again.splitlines()[-1] == remark
