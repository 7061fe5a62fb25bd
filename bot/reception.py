"""Between the doors and the lanes: every callback is answered in time, whatever the database does."""

import asyncio
from collections.abc import Sequence
from zlib import crc32

import structlog

from bot.clock import Clock
from bot.intake import Delivery, acknowledgement, trace_of
from bot.journal import Journal
from bot.lanes import Lane
from messages.incoming import IncomingMessage
from messages.outgoing import Reply
from storage.inbox import fold

log = structlog.get_logger()

# WeCom gives up after 5 s and DingTalk after 2.5 s (reference pages in the doors); we promise one second.
ANSWER_WITHIN_SECONDS = 0.7


class NotKept(Exception):
    """Neither database nor disk could take the message; the platform should try again."""


class Reception:
    """Gives messages to the lanes and waits for the answers, but never longer than the platforms do."""

    def __init__(
        self,
        lanes: Sequence[Lane[Delivery, Reply]],
        journal: Journal,
        clock: Clock,
        within: float = ANSWER_WITHIN_SECONDS,
    ) -> None:
        self._lanes = lanes
        self._journal = journal
        self._clock = clock
        self._within = within
        self._unfinished: set[asyncio.Task[None]] = set()

    async def accept(self, message: IncomingMessage) -> Reply:
        """The reply to say now. Raises NotKept."""
        future = self._submit(message, late=False)
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(self._within, _release, waiter)
        future.add_done_callback(lambda _: _release(waiter))
        await waiter
        timer.cancel()
        if future.done():
            return future.result()
        return await self._acknowledge(message, future)

    async def recover(self) -> int:
        """Takes in what a former process had acknowledged but not finished; the number of such messages."""
        waiting = await asyncio.to_thread(self._journal.waiting)
        for message in waiting:
            self._follow(message, self._submit(message, late=True), promised=True)
        return len(waiting)

    def _submit(self, message: IncomingMessage, *, late: bool) -> "asyncio.Future[Reply]":
        lane = self._lanes[crc32(fold(message.account).encode()) % len(self._lanes)]
        return lane.submit(
            Delivery(message, trace_of(message), self._clock.real_ms(), self._clock.now(), late)
        )

    async def _acknowledge(self, message: IncomingMessage, future: "asyncio.Future[Reply]") -> Reply:
        log.warning("answered late", trace=trace_of(message))
        try:
            await asyncio.to_thread(self._journal.keep, message)
        except OSError as error:
            raise NotKept from error
        self._follow(message, future, promised=False)
        return acknowledgement(message)

    def _follow(self, message: IncomingMessage, future: "asyncio.Future[Reply]", *, promised: bool) -> None:
        task = asyncio.create_task(self._finish(message, future, promised=promised))
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)

    async def _finish(
        self, message: IncomingMessage, future: "asyncio.Future[Reply]", *, promised: bool
    ) -> None:
        """Once the answer is there it is laid ready for 更多, and the journal's copy can go."""
        await future
        if not promised:
            await self._submit(message, late=True)
        await asyncio.to_thread(self._journal.drop, message)


def _release(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
