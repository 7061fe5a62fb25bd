"""docs/setting-up*.md: what they tell a clerk to write is taken, and what they say one will see is really said."""

import re
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.cli.program import program
from bot.settings import SettingsFault, known_names, read_settings

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs").glob("setting-up*.md"))
DOCUMENTS = [*GUIDES, ROOT / "docs/operating.md"]
SWITCHED_ON = {
    "setting-up-wecom-app.md": [{"wecom"}],
    "setting-up-wecom-aibot.md": [{"wecom_aibot"}, {"wecom_aibot"}],  # long connection, then callback
    "setting-up-dingtalk-http.md": [{"dingtalk"}],
    "setting-up-dingtalk-stream.md": [{"dingtalk"}],
    "setting-up.md": [set()],
}


def name(path: Path) -> str:
    return path.name


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path) -> list[dict[str, str]]:
    """What it says to write into `.env`, block by block."""
    found = re.findall(r"^ *```ini\n(.*?)^ *```", text_of(path), re.DOTALL | re.MULTILINE)
    return [
        dict(dotenv_values(stream=StringIO(re.sub(r"^ +", "", one, flags=re.MULTILINE)))) for one in found
    ]


def anchor(heading: str) -> str:
    """As the pages that show these documents make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


COMMON = blocks(ROOT / "docs/setting-up.md")[0]
KEY = {"BOT_SECRET_KEY": "k" * 48}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_setting_that_is_named_exists(path):
    named = set(re.findall(r"\bBOT_[A-Z]\w*(?<!_)\b", text_of(path)))

    assert {one.removesuffix("_FILE") for one in named} - set(known_names()) == set()


def test_every_setting_is_explained_in_a_table():
    explained = {
        setting
        for path in DOCUMENTS
        for row in re.findall(r"^ *\| (`BOT_[^|]*)\|", text_of(path), re.MULTILINE)
        for setting in re.findall(r"BOT_\w+", row)
    }

    assert set(known_names()) - explained == set()


@pytest.mark.parametrize("path", GUIDES, ids=name)
def test_what_is_to_be_written_into_env_is_taken(path, tmp_path):
    read = [read_settings(COMMON | block | KEY, tmp_path) for block in blocks(path)]

    platforms = ("wecom", "wecom_aibot", "dingtalk")
    on = [{one for one in platforms if getattr(settings, one) is not None} for settings in read]
    assert on == SWITCHED_ON[path.name]


def test_a_key_that_was_left_as_printed_is_refused(tmp_path):
    with pytest.raises(SettingsFault, match="BOT_SECRET_KEY：至少要 32 个字符"):
        read_settings(COMMON, tmp_path)


def test_stream_is_switched_on_by_its_guide_only():
    (stream,) = blocks(ROOT / "docs/setting-up-dingtalk-stream.md")
    (http,) = blocks(ROOT / "docs/setting-up-dingtalk-http.md")

    assert stream["BOT_DINGTALK__MODE"] == "stream"
    assert "BOT_DINGTALK__MODE" not in http


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(path)):
        file, _, part = target.partition("#")
        document = path if not file else path.parent / file
        assert document.is_file(), target
        if part:
            headings = re.findall(r"^#+ (.*)$", text_of(document), re.MULTILINE)
            assert part in {anchor(one) for one in headings}, target


@pytest.mark.parametrize("path", GUIDES, ids=name)
def test_every_step_says_what_one_sees_when_it_is_right(path):
    for step in re.split(r"^## ", text_of(path), flags=re.MULTILINE):
        if re.match(r"第 \d+ 步", step):
            assert "做对了会看到：" in step, step.splitlines()[0]


@pytest.mark.parametrize("path", GUIDES, ids=name)
def test_every_command_exists(path):
    known = {command.name or command.callback.__name__ for command in program.registered_commands}
    known |= {group.name for group in program.registered_groups}

    assert set(re.findall(r"python -m bot (\w+)", text_of(path))) - known == set()


SAID = (  # what a guide quotes of the bot, as it stands in the code
    ("setting-up.md", "请在浏览器里打开：", "bot/cli/demo.py"),
    ("setting-up.md", "需要 Python 3.11 或更新的版本", "Makefile"),
    ("setting-up.md", "设置没有问题", "bot/cli/check.py"),
    ("setting-up.md", "确认导入？", "bot/cli/imports.py"),
    ("setting-up.md", "还不知道你是哪位老师", "messages/texts/access.py"),
    ("setting-up-wecom-app.md", "要正好 43 个字母或数字", "bot/settings.py"),
    ("setting-up-wecom-app.md", "已绑定", "bot/cli/group.py"),
    ("setting-up-wecom-aibot.md", "一起填", "bot/settings.py"),
    ("setting-up-wecom-aibot.md", "智能机器人的长连接被别的程序占用了", "messages/texts/owner_alarms.py"),
    ("setting-up-wecom-aibot.md", "企业微信的智能机器人连不上", "messages/texts/owner_alarms.py"),
    ("setting-up-wecom-aibot.md", "已由运行中的机器人连着", "bot/doctor/aibot.py"),
    (
        "setting-up-dingtalk-stream.md",
        "钉钉不认机器人的 Client ID 和 Client Secret",
        "messages/texts/owner_alarms.py",
    ),
    ("setting-up-dingtalk-http.md", "签名不对", "messages/texts/owner_alarms.py"),
    ("setting-up-dingtalk-http.md", "差一小时以上的不收", "messages/texts/owner_alarms.py"),
    ("setting-up-dingtalk-http.md", "认不出你的企业账号", "messages/texts/access.py"),
    ("setting-up-dingtalk-stream.md", "只能是", "bot/settings.py"),
)


@pytest.mark.parametrize(("guide", "words", "source"), SAID)
def test_what_it_quotes_is_what_is_said(guide, words, source):
    assert words in text_of(ROOT / "docs" / guide)
    assert words in text_of(ROOT / source)
