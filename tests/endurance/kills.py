"""SIGKILL at every fault point, before and after every commit, and at every step behind an `await`.

What there is to die at is what `counting.py` has counted in this run (ENDURANCE_COUNTS). A count differs a little from
run to run (a look more at the clock); a moment that does not come this time is a play without death, and has to hold too.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.fault_points import FaultPoint
from tests.endurance.invariants import everything_holds, figures_are_said
from tests.endurance.plays import PLAYS

EACH = int(os.environ.get("ENDURANCE_EACH", "3"))  # comings of one fault point in a play
STRIDE = int(os.environ.get("ENDURANCE_STRIDE", "1"))  # of commits and steps
BY_COMMAND = frozenset({"importing", "beside", "little", "discarding", "exporting"})
"""What counts there is a command: it says that the database is away, and ends."""
PLAYS_EACH = 2  # in which somebody dies at a fault point, unless every commit and step is tried


def counted() -> dict[tuple[str, str], dict[str, int]]:
    """How often each moment comes, by kind of database and play."""
    folder = Path(os.environ.get("ENDURANCE_COUNTS", "."))
    return {
        (kind, play): json.loads((folder / f"{play}-{kind}.json").read_text(encoding="utf-8"))
        for kind in ("sqlite", "postgresql")
        for play in PLAYS
        if (folder / f"{play}-{kind}.json").exists()
    }


def dying(counts: dict[tuple[str, str], dict[str, int]]) -> Iterator[tuple[str, str, str]]:
    """Kind of database, play, and moment as FAULT names it. A point is tried where it comes most often."""
    for (kind, play), moments in counts.items():
        for moment, count in sorted(moments.items()):
            if moment not in FaultPoint.__members__:
                numbers = range(1, count + 1, STRIDE)
            elif STRIDE == 1 or play in _where(moment, kind, counts):
                numbers = range(1, min(count, EACH) + 1)
            else:
                numbers = range(0)
            yield from ((kind, play, f"{moment}:{number}") for number in numbers)


def _where(point: str, kind: str, counts: dict[tuple[str, str], dict[str, int]]) -> list[str]:
    often = {
        play: moments[point]
        for (other, play), moments in counts.items()
        if other == kind and point in moments
    }
    return sorted(often, key=lambda play: -often[play])[:PLAYS_EACH]


def losing(counts: dict[tuple[str, str], dict[str, int]]) -> Iterator[tuple[str, str, str]]:
    """As `dying`: before and after a commit, once, where it comes most often."""
    for (kind, play), moments in counts.items():
        for moment in sorted(moments):
            is_commit = moment in FaultPoint.__members__ and moment.endswith(("_COMMITS", "_COMMITTED"))
            if is_commit and _where(moment, kind, counts)[0] == play and play not in BY_COMMAND:
                yield kind, play, f"{moment}:1"


DYING = [
    pytest.param(kind, play, moment, id=f"{kind}-{play}-{moment}") for kind, play, moment in dying(counted())
]


LOSING = [
    pytest.param(kind, play, moment, id=f"{kind}-{play}-{moment}") for kind, play, moment in losing(counted())
]


@pytest.mark.parametrize(("database_url", "play", "moment"), DYING, indirect=["database_url"])
async def test_everything_holds(scene, play, moment):
    scene.fault = moment
    await PLAYS[play].act(scene)
    await figures_are_said(scene)
    await scene.calms_down()

    everything_holds(scene)


@pytest.mark.parametrize(("database_url", "play", "moment"), LOSING, indirect=["database_url"])
async def test_everything_holds_where_the_database_goes_away(scene, play, moment):
    """Before a commit, or when it has been made and the answer does not arrive any more."""
    scene.outage = moment
    await PLAYS[play].act(scene)
    await figures_are_said(scene)
    await scene.calms_down()

    everything_holds(scene)
    assert scene.deaths == 0
