"""What a connection brings is taken in, and what is owed for it is said: at once, or by whoever is connected later."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.intake import trace_of
from messages.incoming import Door, IncomingMessage
from messages.outgoing import NOTHING, Reply
from storage import owed
from storage.database import Database, is_outage
from storage.fault_points import FaultPoint, reached
from storage.inbox import fold, inbox_key
from storage.owed import SAID_WITHIN_MS, Owed
from storage.sealing import Sealing

log = structlog.get_logger()

LOOK_S: Final = 2.0  # for what has become due
MOST_AT_ONCE: Final = 50
KEPT_MS: Final = 24 * 3_600_000  # so long an answer is worth saying (official document 101463)
STOP_WITHIN_S: Final = 3.0
_STEADY_LOOKS: Final = 3
"""So long the database must have been there: first whoever has said something while it was away writes that down."""


@unique
class Fate(Enum):
    """What became of an answer."""

    TAKEN = "taken"
    NEVER = "never"  # it will not be taken by anybody
    LATER = "later"  # it was not taken: somebody tries again


@dataclass(frozen=True, slots=True)
class Rest:
    """It was not taken, or perhaps it was: nobody tries again before so many milliseconds."""

    ms: int


Say = Callable[[Owed], Awaitable[Fate | Rest]]
Take = Callable[[IncomingMessage], Awaitable["asyncio.Future[Reply]"]]
"""`bot.reception.Reception.take`."""


class Answering:
    """Of one door. Everything but the database runs on one event loop."""

    def __init__(  # noqa: PLR0913  what a door stands on
        self,
        door: Door,
        take: Take,
        say: Say,
        *,
        connected: Callable[[], bool],
        database: Database,
        clock: Clock,
        sealing: Sealing | None,
        look_s: float = LOOK_S,
    ) -> None:
        """`say` never raises; `connected`: whether anything can be said now."""
        self._door = door
        self._take = take
        self._say = say
        self._connected = connected
        self._database = database
        self._clock = clock
        self._sealing = sealing
        self._look_s = look_s
        self._said: set[str] = set()
        self._resting: dict[str, int] = {}  # until when, in epoch milliseconds
        self._being_said: set[str] = set()
        self._steady_from = 0.0  # by the loop's clock
        self._gave_way = False
        self._said_or_look = asyncio.Event()
        self._settling = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: dict[str, asyncio.Future[None]] = {}

    async def hear(self, message: IncomingMessage) -> "asyncio.Future[Reply]":
        """Returns once the message cannot be lost any more; its answer is said in the background. Raises NotKept.

        The future brings the same answer, for whoever shows a part of it elsewhere.
        """
        began = self._clock.real_ms()
        # In each chat one after the other, as the messages came; the place is taken before the message is safe.
        chat = message.chat or fold(message.account)
        before, place = self._last.get(chat), asyncio.get_running_loop().create_future()
        self._last[chat] = place
        task: asyncio.Task[None] | None = None
        try:
            reached(FaultPoint.HEARD)
            coming = await self._take(message)
            reached(FaultPoint.SAFE)
            task = asyncio.create_task(self._answer(message, coming, began, before))
        finally:
            if task is None:
                self._leave(chat, place)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._leave(chat, place))
        return coming

    async def run(self) -> None:
        """Until it is cancelled: writes down what has been said, and says what has become due."""
        while True:
            # Not `wait_for`: before Python 3.12 it swallows a cancellation that comes with the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_s):
                    await self._said_or_look.wait()
            self._said_or_look.clear()
            try:
                await self._settle()
                if self._connected() and asyncio.get_running_loop().time() >= self._steady_from:
                    await self._say_what_is_due()
            except DBAPIError as error:
                if not is_outage(error):
                    log.exception("what is owed could not be read", door=self._door.value)
                self._was_away()
                await asyncio.sleep(self._look_s)

    async def stop(self) -> None:
        """What is being said may arrive; the rest is due soon, for whoever is there then."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_WITHIN_S)
        for task in self._tasks:
            task.cancel()
        with suppress(DBAPIError, TimeoutError):
            await asyncio.wait_for(self._settle(), STOP_WITHIN_S)

    def look(self) -> None:
        """Something may have become due: there is a connection again."""
        self._said_or_look.set()

    # ── one answer ──

    def _leave(self, chat: str, place: "asyncio.Future[None]") -> None:
        """Whoever comes next in this chat may speak."""
        place.set_result(None)
        if self._last.get(chat) is place:
            del self._last[chat]

    async def _answer(
        self,
        message: IncomingMessage,
        coming: "asyncio.Future[Reply]",
        began: int,
        before: "asyncio.Future[None] | None",
    ) -> None:
        reply = await coming
        if before is not None:
            await asyncio.wait({before})
        now = self._clock.real_ms()
        if reply == NOTHING or now - began > SAID_WITHIN_MS // 2:
            return  # nothing to say, or due by the time that it is said: whoever finds it first says it
        await self._say_one(
            Owed(
                key=inbox_key(message),
                account=message.account,
                chat=message.chat,
                reply_to=message.reply_url if self._door is Door.DINGTALK_STREAM else message.reply_to,
                reply_until=message.reply_url_expires,
                trace=trace_of(message),
                card=message.card,
                reply=reply,
                noted_at=began,
                tries=0,
            )
        )

    async def _say_one(self, one: Owed) -> None:
        self._being_said.add(one.key)
        try:
            reached(FaultPoint.SAYING)
            fate = await self._say(one)
            reached(FaultPoint.SAID)
        finally:
            self._being_said.discard(one.key)
        if fate is Fate.LATER:
            return
        if isinstance(fate, Rest):
            self._resting[one.key] = self._clock.real_ms() + fate.ms
        else:
            self._said.add(one.key)
        if fate is Fate.NEVER:
            log.warning("an answer will never be taken", door=self._door.value, trace=one.trace)
        self._said_or_look.set()

    # ── the database ──

    async def _settle(self) -> None:
        async with self._settling:  # a stop waits for what is being written down
            await self._write_down()

    async def _write_down(self) -> None:
        said, self._said = self._said, set()
        resting, self._resting = self._resting, {}
        if not said and not resting:
            return

        def write() -> None:
            with self._database.writing() as connection:
                owed.said(connection, said)
                for key, until in resting.items():
                    owed.make_due(connection, [key], until)
                reached(FaultPoint.SAID_COMMITS)
            reached(FaultPoint.SAID_COMMITTED)

        try:
            await asyncio.to_thread(write)
        except DBAPIError:
            self._said |= said
            self._resting = resting | self._resting
            self._said_or_look.set()
            raise

    async def _say_what_is_due(self) -> None:
        found = await asyncio.to_thread(self._due, asyncio.get_running_loop().time)
        if found is None:
            self._was_away()
            return
        taken_at, due = found
        for one in due:
            if self._clock.real_ms() - taken_at > SAID_WITHIN_MS // 2:
                break  # due again by the time that it would be said
            if one.key in self._being_said or one.key in self._said:
                continue  # the clock was put forward
            if taken_at - one.noted_at > KEPT_MS:
                self._said.add(one.key)
            else:
                await self._say_one(one)
        if self._said:
            self._said_or_look.set()

    def _was_away(self) -> None:
        self._steady_from = asyncio.get_running_loop().time() + _STEADY_LOOKS * self._look_s

    def _due(self, seconds: Callable[[], float]) -> tuple[int, list[Owed]] | None:
        """With the moment of which it was taken up; None where the database let nobody write for a while."""
        now, began = self._clock.real_ms(), seconds()
        with self._database.reading() as connection:
            if not owed.is_due(connection, self._door, now):
                return now, []
        with self._database.writing() as connection:
            if seconds() - began > self._look_s and not self._gave_way:
                self._gave_way = True  # once: a database that is always slow must not keep answers back
                return None
            self._gave_way = False
            due = owed.take(
                connection,
                self._door,
                at=now,
                until=now + SAID_WITHIN_MS,
                most=MOST_AT_ONCE,
                sealing=self._sealing,
            )
            reached(FaultPoint.DUE_COMMITS)
        reached(FaultPoint.DUE_COMMITTED)
        return now, due
