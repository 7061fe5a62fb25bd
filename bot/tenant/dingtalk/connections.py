"""The clients of DingTalk's stream: real connections, which may be half dead, and a stranger's."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.tenant.dingtalk.frames import EVERY_EVENT, Ack, Kind, Push, framed, read_ack
from bot.tenant.dispatch import cut
from bot.tenant.faults import Effect
from bot.tenant.tenant import Tenant
from bot.tenant.wire import Exchange, Towards, readable

STREAM_PATH = "/dingtalk/stream"
_CLOSE_SECONDS = 1.0  # for a client that does not answer our close
_NOT_SENT = frozenset({Effect.HANG, Effect.RESET})
_NOT_HEARD = frozenset({Effect.UNHEARD, Effect.LOST_ANSWER})
_CUTTING = frozenset({Effect.RESET, Effect.LOST_ANSWER})


class Client(Protocol):
    """Whoever the platform believes to be connected."""

    def takes(self, push: Push) -> bool:
        """Whether the platform would choose this client now."""
        ...

    async def carry(self, push: Push, seconds: float, effect: Effect | None = None) -> dict[str, Any] | None:
        """The data of the ack, or None when there was none within `seconds`, or one that says no."""
        ...


@dataclass(slots=True)
class _Sent:
    exchange: Exchange
    started: float = field(default_factory=time.perf_counter)
    ack: asyncio.Future[Ack | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def took_ms(self) -> float:
        return (time.perf_counter() - self.started) * 1000


class Connection:
    """One WebSocket of the bot."""

    def __init__(
        self, tenant: Tenant, request: web.Request, app_id: str, subscriptions: frozenset[tuple[str, str]]
    ) -> None:
        self._tenant = tenant
        self._request = request
        self._app_id = app_id
        self._subscriptions = subscriptions
        self._id = str(uuid4())
        self._waiting: dict[str, _Sent] = {}
        self._leaving = False
        self._deaf = False
        self._ended = False
        self._believed_until = 0
        # Not before we decide so is a ping answered: a silent connection must be silent altogether.
        self.socket = web.WebSocketResponse(autoping=False, timeout=_CLOSE_SECONDS)

    def talks(self) -> bool:
        """Whether client and platform really talk."""
        return not self._ended and not self._deaf and not self._leaving

    @property
    def believed(self) -> bool:
        """Whether the platform thinks so: it takes a while to notice a dead one."""
        return self.talks() or self._tenant.clock.ms() < self._believed_until

    @property
    def held(self) -> bool:
        """Whether there is still a socket to be closed."""
        return not self._ended

    def takes(self, push: Push) -> bool:
        topic = EVERY_EVENT if push.kind is Kind.EVENT else push.topic
        return self.believed and (push.kind, topic) in self._subscriptions

    async def listen(self) -> None:
        """Until the client goes."""
        async for message in self.socket:
            if self._deaf:
                continue
            if message.type is WSMsgType.PING:
                await self.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._hear(message.data)

    def end(self) -> None:
        """The socket is gone; whoever waits for an ack learns it, unless the platform has not noticed."""
        self._ended = True
        if not self._deaf:
            self._give_up()

    async def carry(self, push: Push, seconds: float, effect: Effect | None = None) -> dict[str, Any] | None:
        message_id, sent, frame = self._prepared(push, effect)
        self._waiting[message_id] = sent
        ack = None
        try:
            async with asyncio.timeout(seconds):
                if effect is Effect.RESET:
                    self.cut()
                if self.talks() and effect not in _NOT_SENT:
                    await self.socket.send_str(frame)
                ack = await sent.ack
        except (TimeoutError, ConnectionError):
            pass
        finally:
            del self._waiting[message_id]
        if ack is None:
            self._tenant.wire.finish(sent.exchange, 0, "", sent.took_ms)
        if effect in _CUTTING:
            self.cut()
        return None if ack is None or effect in _NOT_HEARD else ack.taken

    async def say(self, push: Push) -> None:
        """Something that needs no answer; a client may send one all the same."""
        if self._ended or self._deaf:
            return
        message_id, sent, frame = self._prepared(push, None)
        self._waiting[message_id] = sent
        try:
            await self.socket.send_str(frame)
        except ConnectionError:
            self.cut()

    def leave(self) -> None:
        """From here on nothing more is delivered on this socket."""
        self._leaving = True

    def cut(self) -> None:
        """Both ends see it at once."""
        cut(self._request)
        self.end()

    def fall_silent(self, seconds: float) -> None:
        """Nothing passes any more in either direction; for `seconds` the platform does not notice."""
        self._deaf = True
        self._believed_until = self._tenant.clock.ms() + round(seconds * 1000)

    async def close(self) -> None:
        self._give_up()
        await self.socket.close()

    def _give_up(self) -> None:
        for sent in self._waiting.values():
            if not sent.ack.done():
                sent.ack.set_result(None)

    def _prepared(self, push: Push, effect: Effect | None) -> tuple[str, _Sent, str]:
        """A new messageId with every try: only `data.msgId` tells that two are the same."""
        message_id = uuid4().hex
        frame, data = framed(push, _headers(self._tenant, self._app_id, self._id, message_id))
        exchange = recorded(self._tenant, push, frame, data)
        exchange.fault = "" if effect is None else effect
        return message_id, _Sent(exchange), frame

    def _hear(self, text: str) -> None:
        ack = read_ack(text)
        sent = None if ack is None else self._waiting.get(ack.message_id)
        if ack is None or sent is None:
            self._stray(text, ack)
            return
        sent.exchange.answer_opened = ack.text
        self._tenant.wire.finish(sent.exchange, ack.code, text, sent.took_ms)
        if not sent.ack.done():
            sent.ack.set_result(ack)

    def _stray(self, text: str, ack: Ack | None) -> None:
        """Too late, on another socket than the frame's, or no ack at all: seen, and of no effect."""
        wire = self._tenant.wire
        exchange = wire.record(
            Exchange(
                at_ms=self._tenant.clock.ms(),
                towards=Towards.PLATFORM,
                name="dingtalk.stream.ack",
                method="WS",
                url=STREAM_PATH,
                body=readable(text),
                opened="" if ack is None else ack.text,
            )
        )
        wire.finish(exchange, 0, "", 0.0)


class Stranger:
    """Another process with the same credentials: it takes its share of the messages and answers nobody."""

    def __init__(self, tenant: Tenant, app_id: str) -> None:
        self._tenant = tenant
        self._app_id = app_id
        self._id = str(uuid4())

    def takes(self, push: Push) -> bool:
        return push.kind is Kind.CALLBACK

    async def carry(self, push: Push, seconds: float, effect: Effect | None = None) -> dict[str, Any] | None:
        del seconds, effect  # it is a healthy process, somewhere else
        frame, data = framed(push, _headers(self._tenant, self._app_id, self._id, uuid4().hex))
        exchange = recorded(self._tenant, push, frame, data, url=f"{STREAM_PATH}（另一个进程）")
        answer = {"response": None}
        self._tenant.wire.finish(exchange, 200, json.dumps(answer), 0.0)
        return answer


def _headers(tenant: Tenant, app_id: str, connection_id: str, message_id: str) -> dict[str, str]:
    return {
        "appId": app_id,
        "connectionId": connection_id,
        "messageId": message_id,
        "time": str(tenant.clock.stamp_ms()),
    }


def recorded(tenant: Tenant, push: Push, frame: str, data: str, url: str = STREAM_PATH) -> Exchange:
    """A frame to the bot, in the wire view."""
    return tenant.wire.record(
        Exchange(
            at_ms=tenant.clock.ms(),
            towards=Towards.BOT,
            name=push.name,
            method="WS",
            url=url,
            body=readable(frame),
            opened=readable(data),
        )
    )
