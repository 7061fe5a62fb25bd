"""The operator's pages: what they tell one to type exists, and what they quote is really said."""

import re
from pathlib import Path

import pytest

from bot.cli.program import program
from bot.settings import known_names

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / f"{name}.md" for name in ("install", "upgrade", "recovery", "windows")]
SAID = (  # page, words, where they are said
    ("install", "设置没有问题", "bot/cli/check.py"),
    ("install", "数据库结构：", "bot/cli/migrate.py"),
    ("upgrade", "不用升级", "bot/cli/migrate.py"),
    ("upgrade", "备份好了：", "bot/backup_report.py"),
    ("recovery", "已恢复到", "bot/cli/restore.py"),
    ("recovery", "BOT_SECRET_KEY 和做备份时用的不同", "bot/cli/restore.py"),
    ("recovery", "损坏了", "storage/backups.py"),
    ("recovery", "每个人的达标情况重算后都和登记一致。", "bot/cli/check.py"),
    ("windows", "设置没有问题", "bot/cli/check.py"),
    ("windows", "listening on", "bot/cli/server.py"),
)


def name(path):
    return path.stem


def text_of(path):
    return path.read_text(encoding="utf-8")


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_setting_that_is_named_exists(path):
    named = set(re.findall(r"\bBOT_[A-Z]\w*(?<!_)\b", text_of(path)))

    assert {one.removesuffix("_FILE") for one in named} - set(known_names()) == set()


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_command_exists(path):
    known = {command.name or command.callback.__name__ for command in program.registered_commands}
    known |= {group.name for group in program.registered_groups}

    assert set(re.findall(r"(?:python|python\.exe) -m bot ([a-z][\w-]*)", text_of(path))) - known == set()


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(path)):
        file, _, part = target.partition("#")
        document = path.parent / file
        assert document.is_file(), target
        if part:
            headings = re.findall(r"^#+ (.*)$", text_of(document), re.MULTILINE)
            assert part in {anchor(one) for one in headings}, target


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_file_of_the_project_that_is_named_is_there(path):
    for file in re.findall(r"\bdeploy/[\w.-]+\w", text_of(path)):
        assert (ROOT / file).is_file(), file


@pytest.mark.parametrize(("page", "words", "source"), SAID)
def test_what_it_quotes_is_what_is_said(page, words, source):
    assert words in text_of(ROOT / f"docs/{page}.md")
    assert words in text_of(ROOT / source)


def test_windows_is_given_the_time_that_a_stop_takes():
    (wait,) = re.findall(r"AppStopMethodConsole (\d+)", text_of(ROOT / "docs/windows.md"))

    assert int(wait) > 20_000
