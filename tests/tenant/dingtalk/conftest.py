"""DingTalk served over HTTP, a bot that answers as it is told, and a caller of the APIs."""

import asyncio
import json
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web

from bot.clock import SystemClock
from bot.tenant.clock import PlatformClock
from bot.tenant.courier import Courier
from bot.tenant.dingtalk.posting import group_chat, private_chat
from bot.tenant.dingtalk.side import DingTalkSide
from bot.tenant.dispatch import route
from bot.tenant.installation import DingTalkRobot, Installation
from bot.tenant.pace import Pace
from bot.tenant.people import Directory, Group, Member, Platform
from bot.tenant.tenant import Tenant

ROBOT = DingTalkRobot(
    client_id="dingexampleclient", client_secret="example-secret", robot_code="dingexamplerobot"
)
TEACHER = Member(key="t1", name="示例甲", accounts={Platform.DINGTALK: "User001"}, mobile="13800000001")
LEADER = Member(key="t2", name="示例乙", accounts={Platform.DINGTALK: "User002"}, mobile="13800000002")
GUEST = Member(key="guest", name="示例访客")
STAFF = frozenset({"t1", "t2", "guest"})
GROUP = Group(
    key="g1",
    platform=Platform.DINGTALK,
    name="示例群",
    chat_id="cidEXAMPLE0001==",
    members=STAFF,
    webhook="hook-open",
)
SIGNED = Group(
    key="g2",
    platform=Platform.DINGTALK,
    name="加签的群",
    chat_id="cidEXAMPLE0002==",
    members=frozenset({"t1"}),
    webhook="hook-signed",
    webhook_secret="SECexample",
)
KEYED = Group(
    key="g3",
    platform=Platform.DINGTALK,
    name="关键词的群",
    chat_id="cidEXAMPLE0003==",
    members=frozenset({"t2"}),
    webhook="hook-keyed",
    webhook_keywords=("研修", "学时"),
)


@dataclass
class Bot:
    """Answers each request with what stands first in `answers`, and with nothing when there is none."""

    answers: list = field(default_factory=list)
    requests: list = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append((request.path_qs, dict(request.headers), await request.json()))
        answer = self.answers.pop(0) if self.answers else b""
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = b""
        if isinstance(answer, int):
            return web.Response(status=answer)
        if isinstance(answer, dict):
            answer = json.dumps(answer).encode()
        return web.Response(body=answer, content_type="application/json")

    @property
    def bodies(self) -> list:
        return [body for _path, _headers, body in self.requests]


@dataclass
class Api:
    """Calls the emulated platform as a bot would."""

    http: ClientSession
    base: str
    token: str = ""

    async def oapi(self, path: str, message=None, *, query=None, data=None, headers=None) -> dict:
        body = {"data": data} if data is not None else {"json": message}
        url = f"{self.base}/dingtalk/oapi/{path}"
        async with self.http.post(url, params=query, headers=headers, **body) as answer:
            assert answer.status == 200
            return await answer.json()

    async def v1(self, path: str, body=None, *, method: str = "POST", query=None) -> tuple[int, dict]:
        headers = {"x-acs-dingtalk-access-token": self.token}
        url = f"{self.base}/dingtalk/api/v1.0/{path}"
        async with self.http.request(method, url, params=query, headers=headers, json=body) as answer:
            return answer.status, await answer.json()

    async def refused(self, path: str, body=None, **more) -> str:
        status, answer = await self.v1(path, body, **more)
        assert status == 400, answer
        assert set(answer) == {"code", "message", "requestid"}
        return answer["code"]

    async def log_in(self) -> None:
        app = {"appKey": ROBOT.client_id, "appSecret": ROBOT.client_secret}
        _status, answer = await self.v1("oauth2/accessToken", app)
        self.token = answer["accessToken"]

    async def hook(self, token: str, message, **query) -> dict:
        return await self.oapi("robot/send", message, query={"access_token": token, **query})


@pytest.fixture
def pace():
    return Pace(dingtalk_http=0.5, dingtalk_again=0.05, dingtalk_card=0.5, dingtalk_stream=0.5)


@pytest.fixture
def robot():
    return ROBOT


@pytest.fixture
def tenant(pace, robot):
    return Tenant(
        installation=Installation(robot=robot),
        directory=Directory([TEACHER, LEADER, GUEST], [GROUP, SIGNED, KEYED]),
        clock=PlatformClock(SystemClock()),
        pace=pace,
    )


@pytest.fixture
async def side(aiohttp_server, tenant):
    courier = Courier(tenant)
    made = DingTalkSide(tenant, courier)
    app = web.Application()
    app.add_routes([route(tenant, call) for call in made.calls()])
    app.add_routes(made.routes())
    server = await aiohttp_server(app)
    tenant.base_url = str(server.make_url("/")).rstrip("/")
    yield made
    tenant.closing.set()
    await made.close()
    await courier.close()


@pytest.fixture
async def bot(aiohttp_server, tenant):
    made = Bot()
    app = web.Application()
    app.add_routes([web.post("/dingtalk/callback", made.take), web.post("/cards", made.take)])
    server = await aiohttp_server(app)
    tenant.bot_url = str(server.make_url("/")).rstrip("/")
    return made


@pytest.fixture
async def stranger(side, tenant):
    """Without a token."""
    async with ClientSession() as session:
        yield Api(session, tenant.base_url)


@pytest.fixture
async def api(stranger):
    await stranger.log_in()
    return stranger


@pytest.fixture
def private():
    return private_chat("User001")


@pytest.fixture
def group():
    return group_chat(GROUP)


@pytest.fixture
def read(tenant):
    """What stands in a chat: the texts, without what was recalled."""
    return lambda chat: [shown.drawn.text for shown in tenant.transcript.of(chat) if not shown.recalled]
