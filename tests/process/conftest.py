"""Real processes, for the tests that kill them, and people who are written to."""

from collections.abc import AsyncIterator

import pytest

from tests.kit.addressees import county
from tests.kit.practice import PATIENT
from tests.kit.processes import Town, installation, town
from tests.kit.replicas import Replicas, RoundRobin

__all__ = ["county", "installation", "replicas", "town"]


@pytest.fixture
async def replicas(town: Town) -> AsyncIterator[Replicas]:
    """Nobody serves yet."""
    town.settle()
    front = RoundRobin()
    await front.start()
    town.tenant.bot_url = front.url
    town.tenant.pace = PATIENT
    yield Replicas(town, front)
    await front.stop()
