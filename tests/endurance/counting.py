"""What a play comes by when nobody dies: the list of what there is to die at."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.endurance.invariants import everything_holds, figures_are_said
from tests.endurance.plays import PLAYS


@pytest.mark.parametrize("play", PLAYS)
async def test_nobody_dies_and_everything_holds(scene, play):
    scene.counts = True
    await PLAYS[play].act(scene)

    assert scene.deaths == 0
    await figures_are_said(scene)
    await scene.calms_down()
    everything_holds(scene)
    if into := os.environ.get("ENDURANCE_COUNTS"):
        counted = Counter(scene.moments())
        kind = "sqlite" if scene.town.database.is_sqlite else "postgresql"
        Path(into, f"{play}-{kind}.json").write_text(json.dumps(counted), encoding="utf-8")  # noqa: ASYNC240
