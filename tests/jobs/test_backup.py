"""The nightly backup: verified, thinned out, never the last one; what goes wrong is a sentence."""

import resource
import shutil
import sys
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.clock import SHANGHAI, SystemClock
from bot.jobs.backup import _PROLONG_EVERY_MS, _Holding, backup
from bot.jobs.job import JobParts, Slot
from bot.jobs.running import LEASE_MS
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.backups import not_kept
from bot.policy.plan import BackupRule
from bot.policy.timetable import Outcome
from storage import backups, job_runs
from storage.job_runs import Seen
from storage.schema import HEAD

DAY = date(2024, 5, 20)
NIGHT = datetime(2024, 5, 20, 4, 30, tzinfo=SHANGHAI)
RULE = BackupRule(folder="", keep_days=14, keep_weeks=8)
MOMENTS = st.lists(st.integers(0, 140 * 24).map(lambda hours: NIGHT - timedelta(hours=hours)), max_size=60)


@pytest.fixture
def parts(database):
    from dataclasses import replace

    def make(folder: Path, clock=None):
        plan = load_plan(None)
        return JobParts(
            database=database,
            plan=replace(plan, backup=replace(plan.backup, folder=str(folder))),
            catalogue=load_catalogue(None),
            clock=clock or SystemClock(),
            secret_key="",
        )

    return make


def slot(moment=NIGHT):
    real_ms = int(moment.timestamp() * 1000)
    return Slot(job="backup", day=moment.date(), now=moment, real_ms=real_ms, by_hand=False)


def test_every_night_there_is_a_verified_file(parts, tmp_path):
    folder = tmp_path / "var" / "backups"
    ran = backup(parts(folder), slot())
    (kept,) = backups.kept_in(folder)
    assert kept.path.name == "bot-20240520-043000.backup"
    assert backups.verify(kept.path).taken_at == slot().real_ms == backups.newest_at(folder)
    size = f"{kept.path.stat().st_size / 1e6:.1f} MB"
    said = f"备份好了：{kept.path}（{size}），2024-05-20 04:30 的数据，0 人，0 份提交。"
    assert (ran.outcome, ran.detail) == (Outcome.DONE, said)


@pytest.mark.one_database
def test_older_ones_are_thinned_out_and_what_is_not_ours_stays(parts, tmp_path):
    for days in range(1, 100):
        (tmp_path / backups.name_at(slot(NIGHT - timedelta(days=days)).real_ms)).touch()
    (tmp_path / "holiday.jpg").touch()
    (tmp_path / f".{backups.name_at(0)}.part").touch()
    ran = backup(parts(tmp_path), slot())
    # Of 14 days one each, back to 7 May; Monday 20 May begins a week, the eighth is that of 1 April. Of the weeks
    # of 6 May and before the newest of each stays: 5 May, 28, 21, 14 and 7 April; the three newer weeks have theirs.
    days = [kept.day for kept in backups.kept_in(tmp_path)]
    assert days[:14] == [DAY - timedelta(days=n) for n in range(14)]
    assert days[14:] == [
        date(2024, 5, 5),
        date(2024, 4, 28),
        date(2024, 4, 21),
        date(2024, 4, 14),
        date(2024, 4, 7),
    ]
    assert ran.detail.endswith("删掉旧的 81 份。")
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.suffix != ".backup") == [
        *(suffix for suffix in (".db", ".db-shm", ".db-wal") if list(tmp_path.glob(f"*{suffix}"))),
        ".jpg",
    ]


@pytest.mark.one_database
def test_where_nothing_can_be_written_it_has_failed_and_nothing_is_deleted(parts, tmp_path):
    old = tmp_path / "folder" / backups.name_at(0)
    old.parent.mkdir()
    old.touch()
    with files_no_larger_than(100_000):
        ran = backup(parts(old.parent), slot())
    said = f"备份写不进 {old.parent}（disk I/O error），请检查权限和磁盘空间。"
    assert (ran.outcome, ran.detail) == (Outcome.FAILED, said)
    assert list(old.parent.iterdir()) == [old]


@contextmanager
def files_no_larger_than(size):
    """In every process that is started within it; in bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_while_the_schema_is_newer_than_the_program_it_says_so(database, parts, tmp_path):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ran = backup(parts(tmp_path), slot())
    said = f"数据库结构 9999 比程序新（程序到 {HEAD}），请升级程序，或用升级前的备份恢复数据库。"
    assert (ran.outcome, ran.detail) == (Outcome.FAILED, said)


@pytest.mark.one_database
def test_a_process_that_dies_over_it_leaves_a_sentence(parts, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    ran = backup(parts(tmp_path), slot())
    assert (ran.outcome, ran.detail) == (Outcome.FAILED, "备份做到一半停下了，请看看内存和磁盘够不够。")
    assert backups.kept_in(tmp_path) == []


@pytest.mark.one_database
def test_a_folder_that_cannot_be_made_is_a_sentence(parts, tmp_path):
    (tmp_path / "file").touch()
    ran = backup(parts(tmp_path / "file" / "inside"), slot())
    assert ran.outcome is Outcome.FAILED
    assert ran.detail.startswith(f"文件夹 {tmp_path}/file/inside 用不了（")


def test_a_long_one_keeps_its_right_to_run(database, parts, tmp_path):
    class Later(SystemClock):
        def real_ms(self):
            return slot().real_ms + _PROLONG_EVERY_MS

    at = slot().real_ms
    with database.writing() as connection:
        assert job_runs.take(connection, Seen("backup", DAY, None), at=at, until=at + LEASE_MS) is not None
    _Holding(parts(tmp_path, Later()), slot()).go_on(1, 2)
    with database.reading() as connection:
        run = job_runs.seen(connection, "backup", DAY).run
    assert run.leased_until == at + _PROLONG_EVERY_MS + LEASE_MS


@given(MOMENTS, st.integers(1, 30), st.integers(0, 20))
def test_the_newest_always_stays_and_so_does_one_of_each_day_and_week(taken, days, weeks):
    rule = BackupRule(folder="", keep_days=days, keep_weeks=weeks)
    gone = not_kept(taken, rule, DAY)
    stays = [one for one in taken if one not in gone]
    assert not taken or max(taken) in stays
    for one in gone:
        day = one.date()
        monday = day - timedelta(days=day.weekday())
        if (DAY - day).days < days:
            assert any(other.date() == day and other > one for other in stays)
        if (DAY - timedelta(days=DAY.weekday()) - monday).days < 7 * weeks:
            assert any(monday <= other.date() < monday + timedelta(7) and other > one for other in stays)


@given(MOMENTS)
def test_thinning_out_a_second_time_changes_nothing(taken):
    gone = not_kept(taken, RULE, DAY)
    assert not_kept([one for one in taken if one not in gone], RULE, DAY) == []
