"""Two processes that start together: one migrates, the other finds it done; a backup comes first on SQLite."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import backups, schema, sqlite_files
from storage.database import Database
from storage.schema import HEAD, SchemaFault, migrate, revision
from storage.tables import person

GOLDEN = Path(__file__).parents[1] / "golden" / "0007.sql"
TOGETHER = 3


@pytest.fixture
def older(database_url, tmp_path):
    """Of SQLite the release of revision 0007, of PostgreSQL an empty one: both have to be migrated."""
    if database_url.startswith("sqlite"):
        path = tmp_path / "older.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(GOLDEN.read_text("utf-8"))
        return f"sqlite:///{path}"
    database = Database(database_url)
    with database.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.close()
    return database_url


def test_of_several_that_migrate_at_once_every_one_succeeds(bot, older, tmp_path):
    with ThreadPoolExecutor(TOGETHER) as pool:
        runs = list(pool.map(lambda _: bot("migrate", BOT_DATABASE_URL=older), range(TOGETHER)))
    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * TOGETHER
    before = "0007" if older.startswith("sqlite") else "空的"
    said = [run.stdout.splitlines()[0] for run in runs]
    assert said.count(f"数据库结构：{before} → {HEAD}。") == 1
    assert said.count(f"数据库结构已经是 {HEAD}，不用升级。") == TOGETHER - 1
    database = Database(older)
    with database.reading() as connection:
        assert revision(connection) == HEAD
    database.close()
    if older.startswith("sqlite"):
        (kept,) = tmp_path.glob("*.before-*")
        assert kept.name == f"older.db.before-{HEAD}-from-0007"
        assert backups.verify(kept).revision == "0007"


@pytest.mark.one_database
def test_any_command_on_sqlite_migrates_after_a_backup(bot, older, tmp_path):
    done = bot("person", "list", "--school", "示例县第一小学", BOT_DATABASE_URL=older)
    assert (done.returncode, done.stderr) == (0, "")
    assert "示例甲" in done.stdout
    assert backups.verify(tmp_path / f"older.db.before-{HEAD}-from-0007").people == 2


@pytest.mark.one_database
def test_without_a_good_backup_nothing_is_changed(older, tmp_path, monkeypatch):
    def half(source, target, progress):
        held = whole(source, target, progress)
        with sqlite_files.opened(target) as connection:
            connection.execute("UPDATE person SET name = '' WHERE id = 2")
        return held

    whole = sqlite_files.copy
    monkeypatch.setattr(schema.sqlite_files, "copy", half)
    database = Database(older)
    with pytest.raises(SchemaFault) as fault:
        migrate(database)
    name = f"older.db.before-{HEAD}-from-0007"
    assert str(fault.value) == f"升级前的备份 {name} 没有通过检查，数据库没有改动，请检查磁盘空间"
    with database.reading() as connection:
        assert revision(connection) == "0007"
        assert connection.scalar(text("SELECT count(*) FROM person")) == 2
    database.close()
    assert not list(tmp_path.glob("*before*"))


@pytest.mark.one_database
def test_an_older_backup_is_brought_up_when_it_is_restored(bot, older, tmp_path):
    path = Path(older.removeprefix("sqlite:///"))
    done = bot("restore", path, BOT_DATABASE_URL=f"sqlite:///{tmp_path}/new.db", BOT_SECRET_KEY="k" * 32)
    assert (done.returncode, done.stderr) == (0, "")
    database = Database(f"sqlite:///{tmp_path}/new.db")
    with database.reading() as connection:
        assert revision(connection) == HEAD
        assert len(connection.scalars(person.select()).all()) == 2
    database.close()
