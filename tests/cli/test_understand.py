"""One JSON object a line, without database and settings, as the lines come in."""

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def test_a_text_becomes_one_json_object(bot, tmp_path):
    done = bot("understand", "提交 A5 https://example.com/a 第一次试讲")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "command": "提交",
        "arguments": {"codes": ["A5"], "links": ["https://example.com/a"], "note": "第一次试讲"},
    }
    assert list(tmp_path.iterdir()) == []


def test_lines_become_lines_and_an_empty_one_is_silence(bot):
    done = bot("understand", stdin="我的学时\n收到\n\n乱七八糟的一句话啊\n")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["command"] for one in said] == ["我的学时", None, None, "?"]
    assert 1 <= len(said[3]["suggestions"]) <= 3


def test_bytes_that_are_no_text_do_no_harm(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bot", "understand"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8:strict"},
        input=b"\xff\xfe\n\xe5\xb8\xae\xe5\x8a\xa9\n",
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.splitlines()[1])["command"] == "帮助"


def test_each_line_is_answered_before_the_next_is_sent(tmp_path):
    environment = {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "understand"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for text in ("帮助", "更多"):
            process.stdin.write(text + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"command": text, "arguments": {}}
        process.stdin.close()
        assert process.wait(10) == 0


def test_who_asks_decides_what_progress_means(bot):
    asked = {
        role: json.loads(bot("understand", "--role", role, "进度").stdout)["command"]
        for role in ("教师", "教研组长", "校长", "项目办")
    }
    assert asked == {"教师": "我的学时", "教研组长": "本组进度", "校长": "本校进度", "项目办": "全市进度"}


def test_an_empty_mention_in_a_group_asks_for_help(bot):
    assert json.loads(bot("understand", "--group", "@研修助手").stdout)["command"] == "帮助"
