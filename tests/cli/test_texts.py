"""`texts`: everything the bot can say, for the office to read."""

import json
import subprocess
import sys

BOUND = """【绑定】bind

· 绑定成功（bound）
    绑定成功：示例甲（示例县第一小学）。
    下一步：发“还差什么”。

· 这个账号绑定过（already）
    这个账号已经绑定：示例甲（示例县第一小学），不用再绑。
    如果不是你，请联系示例县项目办更正。
"""


def test_a_file_of_texts_is_shown_with_its_situations(bot):
    done = bot("texts", "bind")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(BOUND)
    assert done.stdout.count("【") == 1


def test_everything_is_shown_by_subject_and_always_the_same(bot):
    first, second = bot("texts"), bot("texts", BOT_CLOCK_START="2025-01-01T00:00:00+08:00")

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == second.stdout
    headings = [line for line in first.stdout.splitlines() if line.startswith("【")]
    assert headings[:3] == ["【第一次打开】welcome", "【谁能做什么】access", "【绑定】bind"]
    assert len(headings) == len(set(headings)) > 80


def test_a_command_finds_its_texts(bot):
    done = bot("texts", "提交")

    headings = [line for line in done.stdout.splitlines() if line.startswith("【")]
    assert headings == ["【提交】submit", "【提交：问清楚】submission_asked"]


def test_another_word_finds_the_texts_that_say_it(bot):
    done = bot("texts", "作废")

    assert done.returncode == 0
    assert "【绑定】bind\n\n· 在群里绑定（not_in_group）\n" in done.stdout
    for sample in done.stdout.split("\n\n"):
        assert sample.startswith("【") or "作废" in sample


def test_an_unknown_word_is_told_with_the_nearest(bot):
    done = bot("texts", "wording_")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "没有 'wording_' 这一类，也没有哪句话里有它，是不是 wording？\n用法见 python -m bot texts --help\n"
    )


def test_an_unknown_platform_is_told(bot):
    done = bot("texts", "--platform", "wechat")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "没有平台 'wechat'，可用的有：wecom、dingtalk\n用法见 python -m bot texts --help\n"


def test_each_platform_shows_its_own_dialect(bot):
    wecom = bot("texts", "point_list", "--platform", "wecom").stdout
    dingtalk = bot("texts", "point_list", "--platform", "dingtalk").stdout

    assert "\n    学情分析（2 个）\n    · A1 技术支持的学情分析\n" in wecom
    assert "\n    ### 学情分析（2 个）\n\n    - A1 技术支持的学情分析\n" in dingtalk


def test_what_is_too_long_is_shown_in_pieces(bot):
    wecom = bot("texts", "help", "--platform", "wecom").stdout

    assert "\n    —— 第 2 条 ——\n" in wecom
    assert "回复“更多”" in wecom


def test_a_program_reads_an_object_a_line(bot):
    plain = [json.loads(line) for line in bot("texts", "scope", "--json").stdout.splitlines()]
    dingtalk = [
        json.loads(line)
        for line in bot("texts", "scope", "--json", "--platform", "dingtalk").stdout.splitlines()
    ]

    about = {
        "topic": "本校范围",
        "module": "scope",
        "function": "how_to_change",
        "situation": "怎么改",
        "markdown": False,
        "pages": ["要改就再发一次“本校范围 编码 编码 …”，备案后生效。"],
    }
    assert about in plain
    assert [one["situation"] for one in plain] == [one["situation"] for one in dingtalk]
    filed = next(one for one in dingtalk if one["function"] == "refused")
    assert filed["markdown"] is True


def test_no_other_command_reads_the_samples():
    check = "import bot.cli.program, bot.app, sys; print([name for name in sys.modules if 'text_samples' in name])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
