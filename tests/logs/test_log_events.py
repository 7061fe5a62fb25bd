"""Every line of the log is one of the table's, with the table's fields and no others."""

import ast
import json

import pytest
import structlog

from bot.log_events import EVENTS, document
from bot.log_fields import FIELDS, FRAME, LEVELS

PACKAGES = ("bot", "handlers", "storage", "messages")


class Calls(ast.NodeVisitor):
    """Of one file: (event, level, fields, line) of every call of its logger."""

    def __init__(self, path):
        self.path, self.found, self.aliases = path, [], {}
        self.visit(ast.parse(path.read_text("utf-8")))

    def visit_Assign(self, node):  # `say = log.error if … else log.warning`
        levels = [level for part in ast.walk(node.value) if (level := _level(part))]
        if levels and isinstance(node.targets[0], ast.Name):
            self.aliases[node.targets[0].id] = levels
        self.generic_visit(node)

    def visit_Call(self, node):
        level = _level(node.func)
        levels = [level] if level else self.aliases.get(getattr(node.func, "id", None), [])
        for one in levels:
            fields = frozenset(keyword.arg for keyword in node.keywords)
            self.found.append((_event(node.args[0]), one, fields, f"{self.path}:{node.lineno}"))
        self.generic_visit(node)


def _level(node):
    is_log = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "log"
    return node.attr if is_log else None


def _event(node):
    """The constant, or what an f-string begins with."""
    return node.values[0].value if isinstance(node, ast.JoinedStr) else node.value


@pytest.fixture(scope="module")
def calls(request):
    root = request.config.rootpath
    files = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    logging = [path for path in files if "structlog.get_logger()" in path.read_text("utf-8")]
    return [call for path in logging for call in Calls(path).found]


def test_every_call_logs_a_listed_event_at_its_level_with_its_fields(calls):
    table = {event.event: event for event in EVENTS}
    wrong = [
        f"{where}: {event} {level} {sorted(fields)}"
        for event, level, fields, where in calls
        if event not in table
        or level not in table[event].levels.split()
        or not fields <= set(table[event].fields.split())
    ]

    assert wrong == []  # a new event gets its row in bot/log_events.py


def test_every_listed_event_field_and_level_is_logged_somewhere(calls):
    logged = {(event, level) for event, level, _, _ in calls}
    fields = {(event, field) for event, _, of_call, _ in calls for field in of_call}

    assert {(one.event, level) for one in EVENTS for level in one.levels.split()} == logged
    assert {(one.event, field) for one in EVENTS for field in one.fields.split()} == fields
    assert {field for one in EVENTS for field in one.fields.split()} - {"exc_info"} == set(FIELDS)


def test_an_event_stands_in_one_place_of_the_table():
    names = [one.event for one in EVENTS]

    assert len(names) == len(set(names))
    assert {level for one in EVENTS for level in one.levels.split()} - {"exception"} <= set(LEVELS)
    assert FIELDS.keys().isdisjoint(FRAME)


def test_a_field_that_nobody_has_listed_is_not_printed(capsys):
    log = structlog.get_logger()
    log.error("handled", trace="0123", text="what somebody wrote", token="secret", mobile="13800000000")

    line = json.loads(capsys.readouterr().err)
    assert {name: line[name] for name in ("event", "level", "trace", "text", "token", "mobile")} == {
        "event": "handled",
        "level": "error",
        "trace": "0123",
        "text": "***",
        "token": "***",
        "mobile": "***",
    }


def test_a_bug_is_logged_by_its_kind_and_place_and_never_by_its_words(capsys):
    log = structlog.get_logger()
    try:
        int("what somebody wrote")
    except ValueError:
        log.exception("a door has failed", path="/wecom/app/callback")

    said = capsys.readouterr().err
    line = json.loads(said)
    assert (line["exception"], line["level"]) == ("ValueError", "error")
    assert line["at"][-1].endswith("test_a_bug_is_logged_by_its_kind_and_place_and_never_by_its_words")
    assert "what somebody wrote" not in said


def test_the_document_is_printed_from_the_table(pytestconfig):
    assert (pytestconfig.rootpath / "docs" / "logs.md").read_text("utf-8") == document()
