"""A newer release's migration is applied while processes of this one run (docs/many-processes.md)."""

import asyncio
import shutil
from pathlib import Path

import pytest
from aiohttp import ClientSession
from alembic import command
from alembic.config import Config
from sqlalchemy import func, select, text

import storage.schema
from bot.tenant.tenant import Outcome
from storage.schema import HEAD
from storage.tables import inbox
from tests.kit.processes import on_postgresql

pytestmark = on_postgresql
ADDS = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9001", "{head}", None, None

def upgrade():
    op.create_table("example", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.add_column("inbox", sa.Column("example", sa.String(20), server_default="", nullable=False))
    op.add_column("person", sa.Column("example", sa.Integer(), nullable=True))
"""
TAKES_AWAY = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9002", "9001", None, None
oldest_program = "9001"

def upgrade():
    op.drop_column("person", "initials")
"""


@pytest.fixture
def next_release(tmp_path, town):
    """`next_release(source)`: a migration that this program does not know is applied."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(storage.schema.__file__).parent / "migrations", folder)

    def migrate(source):
        number = len(list(folder.glob("versions/90*.py"))) + 9001
        (folder / "versions" / f"{number}_next.py").write_text(source.format(head=HEAD), encoding="utf-8")
        config = Config()
        config.set_main_option("script_location", str(folder))
        with town.database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    return migrate


async def ready(process):
    async with ClientSession() as session, session.get(process.address + "/readyz") as answered:
        return answered.status, await answered.json()


async def test_a_migration_that_adds_leaves_running_processes_answering(replicas, next_release):
    town = replicas.town
    processes = await replicas.serve(2)
    over = asyncio.Event()
    heard = []

    async def write():
        while not over.is_set():
            heard.append((await replicas.says(f"T{len(heard) % 4 + 1}", "我的学时")).outcome)

    writing = asyncio.create_task(write())
    await town.until(lambda: len(heard) > 4)
    await asyncio.to_thread(next_release, ADDS)
    so_far = len(heard)
    await town.until(lambda: len(heard) > so_far + 8)
    over.set()
    await writing

    assert set(heard) == {Outcome.ANSWERED}
    with town.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(inbox)) == len(heard)
        assert connection.scalar(text("SELECT count(*) FROM inbox WHERE example = ''")) == len(heard)
    for process in processes:
        assert await ready(process) == (
            200,
            {
                "ready": True,
                "reasons": [],
                "notes": [f"数据库结构 9001 比程序（{HEAD}）新，仍在照常工作，请尽快换上新版程序"],
            },
        )
    with pytest.raises(AssertionError, match=f"数据库结构 9001 比程序新（程序到 {HEAD}）"):
        await town.serve()


async def test_one_that_takes_away_makes_processes_before_it_say_that_they_are_not_ready(
    replicas, next_release
):
    (process,) = await replicas.serve(1)
    next_release(ADDS)
    next_release(TAKES_AWAY)

    assert await ready(process) == (
        503,
        {"ready": False, "reasons": [f"数据库结构 9002 已经不支持这个程序（{HEAD}），请换上新版程序"]},
    )
