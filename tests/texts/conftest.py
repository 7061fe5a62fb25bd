"""The real plan and the real points."""

import pytest

from bot.plan_file import load_plan
from bot.points_file import load_catalogue


@pytest.fixture(scope="session")
def plan():
    return load_plan(None)


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue(None)
