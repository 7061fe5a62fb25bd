"""Databases as former releases have left them are brought to this one, and read as they were meant."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, text

from messages.outgoing import load_answer
from storage import copying, sqlite_files
from storage.announcements import find_announcement
from storage.backups import verify
from storage.database import Database
from storage.delivery_tables import outbox
from storage.schema import HEAD, known_revisions, migrate, revision, upgrade
from storage.snapshots import online_as_of
from storage.standings import record_of
from storage.tables import audit, inbox, practice_entry, standing
from storage.work_tables import evidence, evidence_event, evidence_link

GOLDEN = Path(__file__).parents[1] / "golden"
RELEASES = sorted(path.stem for path in GOLDEN.glob("*.sql"))


def test_every_release_before_this_one_has_left_a_database():
    """`python -m tests.golden.make` writes the one that is missing, before the next migration is added."""
    assert set(RELEASES) >= set(known_revisions()) - {HEAD}


@pytest.fixture
def golden(database, database_url, request, tmp_path):
    """The database of that release; of PostgreSQL made by its migrations, with the same rows."""
    release = request.param
    script = (GOLDEN / f"{release}.sql").read_text("utf-8")
    path = tmp_path / f"{release}.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    if database.is_sqlite:
        found = Database(sqlite_files.url_of(path))
        yield found
        found.close()
        return
    with database.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    upgrade(database, release)
    rows = Database(sqlite_files.url_of(path))
    with rows.reading() as read, database.writing() as write:
        there = MetaData()
        there.reflect(write, only=lambda name, _: name != "alembic_version")
        copying.copy(read, write, of=there)
    rows.close()
    yield database


def test_every_release_up_to_the_last_but_one_has_a_file():
    assert RELEASES[:8] == ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008"]


@pytest.mark.parametrize("golden", RELEASES, indirect=True)
def test_a_former_release_is_brought_up_and_reads_as_it_was_meant(golden):
    with golden.reading() as connection:
        release = revision(connection)
    before, backup = migrate(golden)

    assert before == release
    with golden.reading() as connection:
        assert revision(connection) == HEAD
        row = connection.execute(select(standing)).one()
        assert (row.active, row.online_hours, row.practice_hours, row.done) == (True, 2850, 800, False)
        assert len(record_of(connection, 1).ledger) == 3
        assert online_as_of(connection).isoformat() == "2024-05-19"
        entries = connection.execute(select(practice_entry).order_by(practice_entry.c.id)).all()
        assert [(one.practice_hours, one.reverses_id) for one in entries] == [
            (800, None),
            (800, None),
            (-800, 2),
        ]
        said = connection.execute(select(outbox)).one()
        assert (said.key, said.state, load_answer(said.content).plain) == (
            "evidence/1/1",
            "queued",
            "你的材料合格",
        )
        assert connection.execute(select(inbox.c.text)).scalar_one() == "我的学时"
        assert connection.execute(select(audit.c.detail)).scalar_one() == {"number": 1}
        if release >= "0002":
            piece = connection.execute(select(evidence)).one()
            assert (piece.state, piece.decided_by, piece.late) == ("excellent", 2, "in_time")
            assert connection.execute(select(evidence_event.c.remark)).scalar_one() == "很好"
            link = connection.execute(select(evidence_link)).one()
            assert (link.url, link.unanswered) == ("https://example.com/a5", 0)
        if release >= "0006":
            assert find_announcement(connection, 2).body == "开会"
    if golden.is_sqlite:
        assert verify(backup).revision == release
    else:
        assert backup is None
