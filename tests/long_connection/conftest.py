"""The AI bot's platform on a real port, bots that connect to it, and 示例县 in their database."""

import asyncio
import shutil
from dataclasses import dataclass, replace

import pytest

from bot.app import Parts
from bot.clock import SystemClock
from bot.delivery.means import Pace
from bot.plan_file import load_plan
from bot.platforms.wecom.aibot.pace import LinePace
from bot.points_file import load_catalogue
from bot.settings import read_settings
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import Fault
from bot.tenant.installation import Installation
from bot.tenant.pace import Pace as TenantPace
from bot.tenant.people import Chat, Directory, Group, Member, Platform, Room
from bot.tenant.tenant import Said, Tenant
from storage.database import Database
from tests.kit.county import PEOPLE, settle_county
from tests.kit.fixtures import StoryClock
from tests.kit.installation import AIBOT, environment
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import Bot, Served, address

MEMBERS = {key: Member(key=key, name=name, accounts={Platform.WECOM: key}) for key, name in PEOPLE.items()}
GROUP = Group(
    key="g1",
    platform=Platform.WECOM,
    name="语文组",
    chat_id="wrExampleGroup",
    members=frozenset(MEMBERS),
    webhook="example-key",
)
IN_GROUP = Chat(Platform.WECOM, Room.GROUP, GROUP.chat_id)
QUICK = LinePace(
    ping=0.2,
    ack=2.0,
    first_again=0.03,
    longest_again=0.2,
    lease=0.8,
    renew=0.15,
    look=0.05,
    hold_on=0.25,
    say=3.0,
    tap=1.0,
    farewell=0.5,
)


def private(key):
    return Chat(Platform.WECOM, Room.AIBOT, key)


@dataclass
class World:
    """The platform, as people and tests see it."""

    tenant: Tenant
    app: TenantApp

    @property
    def aibot(self):
        return self.app.wecom.aibot

    def told(self, chat):
        """What the bot has said there, as people read it; the AI bot has no key."""
        return [one.drawn.text for one in self.shown(chat)]

    def shown(self, chat):
        return [one for one in self.tenant.transcript.of(chat) if not one.author.member]

    async def says(self, text, *, key="T1", chat=None, **more):
        """Returns when there is an answer, or when the platform has lost patience."""
        return await self.aibot.says(MEMBERS[key], chat or private(key), Said(text=text, **more))

    def fault(self, effect, name, **more):
        left = more.pop("times", 1)
        return self.tenant.faults.switch_on(Fault(call=name, effect=effect, left=left, **more))

    def sent(self, cmd):
        """Frames of the bot with this command, as they came."""
        return [one for one in self.tenant.wire.exchanges() if one.name == f"wecom.aibot.{cmd}"]

    async def deed(self, name):
        return await next(deed for deed in self.aibot.deeds() if deed.name == f"wecom.aibot.{name}").do()

    async def connected(self, within=PATIENCE_SECONDS):
        await until(lambda: self.aibot.connected, within)


async def until(is_so, within=PATIENCE_SECONDS):
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110  the other side of a wire tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
def installation():
    """What is set up; a test may have more."""
    return Installation(aibot=replace(AIBOT, name="研修 助手"))


@pytest.fixture
async def world(installation):
    inside = Tenant(
        installation=installation,
        directory=Directory(list(MEMBERS.values()), [GROUP]),
        clock=PlatformClock(SystemClock()),
        pace=TenantPace(kicked_close=0.05, wecom_answer=3.0),
    )
    app = TenantApp(inside)
    server = Served(app.web)
    await server.start_server()
    inside.base_url = address(server)
    yield World(inside, app)
    await server.close()


@pytest.fixture
def clock():
    return StoryClock()


@pytest.fixture
def parts(world, installation, clock, sqlite_template, tmp_path, request):
    path = tmp_path / "bot.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    parts = Parts(
        settings=read_settings(environment(installation, world.tenant.base_url), tmp_path),
        database=database,
        plan=load_plan(None),
        catalogue=load_catalogue(None),
        clock=clock,
        journal_folder=tmp_path / "journal",
        pace=Pace(poll=0.05, apart=0.0, answer=5.0),
        tick=None,
        answer_within=0.1 if request.node.get_closest_marker("late") else PATIENCE_SECONDS,
        line_pace=QUICK,
    )
    settle_county(parts)
    yield parts
    database.close()


@pytest.fixture
async def bot(world, parts):
    """Connected."""
    bot = Bot(parts)
    await bot.start()
    await world.connected()
    yield bot
    await bot.stop()
