"""Fault points stand where they say, cost nothing in production, and a process that dies at one leaves nothing behind."""

import ast
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.clock import SHANGHAI
from bot.plan_file import load_plan
from storage.fault_points import FaultPoint
from tests.endurance.invariants import everything_holds, figures_are_said
from tests.endurance.plays import PLAYS
from tests.endurance.scene import Scene
from tests.kit.processes import on_sqlite

REPOSITORY = Path(__file__).parents[2]
TRANSACTIONS = {"writing", "begin"}


def named(node: ast.AST) -> str | None:
    """The member's name where this is the statement `reached(FaultPoint.NAME)`."""
    match node:
        case ast.Expr(ast.Call(ast.Name("reached"), [ast.Attribute(ast.Name("FaultPoint"), name)])):
            return name
    return None


def is_transaction(node: ast.AST) -> bool:
    if not isinstance(node, ast.With):
        return False
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in TRANSACTIONS for call in calls)


def standing() -> list[tuple[str, str, str, str]]:
    """Of every call: its member, module, function and place, which is "last in", "behind" or "" of a transaction."""
    found = []
    for top in ("bot", "handlers", "storage", "messages"):
        for path in (REPOSITORY / top).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "reached(FaultPoint." in source:
                module = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
                found += [
                    (name, module, function, place) for name, function, place in calls(ast.parse(source))
                ]
    return found


def calls(tree: ast.AST, function: str = "") -> list[tuple[str, str, str]]:
    found = []
    here = tree.name if isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef) else function
    for _, body in ast.iter_fields(tree):
        children = body if isinstance(body, list) else [body]
        for number, node in enumerate(children):
            if not isinstance(node, ast.AST):
                continue
            if name := named(node):
                last = is_transaction(tree) and number == len(children) - 1
                behind = number > 0 and is_transaction(children[number - 1])
                found.append((name, here, "last in" if last else "behind" if behind else ""))
            found += calls(node, here)
    return found


def test_every_point_stands_once_where_it_says():
    found = standing()

    assert Counter(name for name, *_ in found) == Counter(list(FaultPoint.__members__))
    assert {(name, module, function) for name, module, function, _ in found} == {
        (point.name, point.module, point.function) for point in FaultPoint
    }


def test_points_of_a_commit_are_the_last_line_of_its_transaction_and_the_first_behind_it():
    wanted = {"COMMITS": "last in", "COMMITTED": "behind"}

    assert {(name, place) for name, *_, place in standing()} == {
        (point.name, wanted.get(point.name.rpartition("_")[2], "")) for point in FaultPoint
    }
    pairs = [name.rpartition("_") for name in FaultPoint.__members__]
    assert {name for name, _, end in pairs if end == "COMMITS"} == {
        name for name, _, end in pairs if end == "COMMITTED"
    }


def test_a_bot_that_starts_normally_has_no_hook_and_the_product_never_adds_one():
    """Everything is imported and a command run by an interpreter in which adding a hook would raise."""
    normally = """
import runpy, sys
def refused(hook): raise AssertionError("a hook")
sys.addaudithook = refused
import bot.app, bot.imports.running, bot.jobs.registry
sys.argv = ["bot", "understand", "我的学时"]
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    ended = subprocess.run(
        [sys.executable, "-c", normally],
        env=plain,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "a hook" in ended.stderr) == (0, False), ended.stderr
    sources = [
        path
        for top in ("bot", "handlers", "storage", "messages")
        for path in (REPOSITORY / top).rglob("*.py")
    ]
    assert [path for path in sources if "addaudithook" in path.read_text(encoding="utf-8")] == []


def test_the_programme_knows_no_daylight_saving_and_no_zone_of_its_process():
    first, last = load_plan(None).span
    days = [first + timedelta(days=number) for number in range((last - first).days + 400)]
    instants = [datetime.combine(day, time(hour), SHANGHAI) for day in days for hour in (0, 2, 3, 23)]

    assert {instant.utcoffset() for instant in instants} == {timedelta(hours=8)}
    says = "from bot.clock import SystemClock as C; print(C().now().utcoffset(), abs(C().now().timestamp() * 1000 - C().real_ms()) < 60_000)"
    for zone in ("America/New_York", "Asia/Kathmandu", ""):
        ended = subprocess.run(
            [sys.executable, "-c", says], env=os.environ | {"TZ": zone}, cwd=REPOSITORY, capture_output=True, text=True, check=True
        )  # fmt: skip
        assert ended.stdout == "8:00:00 True\n", zone


@pytest.fixture
def installation(request):
    return PLAYS[request.node.callspec.params["play"]].installation


@on_sqlite
@pytest.mark.parametrize(
    ("play", "moment"),
    [
        ("talk", "BATCH_COMMITTED:3"),
        ("talk", "CALLED:1"),
        ("connection", "SAID:2"),
        ("importing", "PIECE_COMMITTED:1"),
        ("beside", "FINISH_COMMITS:1"),
        ("file", "FILE_TOLD_COMMITS:1"),
    ],
)
async def test_a_process_that_is_killed_here_loses_and_doubles_nothing(town, play, moment):
    """All others: `make endurance` (docs/faults.md)."""
    town.settle()
    scene = Scene(town, fault=moment)
    try:
        await PLAYS[play].act(scene)
        await figures_are_said(scene)
        await scene.calms_down()
    finally:
        await scene.ends()

    assert scene.deaths == 1
    everything_holds(scene)
