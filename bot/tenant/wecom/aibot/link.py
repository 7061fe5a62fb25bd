"""One WebSocket to the bot: frames with their place in the wire view, and the ways in which it may die."""

import asyncio
import json
from collections.abc import Mapping

from aiohttp import web

from bot.tenant.dispatch import cut
from bot.tenant.tenant import Tenant
from bot.tenant.wire import Exchange, Towards, readable


class Link:
    """`socket` is None for another process of the bot, which takes what it gets and says nothing."""

    def __init__(
        self, tenant: Tenant, request: web.BaseRequest | None, socket: web.WebSocketResponse | None
    ) -> None:
        self._tenant = tenant
        self._request = request
        self.socket = socket
        self.subscribed = False
        self.deaf = False
        """Half dead: the socket is open, and nothing is read from it or written to it."""
        self.over = asyncio.Event()

    @property
    def ours(self) -> bool:
        """Whether the bot that is practised with is at the other end, able to hear."""
        return self.socket is not None and not self.deaf

    async def send(self, name: str, frame: Mapping[str, object]) -> None:
        """A frame of the platform's own; it is in the wire view even when it goes into nothing."""
        text = json.dumps(frame, ensure_ascii=False)
        exchange = self._tenant.wire.record(
            Exchange(
                at_ms=self._tenant.clock.ms(),
                towards=Towards.BOT,
                name=name,
                method="WS",
                url="/wecom/aibot",
                body=readable(text),
            )
        )
        if not await self.write(text):
            exchange.fault = "没有送到"
        self._tenant.wire.changed(exchange)

    async def write(self, text: str) -> bool:
        if self.socket is None or self.deaf or self.socket.closed:
            return False
        try:
            await self.socket.send_str(text)
        except ConnectionError:
            return False
        return True

    def cut(self) -> None:
        """At once, without a farewell."""
        self.over.set()
        if self._request is not None:
            cut(self._request)

    async def close(self) -> None:
        self.subscribed = False
        self.over.set()
        if self.socket is None or self.socket.closed:
            return
        if self.deaf:
            self.cut()
        else:
            await self.socket.close(drain=False)
