"""Writing in pieces: whole or not at all, finished after a crash, one at a time, and never in the way for long."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.imports import applying
from bot.imports.applying import PIECE, resume_imports
from bot.imports.kinds import ImportRefused
from bot.imports.running import State
from storage import import_runs, tables
from storage.import_runs import only_import

MANY = 2 * PIECE + 203
NUMBERS = range(MANY)
VOLATILE = {"import_run", "audit"}  # they say when and in how many runs, not what


@pytest.fixture
def crowd():
    """A roster of more people than are written at once."""
    names = "甲乙丙丁戊己庚辛壬癸"
    rows = [
        [
            f"赵{names[n // 100 % 10]}{names[n % 10]}", f"T{n:05d}",
            "示例县第一小学" if n % 2 else "示例县第二高级中学", f"{n % 3} 组", f"xy{n}",
        ]
        for n in NUMBERS
    ]  # fmt: skip
    return [["姓名", "人员编号", "学校", "教研组", "学习账号"], *rows]


@pytest.fixture
def office_with_schools(office):
    office.run("schools", office.schools)
    return office


class Crash(BaseException):
    """As good as a power cut: nothing catches it."""


def crash(*_arguments):
    raise Crash


def crash_before_piece(monkeypatch, number):
    calls = []
    real = applying._apply_piece

    def fragile(*arguments):
        calls.append(1)
        if len(calls) == number:
            raise Crash
        real(*arguments)

    monkeypatch.setattr(applying, "_apply_piece", fragile)


def what_is_stored(office):
    return {name: rows for name, rows in office.everything().items() if name not in VOLATILE}


def test_many_people_come_in_by_pieces_and_nothing_stays_staged(office_with_schools, crowd):
    office = office_with_schools
    progress = []
    outcome = office.run("roster", crowd, progress=lambda done, total: progress.append((done, total)))

    assert outcome.state is State.APPLIED
    assert progress == [(PIECE, MANY), (2 * PIECE, MANY), (MANY, MANY)]
    assert (
        len(office.rows("person", "id"))
        == len(office.rows("standing", "person_id", order="person_id"))
        == MANY
    )
    assert office.rows("import_row", "number", order="number") == []
    assert office.rows("import_run", "state")[-1] == ("applied",)
    assert office.run("roster", crowd).state is State.UNCHANGED


def test_a_crash_between_pieces_is_finished_later_as_if_nothing_had_been(
    office_with_schools, crowd, monkeypatch
):
    office = office_with_schools
    with monkeypatch.context() as patch:
        crash_before_piece(patch, 2)
        with pytest.raises(Crash):
            office.run("roster", crowd)

    assert len(office.rows("person", "id")) == PIECE
    assert [number for (number,) in office.rows("import_row", "number", order="number")] == [1, 2]
    assert office.rows("import_run", "state")[-1] == ("applying",)

    assert resume_imports(office.database, office.plan, office.catalogue, office.now) == ("roster.xlsx",)
    assert len(office.rows("person", "id")) == MANY
    assert office.rows("import_row", "number", order="number") == []
    assert office.rows("import_run", "state", "finished_at")[-1] == (
        "applied",
        int(office.now.timestamp() * 1000),
    )
    assert resume_imports(office.database, office.plan, office.catalogue, office.now) == ()
    assert office.run("roster", crowd).state is State.UNCHANGED


def test_the_next_import_finishes_the_one_before_first_and_says_so(office_with_schools, crowd, monkeypatch):
    office = office_with_schools
    office.run("roster", crowd)
    hours = [["统计时间：2024-05-20"], ["姓名", "人员编号", "获得学时"]]
    hours += [[row[0], row[1], 10] for row in crowd[1:]]
    with monkeypatch.context() as patch:
        crash_before_piece(patch, 3)
        with pytest.raises(Crash):
            office.run("online-hours", hours)
    assert ("online_as_of", "2024-05-20") not in office.rows("fact", "name", "value", order="name")

    outcome = office.run("online-hours", hours)
    assert outcome.report.notes == ("上次没有导完的“online-hours.xlsx”已接着导完。",)
    assert outcome.state is State.UNCHANGED
    assert set(office.rows("standing", "online_hours", order="person_id")) == {(1000,)}
    assert ("online_as_of", "2024-05-20") in office.rows("fact", "name", "value", order="name")


def test_an_import_that_has_died_behind_its_last_piece_is_finished_by_the_same_file(
    office_with_schools, crowd, monkeypatch
):
    office = office_with_schools
    office.run("roster", crowd)
    hours = [["统计时间：2024-05-20"], ["姓名", "人员编号", "获得学时"]]
    hours += [[row[0], row[1], 10] for row in crowd[1:]]

    with monkeypatch.context() as patch:
        patch.setattr(applying, "_finish", crash)
        with pytest.raises(Crash):
            office.run("online-hours", hours)
    assert office.rows("import_row", "number", order="number") == []

    looked = office.run("online-hours", hours, dry_run=True)
    assert looked.state is State.UNCHANGED
    assert office.rows("import_run", "state")[-1] == ("applying",)

    outcome = office.run("online-hours", hours)
    assert outcome.state is State.UNCHANGED
    assert outcome.report.notes == ("上次没有导完的“online-hours.xlsx”已接着导完。",)
    assert office.rows("import_run", "state")[-1] == ("applied",)
    assert ("online_as_of", "2024-05-20") in office.rows("fact", "name", "value", order="name")


def test_what_finishing_leaves_to_change_is_asked_for_where_nothing_was(
    office_with_schools, crowd, monkeypatch
):
    """Another file's rest is written first: then this one changes what nobody has agreed to."""
    office = office_with_schools
    office.run("roster", crowd)
    turned = [crowd[0], *([*row[:3], "另一组", row[4]] for row in crowd[1:])]
    with monkeypatch.context() as patch:
        crash_before_piece(patch, 1)
        with pytest.raises(Crash):
            office.run("roster", turned)

    asked = []
    outcome = office.run("roster", crowd, yes=False, confirm=asked.append)

    assert outcome.state is State.UNCONFIRMED
    assert len(asked[0].changed) == MANY


def test_a_crash_while_staging_leaves_nothing(office_with_schools, crowd, monkeypatch):
    office = office_with_schools
    before = what_is_stored(office)

    with monkeypatch.context() as patch:
        patch.setattr(import_runs, "start_applying", crash)
        with pytest.raises(Crash):
            office.run("roster", crowd)
    assert office.rows("import_run", "state")[-1] == ("staged",)

    assert resume_imports(office.database, office.plan, office.catalogue, office.now) == ()
    assert what_is_stored(office) == before
    assert office.rows("import_run", "kind") == [("schools",)]


def test_a_small_file_is_written_in_one_transaction(county, monkeypatch):
    before = county.everything()

    monkeypatch.setattr(applying.standings, "rewrite", crash)
    with pytest.raises(Crash):
        county.run("roster", [["姓名", "人员编号", "学校"], ["周五", "T005", "一小"]])
    assert county.everything() == before


def test_releases_come_before_takings_also_across_pieces(office_with_schools, crowd):
    """Everybody gets the account of the next one: an update in order would meet its owner."""
    office = office_with_schools
    office.run("roster", crowd)
    turned = [crowd[0], *([*row[:4], f"xy{(number + 1) % MANY}"] for number, row in enumerate(crowd[1:]))]
    outcome = office.run("roster", turned)

    assert outcome.report.suspicious == ()
    assert len(outcome.report.changed) == MANY
    assert dict(office.rows("person", "staff_no", "study_account"))["T00000"] == "xy1"
    assert office.run("roster", turned).state is State.UNCHANGED


def test_two_imports_at_once_are_refused_with_a_sentence(county):
    with only_import(county.database):
        with pytest.raises(ImportRefused) as caught:
            county.run("roster", county.roster)
        assert str(caught.value) == "另一个导入正在进行，或正停在“确认导入？”，请等它结束再试。"
        assert resume_imports(county.database, county.plan, county.catalogue, county.now) == ()
    assert county.run("roster", county.roster).state is State.UNCHANGED


def test_a_refused_import_lets_the_next_one_in(county):
    with pytest.raises(ImportRefused):
        county.run("roster", county.folder.path / "nothing.xlsx")
    assert county.run("roster", county.roster).state is State.UNCHANGED


def test_others_write_while_a_large_file_is_imported(office_with_schools, crowd):
    office = office_with_schools
    waits = []
    stop = threading.Event()

    def bot():
        number = 0
        while not stop.is_set():
            number += 1
            asked = time.monotonic()
            with office.database.writing() as connection:
                connection.execute(insert(tables.fact).values(name=f"n{number}", value=""))
            waits.append(time.monotonic() - asked)

    writer = threading.Thread(target=bot)
    writer.start()
    try:
        began = time.monotonic()
        office.run("roster", crowd)
        took = time.monotonic() - began
    finally:
        stop.set()
        writer.join()

    assert len(waits) > 10
    assert max(waits) < took  # nobody has to wait for the whole of it


def test_dry_run_no_answer_and_no_leave_everything_as_it_was(county):
    file = [["姓名", "人员编号", "学校"], ["周五", "T005", "一小"]]
    before = county.everything()

    dry = county.run("roster", file, dry_run=True)
    unasked = county.run("roster", file, yes=False)
    declined = county.run("roster", file, yes=False, confirm=lambda _report: False)

    assert [(one.state, one.exit_code, one.sentence) for one in (dry, unasked, declined)] == [
        (State.PREVIEWED, 0, "这是预演，什么也没有改。去掉 --dry-run 再运行就会导入。"),
        (State.UNCONFIRMED, 1, "没有确认，什么也没有改。核对后加 --yes 再运行就会导入。"),
        (State.DECLINED, 0, "已取消，什么也没有改。"),
    ]
    assert county.everything() == before


def test_standings_stay_what_the_rules_say(office_with_schools, crowd):
    from storage.standings import differences

    office = office_with_schools
    office.run("roster", crowd)
    office.now += timedelta(days=1)
    changed = [
        [*crowd[0], "状态"],
        *([*row, "退休" if number % 7 == 0 else ""] for number, row in enumerate(crowd[1:])),
    ]
    office.run("roster", changed)

    with office.database.reading() as connection:
        assert differences(connection, office.plan, office.catalogue) == ()
