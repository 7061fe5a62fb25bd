"""Every platform in turn, with 示例县 in the bot's database and its people at their seats."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from bot.app import Parts
from bot.connections import Connections
from bot.outlets import Grounds, build_outlets
from bot.platforms.calls import open_session
from bot.sending import NeedsConnection
from tests.contract.described import PLATFORMS, Described
from tests.contract.seats import AtPhone, Seat
from tests.kit.doors import Door
from tests.kit.fixtures import (
    bot,
    clock,
    county,
    parts,
    pytest_runtest_call,
    tenant,
)
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.practice import PracticeTenant

__all__ = ["bot", "clock", "county", "parts", "pytest_runtest_call", "tenant"]


@pytest.fixture(params=PLATFORMS, ids=lambda one: one.name)
def described(request: pytest.FixtureRequest) -> Described:
    """A test that does not concern all of them names those that it does: `only(…)` in test_keeping.py."""
    return request.param


@pytest.fixture(autouse=True)
def door(described: Described) -> Door:
    """How the tenant is set up; at the terminal nobody speaks through it."""
    return described.door or Door.WECOM


@pytest.fixture
def seat(described: Described, tenant: PracticeTenant, county: Parts) -> Iterator[Callable[[str], Seat]]:
    """`seat("T1")`: the phone or the terminal of whoever has this account, a stranger if nobody has."""
    if described.door is None:
        assert described.seats is not None, "who speaks through no door needs a seat"
        with described.seats(county) as sit:
            yield sit
        return
    here = tenant.on(described.platform.value)

    def at_phone(account: str) -> Seat:
        person = here.somebody(account)
        return AtPhone(person, here.group("语文组", person) if described.hears_groups else None)

    yield at_phone


@pytest.fixture
async def outlet(described: Described, bot, parts: Parts):
    """The way out to people there, on the connection that the bot has."""
    owners = [getattr(one, "__self__", None) for one in bot.client.app.cleanup_ctx]
    (line,) = [one._ground.line for one in owners if isinstance(one, Connections)]
    grounds = Grounds(settings=parts.settings, database=parts.database, clock=parts.clock, line=line)
    async with open_session(2.0) as session:
        (found,) = [one for one in build_outlets(grounds, session) if one.name == described.outgoing.name]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while isinstance(found, NeedsConnection) and not found.connected:  # noqa: ASYNC110  a line tells nobody
                await asyncio.sleep(0.01)
        yield found
