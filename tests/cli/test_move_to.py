"""From one database into another, there and back; what is not empty or in use is left alone."""

import pytest
from sqlalchemy import insert, make_url, select

from bot.cli.faults import OperatorFault
from bot.cli.move_to import _moved
from storage import restoring
from storage.copying import contents
from storage.database import Database
from storage.schema import HEAD
from storage.tables import person, school

NEXT = (
    "接下来：把 BOT_DATABASE_URL 改成新的地址，运行 python -m bot doctor，再启动 python -m bot serve。\n"
    "原来的数据库没有动，确认没有问题以后再删，不要再用它启动机器人。\n"
)


@pytest.fixture
def other(county, postgres, tmp_path):
    """An empty one of the other kind; its address, with a user's password in it where it has users."""
    if county.startswith("sqlite"):
        with postgres.database() as address:
            yield make_url(address).set(password="very-secret").render_as_string(hide_password=False)
        return
    yield f"sqlite:///{tmp_path}/moved.db"


def where(address):
    url = make_url(address)
    port = f":{url.port}" if url.port else ""
    return url.database if address.startswith("sqlite") else f"{url.host or ''}{port}/{url.database}"


def held(address):
    database = Database(address)
    with database.reading() as connection:
        found = contents(connection)
    database.close()
    return found


def test_everything_is_there_and_told_table_by_table(bot, county, other):
    done = bot("move-to", other, BOT_DATABASE_URL=county)
    tables = len(held(county))
    assert (done.returncode, done.stderr) == (0, "")
    assert held(other) == held(county)
    counted = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines() if line.endswith(" 行")}
    assert counted == {"school": "3", "teaching_group": "1", "person": "4", "role": "2", "account": "2"}
    assert done.stdout.endswith(f"搬好了，逐行核对一致：{tables} 张表，12 行，都在 {where(other)}。\n" + NEXT)
    assert "very-secret" not in done.stdout


@pytest.mark.one_database
def test_the_address_may_come_by_standard_input(bot, county, other):
    done = bot("move-to", "-", stdin=other + "\n", BOT_DATABASE_URL=county)
    assert (done.returncode, held(other) == held(county)) == (0, True)


@pytest.mark.one_database
def test_a_second_time_the_target_is_not_empty(bot, county, other):
    bot("move-to", other, BOT_DATABASE_URL=county)
    done = bot("move-to", other, BOT_DATABASE_URL=county)
    said = f"{where(other)} 里已经有数据，只能搬进空的数据库\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_nothing_is_moved_while_somebody_writes(bot, county, other):
    database = Database(county)
    with database.writing() as connection:
        connection.execute(insert(school).values(name="正在写", kind="primary"))
    done = bot("move-to", other, BOT_DATABASE_URL=county)
    database.close()
    said = "机器人还在用现在的数据库，请先停掉所有的 serve 和别的命令再搬\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.one_database
def test_a_target_out_of_reach_is_a_sentence_without_its_password(bot, county):
    done = bot("move-to", "postgresql://u:very-secret@127.0.0.1:1/county", BOT_DATABASE_URL=county)
    said = "连不上 127.0.0.1:1/county，请检查地址、用户和密码，以及数据库是否在运行\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://u:p@h/d", "新的数据库：不支持 mysql 数据库，请用 sqlite:/// 或 postgresql://\n"),
        (
            "county",
            "新的数据库：看不懂这个地址，要写成 sqlite:///var/bot.db 或 postgresql://用户:密码@主机/库名\n",
        ),
    ],
)
def test_what_is_no_address_is_a_sentence(bot, county, address, said):
    done = bot("move-to", address, BOT_DATABASE_URL=county)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.one_database
def test_into_itself_there_is_nothing_to_move(bot, county):
    done = bot("move-to", county, BOT_DATABASE_URL=county)
    assert (done.returncode, done.stderr) == (1, "新的数据库就是现在的这个，不用搬\n")


@pytest.mark.one_database
def test_a_database_that_is_not_there_is_not_made(bot, tmp_path):
    done = bot("move-to", f"sqlite:///{tmp_path}/new.db")
    said = "没有 var/bot.db 这个数据库，请检查 BOT_DATABASE_URL 和当前目录\n"
    assert (done.returncode, done.stderr) == (1, said)
    assert list(tmp_path.glob("**/*.db")) == []


@pytest.mark.one_database
def test_what_was_cut_off_is_done_again(bot, county, other, monkeypatch):
    """A move that ends before its commit leaves the target migrated and empty."""
    from storage import copying

    source, target = Database(county), Database(other)
    monkeypatch.setattr(copying, "contents", cut_off)
    with pytest.raises(KeyboardInterrupt):
        restoring.put_rows(source, target, emptied=False)
    monkeypatch.undo()
    with target.reading() as connection:
        assert connection.scalars(select(person.c.id)).all() == []
    source.close()
    target.close()
    assert bot("move-to", other, BOT_DATABASE_URL=county).returncode == 0
    assert held(other) == held(county)


@pytest.mark.one_database
def test_a_new_file_that_does_not_fit_on_the_disk_is_taken_away_again(county, tmp_path, monkeypatch):
    def full(_source, target, **_rest):
        with target.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            connection.exec_driver_sql("CREATE TABLE much AS SELECT zeroblob(100000)")

    monkeypatch.setattr(restoring, "put_rows", full)
    source, target = Database(county), Database(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(OperatorFault) as fault:
        _moved(source, target)
    source.close()

    said = f"搬到一半出错了（database or disk is full），{tmp_path}/new.db 里什么也没有留下，排除以后再搬一次"
    assert fault.value.sentences == (said,)
    assert not list(tmp_path.glob("new.db*"))


def cut_off(*_arguments):
    raise KeyboardInterrupt


@pytest.mark.one_database
def test_an_older_schema_is_migrated_first(bot, county, tmp_path):
    import sqlite3

    with sqlite3.connect(make_url(county).database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0007'")
    connection.close()
    done = bot("move-to", f"sqlite:///{tmp_path}/new.db", BOT_DATABASE_URL=county)
    said = f"现在的数据库结构是 0007，程序要的是 {HEAD}，请先运行 python -m bot migrate\n"
    assert (done.returncode, done.stderr) == (1, said)
