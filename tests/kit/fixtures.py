"""Fixtures of a story: both platforms, a bot that serves them, a county, people. A conftest.py imports them."""

from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import Parts
from bot.clock import SHANGHAI, SystemClock
from bot.delivery import Pace
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.settings import read_settings
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.people import Directory, Member, Platform
from bot.tenant.tenant import Tenant
from storage.database import Database
from tests.kit.attention import Attention
from tests.kit.county import PEOPLE, settle_county
from tests.kit.installation import GROUPS_HEARD_ON, INSTALLATION, environment
from tests.kit.people import Person
from tests.kit.practice import QUICK, PracticeTenant
from tests.kit.servers import Balancer, Bot, Served, address

# Monday of the last week but one before the soft date.
TODAY = datetime(2024, 5, 20, 9, 0, tzinfo=SHANGHAI)

_PASSED = pytest.StashKey[bool]()


class StoryClock(SystemClock):
    """The programme stands still at `today`; signatures are checked by the real clock, and that may run ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.today = TODAY
        self._ahead_ms = 0

    def real_ms(self) -> int:
        return super().real_ms() + self._ahead_ms

    def waits(self, seconds: float) -> None:
        """So much real time has passed for the bot: leases, rests, limits; an hour is too much for signatures."""
        self._ahead_ms += round(seconds * 1000)

    def now(self) -> datetime:
        return self.today


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, object, object]:
    """A story passes when it has read everything; one that has failed needs no second complaint."""
    result = yield
    tenant = item.funcargs.get("tenant")
    if isinstance(tenant, PracticeTenant):
        tenant.nothing_is_left_over()
        item.stash[_PASSED] = True
    return result


@pytest.fixture(params=[platform.value for platform in Platform])
def platform(request: pytest.FixtureRequest) -> Platform:
    """The same story on one platform and on the other."""
    return Platform(request.param)


@pytest.fixture(params=[platform.value for platform in GROUPS_HEARD_ON])
def group_platform(request: pytest.FixtureRequest) -> Platform:
    """The same story on every platform on which the bot hears groups."""
    return Platform(request.param)


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock()


@pytest.fixture
async def tenant(request: pytest.FixtureRequest) -> AsyncIterator[PracticeTenant]:
    """Both platforms on a port of their own. At the end of the test nothing may be left unread."""
    directory = Directory(
        Member(key=number, name=name, accounts=dict.fromkeys(Platform, number))
        for number, name in PEOPLE.items()
    )
    inside = Tenant(
        installation=INSTALLATION,
        directory=directory,
        clock=PlatformClock(SystemClock()),
        pace=QUICK,
    )
    app = TenantApp(inside)
    attention = Attention(inside)
    practice = PracticeTenant(app, attention)
    server = Served(app.web)
    await server.start_server()
    inside.base_url = address(server)
    yield practice
    await server.close()
    if request.node.stash.get(_PASSED, False):
        practice.nothing_is_left_over()  # what the bot said while it was stopping
    attention.close()


@pytest.fixture
def parts(tenant: PracticeTenant, database: Database, clock: StoryClock, tmp_path: Path) -> Parts:
    """What the bot of this story is made of."""
    return Parts(
        settings=read_settings(environment(INSTALLATION, tenant.url), tmp_path),
        database=database,
        plan=load_plan(None),
        catalogue=load_catalogue(None),
        clock=clock,
        journal_folder=tmp_path / "journal",
        pace=Pace(poll=0.05, apart=0.0, answer=1.0),
        answer_within=1.2,  # a machine that runs two suites at once is not a slow database
    )


@pytest.fixture
async def bot(tenant: PracticeTenant, parts: Parts) -> AsyncIterator[Bot]:
    """It serves both platforms of `tenant`."""
    bot = Bot(parts)
    await bot.start()
    tenant.is_served_by(bot.url)
    yield bot
    await bot.stop()


@pytest.fixture
async def two_bots(tenant: PracticeTenant, bot: Bot, database_url: str) -> AsyncIterator[tuple[Bot, Bot]]:
    """Each with connections of its own, as two processes have; the platforms reach them in turn."""
    database = Database(database_url)
    other = Bot(replace(bot.parts, database=database))
    await other.start()
    balancer = Balancer((bot, other))
    await balancer.start()
    tenant.is_served_by(balancer.url)
    yield bot, other
    await balancer.stop()
    await other.stop()
    database.close()


@pytest.fixture
def county(bot: Bot) -> Parts:
    """示例县 (tests/kit/county.py) in the bot's database."""
    settle_county(bot.parts)
    return bot.parts


@pytest.fixture
def somebody(tenant: PracticeTenant, platform: Platform, bot: Bot) -> Callable[[str], Person]:
    """`somebody("T1")`: whoever has this user id, on one platform or on the other."""
    return tenant.on(platform).somebody


@pytest.fixture
def teacher(somebody: Callable[[str], Person], county: Parts) -> Person:
    """示例甲, bound."""
    return somebody("T1")
