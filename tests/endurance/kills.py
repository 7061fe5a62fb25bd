"""SIGKILL at every fault point, before and after every commit, and at every step behind an `await`.

What there is to die at is what `counting.py` has counted in this run (ENDURANCE_COUNTS). A count differs a little from
run to run (a look more at the clock); a moment that does not come this time is a play without death, and has to hold too.
"""

import json
import os
from pathlib import Path

import pytest

from storage.fault_points import FaultPoint
from tests.endurance.invariants import everything_holds, figures_are_said
from tests.endurance.plays import PLAYS

EACH = 3  # comings of one fault point
STRIDE = int(os.environ.get("ENDURANCE_STRIDE", "1"))  # of commits and steps


def counted() -> dict[tuple[str, str], dict[str, int]]:
    folder = Path(os.environ.get("ENDURANCE_COUNTS", "."))
    return {
        (play, kind): json.loads((folder / f"{play}-{kind}.json").read_text(encoding="utf-8"))
        for play in PLAYS
        for kind in ("sqlite", "postgresql")
        if (folder / f"{play}-{kind}.json").exists()
    }


def moments(counts: dict[str, int]) -> list[str]:
    """Of one play, as FAULT names them."""
    found = []
    for moment, count in sorted(counts.items()):
        named = moment in FaultPoint.__members__
        numbers = range(1, min(count, EACH) + 1) if named else range(1, count + 1, STRIDE)
        found += [f"{moment}:{number}" for number in numbers]
    return found


DYING = [
    pytest.param(kind, play, moment, id=f"{kind}-{play}-{moment}")
    for (play, kind), counts in counted().items()
    for moment in moments(counts)
]


@pytest.mark.parametrize(("database_url", "play", "moment"), DYING, indirect=["database_url"])
async def test_everything_holds(scene, play, moment):
    scene.fault = moment
    await PLAYS[play].act(scene)
    await figures_are_said(scene)
    await scene.calms_down()

    everything_holds(scene)
