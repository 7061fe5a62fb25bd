"""The AI bot's long connection as one of the bot's connections: held by one process, heard on, spoken into."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import ClientError, ClientSession, ClientWSTimeout

from bot.answering import Answering
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.wecom.aibot.connection import End, Line, Link, NotAcknowledged, NotSaid
from bot.platforms.wecom.aibot.frames import LARGEST, Ack, Cmd
from bot.platforms.wecom.aibot.hearing import Hearing
from bot.platforms.wecom.aibot.holding import Holding, Lease
from bot.platforms.wecom.aibot.pace import LinePace
from bot.unending import unending
from messages.incoming import Door

log = structlog.get_logger()

WRONG_SECRET: Final = 853000
_CLOSING: Final = ClientWSTimeout(ws_close=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """Who connects, and where."""

    bot_id: str
    secret: str = field(repr=False)
    ws_url: str


class AibotDoor:
    """Implements `bot.connections.Connection`."""

    def __init__(  # noqa: PLR0913  what a connection stands on
        self,
        session: ClientSession,
        bot: Bot,
        line: Line,
        *,
        lease: Lease,
        hearing: Hearing,
        answering: Answering,
        metrics: Metrics,
        alarms: OwnerAlarms,
        pace: LinePace,
    ) -> None:
        self._session = session
        self._bot = bot
        self._line = line
        self._hearing = hearing
        self._answering = answering
        self._metrics = metrics
        self._alarms = alarms
        self._pace = pace
        self._holding = Holding(lease, self._connect, pace, tell=self._tell)
        self._tasks: list[asyncio.Task[None]] = []
        metrics.keeps(Door.AIBOT)

    @property
    def connected(self) -> bool:
        return self._line.connected

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(unending("holding the AI bot's connection", self._holding.run)),
            asyncio.create_task(unending("answering for the AI bot", self._answering.run)),
        ]

    async def stop(self) -> None:
        """What is heard until the socket is closed is taken in; another process says what was not said."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.farewell):
                await self._hearing.settled()
        await self._answering.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.farewell):
                await self._line.quiet()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._line.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.farewell):
                await self._hearing.settled()
        self._hearing.cancel()
        await self._answering.stop()

    async def _connect(self) -> tuple[End, float]:
        loop = asyncio.get_running_loop()
        try:
            async with self._session.ws_connect(
                self._bot.ws_url, timeout=_CLOSING, max_msg_size=LARGEST
            ) as socket:
                link = Link(socket, self._pace, self._hearing.hear, self._down)
                reading = asyncio.create_task(link.read())
                try:
                    ack = await self._subscribed(link)
                    if not ack.taken:
                        log.warning("the long connection is refused", errcode=ack.errcode)
                        return End.REFUSED if ack.errcode == WRONG_SECRET else End.BROKEN, 0.0
                    began = loop.time()
                    self._up(link)
                    # Not awaited itself: it may come to its end instead of being cancelled, and we would go on.
                    await asyncio.wait({reading})
                    return reading.result(), loop.time() - began
                finally:
                    self._down()
                    reading.cancel()
                    await asyncio.wait({reading})
        except (NotSaid, NotAcknowledged, ClientError, OSError, TimeoutError) as error:
            log.warning("the long connection cannot be opened", error=type(error).__name__)
            return End.BROKEN, 0.0

    async def _subscribed(self, link: Link) -> Ack:
        return await link.ask(Cmd.SUBSCRIBE, {"bot_id": self._bot.bot_id, "secret": self._bot.secret})

    def _up(self, link: Link) -> None:
        self._line.up(link)
        self._metrics.connection_up(Door.AIBOT)
        self._answering.look()
        log.info("the long connection is up")

    def _down(self) -> None:
        if self._line.connected:
            self._line.down()
            self._metrics.connection_down(Door.AIBOT)

    def _tell(self, end: End) -> None:
        if end is End.KICKED:
            self._alarms.aibot_kicked()
        elif end is End.REFUSED:
            self._alarms.aibot_refused()
