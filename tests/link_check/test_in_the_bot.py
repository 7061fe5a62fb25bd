"""The bot as it is shipped: what it connects to, and when."""

import asyncio
import socket
import threading
from dataclasses import replace

import pytest
from aiohttp import web

from bot.app import Parts, build_app
from bot.clock import SystemClock
from bot.link_check import watching
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.settings import read_settings
from tests.link_check import county

PLAN = load_plan()


@pytest.fixture
def asked(monkeypatch):
    """Names that somebody wanted to resolve; everything leads to this machine."""
    names = []

    def lookup(name, port, *_rest, **_more):
        names.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("bot.link_check.addresses.socket.getaddrinfo", lookup)
    monkeypatch.setattr(watching, "EVERY_SECONDS", 0.02)
    return names


@pytest.fixture
def run(database, tmp_path):
    county.settle(database)
    county.submit(database, "A5", "https://school.example/a.html")

    async def serve(plan, seconds):
        parts = Parts(
            settings=read_settings({"BOT_SECRET_KEY": "k" * 40}),
            database=database,
            plan=plan,
            catalogue=load_catalogue(),
            clock=SystemClock(),
            journal_folder=tmp_path / "journal",
        )
        runner = web.AppRunner(build_app(parts))
        await runner.setup()
        await asyncio.sleep(seconds)
        running = watchers()
        await runner.cleanup()
        return running

    return serve


def watchers():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("link-check")]


async def test_it_never_opens_a_link_before_the_office_has_turned_it_on(run, database, asked):
    assert await run(PLAN, 0.5) == []
    assert asked == []
    assert county.kept(database) == [("", 0, False)]


async def test_turned_on_it_looks_and_refuses_this_machine(run, database, asked, monkeypatch):
    connected = []
    monkeypatch.setattr("bot.link_check.looking.ask", lambda *where: connected.append(where))
    on = replace(PLAN, jobs=tuple(replace(job, on=job.on or job.name == "link-check") for job in PLAN.jobs))

    assert await run(on, 1.0) == ["link-check"]
    assert asked == ["school.example"]
    assert connected == []
    # Where every name leads inward it is more likely this machine: nobody is blamed.
    assert county.kept(database) == [("", 0, False)]
    assert watchers() == []
