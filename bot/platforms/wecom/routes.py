"""WeCom's HTTP: the URL check comes as GET, messages and events as POST; the answer is a passive reply."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from aiohttp import web

from bot.clock import Clock
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.errors import DECLARED, Forged, Ignored, Unreadable
from bot.platforms.routes import Accept, note_ignored, refused, whole_body
from bot.platforms.wecom.app_cards import AppCards
from bot.platforms.wecom.callback import TappedCard, WeComDoor
from bot.platforms.wecom.cards import is_left, outcome_of, settled_card
from messages.incoming import IncomingMessage, Platform

PATH: Final = "/wecom/app/callback"


class WeComRoutes:
    """One application's callback address."""

    def __init__(  # noqa: PLR0913  what a door stands on
        self,
        door: WeComDoor,
        accept: Accept,
        clock: Clock,
        *,
        metrics: Metrics,
        alarms: OwnerAlarms,
        cards: Callable[[], AppCards | None],
    ) -> None:
        """`cards`: None where nothing can be sent, or not any more."""
        self._door = door
        self._accept = accept
        self._clock = clock
        self._metrics = metrics
        self._alarms = alarms
        self._cards = cards

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._verify), web.post(PATH, self._receive)]

    async def _verify(self, request: web.Request) -> web.Response:
        query = request.query
        try:
            plain = self._door.verify_url(
                query.get("msg_signature"),
                query.get("timestamp"),
                query.get("nonce"),
                query.get("echostr"),
                self._clock.real_ms(),
            )
        except (Forged, Unreadable) as error:
            return refused(Platform.WECOM, error, self._metrics, self._alarms)
        return web.Response(body=plain, content_type="text/plain")

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        try:
            said = self._door.read(
                query.get("msg_signature"),
                query.get("timestamp"),
                query.get("nonce"),
                await whole_body(request, Platform.WECOM, self._metrics),
                self._clock.real_ms(),
            )
        except (Forged, Unreadable) as error:
            return refused(Platform.WECOM, error, self._metrics, self._alarms)
        match said:
            case TappedCard():
                return await self._tapped(said)
            case Ignored():
                return self._ignored(said)
            case _:
                return await self._answered(request, said)

    def _ignored(self, what: Ignored) -> web.Response:
        note_ignored(Platform.WECOM, what, self._alarms)
        return web.Response()

    async def _answered(self, request: web.Request, message: IncomingMessage) -> web.Response:
        reply = await self._accept(message)
        response = _xml(self._door.seal(reply, message, self._clock.real_ms()))
        cards = self._cards()
        if cards is not None and reply.buttons is not None:
            # The words first: they are on their way before the card is.
            with suppress(ConnectionError):
                await response.prepare(request)
                await response.write_eof()
            cards.show_below(message, reply)
        return response

    async def _tapped(self, card: TappedCard) -> web.Response:
        """The response changes the card; what is answered is said by itself."""
        cards, message = self._cards(), card.message
        if cards is None:
            return self._ignored(Ignored(DECLARED, "template_card_event"))
        coming = await cards.hear(message)
        if not coming.done():
            cards.settle(message, card.tap, coming)
            return web.Response()
        reply = coming.result()
        if is_left(reply):
            return web.Response()
        shown = settled_card(card.tap, message.card, outcome_of(reply))
        return _xml(self._door.seal_card(shown, message, self._clock.real_ms()))


def _xml(sealed: bytes) -> web.Response:
    return web.Response(body=sealed, content_type="application/xml", charset="utf-8")
