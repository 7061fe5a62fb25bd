"""DingTalk's door in HTTP mode, with the interactive cards of an installation that has built a template for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import Final

import structlog
from aiohttp import web

from bot.connections import Ground, dingtalk_speech
from bot.platforms.calls import open_session
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.dingtalk.card_desk import CardDesk
from bot.platforms.dingtalk.routes import CARD_PATH, Cards, dingtalk_routes
from bot.platforms.routes import Accept
from bot.sending import SendFailed
from bot.settings import DingTalk

log = structlog.get_logger()

_FIRST_S: Final = 2.0
_MOST_S: Final = 300.0
_STOP_S: Final = 2.0


def add_dingtalk_door(
    app: web.Application, ground: Ground, accept: Accept, *, public_url: str, answer_s: float
) -> None:
    """Where it is set up. `answer_s`: how long the platform may take to answer what is said to it."""
    settings = ground.settings.dingtalk
    if settings is None or settings.mode != "http":
        return
    buttons, cards = ground.buttons, None
    # Without a key there is nothing to seal the platform's tokens with.
    if buttons.dingtalk_card_template and buttons.dingtalk_card_callback_key and ground.secret_key:
        running = _Cards(ground, settings, public_url + CARD_PATH, answer_s)
        app.cleanup_ctx.append(running.running)
        cards = Cards(desk=lambda: running.desk, secret=running.secret)
    door = DingTalkDoor(settings.client_secret.get_secret_value(), settings.robot_code)
    app.add_routes(dingtalk_routes(door, accept, ground.clock, ground.metrics, ground.alarms, cards=cards))


@dataclass(slots=True)
class _Cards:
    """Registered, sent and answered for as long as the bot runs."""

    ground: Ground
    settings: DingTalk
    address: str  # where taps are delivered
    answer_s: float
    desk: CardDesk | None = None

    @property
    def secret(self) -> str:
        """The same in all processes of an installation, and no other's."""
        return digest(self.ground.secret_key.encode(), b"dingtalk card callbacks", sha256).hex()

    async def running(self, _app: web.Application) -> AsyncIterator[None]:
        async with open_session(self.answer_s) as session:
            speech = dingtalk_speech(self.ground, self.settings, session)
            assert speech.desk is not None, "there is a template"
            self.desk = speech.desk
            tasks = [
                asyncio.create_task(speech.answering.run()),
                asyncio.create_task(self._register(speech.desk)),
            ]
            yield
            await speech.desk.stop(_STOP_S)
            await speech.answering.stop()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _register(self, desk: CardDesk) -> None:
        """Until it has been taken."""
        pause = _FIRST_S
        while True:
            try:
                await desk.sender.register(self.address, self.secret)
            except SendFailed as failed:
                log.warning("the address of cards was not registered", errcode=failed.errcode)
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _MOST_S)
