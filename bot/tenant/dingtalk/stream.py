"""DingTalk's stream: tickets, the long connection, pushes with their acks, and what goes wrong with it.

One push goes to one of the connected clients, whoever that is; it is not a lossless channel, and a robot message
that nobody acknowledges is sent again by whoever called `push`.
"""

import asyncio
import random
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from aiohttp import web

from bot.tenant.calls import Call, Dialect, Frame
from bot.tenant.dingtalk.connections import STREAM_PATH, Client, Connection, Stranger
from bot.tenant.dingtalk.frames import CARDS, EVERY_EVENT, MESSAGES, Kind, Push
from bot.tenant.dingtalk.stream_list import FRAMES, OPEN_LIMITS, OPEN_SOURCE
from bot.tenant.dingtalk.tickets import Tickets
from bot.tenant.faults import Effect
from bot.tenant.people import Platform
from bot.tenant.tenant import Deed, Tenant
from bot.tenant.wire import Exchange, Towards

_NAMES = {MESSAGES: "dingtalk.stream", CARDS: "dingtalk.stream.card"}
_OF_ONE_TRY = (Effect.HANG, Effect.RESET, Effect.LOST_ANSWER, Effect.UNHEARD)
_EXPIRED = "connection is expired"
_TIMED_OUT = "persistent connection is timeout"
_PUT_OFF = "LATER"
_NOBODY = "现在没有 Stream 连接。"


class Stream:
    """The long connections of one robot."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._tickets = Tickets(tenant)
        self._connections: list[Connection] = []
        self._stranger: Stranger | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether the platform believes that somebody is there."""
        return self._stranger is not None or any(c.believed for c in self._connections)

    def calls(self) -> Sequence[Call]:
        return [
            Call(
                name="dingtalk.stream.open",
                method="POST",
                path="/dingtalk/api/v1.0/gateway/connections/open",
                dialect=Dialect.V1,
                title="取 Stream 连接的地址和票据",
                limits=OPEN_LIMITS,
                source=OPEN_SOURCE,
                handle=self._tickets.open,
            )
        ]

    def frames(self) -> Sequence[Frame]:
        return FRAMES

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.get(STREAM_PATH, self._connect)]

    async def push(
        self, topic: str, data: Mapping[str, object], seconds: float, *, target: str = ""
    ) -> dict[str, Any] | None:
        """The data of the ack, or None: nobody connected, none in time, or not code 200."""
        push = Push(
            kind=Kind.CALLBACK,
            topic=topic,
            data=data,
            name=_NAMES.get(topic, "dingtalk.stream.other"),
            target=target,
        )
        return await self._carried(push, seconds)

    async def tell(
        self, event_type: str, data: Mapping[str, object], seconds: float, *, event_id: str = ""
    ) -> bool:
        """An EVENT frame; False when it was not taken or put off with the status LATER: then it comes again."""
        robot = self._tenant.installation.robot
        headers = {
            "eventId": event_id or uuid4().hex,
            "eventType": event_type,
            "eventCorpId": "" if robot is None else robot.corp_id,
            "eventBornTime": str(self._tenant.clock.stamp_ms()),
            "eventUnifiedAppId": self._app_id(),
        }
        push = Push(
            kind=Kind.EVENT, topic=EVERY_EVENT, data=data, name="dingtalk.stream.event", headers=headers
        )
        taken = await self._carried(push, seconds)
        if taken is not None and taken.get("status") != _PUT_OFF:
            return True
        if self.connected:
            self._spawn(self._again(push, seconds))
        return False

    def deeds(self) -> Sequence[Deed]:
        return [
            Deed("dingtalk.stream.disconnect", "钉钉 Stream：平台请机器人换一条连接", self._disconnect),
            Deed("dingtalk.stream.cut", "钉钉 Stream：连接断开", self._cut),
            Deed("dingtalk.stream.half_dead", "钉钉 Stream：连接断开，平台过一阵才发现", self._half_dead),
            Deed("dingtalk.stream.silent", "钉钉 Stream：连接还在，但什么都不再来", self._silent),
            Deed("dingtalk.stream.stranger", "钉钉 Stream：另一个进程来抢消息（再点一次离开）", self._steal),
            Deed("dingtalk.stream.event", "钉钉 Stream：推一个通讯录事件", self._event),
        ]

    async def close(self) -> None:
        self._stranger = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(c.close() for c in self._connections))
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Connecting

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        wire = self._tenant.wire
        exchange = wire.record(
            Exchange(
                at_ms=self._tenant.clock.ms(),
                towards=Towards.PLATFORM,
                name="dingtalk.stream.connect",
                method=request.method,
                url=request.path_qs,
                headers=request.headers,
            )
        )
        subscriptions = self._tickets.redeem(request.query.get("ticket", ""))
        if subscriptions is None:
            wire.finish(exchange, 401, "", 0.0)
            return web.Response(status=401, text="invalid ticket")
        connection = Connection(self._tenant, request, self._app_id(), subscriptions)
        await connection.socket.prepare(request)
        wire.finish(exchange, 101, "", 0.0)
        self._connections = [c for c in self._connections if c.believed or c.held]
        self._connections.append(connection)
        pinging = self._spawn(self._keep(connection))
        try:
            await connection.listen()
        finally:
            pinging.cancel()
            connection.end()
        return connection.socket

    async def _keep(self, connection: Connection) -> None:
        """Greets, then pings for as long as the client echoes."""
        if self._tenant.switches.dingtalk_stream_greets:
            await connection.say(_system("CONNECTED", {}))
            await connection.say(_system("REGISTERED", {}))
        while connection.talks():
            await asyncio.sleep(self._tenant.pace.stream_ping)
            if self._tenant.switches.dingtalk_stream_greets:
                await connection.say(_system("KEEPALIVE", {}))
            if not connection.talks():
                return
            ping = _system("ping", {"opaque": str(uuid4())})
            echo = await connection.carry(ping, self._tenant.pace.stream_ping, self._struck(ping))
            if connection.talks() and (echo is None or echo.get("opaque") != ping.data["opaque"]):
                self._spawn(self._send_away(connection, _TIMED_OUT))

    async def _send_away(self, connection: Connection, reason: str) -> None:
        connection.leave()
        await connection.say(_system("disconnect", {"reason": reason}))
        await asyncio.sleep(self._tenant.pace.disconnect_close)
        await connection.close()

    # Pushing

    async def _carried(self, push: Push, seconds: float) -> dict[str, Any] | None:
        faults = self._tenant.faults
        if slow := faults.strike(push.name, push.target, only=Effect.SLOW):
            await self._tenant.wait(slow.seconds)
        if faults.strike(push.name, push.target, only=Effect.TWICE):
            first, _second = await asyncio.gather(self._once(push, seconds), self._once(push, seconds))
            return first
        return await self._once(push, seconds)

    async def _once(self, push: Push, seconds: float) -> dict[str, Any] | None:
        clients: list[Client] = [c for c in self._connections if c.takes(push)]
        if self._stranger is not None and self._stranger.takes(push):
            clients.append(self._stranger)
        if not clients:
            return None
        return await random.choice(clients).carry(push, seconds, self._struck(push))

    async def _again(self, push: Push, seconds: float) -> None:
        await self._tenant.wait(self._tenant.pace.dingtalk_again)
        if not self._tenant.closing.is_set():
            await self._carried(push, seconds)

    def _struck(self, push: Push) -> Effect | None:
        strike = self._tenant.faults.strike
        return next((e for e in _OF_ONE_TRY if strike(push.name, push.target, only=e)), None)

    # Deeds

    async def _disconnect(self) -> str:
        connections = self._open_ones()
        for connection in connections:
            self._spawn(self._send_away(connection, _EXPIRED))
        seconds = f"{self._tenant.pace.disconnect_close:g}"
        return f"已请机器人换一条连接，旧连接 {seconds} 秒后关闭。" if connections else _NOBODY

    async def _cut(self) -> str:
        connections = self._open_ones()
        for connection in connections:
            connection.cut()
        return "连接已断开。" if connections else _NOBODY

    async def _half_dead(self) -> str:
        connections = self._open_ones()
        for connection in connections:
            connection.fall_silent(self._tenant.pace.stream_ghost)
            connection.cut()
        return f"连接已断开，{self._ghost()}" if connections else _NOBODY

    async def _silent(self) -> str:
        connections = self._open_ones()
        for connection in connections:
            connection.fall_silent(self._tenant.pace.stream_ghost)
        return f"连接不再传送任何东西，{self._ghost()}" if connections else _NOBODY

    def _ghost(self) -> str:
        return f"平台 {self._tenant.pace.stream_ghost:g} 秒内还会往旧连接上推消息。"

    async def _steal(self) -> str:
        if self._stranger is not None:
            self._stranger = None
            return "另一个进程已经离开。"
        self._stranger = Stranger(self._tenant, self._app_id())
        return "另一个进程连上来了，会随机抢走一部分消息。"

    async def _event(self) -> str:
        accounts = self._tenant.directory.accounts(Platform.DINGTALK)
        event_id = uuid4().hex
        data = {
            "timeStamp": str(self._tenant.clock.stamp_ms()),
            "eventId": event_id,
            "userId": accounts[:1],
        }
        pace = self._tenant.pace
        if await self.tell("user_modify_org", data, pace.dingtalk_stream, event_id=event_id):
            return "机器人收下了事件。"
        again = f"{pace.dingtalk_again:g} 秒后再推一次。" if self.connected else ""
        return f"机器人没有收下事件。{again}"

    def _open_ones(self) -> list[Connection]:
        return [c for c in self._connections if c.talks()]

    def _app_id(self) -> str:
        robot = self._tenant.installation.robot
        return str(uuid5(NAMESPACE_URL, "" if robot is None else robot.client_id))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _system(topic: str, data: Mapping[str, object]) -> Push:
    return Push(kind=Kind.SYSTEM, topic=topic, data=data, name=f"dingtalk.stream.{topic.lower()}")
