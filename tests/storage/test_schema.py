"""The schema's history leads to the schema that the program uses."""

import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from storage import page_tables, work_tables  # noqa: F401
from storage.columns import metadata
from storage.database import Database
from storage.schema import HEAD, SchemaFault, known_revisions, migrate, revision
from storage.tables import audit


def test_migrating_gives_exactly_the_tables_of_the_program(database):
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_the_program_wants():
    assert known_revisions()[-1] == HEAD


def test_a_migrated_database_is_left_alone(database):
    assert migrate(database) == (HEAD, None)


def test_an_empty_database_has_no_revision(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new.db")

    with database.reading() as connection:
        assert revision(connection) is None
    database.close()


def test_a_newer_database_is_refused(database):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaFault) as fault:
        migrate(database)
    assert (
        str(fault.value)
        == f"数据库结构 9999 比程序新（程序到 {HEAD}），请升级程序，或用升级前的备份恢复数据库"
    )


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_the_audit_log_cannot_be_rewritten(database, statement):
    with database.writing() as connection:
        now = time.time_ns() // 1_000_000  # rows of three years ago may go: tests/jobs/test_retention.py
        connection.execute(audit.insert().values(at=now, actor="operator", action="a", detail={}))

    with pytest.raises(DBAPIError, match="append-only"), database.writing() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert connection.execute(select(audit.c.action)).scalars().all() == ["a"]
