"""docs/permissions.md is what the code says, and every cell of it is what really happens."""

from pathlib import Path

import pytest

from bot.pages.matrix import document
from bot.pages.registry import REGISTRY as PAGES
from handlers.permissions import BOTH, HEADS, NEVER, PRIVATE
from handlers.registry import REGISTRY
from messages.commands import Command

pytestmark = pytest.mark.one_database  # who may what is no statement

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
# Who is what the head of a column says, and nothing besides: ids of tests/handlers/conftest.py.
PEOPLE = dict(zip(HEADS, ("stranger", 1, 2, 3, 5, 6), strict=True))


def _cells():
    commands = DOCUMENT.read_text(encoding="utf-8").partition("## 网页")[0]
    rows = [line for line in commands.splitlines() if line.startswith("| ")]
    for row in rows[2:]:
        command, _changes, *found = (part.strip() for part in row.strip("|").split("|"))
        for head, word in zip(HEADS, found, strict=True):
            yield pytest.param(Command(command), head, word, id=f"{command}-{head}")


CELLS = list(_cells())


def test_the_document_says_what_the_code_does():
    assert DOCUMENT.read_text(encoding="utf-8") == document(PAGES), "run: make docs"


def test_the_document_has_a_row_for_every_command_that_is_open():
    assert {case.values[0] for case in CELLS} == set(REGISTRY)


@pytest.mark.parametrize(("command", "head", "word"), CELLS)
def test_a_cell_is_what_happens(county, command, head, word):
    private = county.ask(PEOPLE[head], command)
    in_group = county.ask(PEOPLE[head], command, group=True)

    refused = ("只有", "还不知道你是哪位老师，请先绑定")
    hidden = ("请私聊办理", "群里不显示", "不要在群里发", "请在私聊", "只在私聊里给")
    if word == NEVER:
        assert any(part in private for part in refused), private
        assert any(part in in_group for part in refused), in_group
        return
    if command is not Command.WHO_AM_I:  # which tells a stranger the same, as its answer
        assert not any(part in private for part in refused), private
    assert word in {PRIVATE, BOTH}
    assert any(part in in_group for part in hidden) == (word == PRIVATE), in_group
