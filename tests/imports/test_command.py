"""`python -m bot import`, as an operator types it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SECRET_KEY = "a secret key of forty characters, or more"
SCHOOLS = "学校名称,学段\n示例县第一小学,小学\n"


@pytest.fixture
def settings(tmp_path):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {
        **plain,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUTF8": "1",
        "BOT_DATABASE_URL": f"sqlite:///{tmp_path}/bot.db",
        "BOT_SECRET_KEY": SECRET_KEY,
        "BOT_CLOCK_START": "2024-05-21T09:00:00+08:00",
    }


@pytest.fixture
def bot(tmp_path, settings):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "bot", "import", *arguments],
            cwd=tmp_path, env=settings, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def schools(tmp_path):
    (tmp_path / "学校.csv").write_text(SCHOOLS, encoding="utf-8")
    return "学校.csv"


def test_without_a_terminal_it_previews_until_yes(bot, schools):
    preview = bot("schools", schools)
    assert (preview.returncode, preview.stderr) == (
        1,
        "没有确认，什么也没有改。核对后加 --yes 再运行就会导入。\n",
    )
    assert preview.stdout == (
        "学校：学校.csv，工作表“CSV”，1 行\n"
        "  新增    1\n  更改    0\n  未变    0\n  未匹配  0\n  可疑    0\n  读不懂  0\n\n"
        "新增（1）\n  第 2 行 示例县第一小学\n"
    )
    assert bot("schools", schools, "--yes").stdout.endswith("\n已导入。\n")
    assert bot("schools", schools, "--yes").stdout.endswith("\n没有变化，什么也没有改。\n")


def test_faults_are_listed_on_stdout_and_summed_up_on_stderr(bot, tmp_path):
    (tmp_path / "a.csv").write_text("学校名称,学段\n示例县第一小学,大学\n", encoding="utf-8")
    refused = bot("schools", "a.csv", "--yes")

    assert refused.returncode == 1
    assert refused.stderr == (
        "有 1 处读不懂，整个文件都没有导入。请改正后再导入，或加 --skip-bad 略过这些行。\n"
    )
    assert "第 2 行“学段” 大学：不认识的学段“大学”。" in refused.stdout
    assert refused.stdout.endswith("问题清单：a.问题.xlsx\n")


def test_a_file_that_is_not_there_is_one_sentence(bot):
    refused = bot("roster", "nothing.xlsx")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "没有找到文件“nothing.xlsx”，请检查路径。\n"


def test_wrong_usage_exits_with_two(bot, schools):
    assert bot("teachers", schools).returncode == 2
    wrong_day = bot("online-hours", schools, "--as-of", "yesterday")
    assert wrong_day.returncode == 2
    assert "这里没有带年份的日期，请写成 2024-05-20" in wrong_day.stderr
    assert bot("--help").returncode == 0


def test_json_is_json_and_nothing_else(bot, schools):
    found = json.loads(bot("schools", schools, "--dry-run", "--json").stdout)

    assert (found["state"], found["counts"]["added"]) == ("previewed", 1)


@pytest.mark.parametrize(("answer", "ending"), [("是", "已导入。"), ("否", "已取消，什么也没有改。")])
def test_on_a_terminal_it_asks(settings, schools, tmp_path, answer, ending):
    said = talk([sys.executable, "-m", "bot", "import", "schools", schools], settings, tmp_path, answer)

    assert "确认导入？(是/否)" in said
    assert said.rstrip().endswith(ending)


def talk(command, settings, folder, answer):
    """What a command says on a terminal, and after the answer to its question."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=folder, env=settings, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    ) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end is closed: the command has ended
                break
            if not piece:
                break
            said += piece
            if answer and "(是/否)".encode() in said:
                os.write(ours, f"{answer}\n".encode())
                answer = ""
        process.wait(30)
    os.close(ours)
    return said.decode(errors="replace")
