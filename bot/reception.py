"""Between the doors and the lanes: every callback is answered in time, whatever the database does."""

import asyncio
from collections.abc import Sequence
from zlib import crc32

import structlog

from bot.clock import Clock
from bot.intake import Delivery, acknowledgement, trace_of
from bot.journal import Journal
from bot.lanes import Lane
from bot.metrics import Metrics, Refusal
from messages.incoming import IncomingMessage
from messages.outgoing import Reply
from storage.fault_points import FaultPoint, reached
from storage.inbox import fold

log = structlog.get_logger()

# WeCom gives up after 5 s and DingTalk after 2.5 s (reference pages in the doors); we promise one second.
ANSWER_WITHIN_SECONDS = 0.7
ADOPT_SECONDS = 10.0  # between two looks; after `journal.LOOKS_UNTOUCHED` of them nobody is coming back


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
        *,
        metrics: Metrics,
    ) -> None:
        self._lanes = lanes
        self._journal = journal
        self._clock = clock
        self._within = within
        self._metrics = metrics
        self._unfinished: set[asyncio.Task[None]] = set()

    async def accept(self, message: IncomingMessage) -> Reply:
        """The reply to say now. Raises NotKept."""
        self._metrics.received(message.platform)
        future = self._submit(message, late=False)
        if await self._in_time(future):
            reached(FaultPoint.ANSWERING)
            return future.result()
        return await self._acknowledge(message, future)

    async def take(self, message: IncomingMessage) -> "asyncio.Future[Reply]":
        """Returns once the message cannot be lost any more; its answer comes when it is there. Raises NotKept.

        For connections, on which an answer may be said at any time: nobody is put off until 更多.
        """
        self._metrics.received(message.platform)
        future = self._submit(message, late=False)
        if not await self._in_time(future):
            await self._keep(message)
            self._follow(message, future, promised=True)
        return future

    async def _in_time(self, future: "asyncio.Future[Reply]") -> bool:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(self._within, _release, waiter)
        future.add_done_callback(lambda _: _release(waiter))
        await waiter
        timer.cancel()
        return future.done()

    async def recover(self) -> int:
        """Takes in what a former process had acknowledged but not finished; the number of such messages."""
        waiting = await asyncio.to_thread(self._journal.waiting)
        self._take_in(waiting)
        return len(waiting)

    async def adopting(self, every: float = ADOPT_SECONDS) -> None:
        """Takes in what other processes with the same journal have left behind and never came back for."""
        while True:
            await asyncio.sleep(every)
            try:
                await asyncio.to_thread(self._journal.touch)
                waiting = await asyncio.to_thread(self._journal.left_behind)
            except OSError as error:
                log.warning("the journal could not be looked at", error=type(error).__name__)
                continue
            if waiting:
                log.info("messages of a process that is gone are taken up", count=len(waiting))
                self._take_in(waiting)

    def _take_in(self, waiting: Sequence[IncomingMessage]) -> None:
        for message in waiting:
            self._follow(message, self._submit(message, late=True), promised=True)

    def _submit(self, message: IncomingMessage, *, late: bool) -> "asyncio.Future[Reply]":
        lane = self._lanes[crc32(fold(message.account).encode()) % len(self._lanes)]
        return lane.submit(
            Delivery(message, trace_of(message), self._clock.real_ms(), self._clock.now(), late)
        )

    async def _acknowledge(self, message: IncomingMessage, future: "asyncio.Future[Reply]") -> Reply:
        await self._keep(message)
        self._follow(message, future, promised=False)
        return acknowledgement(message)

    async def _keep(self, message: IncomingMessage) -> None:
        log.warning("answered late", trace=trace_of(message))
        self._metrics.late(message.platform)
        try:
            await asyncio.to_thread(self._journal.keep, message)
        except OSError as error:
            self._metrics.refused(message.platform, Refusal.NOT_KEPT)
            raise NotKept from error

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
