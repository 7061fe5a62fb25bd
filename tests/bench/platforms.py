"""The platforms' end of the two long connections, as lean as can be: it shows frames and notes what is said.

Everybody asks once, so whatever is said to a person answers that question.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

ROBOT = "dingrobot"
MESSAGES = "/v1.0/im/bot/messages/get"
PING = '{"opaque":"1"}'


@dataclass
class Heard:
    """What people asked and what they were told, each person by number."""

    asked: dict[int, float] = field(default_factory=dict)  # seconds of the monotonic clock
    answered: dict[int, float] = field(default_factory=dict)
    shown: dict[int, set[str]] = field(default_factory=dict)  # what a person sees: bubbles by their ids
    repeated: int = 0  # frames that showed nothing new
    pings: int = 0
    connections: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def pinged(self) -> None:
        self.pings += 1
        self._news.set()

    def note(self, person: int, bubble: str) -> None:
        """`bubble`: what is said again under the same id stays one."""
        bubbles = self.shown.setdefault(person, set())
        self.repeated += bubble in bubbles
        bubbles.add(bubble)
        self.answered.setdefault(person, time.perf_counter())
        self._news.set()

    def latencies(self) -> list[float]:
        """Seconds from the frame to the whole answer."""
        return [at - self.asked[person] for person, at in self.answered.items()]

    def unanswered(self) -> set[int]:
        return self.asked.keys() - self.answered.keys()

    def twice(self) -> int:
        """People who see more than one answer."""
        return sum(len(bubbles) > 1 for bubbles in self.shown.values())

    async def until_answered(self, seconds: float) -> None:
        """Or until the time is up."""
        await self.until(lambda: not self.unanswered(), seconds)

    async def until(self, enough: Callable[[], bool], seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not enough():
                    self._news.clear()
                    await self._news.wait()


class Side:
    """What both have in common: one live connection, which may be cut."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.live: web.WebSocketResponse | None = None
        self.up = asyncio.Event()
        self._request: web.Request | None = None

    def forget(self) -> None:
        self.heard = Heard()

    def cut(self) -> bool:
        """As when a network goes: no goodbye. False when nobody is connected."""
        request, self.live, self._request = self._request, None, None
        self.up.clear()
        if request is None or request.transport is None:
            return False
        request.transport.abort()
        return True

    async def _accept(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=1 << 20, timeout=1.0)
        await socket.prepare(request)
        return socket

    def _opened(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.live, self._request = socket, request
        self.heard.connections += 1
        self.up.set()

    def _closed(self, socket: web.WebSocketResponse) -> None:
        if self.live is socket:
            self.live = self._request = None
            self.up.clear()


class AibotSide(Side):
    """WeCom's AI bot (document 101463): everybody in a private chat."""

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/aibot", self._serve)]

    async def ask(self, person: int, text: str) -> bool:
        """False when nobody is connected: the platform drops the message."""
        if self.live is None:
            return False
        body = {
            "msgid": f"m{person}",
            "aibotid": "AIBOT01",
            "chattype": "single",
            "from": {"userid": f"w{person}"},
            "msgtype": "text",
            "text": {"content": text},
        }
        frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": f"r{person}"}, "body": body}
        self.heard.asked[person] = time.perf_counter()
        await _send(self.live, frame)
        return True

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = await self._accept(request)
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            command = frame["cmd"]
            if command == "aibot_subscribe":
                self._opened(request, socket)
            elif command == "ping":
                self.heard.pinged()
            else:
                self._hear(command, frame)
            await _send(socket, {"headers": frame["headers"], "errcode": 0, "errmsg": "ok"})
        self._closed(socket)
        return socket

    def _hear(self, command: str, frame: dict[str, Any]) -> None:
        body, req_id = frame["body"], frame["headers"]["req_id"]
        if command == "aibot_send_msg":
            self.heard.note(int(body["chatid"][1:]), req_id)
        elif body["msgtype"] == "stream" and body["stream"]["finish"]:
            self.heard.note(int(req_id[1:]), body["stream"]["id"])


class StreamSide(Side):
    """DingTalk's stream: everybody in a private chat. A frame without an ack comes again."""

    def __init__(self, *, again_s: float = 60.0) -> None:
        super().__init__()
        self.port = 0
        self._again_s = again_s
        self._frames = 0
        self._said = 0
        self._acks: dict[str, asyncio.Future[bool]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1.0/gateway/connections/open", self._open),
            web.get("/stream", self._serve),
            web.post("/robot/sendBySession", self._by_session),
            web.post("/v1.0/oauth2/accessToken", self._token),
            web.post("/v1.0/robot/oToMessages/batchSend", self._pushed),
        ]

    async def ask(self, person: int, text: str) -> bool:
        """Shown at once, and again until it is acknowledged."""
        self.heard.asked[person] = time.perf_counter()
        task = asyncio.create_task(self._until_acknowledged(person, text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def ping(self) -> None:
        """The platform's own; the client echoes it."""
        if self.live is not None and await self._show("SYSTEM", "ping", PING):
            self.heard.pinged()

    async def _until_acknowledged(self, person: int, text: str) -> None:
        now = int(time.time() * 1000)
        body = {
            "msgtype": "text",
            "text": {"content": f" {text}"},
            "msgId": f"m{person}",
            "createAt": now,
            "conversationType": "1",
            "conversationId": f"cid{person}==",
            "senderId": f"$:LWCP_v1:${person}",
            "senderStaffId": f"d{person}",
            "senderNick": "示例",
            "senderCorpId": "dingbench",
            "chatbotUserId": "$:LWCP_v1:$robot",
            "chatbotCorpId": "dingbench",
            "sessionWebhook": f"http://127.0.0.1:{self.port}/robot/sendBySession?session={person}",
            "sessionWebhookExpiredTime": now + 5_400_000,
            "robotCode": ROBOT,
            "isAdmin": False,
        }
        data = json.dumps(body)
        while not await self._show("CALLBACK", MESSAGES, data):
            await self.up.wait()

    async def _show(self, kind: str, topic: str, data: str) -> bool:
        """Whether it was acknowledged in time; always under a new message id."""
        if self.live is None:
            return False
        self._frames += 1
        message_id = f"f{self._frames}"
        frame = {
            "specVersion": "1.0",
            "type": kind,
            "headers": {"messageId": message_id, "topic": topic, "contentType": "application/json"},
            "data": data,
        }
        acknowledged = self._acks[message_id] = asyncio.get_running_loop().create_future()
        await _send(self.live, frame)
        try:
            return await asyncio.wait_for(acknowledged, self._again_s)
        except TimeoutError:
            return False
        finally:
            del self._acks[message_id]

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = await self._accept(request)
        self._opened(request, socket)
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            acknowledged = self._acks.get(frame["headers"]["messageId"])
            if acknowledged is not None and not acknowledged.done():
                acknowledged.set_result(frame["code"] == 200)
        self._closed(socket)
        return socket

    async def _open(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"endpoint": f"ws://127.0.0.1:{self.port}/stream", "ticket": "t"})

    async def _by_session(self, request: web.Request) -> web.Response:
        await request.read()
        self._said += 1
        self.heard.note(int(request.query["session"]), str(self._said))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _token(self, _request: web.Request) -> web.Response:
        return web.json_response({"accessToken": "t", "expireIn": 7200})

    async def _pushed(self, request: web.Request) -> web.Response:
        for account in (await request.json())["userIds"]:
            self._said += 1
            self.heard.note(int(account[1:]), str(self._said))
        return web.json_response(
            {"processQueryKey": "q", "invalidStaffIdList": [], "flowControlledStaffIdList": []}
        )


async def _send(socket: web.WebSocketResponse, frame: dict[str, object]) -> None:
    try:
        await socket.send_str(json.dumps(frame, ensure_ascii=False))
    except ConnectionError:
        return  # it was cut


async def listening(side: Side) -> tuple[web.AppRunner, int]:
    """On a free port of this machine."""
    app = web.Application()
    app.router.add_get("/livez", _alive)
    app.add_routes(side.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port: int = runner.addresses[0][1]
    if isinstance(side, StreamSide):
        side.port = port
    return runner, port


async def _alive(_request: web.Request) -> web.Response:
    return web.Response()
