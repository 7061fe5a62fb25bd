"""The application's cards: below an answer that a response has carried, and what follows when one is tapped."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from bot.answering import Answering, Fate, Take
from bot.clock import Clock
from bot.intake import trace_of
from bot.platforms.wecom.app import WeComApp
from bot.platforms.wecom.cards import Tapped, is_left, outcome_of, settled_card
from bot.sending import Address, Attempt, Do, SendFailed, Verdict
from messages.incoming import Door, IncomingMessage
from messages.outgoing import Reply
from storage.database import Database
from storage.owed import Owed

log = structlog.get_logger()

_NEVER: Final = frozenset({Do.LEAVE})


class AppCards:
    """Of one application that can send. Between `start` and `stop` only."""

    def __init__(self, app: WeComApp, take: Take, *, database: Database, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self._answering = Answering(
            Door.WECOM_CARD,
            take,
            self._say,
            connected=lambda: True,  # it goes by HTTPS
            database=database,
            clock=clock,
            sealing=None,  # a person is written to by the account alone
        )
        self._running: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._running = asyncio.create_task(self._answering.run())

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
        await self._answering.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def hear(self, message: IncomingMessage) -> "asyncio.Future[Reply]":
        """A tap: returns once it is safe, with its answer to come, which is said by itself. Raises NotKept."""
        return await self._answering.hear(message)

    def show_below(self, message: IncomingMessage, reply: Reply) -> None:
        """What can be tapped below an answer that stands in the chat already."""
        if reply.buttons is not None:
            self._begin(self._show(message, reply))

    def settle(self, message: IncomingMessage, tap: Tapped, coming: "asyncio.Future[Reply]") -> None:
        """The tapped card shows what came of it as soon as that is known; the response was too early for it."""
        self._begin(self._settle(message, tap, coming))

    async def _show(self, message: IncomingMessage, reply: Reply) -> None:
        with suppress(DBAPIError):  # where the access token is kept; the words were said
            await self._app.offer([message.account], reply.buttons, Attempt(key=trace_of(message)))

    async def _settle(self, message: IncomingMessage, tap: Tapped, coming: "asyncio.Future[Reply]") -> None:
        await asyncio.wait({coming})  # not the answer itself, which must not be given up with this
        if coming.exception() is not None:
            return  # the message stays in the journal, and is taken in after a start
        reply = coming.result()
        if is_left(reply):
            return
        card = settled_card(tap, message.card, outcome_of(reply))
        try:
            await self._app.update(message.account, card, message.card_code)
        except (SendFailed, DBAPIError) as failed:
            log.warning("a card could not be changed", trace=trace_of(message), error=type(failed).__name__)

    async def _say(self, one: Owed) -> Fate:
        tried_s = None if one.tries < 1 else max(0, self._clock.real_ms() - one.noted_at) // 1000
        to = Address(name="tap", account=one.account)
        try:
            (fate,) = await self._app.send([to], one.reply, Attempt(key=one.key, first_tried_s=tried_s))
        except SendFailed as failed:
            fate = failed.verdict
        except DBAPIError:  # where the access token is kept
            return Fate.LATER
        if isinstance(fate, Verdict):
            return Fate.NEVER if fate.do in _NEVER else Fate.LATER
        return Fate.TAKEN

    def _begin(self, saying: Awaitable[None]) -> None:
        task = asyncio.ensure_future(saying)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
