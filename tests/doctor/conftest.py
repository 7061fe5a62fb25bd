"""A tenant with everything set up, a bot that serves it, and the doctor who looks at both from outside."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.app import Parts
from bot.clock import SHANGHAI, SystemClock
from bot.delivery.means import Pace
from bot.doctor import engine, reach
from bot.doctor.examine import Ground, examine
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.settings import read_settings
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import Fault
from bot.tenant.installation import Installation
from bot.tenant.people import Directory, Member, Platform
from bot.tenant.tenant import Tenant
from tests.kit.county import settle_county
from tests.kit.installation import AIBOT, APP, ROBOT, environment
from tests.kit.servers import Bot, Served, address

PEOPLE = ("T1", "T2", "T3", "T4")
TODAY = datetime(2024, 5, 20, 9, 0, tzinfo=SHANGHAI)


class Programme(SystemClock):
    """Stands still at `TODAY`."""

    def now(self):
        return TODAY


class Doctor:
    """Looks with the settings of `settings`, which a test may change before."""

    def __init__(self, settings, clock, folder):
        self.settings = settings
        self.clock = clock
        self.folder = folder
        self.backups = folder / "backups"
        plan = load_plan(None)
        self.catalogue = load_catalogue(None)
        self.plan = replace(plan, backup=replace(plan.backup, folder=str(self.backups)))

    def has_a_backup(self, *, hours_ago=1):
        taken = datetime.fromtimestamp(self.clock.real_ms() / 1000, SHANGHAI) - timedelta(hours=hours_ago)
        self.backups.mkdir(exist_ok=True)
        (self.backups / f"bot-{taken:%Y%m%d-%H%M%S}.backup").touch()

    async def looks(self, *, test_message_to="", faults=(), **more):
        settings = None if self.settings is None else read_settings(self.settings, self.folder)
        ground = Ground(
            settings=settings,
            plan=self.plan,
            catalogue=self.catalogue,
            faults=faults,
            clock=self.clock,
            test_message_to=test_message_to,
            **{"call_s": 5.0, "longest_s": 12.0, **more},
        )
        return await examine(ground)

    async def finds(self, name, **more):
        """The one finding of this name."""
        (found,) = [one for one in await self.looks(**more) if one.name == name]
        return found


@pytest.fixture(autouse=True)
def a_busy_machine_is_not_a_slow_proxy(monkeypatch):
    monkeypatch.setattr(reach, "_PLATFORM_S", 30.0)
    monkeypatch.setattr(reach, "_NEAR_S", 5.0)


@pytest.fixture(autouse=True)
def a_server_that_survives_a_power_cut(monkeypatch):
    """That of the tests would not, and says so."""
    asked = engine.ask_server

    def pretended(connection, clock):
        server = asked(connection, clock)
        return replace(server, settings=dict.fromkeys(server.settings, "on"))

    monkeypatch.setattr(engine, "ask_server", pretended)


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
async def tenant():
    members = [Member(key=one, name=one, accounts=dict.fromkeys(Platform, one)) for one in PEOPLE]
    inside = Tenant(
        installation=Installation(app=APP, aibot=AIBOT, robot=ROBOT),
        directory=Directory(members),
        clock=PlatformClock(SystemClock()),
    )
    server = Served(TenantApp(inside).web)
    await server.start_server()
    inside.base_url = address(server)
    yield inside
    await server.close()


@pytest.fixture
def fault(tenant):
    """`fault(Effect.CODE, "wecom.agent.get", code=60020)`: every such call goes wrong from now on."""

    def switch_on(effect, call, **more):
        tenant.faults.switch_on(Fault(call=call, effect=effect, **more))

    return switch_on


@pytest.fixture
def clock():
    return Programme()


@pytest.fixture
def parts(tenant, database, clock, tmp_path):
    """Of a bot that keeps no connection: the AI bot's is left to the doctor."""
    return Parts(
        settings=read_settings(
            environment(replace(tenant.installation, aibot=None), tenant.base_url), tmp_path
        ),
        database=database,
        plan=load_plan(None),
        catalogue=load_catalogue(None),
        clock=clock,
        journal_folder=tmp_path / "journal",
        pace=Pace(poll=0.05, apart=0.0, answer=2.0),
        tick=None,
    )


@pytest.fixture
async def bot(parts):
    bot = Bot(parts)
    await bot.start()
    yield bot
    await bot.stop()


@pytest.fixture
def county(bot):
    settle_county(bot.parts)
    return bot.parts


@pytest.fixture
def doctor(tenant, bot, database_url, clock, tmp_path):
    variables = {
        **environment(tenant.installation, tenant.base_url),
        "BOT_DATABASE_URL": database_url,
        "BOT_PUBLIC_URL": bot.url,
        "BOT_PORT": bot.url.rpartition(":")[2],
    }
    return Doctor(variables, clock, tmp_path)
