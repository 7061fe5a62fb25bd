"""A bot on DingTalk's stream: lanes, reception and the connection over a real database and a real tenant."""

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from bot.app import Parts, build_lanes
from bot.clock import SystemClock
from bot.connections import Ground, build_connections
from bot.journal import Journal
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.plan_file import load_plan
from bot.platforms.calls import open_session
from bot.platforms.dingtalk.stream.connection import Pace
from bot.points_file import load_catalogue
from bot.reception import Reception
from bot.settings import read_settings
from bot.tenant.app import DINGTALK_API_PATH, DINGTALK_OAPI_PATH, TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.dingtalk.identifiers import sender_id
from bot.tenant.dingtalk.posting import group_chat, private_chat
from bot.tenant.faults import Fault
from bot.tenant.installation import DingTalkRobot, Installation
from bot.tenant.pace import Pace as TenantPace
from bot.tenant.people import Directory, Group, Member, Platform
from bot.tenant.tenant import Said, Tenant
from storage.database import Database
from tests.kit.county import PEOPLE, settle_county
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import Served, address

ROBOT = DingTalkRobot(
    client_id="dingexample",
    client_secret="example-client-secret",
    robot_code="dingexamplerobot",
    stream=True,
)
GROUP = Group(
    key="g1",
    platform=Platform.DINGTALK,
    name="示例群",
    chat_id="cidEXAMPLE0001==",
    members=frozenset({"T1", "T2", "T4"}),
    webhook="example-webhook",
)
GUEST = Member(key="guest", name="示例访客")
QUICK = Pace(first=0.05, cut_most=0.1, refused_most=0.2, silent=2.0, leaving=2.0, stop=1.0)
KEY = "example-secret-key-of-the-stream-0000"


class Clock(SystemClock):
    """The real one, which may be put forward."""

    ahead_ms = 0

    def real_ms(self):
        return super().real_ms() + self.ahead_ms


@dataclass
class Phones:
    """What people do, and what they read; `tenant` is the emulator."""

    app: TenantApp

    @property
    def tenant(self):
        return self.app.tenant

    def chat(self, who, group=None):
        if group is not None:
            return group_chat(group)
        member = self.member(who)
        return private_chat(member.account(Platform.DINGTALK) or sender_id(member))

    def member(self, who):
        return self.tenant.directory.members[who]

    async def says(self, who, text, group=None, **said):
        """What became of it, as the platform sees it."""
        chat = self.chat(who, group)
        return await self.app.dingtalk.says(self.member(who), chat, Said(text=text, **said))

    async def taps(self, who, label, group=None):
        """A button of the bot's newest message that has one of this name."""
        for shown in reversed(self.tenant.transcript.of(self.chat(who, group))):
            for button in (*shown.drawn.buttons, *shown.drawn.links):
                if shown.by_bot and button.label == label and not button.spent:
                    return await self.app.dingtalk.presses(self.member(who), shown, button.value, {})
        raise AssertionError(f"there is no {label} to tap")

    def read(self, who, group=None):
        """Everything that the bot has said there, without empty lines."""
        shown = self.tenant.transcript.of(self.chat(who, group))
        return [_lines(one.drawn.text) for one in shown if one.by_bot]

    def last(self, who, group=None):
        """How the bot's last message is drawn."""
        return [one.drawn for one in self.tenant.transcript.of(self.chat(who, group)) if one.by_bot][-1]

    async def has(self, who, count, group=None, within=PATIENCE_SECONDS):
        """What has been said, once there is so much of it."""
        await until(lambda: len(self.read(who, group)) >= count, within)
        found = self.read(who, group)
        assert len(found) == count, found
        return found

    def fault(self, effect, call, *, times=1, **more):
        self.tenant.faults.switch_on(Fault(call=call, effect=effect, left=times, **more))

    async def does(self, name):
        deed = next(one for one in self.app.dingtalk.deeds() if one.name == f"dingtalk.stream.{name}")
        return await deed.do()

    def called(self, name):
        return [one for one in self.tenant.wire.exchanges() if one.name == name]


def _lines(text):
    return "\n".join(line for line in text.split("\n") if line.strip())


async def until(condition, within=PATIENCE_SECONDS):
    for _ in range(round(within / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"it did not happen within {within} s")


@pytest.fixture
def database(sqlite_template, tmp_path):
    """Of one kind: tests/process/test_answering.py tries both, and so do the stories."""
    path = tmp_path / "bot.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def tenant_pace():
    return TenantPace(dingtalk_again=0.3, disconnect_close=1.5, stream_ping=0.5, stream_ghost=0.6)


@pytest.fixture
def robot():
    return ROBOT


@pytest.fixture
async def phones(tenant_pace, robot):
    members = [Member(key=key, name=name, accounts={Platform.DINGTALK: key}) for key, name in PEOPLE.items()]
    directory = Directory([*members, GUEST])
    directory.add_group(GROUP)
    tenant = Tenant(
        installation=Installation(robot=robot),
        directory=directory,
        clock=PlatformClock(SystemClock()),
        pace=tenant_pace,
    )
    app = TenantApp(tenant)
    server = Served(app.web)
    await server.start_server()
    tenant.base_url = address(server)
    yield Phones(app)
    await server.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def plan():
    return load_plan(None)


@dataclass
class Process:
    """One process's worth of bot."""

    door: object
    parts: Parts
    alarms: OwnerAlarms


@pytest.fixture
def process(phones, database, tmp_path, clock, plan):
    """`async with process() as one`: with its lanes, its reception and its connection."""
    environment = {
        "BOT_SECRET_KEY": KEY,
        "BOT_DINGTALK__CLIENT_ID": ROBOT.client_id,
        "BOT_DINGTALK__CLIENT_SECRET": ROBOT.client_secret,
        "BOT_DINGTALK__ROBOT_CODE": ROBOT.robot_code,
        "BOT_DINGTALK__API_BASE": phones.tenant.base_url + DINGTALK_API_PATH,
        "BOT_DINGTALK__OAPI_BASE": phones.tenant.base_url + DINGTALK_OAPI_PATH,
        "BOT_DINGTALK__MODE": "stream",
    }

    @asynccontextmanager
    async def running(*, pace=QUICK, within=0.7, patience=2.0, **changed):
        parts = Parts(
            settings=read_settings(environment | changed, tmp_path),
            database=database,
            plan=plan,
            catalogue=load_catalogue(None),
            clock=clock,
            journal_folder=tmp_path / "journal",
        )
        lanes = build_lanes(parts)
        for lane in lanes:
            lane.start(asyncio.get_running_loop())
        metrics = Metrics()
        reception = Reception(lanes, Journal(parts.journal_folder), clock, within, metrics=metrics)
        alarms = OwnerAlarms(database, clock)
        async with open_session(patience) as session:
            ground = Ground(
                settings=parts.settings,
                database=database,
                clock=clock,
                metrics=metrics,
                alarms=alarms,
                take=reception.take,
                buttons=plan.buttons,
            )
            (door,) = build_connections(replace(ground, stream_pace=pace), session)
            await door.start()
            yield Process(door, parts, alarms)
            await door.stop()
        await asyncio.gather(*(asyncio.to_thread(lane.stop, 5) for lane in lanes))

    return running


@pytest.fixture
async def bot(process, phones):
    """One process, connected, with 示例县 in its database."""
    async with process() as one:
        settle_county(one.parts)
        await until(lambda: one.door.connected)
        yield one


def owed_in(database):
    with database.reading() as connection:
        return connection.exec_driver_sql("SELECT COUNT(*) FROM owed_reply").scalar()
