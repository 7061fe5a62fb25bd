"""Puts the bot together; the only file that knows every part."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.health import health_routes
from bot.intake import Delivery, Intake
from bot.journal import Journal
from bot.lanes import Lane
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.dingtalk.routes import dingtalk_routes
from bot.platforms.routes import BODY_LIMIT
from bot.platforms.wecom.callback import WeComDoor
from bot.platforms.wecom.routes import wecom_routes
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.reception import NotKept, Reception
from bot.settings import Settings
from messages.outgoing import Reply
from storage.database import Database

log = structlog.get_logger()

POSTGRES_LANES = 2
DRAIN_SECONDS = 15.0
CHECKPOINT_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an office may replace and a test does."""

    settings: Settings
    database: Database
    plan: Plan
    catalogue: Catalogue
    clock: Clock
    journal_folder: Path

    @property
    def secret_key(self) -> str:
        key = self.settings.secret_key
        return "" if key is None else key.get_secret_value()


def build_lanes(parts: Parts) -> list[Lane[Delivery, Reply]]:
    intake = Intake(
        plan=parts.plan,
        catalogue=parts.catalogue,
        secret_key=parts.secret_key,
    )
    count = 1 if parts.database.is_sqlite else POSTGRES_LANES
    return [Lane(str(number), parts.database, intake) for number in range(count)]


def build_app(parts: Parts) -> web.Application:
    """The web application; its lanes live as long as it runs."""
    lanes = build_lanes(parts)
    reception = Reception(lanes, Journal(parts.journal_folder), parts.clock)
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_calm])
    settings = parts.settings
    if settings.wecom is not None:
        wecom = WeComDoor(
            settings.wecom.corp_id,
            settings.wecom.token.get_secret_value(),
            settings.wecom.encoding_aes_key.get_secret_value(),
        )
        app.add_routes(wecom_routes(wecom, reception.accept, parts.clock))
    if settings.dingtalk is not None and settings.dingtalk.mode == "http":
        dingtalk = DingTalkDoor(
            settings.dingtalk.client_secret.get_secret_value(), settings.dingtalk.robot_code
        )
        app.add_routes(dingtalk_routes(dingtalk, reception.accept, parts.clock))
    app.add_routes(health_routes(parts.database, parts.clock))

    async def run_lanes(_app: web.Application) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        for lane in lanes:
            lane.start(loop)
        recovered = await reception.recover()
        if recovered:
            log.info("messages taken up again after a stop", count=recovered)
        checkpoints = asyncio.create_task(_checkpoint(parts.database))
        yield
        checkpoints.cancel()
        await asyncio.gather(*(asyncio.to_thread(lane.stop, DRAIN_SECONDS) for lane in lanes))

    app.cleanup_ctx.append(run_lanes)
    return app


async def _checkpoint(database: Database) -> None:
    while database.is_sqlite:
        await asyncio.sleep(CHECKPOINT_SECONDS)
        try:
            await asyncio.to_thread(database.checkpoint)
        except DBAPIError:
            log.warning("the database's log could not be copied; it will be tried again")


@web.middleware
async def _calm(request: web.Request, handler: object) -> web.StreamResponse:
    """No stranger ever sees a 500 with a trace, and a platform is asked to come again where that helps."""
    try:
        response: web.StreamResponse = await handler(request)  # type: ignore[operator]
    except web.HTTPException:
        raise
    except NotKept:
        log.critical("neither database nor disk could take a message")
        return web.Response(status=503, headers={"Retry-After": "5"}, text="try again\n")
    except Exception:  # the border on the way in
        log.exception("a door has failed", path=request.path)
        return web.Response(status=503, headers={"Retry-After": "5"}, text="try again\n")
    return response
