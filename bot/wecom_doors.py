"""WeCom's two doors that are called by the platform, with what each says besides its responses."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from bot.connections import Ground
from bot.outlets import Grounds
from bot.platforms.calls import open_session
from bot.platforms.routes import Accept
from bot.platforms.wecom.access import WeComAccess
from bot.platforms.wecom.aibot.callback import AibotDoor
from bot.platforms.wecom.aibot.replies import Replies
from bot.platforms.wecom.aibot.routes import AibotCallback
from bot.platforms.wecom.app import WeComApp
from bot.platforms.wecom.app_cards import AppCards
from bot.platforms.wecom.callback import WeComDoor
from bot.platforms.wecom.routes import WeComRoutes
from bot.settings import WeCom
from messages.incoming import Platform


def add_wecom_doors(app: web.Application, ground: Ground, accept: Accept, *, answer_s: float) -> None:
    """Those that are set up. `answer_s`: how long the platform may take to answer what is said to it."""
    settings = ground.settings.wecom
    if settings is not None:
        desk = _Desk()
        door = WeComDoor(
            settings.corp_id, settings.token.get_secret_value(), settings.encoding_aes_key.get_secret_value()
        )
        routes = WeComRoutes(
            door,
            accept,
            ground.clock,
            metrics=ground.metrics,
            alarms=ground.alarms,
            cards=lambda: desk.cards,
        )
        app.add_routes(routes.routes())
        if ground.secret_key:  # without one there is nothing to seal the platform's tokens with
            app.cleanup_ctx.append(_Cards(desk, ground, settings, answer_s).running)
    aibot = _aibot(ground)
    if aibot is not None:
        app.add_routes(aibot.routes())
        app.cleanup_ctx.append(aibot.running)


def _aibot(ground: Ground) -> AibotCallback | None:
    settings, app = ground.settings.wecom_aibot, ground.settings.wecom
    if settings is None or settings.token is None or settings.encoding_aes_key is None:
        return None
    return AibotCallback(
        AibotDoor(
            settings.name, settings.token.get_secret_value(), settings.encoding_aes_key.get_secret_value()
        ),
        ground.take,
        Replies(ground.database).to,
        api_base=WeCom.model_fields["api_base"].default if app is None else app.api_base,
        clock=ground.clock,
        metrics=ground.metrics,
        alarms=ground.alarms,
    )


@dataclass(slots=True)
class _Desk:
    """Where the door finds whoever sends cards, while there is anybody."""

    cards: AppCards | None = None


@dataclass(frozen=True, slots=True)
class _Cards:
    """The application's cards, for as long as the bot runs."""

    desk: _Desk
    ground: Ground
    settings: WeCom
    answer_s: float

    async def running(self, _app: web.Application) -> AsyncIterator[None]:
        ground, settings = self.ground, self.settings
        grounds = Grounds(settings=ground.settings, database=ground.database, clock=ground.clock)
        async with open_session(self.answer_s) as session:
            access = WeComAccess(
                session=session,
                tokens=grounds.tokens(Platform.WECOM),
                api_base=settings.api_base,
                corp_id=settings.corp_id,
                secret=settings.secret.get_secret_value(),
            )
            app = WeComApp(access, settings.agent_id)
            cards = AppCards(app, ground.take, database=ground.database, clock=ground.clock)
            await cards.start()
            self.desk.cards = cards
            yield
            self.desk.cards = None
            await cards.stop()
