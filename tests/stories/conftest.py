"""Stories are told in the practice tenant, over both platforms' real wire formats."""

from tests.kit.fixtures import (
    bot,
    clock,
    county,
    group_platform,
    parts,
    platform,
    pytest_runtest_call,
    somebody,
    teacher,
    tenant,
    two_bots,
)

__all__ = [
    "bot",
    "clock",
    "county",
    "group_platform",
    "parts",
    "platform",
    "pytest_runtest_call",
    "somebody",
    "teacher",
    "tenant",
    "two_bots",
]
