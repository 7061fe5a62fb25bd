"""Fixtures of a story: both platforms, a bot that serves them, a county, people. A conftest.py imports them."""

from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import Parts
from bot.clock import SHANGHAI, SystemClock
from bot.delivery.means import Pace
from bot.plan_file import load_plan
from bot.platforms.dingtalk.stream.connection import Pace as StreamPace
from bot.platforms.wecom.aibot.pace import LinePace
from bot.points_file import load_catalogue
from bot.settings import read_settings
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.people import Chat, Directory, Member, Platform, Room
from bot.tenant.tenant import Tenant
from storage.database import Database
from tests.kit.attention import Attention
from tests.kit.county import PEOPLE, settle_county
from tests.kit.dealings import Dealings
from tests.kit.doors import Door
from tests.kit.installation import INSTALLATION, environment
from tests.kit.people import Person
from tests.kit.practice import PATIENT, PracticeTenant
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


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Door:
    """The same story over one door and over the other (tests/kit/doors.py)."""
    return request.param


@pytest.fixture
def platform(door: Door) -> Platform:
    """That of the door."""
    return door.platform


@pytest.fixture
def group_platform(door: Door) -> Platform:
    """That of the door, and only doors that hear groups are tried."""
    return door.platform


@pytest.fixture
def by_callback() -> None:
    """The story is about requests and their responses: only doors that the platforms call are tried."""


@pytest.fixture
def with_app() -> None:
    """The story needs what only the app or a webhook can do: on WeCom no AI bot stands alone."""


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
    # Not asked for as an argument: most of what asks for the tenant alone is about no door.
    has_door = "door" in request.fixturenames
    inside = Tenant(
        installation=request.getfixturevalue("door").installation if has_door else INSTALLATION,
        directory=directory,
        clock=PlatformClock(SystemClock()),
        pace=PATIENT,
    )
    # Who asks too much at once is told so by stories of their own.
    inside.switches.aibot_at_most_three = False
    app = TenantApp(inside)
    for number in PEOPLE:
        app.wecom.aibot.has_talked_in(Chat(Platform.WECOM, Room.AIBOT, number))
    attention = Attention(inside)
    practice = PracticeTenant(app, attention, Dealings())
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
        settings=read_settings(environment(tenant.installation, tenant.url), tmp_path),
        database=database,
        plan=load_plan(None),
        catalogue=load_catalogue(None),
        clock=clock,
        journal_folder=tmp_path / "journal",
        pace=Pace(poll=0.05, apart=0.0, answer=5.0),
        tick=None,  # a story moves the clock by days; those of the timetable turn it on
        answer_within=30.0,  # a machine whose disk hesitates is not a slow database
        line_pace=LinePace(look=0.1, first_again=0.05, hold_on=30.0),
        stream_pace=StreamPace(first=0.05),
    )


@pytest.fixture
async def bot(tenant: PracticeTenant, parts: Parts) -> AsyncIterator[Bot]:
    """It serves both platforms of `tenant`."""
    bot = Bot(parts)
    await bot.start()
    tenant.is_served_by(bot.url)
    tenant.dealings.are_those_of(parts)
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
