"""The AI bot's HTTP in callback mode: answered in time, or by the refreshes that follow, or by the response_url."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import ClientSession, web
from yarl import URL

from bot.answering import Take
from bot.clock import Clock
from bot.intake import trace_of
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.calls import NoAnswer, call, number_in, open_session
from bot.platforms.errors import Forged, Ignored, Unreadable
from bot.platforms.routes import note_ignored, refused, whole_body
from bot.platforms.wecom.aibot import callback
from bot.platforms.wecom.aibot.callback import AibotDoor, Plain, Sealing, Told
from bot.platforms.wecom.aibot.messages import Entered, Refresh
from bot.platforms.wecom.cards import Tapped, card_of, is_left, outcome_of, settled_card
from messages.incoming import Door, IncomingMessage, Platform
from messages.outgoing import NOTHING, Reply
from messages.rendering import pages
from messages.texts.problems import doing, heard, looking
from storage.inbox import inbox_key

log = structlog.get_logger()

PATH: Final = "/wecom/aibot/callback"
_KEY: Final = f"{Platform.WECOM.value}:"
_LOOKING: Final = pages(looking(), Platform.WECOM, Door.AIBOT_CALLBACK)[0].body
_DOING: Final = pages(doing(), Platform.WECOM, Door.AIBOT_CALLBACK)[0].body

_HEARD: Final = pages(heard(), Platform.WECOM, Door.AIBOT_CALLBACK)[0]
"""In the place of silence, where something stands already."""

Said = Callable[[str], Awaitable[Reply | None]]
"""What was answered to the message with this key of `storage.inbox`; None as long as nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds."""

    stream_life: float = 355.0  # six minutes, less what the last refresh takes (document 100719)
    answer: float = 10.0  # of the platform, to a response_url
    tries: int = 3
    apart: float = 2.0


class AibotCallback:
    """One AI bot that calls us. Nothing is kept in this process: a refresh may ask any of several."""

    def __init__(  # noqa: PLR0913  what a door stands on
        self,
        door: AibotDoor,
        take: Take,
        said: Said,
        *,
        api_base: str,
        clock: Clock,
        metrics: Metrics,
        alarms: OwnerAlarms,
        pace: Pace | None = None,
    ) -> None:
        """`api_base`: a response_url leads there or nowhere."""
        self._door = door
        self._take = take
        self._said = said
        self._response = URL(f"{api_base}/cgi-bin/aibot/response")
        self._clock = clock
        self._metrics = metrics
        self._alarms = alarms
        self._pace = pace or Pace()
        self._session: ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._verify), web.post(PATH, self._receive)]

    async def running(self, _app: web.Application) -> AsyncIterator[None]:
        """For as long as the application runs."""
        async with open_session(self._pace.answer) as self._session:
            yield
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _verify(self, request: web.Request) -> web.Response:
        try:
            plain = self._door.verify_url(request.query, self._clock.real_ms())
        except (Forged, Unreadable) as error:
            return refused(Platform.WECOM, error, self._metrics, self._alarms)
        return web.Response(body=plain, content_type="text/plain")

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await whole_body(request, Platform.WECOM, self._metrics)
            told = self._door.read(request.query, body, self._clock.real_ms())
        except (Forged, Unreadable) as error:
            return refused(Platform.WECOM, error, self._metrics, self._alarms)
        plain = await self._answered(told)
        if plain is None:
            return web.Response()
        sealing = Sealing(nonce=request.query.get("nonce", ""), now_ms=self._clock.real_ms())
        return web.Response(body=self._door.seal(plain, sealing), content_type="application/json")

    async def _answered(self, told: Told) -> Plain | None:
        """None = the platform's way to hear nothing."""
        match told.heard:
            case Ignored() as ignored:
                note_ignored(Platform.WECOM, ignored, self._alarms)
            case Refresh(stream_id=stream_id):
                return await self._refreshed(stream_id)
            case Entered(message=message):
                return await self._welcomed(message)
            case IncomingMessage() as message if told.tap is not None:
                return await self._tapped(message, told.tap)
            case IncomingMessage() as message:
                return await self._heard(message)
        return None

    async def _heard(self, message: IncomingMessage) -> Plain | None:
        coming = await self._take(message)
        stream_id = inbox_key(message).removeprefix(_KEY)
        if not coming.done():
            self._afterwards(self._say_if_too_late(message, coming))
            return callback.growing(stream_id, _LOOKING)
        reply = coming.result()
        return None if reply == NOTHING else callback.whole_with_card(stream_id, reply, trace_of(message))

    async def _refreshed(self, stream_id: str) -> Plain:
        """Whoever has taken the message in: its answer stands beside it."""
        reply = await self._said(_KEY + stream_id)
        if reply is None:
            return callback.growing(stream_id, _LOOKING)
        return callback.whole(stream_id, _HEARD if reply == NOTHING else reply)

    async def _welcomed(self, message: IncomingMessage) -> Plain | None:
        coming = await self._take(message)
        welcome = coming.result() if coming.done() else NOTHING
        return None if welcome == NOTHING else callback.greeting(welcome)

    async def _tapped(self, message: IncomingMessage, tap: Tapped) -> Plain | None:
        """The card at once; its answer by the response_url, as a response can only change the card."""
        coming = await self._take(message)
        self._afterwards(self._say_after_tap(message, coming))
        reply = coming.result() if coming.done() else None
        if reply is not None and is_left(reply):
            return None
        outcome = _DOING if reply is None else outcome_of(reply)
        return callback.update(settled_card(tap, message.card, outcome))

    # ── after the response ──

    def _afterwards(self, saying: Awaitable[None]) -> None:
        task = asyncio.ensure_future(saying)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _say_if_too_late(self, message: IncomingMessage, coming: "asyncio.Future[Reply]") -> None:
        """The refreshes have brought the words, unless they are over; a refresh has no place for a card."""
        began = asyncio.get_running_loop().time()
        reply = await _there(coming)
        if reply == NOTHING:
            return
        if asyncio.get_running_loop().time() - began > self._pace.stream_life:
            await self._say(message, callback.later(reply))
        elif not message.in_group and (card := card_of(reply.buttons, trace_of(message))) is not None:
            await self._say(message, callback.later_card(card))

    async def _say_after_tap(self, message: IncomingMessage, coming: "asyncio.Future[Reply]") -> None:
        reply = await _there(coming)
        if reply != NOTHING:
            await self._say(message, callback.later(reply))

    async def _say(self, message: IncomingMessage, plain: Plain) -> None:
        """Once: what may have been taken is not said again."""
        address = self._ours(message.reply_url)
        if address is None or self._session is None:
            log.warning("an answer has no way to its reader", trace=trace_of(message))
            return
        for number in range(self._pace.tries):
            await asyncio.sleep(self._pace.apart if number else 0)
            try:
                answered = await call(self._session, "POST", address, body=plain)
            except NoAnswer as none:
                if none.reached:
                    break
                continue
            errcode = number_in(answered.fields, "errcode")
            if errcode == 0:
                return
            log.warning("an answer was refused", trace=trace_of(message), errcode=errcode)
            return
        log.warning("an answer could not be brought", trace=trace_of(message))

    def _ours(self, given: str) -> URL | None:
        """Only to the platform itself, whatever a message says."""
        try:
            address = URL(given, encoded=True)
            return address if address.with_query(None).with_fragment(None) == self._response else None
        except ValueError:
            return None


async def _there(coming: "asyncio.Future[Reply]") -> Reply:
    """Whoever waits no longer must not take the answer away from others."""
    await asyncio.wait({coming})
    # What could not be handled stays in the journal, and is taken in after a start.
    return NOTHING if coming.exception() is not None else coming.result()
