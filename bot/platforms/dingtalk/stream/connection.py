"""One connection to DingTalk's stream, kept up for ever: asked for, opened, watched, and opened anew.

open-dingtalk/developerpedia, stream/protocol and stream/faq.
"""

import asyncio
import random
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, Protocol

import structlog
from aiohttp import ClientError, ClientSession, ClientWSTimeout, WSServerHandshakeError
from yarl import URL

from bot.platforms.calls import NoAnswer, call
from bot.platforms.dingtalk.stream.frames import OPEN_PATH, address_in, asking
from bot.platforms.dingtalk.stream.line import Hear, Line
from bot.unending import unending

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """In seconds; tests are quicker."""

    silent: float = 90.0  # nothing heard for so long, although the platform pings every 20 to 30: it is dead
    heartbeat: float = 30.0  # our own pings below the protocol, which notice a dead connection sooner
    first: float = 1.0  # until the next try, doubled with each
    cut_most: float = 5.0  # where connections are made and break again
    refused_most: float = 60.0  # where none are made
    credentials_first: float = 60.0  # where somebody has to mend something
    credentials_most: float = 600.0
    steady: float = 60.0  # a connection that lived so long was a good one
    leaving: float = 15.0  # an old connection is closed by the platform 10 after it asked us to leave
    stop: float = 3.0  # for what is in flight at a stop


@unique
class End(Enum):
    """Why another connection is needed."""

    ASKED = "asked"  # the platform wants us on a new one
    CUT = "cut"
    REFUSED = "refused"  # there was none
    CREDENTIALS = "credentials"  # there will be none before somebody mends something


class Connected(Protocol):
    """Whoever looks on."""

    def up(self) -> None: ...

    def down(self, why: End) -> None: ...


_MOST_DOUBLED: Final = 10
_LONGEST_CODE: Final = 40
_WRONG_CREDENTIALS: Final = frozenset({"authFailed", "invalidClientIdOrSecret"})


@dataclass(slots=True)
class Delays:
    """How long is waited before the next connection."""

    pace: Pace
    _bad: int = field(default=0, init=False)  # in a row

    def after(self, why: End, lived: float) -> float:
        """`lived`: of the connection that has ended, 0 where there was none. Without chance."""
        if lived >= self.pace.steady:
            self._bad = 0
        self._bad += 1
        doubled = 2.0 ** min(self._bad - 1, _MOST_DOUBLED)
        if why is End.ASKED and lived >= self.pace.first:
            self._bad = 0
            return 0.0  # the old one brings nothing more
        if why is End.CREDENTIALS:
            return min(self.pace.credentials_first * doubled, self.pace.credentials_most)
        most = self.pace.refused_most if why is End.REFUSED else self.pace.cut_most
        return min(self.pace.first * doubled, most)


class StreamConnection:
    """Of this process; every other process of the robot has its own, and a message comes on any one of them."""

    def __init__(  # noqa: PLR0913  what a connection stands on
        self,
        session: ClientSession,
        hear: Hear,
        *,
        api_base: str,
        client_id: str,
        client_secret: str,
        looks_on: Connected,
        pace: Pace | None = None,
    ) -> None:
        self._session = session
        self._hear = hear
        self._api_base = api_base
        self._client_id = client_id
        self._client_secret = client_secret
        self._looks_on = looks_on
        self._pace = pace or Pace()
        self._lines: dict[Line, asyncio.Task[None]] = {}  # the newest brings messages, older ones drain
        self._keeping: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return any(line.open for line in self._lines)

    def start(self) -> None:
        self._keeping = asyncio.create_task(unending("keeping DingTalk's stream", self._keep))

    async def stop(self) -> None:
        """Hears nothing new; what is being made safe is acknowledged."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
        await asyncio.gather(*(line.stop(self._pace.stop) for line in self._lines))
        for listening in list(self._lines.values()):
            listening.cancel()
        if self._lines:
            await asyncio.wait(set(self._lines.values()), timeout=self._pace.stop)

    async def _keep(self) -> None:
        loop, delays = asyncio.get_running_loop(), Delays(self._pace)
        while True:
            began = loop.time()
            found = await self._open()
            if isinstance(found, Line):
                self._listen_to(found)
                self._looks_on.up()
                await found.over.wait()
                why, lived = End.ASKED if found.asked_to_leave else End.CUT, loop.time() - began
            else:
                why, lived = found, 0.0
            delay = delays.after(why, lived) * random.uniform(0.5, 1.0)
            log.info(
                "the stream is opened anew", why=why.value, lived_s=round(lived), after_s=round(delay, 1)
            )
            self._looks_on.down(why)
            await asyncio.sleep(delay)

    async def _open(self) -> "Line | End":
        where = await self._asked()
        if isinstance(where, End):
            return where
        try:
            socket = await self._session.ws_connect(
                where,
                heartbeat=self._pace.heartbeat,
                timeout=ClientWSTimeout(ws_close=self._pace.stop),
            )
        except WSServerHandshakeError as error:  # its text quotes the address, and so the ticket
            log.warning("DingTalk's stream turns us away", status=error.status)
            return End.REFUSED
        except (ClientError, TimeoutError, OSError) as error:
            log.warning("no connection to DingTalk's stream", error=type(error).__name__)
            return End.REFUSED
        return Line(socket, self._hear, self._pace.silent)

    async def _asked(self) -> URL | End:
        """Where a connection may be opened now; with every try a new ticket."""
        asked = asking(self._client_id, self._client_secret)
        try:
            answered = await call(self._session, "POST", f"{self._api_base}{OPEN_PATH}", body=asked)
        except NoAnswer as none:
            log.warning("no connection to DingTalk's stream", error=str(none))
            return End.REFUSED
        fields = answered.fields or {}
        where = address_in(fields) if answered.status == 200 else None
        if where is not None:
            return where
        code = str(fields.get("code", ""))
        log.warning("DingTalk opens no stream", status=answered.status, errcode=code[:_LONGEST_CODE])
        if answered.status == 401 or code in _WRONG_CREDENTIALS:
            return End.CREDENTIALS
        return End.REFUSED

    def _listen_to(self, line: Line) -> None:
        async def listen() -> None:
            listening = asyncio.create_task(line.listen())
            try:
                await line.over.wait()
                await asyncio.wait({listening}, timeout=self._pace.leaving)
            finally:
                listening.cancel()
                await line.close()

        task = asyncio.create_task(listen())
        self._lines[line] = task
        task.add_done_callback(lambda _: self._lines.pop(line, None))
