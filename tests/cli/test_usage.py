"""Help, wrong usage and the exit codes of every command."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

COMMANDS = [
    ("serve",), ("demo",), ("migrate",), ("check",), ("import",), ("job",), ("understand",), ("chat",), ("texts",),
    ("person",), ("person", "list"), ("person", "grant"), ("person", "revoke"), ("person", "code"),
    ("backup",), ("restore",), ("move-to",),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(bot, command):
    done = bot(*command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: python -m bot {' '.join(command)} ")


def test_the_help_waits_for_none_of_the_large_libraries():
    """With them it would take seconds; what is imported is told on stderr."""
    command = [sys.executable, "-X", "importtime", "-m", "bot", "--help"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert imported & {"sqlalchemy", "aiohttp", "pydantic", "structlog", "PIL", "apscheduler"} == set()


def test_the_help_works_with_faulty_settings(bot):
    assert bot("serve", "--help", BOT_PORT="x").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sevre",), "没有命令 'sevre'，是不是 serve？\n用法见 python -m bot --help\n"),
        (("person", "gran"), "没有命令 'gran'，是不是 grant？\n用法见 python -m bot person --help\n"),
        (("未知",), "没有命令 '未知'\n用法见 python -m bot --help\n"),
        (("check", "--fast"), "没有选项 --fast\n用法见 python -m bot check --help\n"),
        (("check", "a", "b"), "多写了 a b\n用法见 python -m bot check --help\n"),
        (("person", "code"), "缺少 人员编号\n用法见 python -m bot person code --help\n"),
        (("chat", "--as"), "--as 后面要写一个值\n用法见 python -m bot --help\n"),
        (
            ("person", "grant", "SL1", "皇帝"),
            "没有角色 '皇帝'，可用的有：教研组长、学校管理员、校长、项目办、领导小组\n用法见 python -m bot person grant --help\n",
        ),
        (
            ("person", "grant", "SL1", "教师"),
            "花名册上的人都是教师，不用授权；可用的有：教研组长、学校管理员、校长、项目办、领导小组\n用法见 python -m bot person grant --help\n",
        ),
        (
            ("understand", "--role", "皇帝", "帮助"),
            "没有角色 '皇帝'，可用的有：教师、教研组长、学校管理员、校长、项目办、领导小组\n用法见 python -m bot understand --help\n",
        ),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(bot, arguments, said):
    done = bot(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_no_command_at_all_shows_the_help(bot):
    done = bot()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: python -m bot ")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u:p@h/d", "BOT_DATABASE_URL：不支持 mysql 数据库，请用 sqlite:/// 或 postgresql://\n"),
        ("sqlite://", "BOT_DATABASE_URL：SQLite 需要一个文件，例如 sqlite:///var/bot.db\n"),
        (
            "bot.db",
            "BOT_DATABASE_URL：看不懂这个地址，要写成 sqlite:///var/bot.db 或 postgresql://用户:密码@主机/库名\n",
        ),
        (
            "postgresql://u:very-secret@127.0.0.1:1/county",
            (
                "连不上数据库 127.0.0.1:1/county，"
                "请检查 BOT_DATABASE_URL 里的地址、库名、用户和密码，以及数据库是否在运行\n"
            ),
        ),
        (
            "postgresql://u:very@secret@127.0.0.1:1/county",
            "BOT_DATABASE_URL：用户名或密码里的 @ 要写成 %40，: 要写成 %3A，/ 要写成 %2F\n",
        ),
        (
            "postgresql://u:very@sec/ret@127.0.0.1:1/county",
            "BOT_DATABASE_URL：用户名或密码里的 @ 要写成 %40，: 要写成 %3A，/ 要写成 %2F\n",
        ),
    ],
)
def test_a_database_out_of_reach_is_a_sentence(bot, url, said):
    done = bot("person", "list", BOT_DATABASE_URL=url)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_a_file_that_is_no_database_is_a_sentence(bot, tmp_path):
    (tmp_path / "notes.txt").write_text("这不是数据库" * 200)
    done = bot("person", "list", BOT_DATABASE_URL="sqlite:///notes.txt")
    said = "打不开数据库文件 notes.txt，请检查路径、权限和磁盘空间，或等别的程序用完再试\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
