"""DingTalk's stream alone over real HTTP, and a plain client that does exactly what a test tells it."""

import json
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, web
from yarl import URL

from bot.clock import SystemClock
from bot.tenant.clock import PlatformClock
from bot.tenant.dingtalk.frames import CARDS, MESSAGES
from bot.tenant.dingtalk.stream import Stream
from bot.tenant.dispatch import route
from bot.tenant.installation import DingTalkRobot, Installation
from bot.tenant.pace import Pace
from bot.tenant.people import Directory, Member, Platform
from bot.tenant.tenant import Tenant
from tests.kit.patience import PATIENCE_SECONDS

OPEN_PATH = "/dingtalk/api/v1.0/gateway/connections/open"
ROBOT = DingTalkRobot(
    client_id="dingexample",
    client_secret="example-client-secret",
    robot_code="dingexamplerobot",
    stream=True,
)
SUBSCRIPTIONS = [
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": MESSAGES},
    {"type": "CALLBACK", "topic": CARDS},
]
JSON = {"Accept": "application/json"}
MESSAGE = {"msgtype": "text", "text": {"content": " 我的学时"}, "msgId": "msgT1+a/b=="}


def stream_tenant(**paces: float) -> Tenant:
    member = Member(key="t1", name="示例甲", accounts={Platform.DINGTALK: "T1"})
    return Tenant(
        installation=Installation(robot=ROBOT),
        directory=Directory([member]),
        clock=PlatformClock(SystemClock()),
        pace=Pace(**paces),
    )


def stream_app(stream: Stream, tenant: Tenant) -> web.Application:
    app = web.Application()
    app.add_routes([route(tenant, call) for call in stream.calls()])
    app.add_routes(stream.routes())

    async def shut(_app: web.Application) -> None:
        tenant.closing.set()
        await stream.close()

    app.on_shutdown.append(shut)
    return app


class Client:
    """One WebSocket; nothing is acknowledged unless the test says so."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def frame(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        return await self.socket.receive_json(timeout=seconds)

    async def ack(
        self, frame: dict[str, Any], code: object = 200, data: object = '{"response": null}'
    ) -> None:
        headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
        await self.socket.send_json({"code": code, "message": "OK", "headers": headers, "data": data})


class Caller:
    """Opens connections as a client of the official protocol does."""

    def __init__(self, session: ClientSession, tenant_url: str) -> None:
        self._session = session
        self._tenant_url = tenant_url

    async def open(self, headers: dict[str, str] | None = None, **changes: object) -> tuple[int, str]:
        asked = {
            "clientId": ROBOT.client_id,
            "clientSecret": ROBOT.client_secret,
            "subscriptions": SUBSCRIPTIONS,
            "ua": "example/1.0",
            "localIp": "10.0.0.5",
            **changes,
        }
        async with self._session.post(
            self._tenant_url + OPEN_PATH, json=asked, headers=JSON if headers is None else headers
        ) as response:
            return response.status, await response.text()

    async def ticket(self, **changes: object) -> dict[str, str]:
        status, text = await self.open(**changes)
        assert status == 200, text
        return json.loads(text)

    async def use(self, opened: dict[str, str], *, encoded: bool = True) -> Client:
        address = URL(opened["endpoint"]).with_query(ticket=opened["ticket"])
        if not encoded:
            address = URL(f"{opened['endpoint']}?ticket={opened['ticket']}", encoded=True)
        return Client(await self._session.ws_connect(address))

    async def connect(self, **changes: object) -> Client:
        return await self.use(await self.ticket(**changes))
