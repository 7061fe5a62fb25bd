"""What is wrong is said at once; the schema is brought to where the program wants it."""

import sqlite3
import stat
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, make_url, text, update

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from storage.database import Database
from storage.schema import HEAD
from storage.standings import rewrite
from storage.tables import standing

OFF = (
    "企业微信自建应用：关\n企业微信智能机器人：关\n钉钉机器人：关\n"
    "BOT_SECRET_KEY 没有设置：serve 不会启动，带手机号或身份证号的文件也不能导入。\n"
)
FINE = "设置没有问题；实施方案：开原市，开教发[2024]1号；微能力点 30 个。\n"


def test_without_any_setting_there_is_no_fault(bot, tmp_path):
    done = bot("check")
    assert (done.returncode, done.stdout, done.stderr) == (0, OFF + FINE, "")
    assert list(tmp_path.iterdir()) == []  # the database was not even looked for


def test_every_fault_of_settings_and_plan_is_told_at_once(bot, tmp_path):
    (tmp_path / "plan.toml").write_text("[requirement]\nonline = 0\npoint = 3\n")
    done = bot("check", BOT_PLAN="plan.toml", BOT_PLAM="x", BOT_PORT="http", BOT_SECRET_KEY="short")
    assert (done.returncode, done.stdout) == (1, "")
    told = done.stderr.splitlines()
    assert told[:3] == [
        "BOT_PLAM：没有这个设置，是不是 BOT_PLAN？",
        "BOT_PORT：要是整数",
        "BOT_SECRET_KEY：至少要 32 个字符",
    ]
    assert [line.split(":")[0] for line in told[3:]] == ["requirement.online", "requirement.point"]


def test_an_address_without_a_file_is_a_fault_of_the_settings(bot):
    done = bot("check", BOT_DATABASE_URL="sqlite://")
    assert done.stderr == "BOT_DATABASE_URL：SQLite 需要一个文件，例如 sqlite:///var/bot.db\n"
    assert done.returncode == 1


def test_it_says_which_platforms_are_on(bot):
    done = bot(
        "check",
        BOT_SECRET_KEY="k" * 32,
        BOT_DINGTALK__CLIENT_ID="a",
        BOT_DINGTALK__CLIENT_SECRET="b",
        BOT_DINGTALK__ROBOT_CODE="c",
        BOT_WECOM_AIBOT__BOT_ID="a",
        BOT_WECOM_AIBOT__SECRET="b",
    )
    assert done.returncode == 0
    assert done.stdout == (
        "企业微信自建应用：关\n企业微信智能机器人：开（长连接）\n钉钉机器人：开（回调）\n" + FINE
    )


def test_recomputed_standings_agree_or_are_listed(bot, county):
    database = Database(county)
    first = bot("check", "--standings", BOT_DATABASE_URL=county)
    assert first.returncode == 1  # nobody has derived them yet
    assert first.stdout.splitlines()[-4:] == [
        "SL1 赵示例（示例县第一小学）：没有登记",
        "SL2 钱示例（示例县第一小学）：没有登记",
        "SL3 孙示例（示例县第一小学）：没有登记",
        "SL4 李示例（示例县第二小学）：没有登记",
    ]
    assert first.stderr == "有 4 人的达标情况和重算的不一致。\n"
    derive_all(database)
    second = bot("check", "--standings", BOT_DATABASE_URL=county)
    assert (second.returncode, second.stdout) == (0, OFF + FINE + "每个人的达标情况重算后都和登记一致。\n")
    with database.writing() as connection:
        connection.execute(update(standing).where(standing.c.person_id == 3).values(practice_hours=800))
    third = bot("check", "--standings", BOT_DATABASE_URL=county)
    assert (third.returncode, third.stderr) == (1, "有 1 人的达标情况和重算的不一致。\n")
    assert third.stdout.splitlines()[-1] == ("SL3 孙示例（示例县第一小学）：实践登记为 8 学时，重算为 0 学时")
    database.close()


def derive_all(database):
    with database.writing() as connection:
        rewrite(connection, [1, 2, 3, 4], load_plan(None), load_catalogue(None))


def test_an_empty_sqlite_file_is_migrated_once(bot, tmp_path):
    assert bot("migrate").stdout == f"数据库结构：空的 → {HEAD}。\n"
    assert bot("migrate").stdout == f"数据库结构已经是 {HEAD}，不用升级。\n"
    assert (tmp_path / "var" / "bot.db").exists()


def test_a_new_sqlite_file_is_for_its_owner_only(bot, tmp_path):
    bot("migrate")
    assert stat.S_IMODE((tmp_path / "var" / "bot.db").stat().st_mode) == 0o600


def test_other_commands_migrate_an_empty_sqlite_by_themselves(bot):
    assert bot("person", "list").returncode == 0
    assert bot("migrate").stdout == f"数据库结构已经是 {HEAD}，不用升级。\n"


@pytest.mark.parametrize("command", [("migrate",), ("person", "list"), ("check", "--standings")])
def test_a_newer_schema_is_refused(bot, sqlite_county, command):
    path = make_url(sqlite_county).database
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = bot(*command, BOT_DATABASE_URL=sqlite_county)
    assert done.returncode == 1
    assert (
        done.stderr == f"数据库结构 9999 比程序新（程序到 {HEAD}），请升级程序，或用升级前的备份恢复数据库\n"
    )


@contextmanager
def made(postgres_server, how=""):
    """The address of a database without any table, made by `CREATE DATABASE … how`."""
    server = make_url(postgres_server).set(drivername="postgresql+psycopg")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE nothing_yet {how}"))
        try:
            yield server.set(database="nothing_yet", drivername="postgresql")
        finally:
            connection.execute(text("DROP DATABASE nothing_yet WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def empty_postgres(postgres_server):
    with made(postgres_server) as url:
        yield url.render_as_string(hide_password=False)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_chinese_is_refused_before_anything_is_made(
    bot, postgres_server, encoding
):
    with made(postgres_server, f"ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0") as url:
        address = url.render_as_string(hide_password=False)
        refused = [
            bot("migrate", BOT_DATABASE_URL=address),
            bot("person", "list", BOT_DATABASE_URL=address),
        ]
    said = (
        f"PostgreSQL 里这个库的编码是 {encoding}，放不好中文，请另建一个："
        "CREATE DATABASE 库名 OWNER 用户 ENCODING 'UTF8' TEMPLATE template0\n"
    )
    assert [(one.returncode, one.stderr) for one in refused] == [(1, said)] * 2


def test_whoever_may_not_make_tables_is_told_so_and_not_that_nobody_answers(
    bot, empty_postgres, postgres_server
):
    engine = create_engine(
        make_url(postgres_server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("CREATE ROLE only_guest LOGIN"))
        try:
            guest = make_url(empty_postgres).set(username="only_guest").render_as_string(hide_password=False)
            done = bot("migrate", BOT_DATABASE_URL=guest)
        finally:
            connection.execute(text("DROP ROLE only_guest"))
    engine.dispose()
    said = f"数据库用户在 {make_url(guest).host or ''}/nothing_yet 里的权限不够，请让它成为这个库的所有者\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_an_empty_postgresql_waits_for_migrate(bot, empty_postgres):
    refused = bot("person", "list", BOT_DATABASE_URL=empty_postgres)
    said = f"数据库结构是空的，程序要的是 {HEAD}，请先运行 python -m bot migrate\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", said)
    migrated = bot("migrate", BOT_DATABASE_URL=empty_postgres)
    assert (migrated.returncode, migrated.stdout) == (0, f"数据库结构：空的 → {HEAD}。\n")
    assert bot("person", "list", BOT_DATABASE_URL=empty_postgres).returncode == 0
