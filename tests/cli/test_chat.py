"""The operator talks to the bot in the terminal, on the way that every message takes."""

import os
import pty
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.tables import account, inbox
from tests.kit.patience import PATIENCE_SECONDS


@pytest.fixture
def talk(bot, county):
    def run(*arguments, lines=""):
        return bot(
            "chat",
            *arguments,
            stdin=lines,
            BOT_DATABASE_URL=county,
            BOT_CLOCK_START="2024-05-20T09:00:00+08:00",
        )

    return run


def test_lines_from_a_pipe_are_answered_in_order(talk):
    done = talk("--as", "SL1", lines="我是谁\n收到\n还差什么\n")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.index("赵示例"), done.stdout.index("学时")
    assert first < second


def test_it_is_the_intake_that_answers(talk, county):
    talk("--as", "SL1", lines="我是谁\n收到\n我是谁\n")
    database = Database(county)
    with database.reading() as connection:
        rows = connection.execute(
            select(inbox.c.platform, inbox.c.folded, inbox.c.text, inbox.c.outcome).order_by(inbox.c.id)
        ).all()
        accounts = connection.execute(
            select(account.c.verbatim, account.c.person_id, account.c.source).where(
                account.c.platform == "console"
            )
        ).all()
    database.close()
    assert [tuple(row) for row in rows] == [
        ("console", "sl1", "我是谁", "answered"),
        ("console", "sl1", "收到", "silent"),
        ("console", "sl1", "我是谁", "answered"),
    ]
    assert [tuple(row) for row in accounts] == [("SL1", 1, "console")]


def test_what_no_database_takes_is_left_out(talk, county):
    done = talk("--as", "SL1", lines="我是\0谁\n\0\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "赵示例" in done.stdout
    database = Database(county)
    with database.reading() as connection:
        texts = connection.scalars(select(inbox.c.text).order_by(inbox.c.id)).all()
    database.close()
    assert texts == ["我是谁", ""]


def test_a_script_is_not_taken_for_a_flood(talk, county):
    done = talk("--as", "SL1", lines="截止时间\n" * 30)
    database = Database(county)
    with database.reading() as connection:
        outcomes = connection.execute(select(inbox.c.outcome, func.count()).group_by(inbox.c.outcome)).all()
    database.close()
    assert (done.returncode, [tuple(row) for row in outcomes]) == (0, [("answered", 30)])


def test_personal_figures_stay_out_of_the_group(talk):
    private = talk("--as", "SL1", lines="我的学时\n").stdout
    group = talk("--as", "SL1", "--group", lines="我的学时\n").stdout
    assert "0 学时" in private or "没有数据" in private
    assert "学时：" not in group
    assert "私" in group


def test_without_a_person_some_are_named(talk):
    done = talk()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "请用 --as 写明以谁的身份说话，例如：\n"
        "  python -m bot chat --as SL1    教师 赵示例，示例县第一小学\n"
        "  python -m bot chat --as SL2    教研组长 钱示例，示例县第一小学\n"
        "  python -m bot chat --as SL4    项目办 李示例，示例县第二小学\n"
    )


def test_an_empty_roster_says_where_people_come_from(bot):
    done = bot("chat")
    assert (done.returncode, done.stderr) == (
        1,
        "花名册还是空的：先导入学校和花名册（python -m bot import），或用 chat --demo 试试演示县\n",
    )


def test_an_unknown_number_is_a_sentence(talk):
    done = talk("--as", "SL9")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        "花名册里没有这个人员编号，请核对；用 person list 可以查看花名册\n",
    )


def test_a_terminal_is_prompted_and_ctrl_d_ends_it(tmp_path, sqlite_county, bare_environment):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--as", "SL1"],
        cwd=tmp_path,
        env={**bare_environment, "BOT_DATABASE_URL": sqlite_county, "TERM": "dumb"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(ours, "我是谁\n\x04".encode())
        said, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    os.close(ours)
    os.close(theirs)
    assert (process.returncode, complaints) == (0, "")
    assert said.startswith("赵示例（示例县第一小学）在和机器人私聊，按 Ctrl+D 结束。\n赵示例> ")
    assert "你是赵示例，示例县第一小学。" in said
