"""DingTalk's stream as one of the bot's connections: what is heard on it, and what is said for it."""

import asyncio
from contextlib import suppress
from typing import Final

from bot.answering import Answering
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.dingtalk.card_desk import CardDesk
from bot.platforms.dingtalk.stream.connection import End, StreamConnection
from bot.unending import unending
from messages.incoming import Door

_CARDS_STOP_S: Final = 2.0


class StreamDoor:
    """Implements `bot.connections.Connection`. Answers go by HTTPS, and so also while there is no connection."""

    def __init__(
        self, connection: StreamConnection, answering: Answering, desk: CardDesk | None = None
    ) -> None:
        self._connection = connection
        self._desk = desk
        self._answering = answering
        self._saying: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._connection.connected

    async def start(self) -> None:
        self._saying = asyncio.create_task(unending("answering for DingTalk", self._answering.run))
        self._connection.start()

    async def stop(self) -> None:
        await self._connection.stop()
        if self._desk is not None:
            await self._desk.stop(_CARDS_STOP_S)
        await self._answering.stop()
        if self._saying is not None:
            self._saying.cancel()
            with suppress(asyncio.CancelledError):
                await self._saying


class Noted:
    """Looks on: counts, and tells the office what only it can mend."""

    def __init__(self, metrics: Metrics, alarms: OwnerAlarms) -> None:
        self._metrics = metrics
        self._alarms = alarms
        self._is_up = False
        metrics.keeps(Door.DINGTALK_STREAM)

    def up(self) -> None:
        self._is_up = True
        self._metrics.connection_up(Door.DINGTALK_STREAM)

    def down(self, why: End) -> None:
        if self._is_up:
            self._is_up = False
            self._metrics.connection_down(Door.DINGTALK_STREAM)
        if why is End.CREDENTIALS:
            self._alarms.stream_refused()
