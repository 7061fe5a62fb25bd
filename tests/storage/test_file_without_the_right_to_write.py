"""A SQLite file that nobody may write: what is opened meanwhile must not stay so when the rights are put right."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.database import Database
from storage.tables import fact

REPOSITORY = Path(__file__).parents[2]
# In a process of its own: where root runs the tests, it lays down the right to write what may not be written.
_MENDED = """
import os, sys
from sqlalchemy.exc import OperationalError
from storage.database import Database, is_writable
from tests.kit.faulty_bot import obey_permissions

obey_permissions()
file, which = sys.argv[1:]
os.chmod(file + which, 0o444)
database = Database(f"sqlite:///{file}")

def writes():
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE fact SET value = '2' WHERE name = 'a'")

with database.reading() as connection:
    print(is_writable(connection), connection.exec_driver_sql("SELECT value FROM fact WHERE name = 'a'").scalar())
try:
    writes()
except OperationalError as error:
    print(error.orig.sqlite_errorname)
os.chmod(file + which, 0o644)
writes()
with database.reading() as connection:
    print(is_writable(connection), connection.exec_driver_sql("SELECT value FROM fact WHERE name = 'a'").scalar())
"""


@pytest.mark.parametrize("which", ["", "-wal", "-shm"])
def test_whoever_reads_goes_on_and_whoever_writes_does_so_once_the_rights_are_put_right(
    sqlite_template, tmp_path, which
):
    file = tmp_path / "bot.db"
    file.write_bytes(sqlite_template.read_bytes())
    other = Database(f"sqlite:///{file}")  # while it has the file open there is a log beside it
    with other.writing() as connection:
        connection.execute(fact.insert().values(name="a", value="1"))
    ended = subprocess.run(
        [sys.executable, "-c", _MENDED, str(file), which],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    other.close()

    assert (ended.stdout.splitlines(), ended.returncode) == (
        ["False 1", "SQLITE_READONLY", "True 2"],
        0,
    ), ended.stderr
