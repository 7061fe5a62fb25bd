"""What comes on the AI bot's long connection: nothing of it keeps the next frame waiting."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import DBAPIError

from bot.answering import Answering
from bot.clock import Clock
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.errors import Ignored, Unreadable
from bot.platforms.routes import note_ignored, note_unreadable
from bot.platforms.wecom.aibot.frames import Callback
from bot.platforms.wecom.aibot.messages import Disconnected, Entered, Refresh, read_callback, tap_of
from bot.platforms.wecom.aibot.pace import LinePace
from bot.platforms.wecom.aibot.saying import Saying
from bot.platforms.wecom.cards import Tapped
from bot.platforms.wecom.open_userids import OpenUserIds
from bot.policy.veiled import is_veiled
from bot.reception import NotKept
from messages.incoming import Door, IncomingMessage, Platform
from messages.outgoing import NOTHING, Reply
from messages.rendering import pages
from messages.texts.welcome import welcome
from storage.database import Database, is_outage
from storage.inbox import inbox_key
from storage.people import find_asker

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What hearing needs."""

    name: str  # the bot's, which messages in groups begin with
    database: Database
    clock: Clock
    metrics: Metrics
    alarms: OwnerAlarms
    unveil: OpenUserIds | None  # None: nobody tells whose a veiled id is


class Hearing:
    """Of one connection after the other."""

    def __init__(self, ears: Ears, answering: Answering, saying: Saying, pace: LinePace) -> None:
        self._ears = ears
        self._answering = answering
        self._saying = saying
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._in_hand: set[str] = set()  # keys of messages whose answers are not there yet

    def hear(self, callback: Callback) -> None:
        """Returns at once. Whoever writes twice is heard in that order."""
        ears = self._ears
        try:
            came = read_callback(
                callback.body,
                name=ears.name,
                now_ms=ears.clock.real_ms(),
                door=Door.AIBOT,
                req_id=callback.req_id,
            )
        except Unreadable as error:
            note_unreadable(Platform.WECOM, error, ears.metrics, ears.alarms)
            return
        match came:
            case IncomingMessage():
                self._begin(self._take(came, tap_of(callback.body) if came.tapped else None))
            case Entered():
                self._begin(self._greet(came))
            case Ignored():
                note_ignored(Platform.WECOM, came, ears.alarms)
            case Disconnected() | Refresh():
                return

    async def settled(self) -> None:
        """Returns when everything that was heard is safe, and what hangs on it is said."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a frame could not be handled", exc_info=error)

    async def _take(self, message: IncomingMessage, tap: Tapped | None) -> None:
        began = asyncio.get_running_loop().time()
        try:
            message, coming = await self._safe(message)
        except NotKept:
            log.critical("neither database nor disk could take a message")
            await self._saying.not_kept(message)
            return
        key = inbox_key(message)
        if key in self._in_hand:
            return  # delivered once more, while the first one is not answered yet
        self._in_hand.add(key)
        try:
            if message.tapped:
                await self._settle(message, tap, coming, began + self._pace.tap)
            else:
                await self._hold_on(message, coming, began + self._pace.hold_on)
        finally:
            self._in_hand.discard(key)

    async def _safe(self, message: IncomingMessage) -> "tuple[IncomingMessage, asyncio.Future[Reply]]":
        """Raises NotKept."""
        unveil = self._ears.unveil
        if unveil is None or not is_veiled(message.account):
            return message, await self._answering.hear(message)
        turn = self._turns.get(message.account)
        if turn is None:
            turn = self._turns[message.account] = asyncio.Lock()
        async with turn:
            message = replace(message, account=await unveil.account(message.account))
            return message, await self._answering.hear(message)

    async def _hold_on(self, message: IncomingMessage, coming: "asyncio.Future[Reply]", until: float) -> None:
        """Nobody is left without a word for longer than that; the answer takes its place."""
        if await _is_there(coming, until) or not await self._saying.hold_on(message):
            return
        await asyncio.wait({coming})
        if _reply(coming) in (None, NOTHING):
            await self._saying.end(message)

    async def _settle(
        self, message: IncomingMessage, tap: Tapped | None, coming: "asyncio.Future[Reply]", until: float
    ) -> None:
        is_there = await _is_there(coming, until)
        reply = _reply(coming) if is_there else None
        if tap is not None:
            await self._saying.settle(message, tap, reply)

    async def _greet(self, entered: Entered) -> None:
        ears = self._ears
        account = entered.account if ears.unveil is None else await ears.unveil.account(entered.account)

        def find() -> str | None:
            with ears.database.reading() as connection:
                asker = find_asker(connection, Platform.WECOM, account)
                return None if asker is None else asker.name

        try:
            name = await asyncio.to_thread(find)
        except DBAPIError as error:
            if not is_outage(error):
                raise
            return
        await self._saying.welcome(entered.req_id, pages(welcome(name), Platform.WECOM)[0])


async def _is_there(coming: "asyncio.Future[Reply]", until: float) -> bool:
    """`until`: by the loop's clock."""
    left = until - asyncio.get_running_loop().time()
    await asyncio.wait({coming}, timeout=max(0.0, left))
    return coming.done()


def _reply(coming: "asyncio.Future[Reply]") -> Reply | None:
    return None if coming.cancelled() or coming.exception() is not None else coming.result()
