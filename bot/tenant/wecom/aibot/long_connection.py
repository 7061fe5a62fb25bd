"""长连接: who is connected, what reaches it, and how one connection drives out the other (document 101463)."""

import asyncio
import json
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import replace
from enum import StrEnum, unique
from typing import Any, Final
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.aibot import bodies
from bot.tenant.wecom.aibot.asked import Asked, Asks
from bot.tenant.wecom.aibot.commands import PING, SUBSCRIBE, Command, Commands, read_command
from bot.tenant.wecom.aibot.link import Link
from bot.tenant.wire import Exchange, Towards, readable

PATH: Final = "/wecom/aibot"
_LARGEST_FRAME = 1 << 20  # a piece of an upload is 512 KB before base64
_TO_BOT = (Effect.SLOW, Effect.HANG, Effect.RESET, Effect.TWICE, Effect.UNHEARD)
_FROM_BOT = (
    Effect.CODE,
    Effect.HTTP_500,
    Effect.HTML,
    Effect.HANG,
    Effect.RESET,
    Effect.LOST_ANSWER,
    Effect.SLOW,
)


@unique
class Carried(StrEnum):
    """What became of a frame to the bot."""

    SENT = "sent"
    KEPT = "kept"  # until somebody connects
    NOBODY = "nobody"
    INTO_NOTHING = "into nothing"  # the platform believes that somebody is there


class LongConnection:
    """At most one live connection; others are still open for the moment that it takes to close them."""

    def __init__(self, tenant: Tenant, asks: Asks, commands: Commands, bot_id: str) -> None:
        self._tenant = tenant
        self._asks = asks
        self._commands = commands
        self._bot_id = bot_id
        self._live: Link | None = None
        self._links: set[Link] = set()
        self._kept: list[Asked] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        return self._live is not None and self._live.ours

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._serve)]

    async def deliver(self, asked: Asked) -> Carried:
        """Registers the callback as something that may be answered, and sends it."""
        self._asks.add(asked)
        live = self._live
        if live is None:
            if self._tenant.switches.aibot_keeps_messages:
                self._kept.append(asked)
                return Carried.KEPT
            return Carried.NOBODY
        fault = self._strike(asked.frame_name, asked.target, _TO_BOT)
        match fault:
            case Fault(effect=Effect.HANG):
                return Carried.INTO_NOTHING
            case Fault(effect=Effect.RESET):
                self.drop()
                return Carried.INTO_NOTHING
            case Fault(effect=Effect.SLOW):
                await self._tenant.wait(fault.seconds)
            case Fault(effect=Effect.TWICE):
                await self._send_again(live, asked)
            case Fault(effect=Effect.UNHEARD):
                self._later(self._after_a_while(live, asked))
        await self._send(live, asked)
        return Carried.SENT if live.ours else Carried.INTO_NOTHING

    def drop(self) -> bool:
        """Cuts the live connection. False when there is none."""
        live, self._live = self._live, None
        if live is not None:
            live.cut()
        return live is not None

    def half_kill(self) -> bool:
        if self._live is not None:
            self._live.deaf = True
        return self._live is not None

    async def steal(self) -> None:
        """Another process of the bot connects; from now on it gets everything."""
        await self._take_over(Link(self._tenant, None, None))

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        self._live = None
        await asyncio.gather(*(link.close() for link in tuple(self._links)))

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME, timeout=1.0)
        await socket.prepare(request)
        link = Link(self._tenant, request, socket)
        self._links.add(link)
        try:
            await self._read(link, socket)
        finally:
            self._links.discard(link)
            if self._live is link:
                self._live = None
            await link.close()
        return socket

    async def _read(self, link: Link, socket: web.WebSocketResponse) -> None:
        loop = asyncio.get_running_loop()
        pinged = loop.time()
        while not link.over.is_set():
            left = pinged + self._tenant.pace.heartbeat - loop.time()
            try:
                message = await socket.receive(max(left, 0.001))
            except TimeoutError:
                message = None
            if link.deaf:
                await link.over.wait()
            elif message is None or message.type is not WSMsgType.TEXT:
                return
            elif await self._heard(link, message.data) == PING:
                pinged = loop.time()

    async def _heard(self, link: Link, text: str) -> str:
        """Carries out one frame of the bot and acknowledges it; returns its cmd."""
        command = read_command(text)
        exchange = self._tenant.wire.record(
            Exchange(
                at_ms=self._tenant.clock.ms(),
                towards=Towards.PLATFORM,
                name=command.name,
                method="WS",
                url=PATH,
                body=readable(text),
            )
        )
        target = command.target or self._asks.target(command.req_id)
        fault = self._strike(command.name, target, _FROM_BOT)
        effect = None if fault is None else fault.effect
        exchange.fault = effect or ""
        if fault is not None and effect is Effect.SLOW:
            await self._tenant.wait(fault.seconds)
        ack = self._ack(link, command, fault)
        answer = (
            "" if effect in (Effect.HANG, Effect.RESET, Effect.LOST_ANSWER) else _text(command, ack, effect)
        )
        self._tenant.wire.finish(exchange, 0, answer, 0.0)
        if answer:
            await link.write(answer)
        if effect in (Effect.RESET, Effect.LOST_ANSWER):
            link.cut()
        elif command.cmd == SUBSCRIBE and effect is not Effect.HANG and ack["errcode"] == 0:
            await self._take_over(link)
        return command.cmd

    def _ack(self, link: Link, command: Command, fault: Fault | None) -> dict[str, object]:
        match fault:
            case Fault(effect=Effect.CODE):
                return {"errcode": fault.code, "errmsg": "fault switched on"}
            case Fault(effect=Effect.SLOW | Effect.LOST_ANSWER) | None:
                return self._commands.carry_out(command, subscribed=link.subscribed)
            case _:
                return {"errcode": -1, "errmsg": "system busy"}

    async def _take_over(self, link: Link) -> None:
        """The newest connection is the live one; the one before hears of it and is closed a little later."""
        link.subscribed = True
        before, self._live = self._live, link
        if before is not None and before is not link:
            before.subscribed = False
            self._later(self._kick(before))
        kept, self._kept = self._kept, []
        for asked in kept:
            await self._send(link, asked)

    async def _kick(self, link: Link) -> None:
        body = {
            "msgid": uuid4().hex,
            "create_time": self._tenant.clock.stamp_ms() // 1000,
            "aibotid": self._bot_id,
            **bodies.event("disconnected_event"),
        }
        frame = {"cmd": "aibot_event_callback", "headers": {"req_id": uuid4().hex}, "body": body}
        await link.send("wecom.aibot.event_callback", frame)
        await self._tenant.wait(self._tenant.pace.kicked_close)
        if self._tenant.switches.aibot_kicked_by == "cut":
            link.cut()
        await link.close()

    async def _send(self, link: Link, asked: Asked) -> None:
        cmd = "aibot_event_callback" if asked.event else "aibot_msg_callback"
        await link.send(
            asked.frame_name, {"cmd": cmd, "headers": {"req_id": asked.req_id}, "body": asked.body}
        )

    async def _send_again(self, link: Link, asked: Asked) -> None:
        """The same msgid under another req_id; either of them may be answered."""
        again = replace(asked, req_id=uuid4().hex)
        self._asks.add(again)
        await self._send(link, again)

    async def _after_a_while(self, link: Link, asked: Asked) -> None:
        await self._tenant.wait(self._tenant.pace.wecom_between)
        await self._send_again(link, asked)

    def _strike(self, name: str, target: str, effects: Collection[Effect]) -> Fault | None:
        """Only what can happen to a frame in this direction counts as used."""
        for fault in self._tenant.faults.on():
            if fault.effect in effects and fault.meets(name, target):
                return self._tenant.faults.strike(name, target, only=fault.effect)
        return None

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _text(command: Command, ack: Mapping[str, object], effect: Effect | None) -> str:
    if effect is Effect.HTML:
        return "<html><head><title>502 Bad Gateway</title></head></html>"
    return json.dumps({"headers": {"req_id": command.req_id}, **ack}, ensure_ascii=False)
