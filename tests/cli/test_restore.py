"""A backup takes the place of either database; what was said since is not said again."""

import os
from datetime import date

import pytest
from sqlalchemy import insert, select, text, update

from bot.policy.outgoing import Kind
from messages.outgoing import answer
from storage import backups, entry_links, leases, page_sessions
from storage.announcement_tables import announcement
from storage.connection_tables import owed_reply
from storage.database import Database
from storage.delivery_tables import job_run, outbox
from storage.entry_links import Purpose
from storage.identifiers import Identifiers
from storage.outbox import Post, post
from storage.tables import audit, binding_code, channel, lease, number_series, person, school
from tests.cli.conftest import SECRET_KEY

# A Monday; the backup is a day older than the restoring, by the real clock and so by the programme's.
CLOCK = "2024-05-21T19:00:00+08:00"
DAY_MS = 86_400_000


@pytest.fixture
def opened(county):
    database = Database(county)
    yield database
    database.close()


@pytest.fixture
def kept(opened, tmp_path):
    """A backup of a day ago."""

    def make(*, hours_ago=24):
        from bot.clock import SystemClock

        at = SystemClock().real_ms() - hours_ago * 3_600_000
        backups.take(opened, tmp_path / "kept.backup", at=at, program="0.1.0")
        opened.close()
        return tmp_path / "kept.backup"

    return make


@pytest.fixture
def restore(bot, county):
    def run(*arguments, **settings):
        sure = "--yes" if county.startswith("sqlite") else "--force"
        around = {"BOT_DATABASE_URL": county, "BOT_SECRET_KEY": SECRET_KEY, "BOT_CLOCK_START": CLOCK}
        return bot("restore", "kept.backup", sure, *arguments, **(around | settings))

    return run


def rename(database, name):
    with database.writing() as connection:
        connection.execute(update(person).where(person.c.staff_no == "SL1").values(name=name))


def names(database):
    with database.reading() as connection:
        return set(connection.scalars(select(person.c.name)))


def test_what_the_backup_holds_is_there_again_and_what_stood_there_is_kept(restore, kept, opened, tmp_path):
    kept()
    rename(opened, "改了名")
    opened.close()
    done = restore()
    assert (done.returncode, done.stderr) == (0, "")
    assert names(opened) == {"赵示例", "钱示例", "孙示例", "李示例"}
    lines = done.stdout.splitlines()
    assert lines[0].startswith("已恢复到 ")
    assert lines[0].endswith(" 的样子：4 人，0 份提交。")
    (old,) = [*tmp_path.glob("*.before-restore-*"), *tmp_path.glob("var/backups/before-restore-*")]
    assert lines[1] == f"原来的数据库留在 {shown(old, tmp_path)}，确认没有问题以后再删。"
    assert "改了名" in names(Database(f"sqlite:///{old}"))
    with opened.reading() as connection:
        (line,) = connection.execute(select(audit).where(audit.c.action == "database.restored"))
    assert (line.actor, line.detail["uncertain"]) == ("operator", 0)


def shown(path, folder):
    return path if "var" not in path.parts else path.relative_to(folder)


@pytest.mark.one_database
def test_what_was_still_to_be_said_may_have_been_said(restore, kept, opened):
    with opened.writing() as connection:
        for state in ("queued", "leased", "failed", "sent"):
            one = Post(key=state, kind=Kind.NOTICE, answer=answer("材料退回了"), person_id=1)
            post(connection, [one], at=1)
            done = 1 if state == "sent" else None
            row = update(outbox).where(outbox.c.key == state)
            connection.execute(row.values(state=state, done_at=done, lease="x", leased_until=10, parcel="p"))
    kept()
    done = restore()
    assert "备份时还有 3 条消息没有发完，后来可能已经发过，不再发；" in done.stdout
    with opened.reading() as connection:
        columns = (outbox.c.key, outbox.c.state, outbox.c.reason, outbox.c.done_at.is_not(None))
        rows = connection.execute(select(*columns).order_by(outbox.c.key)).all()
    assert [tuple(row) for row in rows] == [
        ("failed", "failed", "", True),
        ("leased", "uncertain", "restored", True),
        ("queued", "uncertain", "restored", True),
        ("sent", "sent", "", True),
    ]


@pytest.mark.one_database
def test_where_nothing_ran_since_everything_waits_as_it_did(restore, kept, opened):
    with opened.writing() as connection:
        one = Post(key="new", kind=Kind.NOTICE, answer=answer("材料退回了"), person_id=1)
        post(connection, [one], at=1)
    kept()
    done = restore("--stood-still")
    assert "可能已经发过" not in done.stdout
    with opened.reading() as connection:
        assert connection.scalars(select(outbox.c.state)).all() == ["queued"]
        assert connection.scalar(select(number_series.c.number)) is None


@pytest.mark.one_database
def test_who_was_in_must_come_in_anew(restore, kept, opened):
    far = 10**14
    with opened.writing() as connection:
        token = page_sessions.begin(connection, 1, at=far, hours=12)
        code = entry_links.issue(connection, 1, Purpose.ME, at=far, minutes=10)
        connection.execute(
            insert(binding_code).values(person_id=1, code_hash="x", issued_at=1, expires_at=far)
        )
        connection.execute(insert(channel).values(platform="wecom", token="sealed", token_until=far))
        assert leases.take(connection, "links", "somebody", at=1, until=far)
        connection.execute(
            insert(owed_reply).values(
                key="k", door="d", account="a", chat="", reply_to="", reply_until=1, trace="t", reply="{}",
                noted_at=1, due_at=1,
            )
        )  # fmt: skip
    kept()
    assert "没用过的绑定码（1 个）也作废了，要的话再发。" in restore().stdout
    with opened.reading() as connection:
        assert page_sessions.find(connection, token, at=2, idle_minutes=10**9) is None
        assert connection.scalar(select(binding_code.c.voided_at)) is not None
        assert connection.execute(select(channel.c.token, channel.c.token_until)).one() == ("", 0)
        assert connection.scalars(select(lease.c.name)).all() == []
        assert connection.scalars(select(owed_reply.c.key)).all() == []
    with opened.writing() as connection:
        now = far + 1
        assert entry_links.use(connection, code, Purpose.ME, at=now) is entry_links.Refusal.EXPIRED


@pytest.mark.one_database
def test_jobs_that_may_have_been_heard_are_not_run_again(restore, kept, opened):
    """From Monday 19:00 to Tuesday 19:00: the ranking of Monday was under way until 20:00, Tuesday's came at 18:00."""
    kept()
    done = restore()
    assert "每日排名 2024-05-20、" in done.stdout
    assert "、每日排名 2024-05-21" in done.stdout
    with opened.reading() as connection:
        rows = connection.execute(
            select(job_run).where(job_run.c.job == "daily-ranking").order_by(job_run.c.day)
        )
        found = [(row.day, row.outcome, row.finished_at is not None, row.by_hand) for row in rows]
    assert found == [
        (date(2024, 5, 20), "nothing", True, False),
        (date(2024, 5, 21), "nothing", True, False),
    ]


@pytest.mark.one_database
def test_an_announcement_that_came_up_since_is_cancelled(restore, kept, opened):
    with opened.writing() as connection:
        connection.execute(insert(number_series).values(number=40, kind="announcement", issued_at=1))
        connection.execute(
            insert(announcement).values(
                number=40, author_id=1, audience="", body="开会", wants_receipt=False, state="scheduled",
                confirmed_at=1, due_at=1_716_200_000_000,
            )
        )  # fmt: skip
    kept()
    done = restore()
    assert "定时公告 40 可能已经发过，已取消；没有发过的请重新写。" in done.stdout
    with opened.reading() as connection:
        assert connection.scalars(select(announcement.c.state)).all() == ["cancelled"]


@pytest.mark.one_database
def test_a_number_that_somebody_may_hold_is_given_to_nobody_else(restore, kept, opened):
    with opened.writing() as connection:
        connection.execute(insert(number_series).values(number=7, kind="evidence", issued_at=1))
    kept()
    assert "新的编号从 1008 开始，不会和丢掉的重复。" in restore().stdout
    with opened.writing() as connection:
        row = insert(number_series).values(kind="evidence", issued_at=1).returning(number_series.c.number)
        assert connection.scalar(row) == 1008


def test_new_rows_go_on_counting_where_the_old_ones_ended(restore, kept, opened):
    kept()
    restore()
    with opened.writing() as connection:
        row = insert(school).values(name="示例县第四小学", kind="primary").returning(school.c.id)
        assert connection.scalar(row) == 4


def test_a_backup_goes_into_the_other_kind_of_database(
    bot, kept, county, tmp_path, postgres, sqlite_template
):
    kept()
    if county.startswith("sqlite"):
        with postgres.database() as other:
            done = bot("restore", "kept.backup", BOT_DATABASE_URL=other, BOT_SECRET_KEY=SECRET_KEY)
            database = Database(other)
            found = names(database)
            database.close()
    else:
        other = f"sqlite:///{tmp_path}/other.db"
        done = bot("restore", "kept.backup", BOT_DATABASE_URL=other, BOT_SECRET_KEY=SECRET_KEY)
        found = names(Database(other))
    assert (done.returncode, done.stderr) == (0, "")
    assert found == {"赵示例", "钱示例", "孙示例", "李示例"}


# ── what is refused ──


def test_without_being_told_nothing_that_is_there_is_replaced(bot, kept, county, opened):
    kept()
    done = bot("restore", "kept.backup", BOT_DATABASE_URL=county, BOT_SECRET_KEY=SECRET_KEY)
    said = (
        "数据库里已经有数据，确定要换成这份备份就加 --yes\n"
        if county.startswith("sqlite")
        else "PostgreSQL 里已经有数据；加 --force 会先备份它，再清空、恢复\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert len(names(opened)) == 4


def test_nothing_is_replaced_while_somebody_uses_it(restore, kept, opened):
    kept()
    with opened.reading() as connection:
        connection.execute(select(person.c.id)).all()
    done = restore()
    said = "机器人还在用这个数据库，请先停掉所有的 serve 和别的命令再恢复\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.one_database
def test_nothing_is_replaced_under_a_running_serve(bot, serve, kept, sqlite_county, opened, tmp_path):
    kept()
    server = serve()
    around = {"BOT_DATABASE_URL": sqlite_county, "BOT_SECRET_KEY": SECRET_KEY}
    refused = bot("restore", "kept.backup", "--yes", **around)
    assert (refused.returncode, refused.stderr.startswith("机器人还在用这个数据库")) == (1, True)
    assert server.get("/readyz")[0] == 200
    server.stop()
    assert bot("restore", "kept.backup", "--yes", **around).returncode == 0
    assert not list(tmp_path.glob("*.restoring"))


@pytest.mark.one_database
def test_another_key_is_refused(restore, kept, opened):
    with opened.writing() as connection:
        Identifiers(SECRET_KEY).remember(connection)
    kept()
    done = restore(BOT_SECRET_KEY="another key of forty characters, or more")
    said = "BOT_SECRET_KEY 和做备份时用的不同，请换回那个密钥再恢复，数据库没有动\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    done = restore(BOT_SECRET_KEY="")
    assert done.stderr == "没有设置 BOT_SECRET_KEY，请先设成做备份时用的那个密钥再恢复\n"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_postgresql_of_a_newer_program_is_not_emptied(restore, kept, opened):
    kept()
    with opened.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    done = restore()
    assert (done.returncode, done.stderr) == (
        1,
        "PostgreSQL 里的数据库比这个程序新，不能清空它；请另建一个空的数据库，把 BOT_DATABASE_URL 指过去再恢复\n",
    )
    assert len(names(opened)) == 4


@pytest.mark.one_database
def test_what_is_put_there_belongs_to_whom_the_old_one_belonged(restore, kept, opened, tmp_path):
    kept()
    if os.geteuid() == 0:
        os.chown(tmp_path / "bot.db", 12345, 12345)
    before = (tmp_path / "bot.db").stat()
    restore()
    after = (tmp_path / "bot.db").stat()
    assert (after.st_uid, after.st_gid, after.st_mode & 0o777) == (before.st_uid, before.st_gid, 0o600)


@pytest.mark.one_database
def test_a_damaged_backup_is_refused_and_the_database_stays(restore, kept, opened):
    path = kept()
    path.write_bytes(path.read_bytes().replace("钱示例".encode(), "钱示列".encode()))
    done = restore()
    assert (done.returncode, done.stderr) == (1, "kept.backup 损坏了（内容和做备份时不一样），请换一份备份\n")
    assert len(names(opened)) == 4


@pytest.mark.one_database
def test_a_damaged_database_is_put_aside(restore, kept, opened, sqlite_template, tmp_path):
    kept()
    path = tmp_path / "bot.db"
    path.write_bytes(b"nothing that SQLite knows" * 400)
    path.with_name("bot.db-wal").write_bytes(b"left behind")
    done = restore()
    assert (done.returncode, done.stderr) == (0, "")
    assert len(names(opened)) == 4
    (old,) = tmp_path.glob("bot.db.before-restore-*")
    assert old.read_bytes().startswith(b"nothing that SQLite knows")


@pytest.mark.one_database
def test_a_database_that_was_deleted_is_simply_put_there(restore, kept, opened, tmp_path):
    kept()
    (tmp_path / "bot.db").unlink()
    done = restore()
    assert (done.returncode, "原来的数据库" in done.stdout) == (0, False)
    assert len(names(opened)) == 4
