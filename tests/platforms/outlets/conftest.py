"""Every outlet as an installation has it, with somebody or some group at its other end."""

import shutil
from dataclasses import dataclass, replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import SystemClock
from bot.delivery.means import Pace
from bot.outlets import Grounds, build_outlets
from bot.platforms.calls import open_session
from bot.sending import Address, Attempt, SendFailed
from bot.settings import read_settings
from bot.tenant.app import DINGTALK_OAPI_PATH, WECOM_PATH
from bot.tenant.faults import Effect
from bot.tenant.people import Chat, Platform, Room
from storage.database import Database
from tests.kit.fixtures import tenant
from tests.kit.installation import INSTALLATION, environment

__all__ = ["tenant"]

CALLS = {
    "wecom.app": "wecom.message.send",
    "wecom.webhook": "wecom.webhook.send",
    "dingtalk.robot": "dingtalk.robot.oto_send",
    "dingtalk.webhook": "dingtalk.robot.send",
    "dingtalk.group": "dingtalk.robot.group_send",
}
"""What each outlet calls in order to send."""


class ClockAhead(SystemClock):
    """A real clock that can be put forward."""

    ahead_ms = 0

    def real_ms(self):
        return super().real_ms() + self.ahead_ms


@dataclass(frozen=True, kw_only=True)
class End:
    """An outlet, and where its messages arrive."""

    outlet: object
    address: Address
    chat: Chat
    tenant: object
    clock: ClockAhead

    @property
    def call(self):
        return CALLS[self.outlet.name]

    async def send(self, page, *more, key="k1", first_tried_s=None):
        attempt = Attempt(key=key, first_tried_s=first_tried_s)
        return await self.outlet.send([self.address, *more], page, attempt)

    async def refusal(self, page, **attempt):
        """How it fails, for all receivers together or for the only one."""
        with pytest.raises(SendFailed) as failed:
            (verdict,) = await self.send(page, **attempt)
            assert verdict is not None, "it was taken"
            raise SendFailed(verdict, verdict.code)
        return failed.value

    def drawn(self):
        """What stands in the chat."""
        return [shown.drawn for shown in self.tenant.app.tenant.transcript.of(self.chat)]

    def texts(self):
        return [drawn.text for drawn in self.drawn()]

    def exchanges(self, name=""):
        """What went over the wire under this name; without a name: as this outlet sends."""
        found = self.tenant.app.tenant.wire.exchanges()
        return [one for one in found if one.name == (name or self.call)]


@pytest.fixture
def patience(request):
    """Seconds until a call is given up: as in use, unless one of this test is to hang."""
    cases = request.node.callspec.params.values() if hasattr(request.node, "callspec") else ()
    return 2.0 if Effect.HANG in cases else Pace().answer


@pytest.fixture
async def session(patience):
    async with open_session(patience) as session:
        yield session


@pytest.fixture
def database(sqlite_template, tmp_path):
    """Of one kind: only tokens lie in a database, and test_tokens.py tries both kinds."""
    path = tmp_path / "bot.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def clock():
    return ClockAhead()


@pytest.fixture
def outlets_of(session, database, clock, tmp_path):
    """`outlets_of(address)`: those of one process, by name; `app` and `robot` change the settings."""

    def build(address, *, app=None, robot=None):
        installation = replace(
            INSTALLATION,
            app=replace(INSTALLATION.app, **(app or {})),
            robot=replace(INSTALLATION.robot, **(robot or {})),
        )
        settings = read_settings(environment(installation, address), tmp_path)
        grounds = Grounds(settings=settings, database=database, clock=clock)
        return {outlet.name: outlet for outlet in build_outlets(grounds, session)}

    return build


@pytest.fixture
def end_of(tenant, outlets_of, clock):
    """`end_of("wecom.app")`: T1, or a group; `at` is another server than the tenant."""

    def build(name, *, at="", **settings):
        outlet = outlets_of(at or tenant.url, **settings)[name]
        address, chat = _other_end(tenant, name, at or tenant.url)
        return End(outlet=outlet, address=address, chat=chat, tenant=tenant, clock=clock)

    return build


@pytest.fixture(params=list(CALLS))
def end(request, end_of):
    """Each outlet in turn."""
    return end_of(request.param)


def _other_end(tenant, name, url):
    platform = Platform(name.partition(".")[0])
    if name in ("wecom.app", "dingtalk.robot"):
        room = Room.APP if platform is Platform.WECOM else Room.ROBOT
        return Address(name="p1", account="T1"), Chat(platform, room, "T1")
    group = tenant.on(platform).group("示例县第一小学").group
    chat = Chat(platform, Room.GROUP, group.chat_id)
    if name == "dingtalk.group":
        return Address(name="g1", chat=group.chat_id), chat
    if platform is Platform.WECOM:
        webhook = f"{url}{WECOM_PATH}/cgi-bin/webhook/send?key={group.webhook}"
    else:
        webhook = f"{url}{DINGTALK_OAPI_PATH}/robot/send?access_token={group.webhook}"
    return Address(name="g1", webhook=webhook, secret=group.webhook_secret), chat


@pytest.fixture
async def gateway():
    """Something else that answers: `gateway(status, text)` gives its address; tokens it hands out."""
    servers = []

    async def start(status, body, **headers):
        async def answer(request):
            if request.path.endswith("gettoken"):
                return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})
            if request.path.endswith("accessToken"):
                return web.json_response({"accessToken": "t", "expireIn": 7200})
            return web.Response(status=status, text=body, headers=headers)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url("")).rstrip("/")

    yield start
    for server in servers:
        await server.close()
