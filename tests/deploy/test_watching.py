"""deploy/alerts.yml and dashboard.json stand on figures that /metrics really has."""

import json
import re
from pathlib import Path

import pytest
import yaml

from bot.intake import Outcome as Handled
from bot.jobs.registry import JOBS
from bot.metrics import Metrics, Refusal
from bot.metrics_page import answering, shared
from bot.policy.outgoing import Kind
from bot.policy.timetable import Outcome
from messages.incoming import Door, Platform
from storage.backlog import PEOPLE, Backlog, LastEnd, Waiting
from tests.deploy import alert_scenes

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = {
    rule["alert"]: rule
    for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
}
DASHBOARD = json.loads((DEPLOY / "dashboard.json").read_text(encoding="utf-8"))
SHOWN = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
OF_PROMETHEUS = {"up", "job", "instance"}
WORDS = {
    "by", "sum", "max", "rate", "increase", "changes", "time", "vector", "or", "unless", "e9", "m", "h",
}  # fmt: skip
VALUES = {
    "why": {*Refusal},
    "outcome": {*Handled, *Outcome},
    "task": {*JOBS, "backup"},
    "to": {PEOPLE},
    "job": {"yanxiu"},
}


def exposed():
    """Everything that can be counted has been."""
    metrics = Metrics()
    metrics.received(Platform.WECOM)
    metrics.late(Platform.WECOM)
    metrics.refused(Platform.WECOM, Refusal.STALE)
    metrics.taken_in(["answered"], [Platform.WECOM])
    metrics.sent("wecom.app", Kind.NOTICE)
    metrics.failed("wecom.app", "again")
    metrics.given_up(Kind.NOTICE, "dead")
    metrics.suppressed(Kind.NOTICE, "expired")
    metrics.keeps(Door.AIBOT)
    found = Backlog(
        waiting=(Waiting(to=PEOPLE, count=1, oldest_at=0),),
        stopped_groups=0,
        groups=1,
        jobs=(LastEnd(job="backup", outcome="done", at=0),),
    )
    text = (metrics.exposition() + answering(0.1) + shared(found, now=1)).decode()
    return re.findall(r"^([a-z_]+)(?:\{(.*)\})? ", text, re.MULTILINE)


@pytest.fixture(scope="module")
def figures():
    """Name → labels."""
    return {
        name: set(re.findall(r'([a-z_]+)="', labels))
        for name, labels in exposed()
        if not name.endswith("_created")
    }


def names_in(expression):
    bare = re.sub(r'\{[^}]*\}|\[[^\]]*\]|"[^"]*"|\b(?:by|on) \([^)]*\)', " ", expression)
    return set(re.findall(r"[a-z_]+\w*", bare)) - WORDS


def matchers(expression):
    return re.findall(r'([a-z_]+)(?:=|!=|=~|!~)"([^"]*)"', expression)


@pytest.mark.parametrize("expression", [*(rule["expr"] for rule in ALERTS.values()), *SHOWN])
def test_every_figure_label_and_value_exists(expression, figures):
    named = names_in(expression)
    labels = {label for name in named for label in figures.get(name, ())} | OF_PROMETHEUS

    assert named <= figures.keys() | OF_PROMETHEUS
    for group in re.findall(r"\bby \(([^)]*)\)", expression):
        assert set(group.replace(" ", "").split(",")) <= labels
    for label, value in matchers(expression):
        assert label in labels
        assert set(value.split("|")) <= VALUES[label]


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_what_it_is_and_what_to_do_in_chinese(name):
    rule = ALERTS[name]

    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert set(rule["annotations"]) == {"summary", "do"}
    for sentence in rule["annotations"].values():
        assert re.search(r"[\u4e00-\u9fff]{4}", sentence)
    assert rule["annotations"]["do"].endswith("。")


def test_what_alerts_tell_one_to_type_exists():
    from bot.cli.program import program

    known = {command.name or command.callback.__name__ for command in program.registered_commands}
    known |= {group.name for group in program.registered_groups}
    typed = {
        command
        for rule in ALERTS.values()
        for command in re.findall(r"python -m bot ([a-z-]+)", rule["annotations"]["do"])
    }

    assert typed <= known
    assert typed >= {"doctor", "group", "outbox", "job"}


def test_the_documents_that_alerts_name_are_there():
    text = (DEPLOY / "alerts.yml").read_text(encoding="utf-8") + DASHBOARD["description"]

    for name in set(re.findall(r"(?:docs|deploy)/[\w.-]+\.\w+", text)):
        assert (DEPLOY.parent / name).is_file(), name


def test_what_rings_when_is_written_for_every_alert():
    rung = {alert for _, rings in alert_scenes.ILL for alert in rings} | {"BackupTooOld"}

    assert rung == set(ALERTS)
    assert (DEPLOY / "alerts_test.yml").read_text(encoding="utf-8") == alert_scenes.document()
    yaml.safe_load(alert_scenes.document())


def test_the_dashboard_shows_every_figure_of_the_bot(figures):
    shown = {name for expression in SHOWN for name in names_in(expression)}

    assert {name for name in figures if name.startswith("bot_")} <= shown


def test_the_dashboard_can_be_imported_anywhere():
    panels = DASHBOARD["panels"]
    ids = [panel["id"] for panel in panels]

    assert len(set(ids)) == len(ids)
    assert DASHBOARD["schemaVersion"] >= 30
    assert [one["type"] for one in DASHBOARD["templating"]["list"]] == ["datasource"]
    for panel in panels:
        if panel["type"] != "row":
            assert panel["datasource"] == {"type": "prometheus", "uid": "${source}"}
            assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${source}"}


def test_no_panel_lies_on_another():
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
