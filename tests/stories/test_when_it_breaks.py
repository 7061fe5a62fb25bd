"""A bug of ours is not the person's trouble: nothing half done, nothing lost, and an apology."""

import asyncio

import pytest
from sqlalchemy import func, select

from handlers import perform as performing
from messages.commands import Command
from storage.tables import choice, inbox


@pytest.fixture
def broken(monkeypatch):
    """选点 writes and then fails."""
    entry = performing.REGISTRY[Command.CHOOSE]
    real = entry.handler

    def fails(turn):
        real(turn)
        raise ZeroDivisionError

    object.__setattr__(entry, "handler", fails)
    yield
    object.__setattr__(entry, "handler", real)


async def test_a_bug_still_gets_an_answer_and_changes_nothing(county, teacher, broken):
    said = await teacher.says("选点 A1 A5 B2")

    assert "没有丢" in said
    with county.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(choice)) == 0
        kept = connection.execute(select(inbox.c.text, inbox.c.outcome)).one()
    assert tuple(kept) == ("选点 A1 A5 B2", "failed")


async def test_the_apology_is_the_same_when_the_platform_repeats(teacher, broken):
    first = await teacher.says("选点 A1 A5 B2")

    assert await teacher.again() == first


async def test_others_in_the_same_moment_are_not_affected(teacher, somebody, broken):
    _, fine = await asyncio.gather(teacher.says("选点 A1 A5 B2"), somebody("T2").says("截止时间"))

    assert "5月30日" in fine


async def test_the_log_names_the_message_and_not_its_text(teacher, broken, capsys):
    await teacher.says("选点 A1 A5 B2")

    logged = capsys.readouterr()
    assert "ZeroDivisionError" in logged.out + logged.err
    assert "选点 A1 A5 B2" not in logged.out + logged.err
