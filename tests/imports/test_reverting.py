"""Taking back a whole import: everything is as before, nothing is gone, and what is newer stays."""

from datetime import date, timedelta

from sqlalchemy import select

from bot.imports.applying import Ground
from bot.imports.reverting import take_back, undoing_of
from storage import import_reversals, imports_done
from storage.identifiers import Identifiers
from storage.import_reversals import State
from storage.ranking_changes import corrections_since
from storage.snapshots import online_as_of
from storage.standings import differences, rewrite
from storage.tables import audit, choice, practice_entry

BY = 1


def hours(*rows):
    return [["姓名", "人员编号", "获得学时"], *rows]


def later(office):
    """Imports of one day must not look like one."""
    office.now += timedelta(minutes=5)


def ground(office):
    return Ground(
        database=office.database,
        plan=office.plan,
        catalogue=office.catalogue,
        identifiers=Identifiers(office.key),
        now=office.now,
        actor="person:1",
    )


def shown(office, import_id):
    """What the office is shown before it takes an import back."""
    with office.database.reading() as connection:
        return undoing_of(connection, imports_done.find(connection, import_id))


def taken_back(office, import_id):
    """Asks for it as the page does, and does it as the background thread does."""
    later(office)
    undoing = shown(office, import_id)
    with office.database.writing() as connection:
        assert import_reversals.ask(
            connection, import_id, by=BY, at=1, reason="导错了文件", mark=undoing.mark
        )
        reversal = import_reversals.of_import(connection, import_id)
    state = take_back(ground(office), reversal)
    with office.database.writing() as connection:
        import_reversals.ends(connection, import_id, state)
        assert differences(connection, office.plan, office.catalogue) == ()
    return state, said(undoing.undone), said(undoing.left)


def said(entries):
    return [f"{one.who}：{one.text}" for one in entries]


def test_hours_are_as_before_and_so_is_their_day(county):
    county.run("online-hours", hours(["赵一", "T001", 10]), as_of=date(2024, 5, 10))
    later(county)
    run = county.run(
        "online-hours", hours(["赵一", "T001", 20], ["钱二", "T002", 5]), as_of=date(2024, 5, 20)
    )

    state, undone, left = taken_back(county, run.run_id)

    assert (state, left) == (State.DONE, [])
    assert undone == [
        "赵一：20 学时（截至 2024-05-20） → 10 学时（截至 2024-05-10）",
        "钱二：5 学时（截至 2024-05-20） → 没有数据",
    ]
    assert county.online()["赵一"] == (1000, "2024-05-10")
    assert county.online()["钱二"] == (None, None)
    with county.database.reading() as connection:
        assert online_as_of(connection) == date(2024, 5, 10)
    # Nothing is deleted: one snapshot of the first file, two of the second.
    assert len(county.rows("online_snapshot", "id")) == 3


def test_who_has_newer_hours_keeps_them(county):
    run = county.run(
        "online-hours", hours(["赵一", "T001", 20], ["钱二", "T002", 5]), as_of=date(2024, 5, 10)
    )
    later(county)
    county.run("online-hours", hours(["赵一", "T001", 22]), as_of=date(2024, 5, 20))

    state, undone, left = taken_back(county, run.run_id)

    assert state is State.DONE
    assert undone == ["钱二：5 学时（截至 2024-05-10） → 没有数据"]
    assert left == ["赵一：之后有更新的数据，现在的学时不变"]
    assert county.online()["赵一"] == (2200, "2024-05-20")


def test_the_same_file_can_be_imported_again(county):
    run = county.run("online-hours", hours(["赵一", "T001", 20]), as_of=date(2024, 5, 20))
    taken_back(county, run.run_id)
    later(county)

    again = county.run("online-hours", hours(["赵一", "T001", 20]), as_of=date(2024, 5, 20))

    assert again.state == "applied"
    assert county.online()["赵一"] == (2000, "2024-05-20")


def test_a_posted_ranking_hears_of_what_was_taken_back(county):
    run = county.run("online-hours", hours(["赵一", "T001", 20]), as_of=date(2024, 5, 20))
    taken_back(county, run.run_id)

    with county.database.reading() as connection:
        put_right = corrections_since(
            connection, last_import=run.run_id, last_audit=0, as_of=date(2024, 5, 20)
        )
    assert put_right.by_import == {1}


def test_the_ledger_gets_reversals(county):
    county.use_imported_practice()
    file = [["姓名", "人员编号", "学时", "依据"], ["赵一", "T001", 4, "研讨课"]]
    first = county.run("practice-hours", file)
    later(county)
    file[1][2] = 6
    second = county.run("practice-hours", file)

    assert taken_back(county, second.run_id)[1:] == (["赵一：研讨课：6 学时 → 4 学时"], [])
    assert taken_back(county, first.run_id)[1:] == ([], ["赵一：研讨课：之后又改过"])
    entered = county.rows("practice_entry", "practice_hours", "reverses_id")
    # 4; then −4 and 6; then −6 and 4 again.
    assert [one[0] for one in entered] == [400, -400, 600, -600, 400]
    assert len({one[1] for one in entered if one[1]}) == 2


def test_what_stands_unchanged_is_not_taken_back(county):
    """Of an import on which something newer stands there is nothing left to do, and nothing is done."""
    county.use_imported_practice()
    file = [["姓名", "人员编号", "学时", "依据"], ["赵一", "T001", 4, "研讨课"]]
    first = county.run("practice-hours", file)
    later(county)
    file[1][2] = 6
    county.run("practice-hours", file)

    assert taken_back(county, first.run_id)[0] is State.STALE
    with county.database.reading() as connection:
        assert connection.scalar(select(practice_entry.c.id).order_by(practice_entry.c.id.desc())) == 3


def test_people_get_their_former_values_and_new_ones_leave(county):
    later(county)
    rows = [list(row) for row in county.roster]
    rows[1][3], rows[1][2] = "", "示例县第二高级中学"  # 赵一 to another school, without a group
    rows.append(["周五", "T005", "示例县第一小学", "语文组", "教研组长", "xy005", ""])
    rows.append(["吴六", "T006", "示例县第一小学", "", "教师", "xy006", ""])
    run = county.run("roster", rows)
    later(county)
    with county.database.writing() as connection:
        connection.execute(choice.insert().values(person_id=6, code="A1", chosen_at=1))
        rewrite(connection, [6], county.plan, county.catalogue)

    state, undone, left = taken_back(county, run.run_id)

    assert state is State.DONE
    assert undone == [
        "赵一（示例县第二高级中学）：学校 示例县第二高级中学 → 示例县第一小学；教研组 （空） → 语文组",
        "周五（示例县第一小学）：新增的人，状态 在册 → 调出",
    ]
    assert left == ["吴六（示例县第一小学）：新增后已有学时、选点、材料或绑定，请逐人处理"]
    people = county.rows("person", "name", "school_id", "state")
    assert people[0] == ("赵一", 1, "active")
    assert people[4:] == [("周五", 1, "transferred"), ("吴六", 1, "active")]
    held = [one for one in county.rows("role", "person_id", "role", "ended_at") if one[2] is None]
    assert (5, "leader", None) not in held


def test_a_value_that_was_changed_since_stays(county):
    later(county)
    rows = [list(row) for row in county.roster]
    rows[1][3] = "数学组"
    run = county.run("roster", rows)
    later(county)
    rows[1][3] = "英语组"
    county.run("roster", rows)

    undoing = shown(county, run.run_id)

    assert said(undoing.undone) == []
    assert said(undoing.left) == ["赵一（示例县第一小学）：教研组之后又改过，不动"]


def test_schools_that_nobody_is_in_go_again(county):
    later(county)
    rows = [*map(list, county.schools), ["示例县第三小学", "X03", "小学", "三小"]]
    rows[1][3] = "实验一小"
    run = county.run("schools", rows)

    state, undone, left = taken_back(county, run.run_id)

    assert (state, left) == (State.DONE, [])
    assert undone == ["示例县第三小学：新增的学校，删去", "示例县第一小学：简称 实验一小 → 一小"]
    assert county.rows("school", "name", "short_name")[0] == ("示例县第一小学", "一小")
    assert len(county.rows("school", "id")) == 3


def test_only_what_was_shown_is_done(county):
    run = county.run("online-hours", hours(["赵一", "T001", 20]), as_of=date(2024, 5, 20))
    mark = shown(county, run.run_id).mark
    later(county)
    county.run("online-hours", hours(["赵一", "T001", 25]), as_of=date(2024, 5, 21))
    with county.database.writing() as connection:
        import_reversals.ask(connection, run.run_id, by=BY, at=1, reason="导错", mark=mark)
        reversal = import_reversals.of_import(connection, run.run_id)

    assert take_back(ground(county), reversal) is State.STALE
    assert county.online()["赵一"] == (2500, "2024-05-21")


def test_the_audit_says_who_took_back_what_and_why(county):
    run = county.run("online-hours", hours(["赵一", "T001", 20]), as_of=date(2024, 5, 20))
    taken_back(county, run.run_id)

    with county.database.reading() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.detail).order_by(audit.c.id)).all()
    actor, detail = rows[-1]
    assert actor == "person:1"
    assert (detail["reverts"], detail["reason"], detail["changed"]) == (run.run_id, "导错了文件", 1)
    assert rows[-2].detail["hours"] == [2000, None]
