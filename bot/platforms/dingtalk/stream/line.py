"""One WebSocket of DingTalk's stream: every frame is acknowledged on the socket that brought it."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import ClientWebSocketResponse, WSMsgType

from bot.platforms.dingtalk.stream.frames import (
    DISCONNECT,
    PING,
    Ack,
    Code,
    Frame,
    echo,
    read_frame,
    written,
)
from storage.fault_points import FaultPoint, reached

log = structlog.get_logger()

Hear = Callable[[Frame], Awaitable[Ack | None]]
"""What a CALLBACK or an EVENT is answered with; None = with nothing, so that it comes again."""


class Line:
    """From its opening until it has broken."""

    def __init__(self, socket: ClientWebSocketResponse, hear: Hear, silent_s: float) -> None:
        self.over = asyncio.Event()  # nothing more is to be expected: another one is needed
        self.asked_to_leave = False
        self._socket = socket
        self._hear = hear
        self._silent_s = silent_s
        self._stopping = False
        self._answering: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> bool:
        """Whether messages may come on it."""
        return not self.over.is_set() and not self._socket.closed

    async def listen(self) -> None:
        """Until it is closed or has been silent for too long."""
        try:
            while True:
                # Not receive(timeout): that begins anew with every pong, which a gateway may send for nobody.
                async with asyncio.timeout(self._silent_s):
                    message = await self._socket.receive()
                if message.type is WSMsgType.TEXT:
                    await self._take(message.data)
                elif message.type is not WSMsgType.BINARY:
                    return
        except TimeoutError:
            log.warning("nothing was heard on the stream", seconds=self._silent_s)
        finally:
            self.over.set()

    async def stop(self, within_s: float) -> None:
        """Takes nothing more; what is in flight is acknowledged first."""
        self._stopping = True
        if self._answering:
            await asyncio.wait(self._answering, timeout=within_s)
        for task in self._answering:
            task.cancel()
        await self.close()

    async def close(self) -> None:
        """What is being taken in goes on: its answer needs no connection."""
        await self._socket.close()

    async def _take(self, text: str) -> None:
        frame = read_frame(text)
        if frame is None:
            log.warning("no frame of the stream", length=len(text))
        elif frame.kind == "SYSTEM":
            await self._system(frame)
        elif not self._stopping:
            task = asyncio.create_task(self._answer(frame))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _system(self, frame: Frame) -> None:
        if frame.topic == PING:
            await self._send(echo(frame))
        elif frame.topic == DISCONNECT:
            self.asked_to_leave = True
            self.over.set()  # what came before is still acknowledged here

    async def _answer(self, frame: Frame) -> None:
        try:
            ack = await self._hear(frame)
        except Exception:  # the border on the way in
            log.exception("a frame could not be taken", topic=frame.topic)
            ack = Ack(code=Code.FAILED)
        if ack is not None:
            reached(FaultPoint.ACKNOWLEDGING)
            await self._send(written(frame, ack))
            reached(FaultPoint.ACKNOWLEDGED)

    async def _send(self, text: str) -> None:
        """Where the socket has broken meanwhile, the frame comes again by another."""
        if self._socket.closed:
            return
        try:
            await self._socket.send_str(text)
        except ConnectionError:
            log.info("an acknowledgement came too late for its socket")
