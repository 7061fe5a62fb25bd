"""DingTalk's HTTP: robot messages come in as POST, the answer goes out in the response body."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from pydantic_core import to_json

from bot.clock import Clock
from bot.intake import trace_of
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.dingtalk.card_desk import CardDesk
from bot.platforms.dingtalk.cards import verify, without
from bot.platforms.errors import Forged, Ignored, Unreadable
from bot.platforms.routes import Accept, note_ignored, refused, whole_body
from messages.incoming import Platform
from messages.outgoing import NOTHING

CARD_PATH: Final = "/dingtalk/card"
_AFTER_THE_WORDS_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Interactive cards in HTTP mode; `desk` is there while the bot runs."""

    desk: Callable[[], CardDesk | None]
    secret: str = field(repr=False)  # that taps are signed with


def dingtalk_routes(  # noqa: PLR0913  what a door stands on
    door: DingTalkDoor,
    accept: Accept,
    clock: Clock,
    metrics: Metrics,
    alarms: OwnerAlarms,
    *,
    cards: Cards | None = None,
) -> list[web.RouteDef]:
    async def receive(request: web.Request) -> web.Response:
        try:
            said = door.read(
                request.headers.get("timestamp"),
                request.headers.get("sign"),
                await whole_body(request, Platform.DINGTALK, metrics),
                clock.real_ms(),
            )
        except (Forged, Unreadable) as error:
            return refused(Platform.DINGTALK, error, metrics, alarms)
        if isinstance(said, Ignored):
            note_ignored(Platform.DINGTALK, said, alarms)
            return _response(door.seal(NOTHING))
        reply = await accept(said)
        desk = None if cards is None else cards.desk()
        if desk is not None and said.account and (words := without(reply)) is not reply:
            desk.post(
                reply,
                trace=trace_of(said),
                chat=said.chat,
                account=said.account,
                after_s=_AFTER_THE_WORDS_S,
            )
            reply = words
        return _response(door.seal(reply, private=not said.in_group))

    routes = [web.post("/dingtalk/callback", receive)]
    return routes if cards is None else [*routes, _card_route(cards, clock, metrics, alarms)]


def _card_route(cards: Cards, clock: Clock, metrics: Metrics, alarms: OwnerAlarms) -> web.RouteDef:
    async def tapped(request: web.Request) -> web.Response:
        try:
            verify(
                cards.secret,
                request.headers.get("x-ddpaas-signature-timestamp"),
                request.headers.get("x-ddpaas-signature"),
                clock.real_ms(),
            )
            body = await whole_body(request, Platform.DINGTALK, metrics)
            desk = cards.desk()
            if desk is None:
                return web.Response(status=503, headers={"Retry-After": "5"}, text="try again\n")
            return _response(to_json(await desk.tapped(body)))
        except (Forged, Unreadable) as error:
            return refused(Platform.DINGTALK, error, metrics, alarms)

    return web.post(CARD_PATH, tapped)


def _response(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json", charset="utf-8")
