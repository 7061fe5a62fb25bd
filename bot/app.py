"""Puts the bot together; the only file that knows every part."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from aiohttp import ClientSession, web
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.access_tokens import AccessTokens
from bot.clock import Clock
from bot.delivery import Couriers, Means, Pace
from bot.health import health_routes
from bot.intake import Delivery, Intake
from bot.journal import Journal
from bot.lanes import Lane
from bot.link_check.watching import LinkWatch
from bot.platforms.calls import open_session
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.dingtalk.routes import dingtalk_routes
from bot.platforms.routes import BODY_LIMIT
from bot.platforms.wecom.callback import WeComDoor
from bot.platforms.wecom.client import WeComClient
from bot.platforms.wecom.routes import wecom_routes
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.reception import ANSWER_WITHIN_SECONDS, NotKept, Reception
from bot.sending import Sender
from bot.settings import Settings
from messages.incoming import Platform
from messages.outgoing import Reply
from storage.database import Database

log = structlog.get_logger()

POSTGRES_LANES = 2
DRAIN_SECONDS = 15.0
CHECKPOINT_SECONDS = 1.0
LINKS_STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an office may replace and a test does."""

    settings: Settings
    database: Database
    plan: Plan
    catalogue: Catalogue
    clock: Clock
    journal_folder: Path
    pace: Pace = field(default_factory=Pace)
    answer_within: float = ANSWER_WITHIN_SECONDS

    @property
    def secret_key(self) -> str:
        key = self.settings.secret_key
        return "" if key is None else key.get_secret_value()


def _nothing(_connection: Connection) -> None:
    return


def build_lanes(
    parts: Parts, committed: Callable[[Connection], None] = _nothing
) -> list[Lane[Delivery, Reply]]:
    """`committed`: as `Lane` has it."""
    intake = Intake(
        plan=parts.plan,
        catalogue=parts.catalogue,
        secret_key=parts.secret_key,
    )
    count = 1 if parts.database.is_sqlite else POSTGRES_LANES
    return [Lane(str(number), parts.database, intake, committed) for number in range(count)]


def build_senders(parts: Parts, session: ClientSession) -> list[Sender]:
    """One for each platform on which people can be written to; none without a key to seal tokens with."""
    if not parts.secret_key:
        return []

    def tokens(platform: Platform) -> AccessTokens:
        return AccessTokens(platform, parts.database, parts.secret_key, parts.clock)

    senders: list[Sender] = []
    wecom, dingtalk = parts.settings.wecom, parts.settings.dingtalk
    if wecom is not None:
        senders.append(
            WeComClient(
                session,
                tokens(Platform.WECOM),
                api_base=wecom.api_base,
                corp_id=wecom.corp_id,
                secret=wecom.secret.get_secret_value(),
                agent_id=wecom.agent_id,
            )
        )
    if dingtalk is not None:
        senders.append(
            DingTalkClient(
                session,
                tokens(Platform.DINGTALK),
                api_base=dingtalk.api_base,
                client_id=dingtalk.client_id,
                client_secret=dingtalk.client_secret.get_secret_value(),
                robot_code=dingtalk.robot_code,
            )
        )
    return senders


def build_app(parts: Parts) -> web.Application:
    """The web application; its lanes live as long as it runs."""
    couriers = Couriers(Means(database=parts.database, plan=parts.plan, clock=parts.clock, pace=parts.pace))
    lanes = build_lanes(parts, couriers.committed)
    reception = Reception(lanes, Journal(parts.journal_folder), parts.clock, parts.answer_within)
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

    async def run_delivery(_app: web.Application) -> AsyncIterator[None]:
        async with open_session(parts.pace.answer) as session:
            couriers.start(build_senders(parts, session))
            yield
            await couriers.stop()

    app.cleanup_ctx.append(run_lanes)
    app.cleanup_ctx.append(run_delivery)
    app.cleanup_ctx.append(_watching_links(parts))
    return app


def _watching_links(parts: Parts) -> Callable[[web.Application], AsyncIterator[None]]:
    watch = LinkWatch(parts.database, parts.plan, parts.catalogue, parts.clock)

    async def run(_app: web.Application) -> AsyncIterator[None]:
        watch.start()
        yield
        await asyncio.to_thread(watch.stop, LINKS_STOP_SECONDS)

    return run


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
