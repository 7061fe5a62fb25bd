"""A backup of either database, while others write; what is refused, and what is said."""

import json
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import backups
from storage.database import Database
from storage.schema import HEAD
from storage.tables import fact
from tests.cli.conftest import SECRET_KEY


@pytest.fixture
def backup(bot, county):
    def run(*arguments, **settings):
        return bot("backup", *arguments, **{"BOT_DATABASE_URL": county, **settings})

    return run


def test_it_says_in_a_sentence_what_it_holds_and_that_the_key_is_kept_elsewhere(backup, tmp_path):
    done = backup("safe.backup")
    kept = tmp_path / "safe.backup"
    verified = backups.verify(kept)
    moment = done.stdout.split("），")[1].split(" 的数据")[0]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"备份好了：safe.backup（{kept.stat().st_size / 1e6:.1f} MB），{moment} 的数据，4 人，0 份提交。"
        "恢复时还要用 BOT_SECRET_KEY，它不在备份里，请另外保管好。\n"
    )
    assert (verified.people, verified.submissions, verified.revision) == (4, 0, HEAD)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*safe*")] == ["safe.backup"]
    with sqlite3.connect(kept) as connection:
        names = connection.execute("SELECT name FROM person ORDER BY staff_no").fetchall()
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()
    assert names == [("赵示例",), ("钱示例",), ("孙示例",), ("李示例",)]


@pytest.mark.one_database
def test_a_program_reads_counts_and_digests_of_every_table(backup):
    told = json.loads(backup("safe.backup", "--json").stdout)
    assert (told["file"], told["revision"], told["people"]) == ("safe.backup", HEAD, 4)
    assert told["tables"]["account"]["rows"] == 2
    assert len(told["tables"]["account"]["digest"]) == 32


@pytest.mark.one_database
def test_an_existing_file_is_replaced_only_with_force(backup, tmp_path):
    backup("safe.backup")
    before = (tmp_path / "safe.backup").read_bytes()
    refused = backup("safe.backup")
    said = "safe.backup 已经有了，请换一个名字，或者加 --force 覆盖它\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", said)
    assert (tmp_path / "safe.backup").read_bytes() == before
    assert backup("safe.backup", "--force").returncode == 0
    assert backups.verify(tmp_path / "safe.backup").people == 4


@pytest.mark.one_database
def test_what_is_no_backup_is_not_replaced_with_force_either(backup, tmp_path):
    (tmp_path / "settings").write_text("BOT_SECRET_KEY=the only copy")
    refused = backup("settings", "--force")
    said = "settings 不是备份，不能覆盖，请换一个名字\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", said)
    assert (tmp_path / "settings").read_text() == "BOT_SECRET_KEY=the only copy"


@pytest.mark.one_database
def test_a_folder_that_is_not_there_is_named(backup):
    done = backup("nowhere/safe.backup")
    assert (done.returncode, done.stderr) == (1, "没有 nowhere 这个文件夹，请先建好\n")


@pytest.mark.one_database
def test_the_database_itself_is_no_backup_of_itself(backup, county):
    path = make_url(county).database
    done = backup(path, "--force")
    assert (done.returncode, done.stderr) == (1, f"{path} 就是正在用的数据库，请换一个名字\n")


def test_an_empty_database_has_nothing_to_be_kept(bot):
    done = bot("backup", "safe.backup")
    assert (done.returncode, done.stderr) == (1, "数据库还是空的，没有什么可备份\n")


@pytest.mark.one_database
def test_a_full_disk_leaves_nothing_behind(database, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(backups.sqlite_files, "write_seal", full)
    with pytest.raises(backups.BackupFault) as fault:
        backups.take(database, tmp_path / "folder" / "safe", at=1, program="0.1.0")
    folder = tmp_path / "folder"
    assert str(fault.value) == f"备份写不进 {folder}（database or disk is full），请检查权限和磁盘空间"
    assert list(folder.iterdir()) == []


def full(*_arguments):
    raise sqlite3.OperationalError("database or disk is full")


def test_one_state_is_copied_whoever_writes_meanwhile(database, tmp_path):
    """Pairs are written in one transaction: a copy that holds half a pair is none of one state."""
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            with database.writing() as connection:
                number = len(written)
                connection.execute(fact.insert().values(name=f"a{number}", value="x" * 200))
                connection.execute(fact.insert().values(name=f"b{number}", value="x" * 200))
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 50:
            pass
        begun = len(written)
        kept = backups.take(database, tmp_path / "safe", at=1, program="0.1.0")
        done = len(written)
    finally:
        stop.set()
        writer.join()
    assert done > begun  # nobody was kept waiting
    assert begun * 2 <= kept.contents["fact"].rows <= (done + 1) * 2
    assert kept.contents["fact"].rows % 2 == 0


def test_a_serve_goes_on_answering_while_it_is_backed_up(serve, platforms, bot, sqlite_county, tmp_path):
    server = serve()
    stop, answers = threading.Event(), []

    def talk():
        while not stop.is_set():
            answers.append(platforms.ask_dingtalk(server, "我的学时", f"while-{len(answers)}"))

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        done = [bot("backup", f"{n}.backup", BOT_DATABASE_URL=sqlite_county) for n in range(3)]
    finally:
        stop.set()
        talking.join()
    heard = [backups.verify(tmp_path / f"{n}.backup").contents["inbox"].rows for n in range(3)]
    assert [one.returncode for one in done] == [0, 0, 0]
    assert len(answers) >= heard[2] > heard[0]
    # A slow machine may put somebody off until 更多, and a limit of its own silences what is asked too often.
    assert answers[0].startswith(("线上还没有数据", "已收到，正在处理。"))
    server.stop()


# ── what is no backup ──


def test_what_is_no_backup_is_refused(tmp_path):
    (tmp_path / "notes").write_text("这不是数据库" * 200)
    with sqlite3.connect(tmp_path / "other") as connection:
        connection.execute("CREATE TABLE person (id)")
    connection.close()
    for name in ("notes", "other"):
        with pytest.raises(backups.BackupFault) as fault:
            backups.verify(tmp_path / name)
        assert str(fault.value) == f"{tmp_path / name} 不是这个程序的备份"
    with pytest.raises(backups.BackupFault, match="这个文件，请检查路径"):
        backups.verify(tmp_path / "nothing")


@pytest.fixture
def kept(sqlite_county, tmp_path) -> Path:
    database = Database(sqlite_county)
    backups.take(database, tmp_path / "kept.backup", at=1_716_166_800_000, program="0.1.0")
    database.close()
    return tmp_path / "kept.backup"


def test_one_changed_letter_is_found(kept):
    raw = kept.read_bytes()
    assert raw.count("钱示例".encode()) == 1
    kept.write_bytes(raw.replace("钱示例".encode(), "钱示列".encode()))
    with pytest.raises(backups.BackupFault) as fault:
        backups.verify(kept)
    assert str(fault.value) == f"{kept} 损坏了（内容和做备份时不一样），请换一份备份"


def test_half_a_file_is_found(kept):
    raw = kept.read_bytes()
    kept.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(backups.BackupFault, match="损坏了"):
        backups.verify(kept)


def test_a_newer_one_names_the_version_to_install(kept):
    with sqlite3.connect(kept) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE backup_seal SET value = '7.1' WHERE name = 'program'")
    connection.close()
    with pytest.raises(backups.BackupFault) as fault:
        backups.verify(kept)
    assert str(fault.value) == (
        f"{kept} 是 7.1 版的程序做的（数据库结构 9999，这个程序只到 {HEAD}），请先把程序升级到 7.1 版再恢复"
    )


def test_what_is_half_written_has_another_name_and_is_swept_away(kept):
    part = kept.with_name(f".{backups.name_at(0)}.part")
    part.write_text("half")
    backups.sweep(kept.parent)
    assert not part.exists()
    assert kept.exists()


def test_the_key_is_in_no_backup(bot, sqlite_county, tmp_path):
    bot("backup", "safe", BOT_DATABASE_URL=sqlite_county, BOT_SECRET_KEY=SECRET_KEY)
    assert SECRET_KEY.encode() not in (tmp_path / "safe").read_bytes()
