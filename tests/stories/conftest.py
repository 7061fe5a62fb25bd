"""Stories are told in the practice tenant, over both platforms' real wire formats."""

from tests.kit.doors import pytest_generate_tests
from tests.kit.fixtures import (
    bot,
    by_callback,
    clock,
    county,
    door,
    group_platform,
    parts,
    platform,
    pytest_runtest_call,
    somebody,
    teacher,
    tenant,
    two_bots,
    with_app,
)

__all__ = [
    "bot",
    "by_callback",
    "clock",
    "county",
    "door",
    "group_platform",
    "parts",
    "platform",
    "pytest_generate_tests",
    "pytest_runtest_call",
    "somebody",
    "teacher",
    "tenant",
    "two_bots",
    "with_app",
]
