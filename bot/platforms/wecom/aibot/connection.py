"""One socket to the AI bot's platform, and the line that outlives it: whoever has something to say says it there."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum, unique
from typing import Final
from uuid import uuid4
from weakref import WeakValueDictionary

import structlog
from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType

from bot.platforms.wecom.aibot.frames import Ack, Body, Callback, Cmd, frame, read_frame
from bot.platforms.wecom.aibot.pace import LinePace

log = structlog.get_logger()

_KICKED: Final = "disconnected_event"
_CLOSE_WITHIN_S: Final = 2.0


class NotSaid(Exception):
    """There is no connection: the platform knows nothing of it."""


class NotAcknowledged(Exception):
    """It went out, and the platform has not said in time what it makes of it."""


@unique
class End(StrEnum):
    """Why a connection is over."""

    BROKEN = "broken"
    KICKED = "kicked"  # somebody else has connected as this bot
    REFUSED = "refused"  # the secret is wrong
    LOST = "lost"  # another process holds the lease


class Link:
    """One socket, from the moment that it is open; to be read until it ends."""

    def __init__(
        self,
        socket: ClientWebSocketResponse,
        pace: LinePace,
        hear: Callable[[Callback], None],
        gone: Callable[[], None],
    ) -> None:
        """`hear` returns at once; `gone`: called when nothing can be said any more, perhaps more than once."""
        self._socket = socket
        self._pace = pace
        self._hear = hear
        self._gone = gone
        self._acks: dict[str, asyncio.Future[Ack]] = {}
        self._overdue: Counter[str] = Counter()  # acknowledgements that nobody waits for any more
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._life = asyncio.Event()
        self._doubt = asyncio.Event()
        self._over = False

    async def ask(self, cmd: Cmd, body: Body | None = None, req_id: str = "") -> Ack:
        """One at a time for each `req_id`. Raises NotSaid or NotAcknowledged."""
        req_id = req_id or f"{cmd}_{uuid4().hex}"
        turn = self._turns.get(req_id)
        if turn is None:
            turn = self._turns[req_id] = asyncio.Lock()
        async with turn:
            if self._overdue[req_id]:
                await self._catch_up(req_id)
            if self._over:
                raise NotSaid
            coming: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
            self._acks[req_id] = coming
            try:
                async with asyncio.timeout(self._pace.ack):
                    await self._write(cmd, req_id, body)
                    return await coming
            except (TimeoutError, asyncio.CancelledError) as late:
                self._overdue[req_id] += 1
                self._doubt.set()
                if isinstance(late, TimeoutError):
                    raise NotAcknowledged from None
                raise
            finally:
                del self._acks[req_id]

    async def read(self) -> End:
        """Until it is over; closes it."""
        beating = asyncio.create_task(self._beat())
        end = End.BROKEN
        try:
            async for message in self._socket:
                self._life.set()
                if message.type is WSMsgType.TEXT and self._take(message.data):
                    end = End.KICKED
                    break
        finally:
            self._end()
            beating.cancel()
            for coming in self._acks.values():
                if not coming.done():
                    coming.set_exception(NotAcknowledged())
                    coming.exception()  # whoever waited may be gone
            await self.close()
        return end

    async def close(self) -> None:
        self._end()
        with suppress(TimeoutError, ClientError, ConnectionError):
            async with asyncio.timeout(_CLOSE_WITHIN_S):
                await self._socket.close()

    async def quiet(self) -> None:
        """Returns when nothing waits for an acknowledgement."""
        while self._acks:
            await asyncio.wait(list(self._acks.values()))
            await asyncio.sleep(0)

    async def _catch_up(self, req_id: str) -> None:
        """Frames are acknowledged in order: behind a pong no older acknowledgement is to come."""
        try:
            await self.ask(Cmd.PING)
        except NotAcknowledged:
            raise NotSaid from None
        self._overdue.pop(req_id, None)

    def _end(self) -> None:
        self._over = True
        self._gone()

    async def _write(self, cmd: Cmd, req_id: str, body: Body | None) -> None:
        if self._socket.closed:
            raise NotSaid
        try:
            await self._socket.send_str(frame(cmd, req_id, body))
        except (ClientError, ConnectionError):
            # Some of it may have got there. Nothing more will, whether the reader has noticed or not.
            self._end()
            raise NotAcknowledged from None

    def _take(self, text: str) -> bool:
        """Whether it was the last one."""
        came = read_frame(text)
        if came is None:
            log.warning("a frame that is none", length=len(text))
        elif isinstance(came, Ack):
            self._acknowledge(came)
        elif _event(came) == _KICKED:
            return True
        elif came.cmd not in (Cmd.MESSAGE, Cmd.EVENT):
            log.info("a frame of an unknown command", length=len(text))
        else:
            self._heard(came)
        return False

    def _heard(self, came: Callback) -> None:
        try:
            self._hear(came)
        except Exception:  # the border on the way in: one frame must not end the connection
            log.exception("a frame could not be heard")

    def _acknowledge(self, ack: Ack) -> None:
        if self._overdue[ack.req_id]:
            self._overdue[ack.req_id] -= 1
            self._overdue += Counter()  # without those that are 0
            return
        coming = self._acks.get(ack.req_id)
        if coming is not None and not coming.done():
            coming.set_result(ack)

    async def _beat(self) -> None:
        """A half-dead socket is open, and nothing comes out of it."""
        while not self._over:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.ping):
                    await self._doubt.wait()
            self._doubt.clear()
            if not await self._is_alive():
                log.warning("the long connection is half dead")
                await self.close()
                return

    async def _is_alive(self) -> bool:
        for _ in range(self._pace.pings):
            self._life.clear()
            with suppress(TimeoutError, NotSaid, NotAcknowledged):
                async with asyncio.timeout(self._pace.ack):
                    # Not through `ask`: any sign of life is an answer to it.
                    await self._write(Cmd.PING, f"ping_{uuid4().hex}", None)
                    await self._life.wait()
                return True
        return False


def _event(came: Callback) -> object:
    event = came.body.get("event") if came.cmd == Cmd.EVENT else None
    return event.get("eventtype") if isinstance(event, dict) else None


class Line:
    """What outlets and answers speak into; the sockets behind it come and go, and in most processes there is none."""

    def __init__(self) -> None:
        self._link: Link | None = None
        self._changed = asyncio.Event()
        self.over = False  # this process connects no more

    @property
    def connected(self) -> bool:
        return self._link is not None

    async def ask(self, cmd: Cmd, body: Body | None = None, req_id: str = "") -> Ack:
        """As `Link.ask`."""
        if self._link is None:
            raise NotSaid
        return await self._link.ask(cmd, body, req_id)

    async def comes_up(self) -> None:
        """Returns when there is a connection, or when there will be none."""
        await self._changed.wait()

    async def quiet(self) -> None:
        if self._link is not None:
            await self._link.quiet()

    def up(self, link: Link) -> None:
        """The platform knows who we are on it."""
        self._link = link
        self._changed.set()

    def down(self) -> None:
        self._link = None
        self._changed.clear()

    def end(self) -> None:
        self.down()
        self.over = True
        self._changed.set()
