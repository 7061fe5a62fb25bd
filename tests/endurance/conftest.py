"""A town for every play, as tests/process has it."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.endurance.plays import PLAYS
from tests.endurance.scene import Scene
from tests.kit.processes import Town, town

__all__ = ["installation", "scene", "town"]


@pytest.fixture
def play() -> str:
    return "talk"


@pytest.fixture
def installation(play):
    return PLAYS[play].installation


@pytest.fixture
async def scene(town: Town) -> AsyncIterator[Scene]:
    """示例县, and nobody serves yet."""
    town.settle()
    scene = Scene(town)
    yield scene
    await scene.ends()


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """At once, and not only at the end of an hour that somebody may not wait for."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\nfailed: {report.nodeid}\n{report.longreprtext[-2000:]}", flush=True)
