"""Puts the bot together; the only file that knows every part."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from aiohttp import web
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.calm import calm
from bot.clock import Clock, SystemClock
from bot.connections import Connections, Ground
from bot.delivery.couriers import Couriers, drain
from bot.delivery.means import Means, Pace
from bot.dingtalk_door import add_dingtalk_door
from bot.health import health_routes
from bot.intake import Delivery, Intake
from bot.jobs.job import JobParts
from bot.journal import Journal
from bot.lanes import Lane
from bot.link_check.watching import LinkWatch
from bot.metrics import Metrics
from bot.metrics_page import metrics_routes
from bot.outlets import Grounds, build_outlets, open_ways, reaches, webhook_bases
from bot.owner_alarms import OwnerAlarms
from bot.pages.routes import add_pages
from bot.pages.visit import Ground as PageGround
from bot.plan_source import read_source
from bot.platform_time import PlatformTime
from bot.platforms.calls import open_session
from bot.platforms.dingtalk.stream.connection import Pace as StreamPace
from bot.platforms.routes import BODY_LIMIT
from bot.platforms.wecom.aibot.connection import Line
from bot.platforms.wecom.aibot.pace import LinePace
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.received_files.in_the_bot import looking_at_files
from bot.received_files.looking import Desk
from bot.reception import ADOPT_SECONDS, ANSWER_WITHIN_SECONDS, Reception
from bot.settings import Settings
from bot.timetable import Tick, Timetable
from bot.wecom_doors import add_wecom_doors
from messages.outgoing import Reply
from messages.understanding.getting_ready import get_ready
from messages.understanding.read import Reader
from storage.database import Database
from storage.sealing import Sealing

log = structlog.get_logger()

POSTGRES_LANES = 2
# A stop takes less than 20 seconds in all: delivery 13.5, during which requests, links and jobs end, and this.
DRAIN_SECONDS = 6.0
CHECKPOINT_SECONDS = 1.0
LINKS_STOP_SECONDS = 2.0
JOBS_STOP_SECONDS = 2.0


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
    adopt_every: float = ADOPT_SECONDS
    metrics: Metrics = field(default_factory=Metrics)
    tick: Tick | None = field(default_factory=Tick)  # None: nothing runs by the timetable
    line_pace: LinePace = field(default_factory=LinePace)
    stream_pace: StreamPace = field(default_factory=StreamPace)

    address: str = ""  # where it listens, once that is known: port 0 lets the system choose

    @property
    def public_url(self) -> str:
        """Base of the links that are handed out, without a slash at its end."""
        own = self.address or f"http://{self.settings.host}:{self.settings.port}"
        return (self.settings.public_url or own).rstrip("/")

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
    get_ready(Reader(parts.catalogue))
    intake = Intake(
        plan=parts.plan,
        catalogue=parts.catalogue,
        secret_key=parts.secret_key,
        reaches=reaches(parts.settings),
        public_url=parts.public_url,
        metrics=parts.metrics,
    )
    count = 1 if parts.database.is_sqlite else POSTGRES_LANES
    return [Lane(str(number), parts.database, intake, committed) for number in range(count)]


def delivery_means(parts: Parts) -> Means:
    """What `bot.delivery` works with in this installation."""
    return Means(
        database=parts.database,
        plan=parts.plan,
        clock=parts.clock,
        pace=parts.pace,
        metrics=parts.metrics,
        sealing=Sealing(parts.secret_key) if parts.secret_key else None,
    )


async def deliver_now(parts: Parts) -> None:
    """What waits and can be delivered; not for long, and without anything else that a bot does."""
    async with open_session(parts.pace.answer) as session:
        grounds = Grounds(settings=parts.settings, database=parts.database, clock=parts.clock)
        await drain(build_outlets(grounds, session), delivery_means(parts))


def _ground(parts: Parts, reception: Reception, alarms: OwnerAlarms) -> Ground:
    """What connections and doors stand on."""
    return Ground(
        settings=parts.settings,
        database=parts.database,
        clock=parts.clock,
        metrics=parts.metrics,
        alarms=alarms,
        take=reception.take,
        line_pace=parts.line_pace,
        stream_pace=parts.stream_pace,
        buttons=parts.plan.buttons,
    )


def _page_ground(parts: Parts, couriers: Couriers) -> PageGround:
    return PageGround(
        database=parts.database,
        plan=parts.plan,
        catalogue=parts.catalogue,
        clock=parts.clock,
        secret_key=parts.secret_key,
        public_url=parts.public_url,
        reaches=reaches(parts.settings),
        committed=couriers.committed,
        webhook_bases=webhook_bases(parts.settings),
        ways=open_ways(parts.settings),
        plan_source=read_source(parts.settings.plan),
    )


def build_app(parts: Parts) -> web.Application:
    """The web application; its lanes live as long as it runs."""
    couriers = Couriers(delivery_means(parts))
    lanes = build_lanes(parts, couriers.committed)
    reception = Reception(
        lanes, Journal(parts.journal_folder), parts.clock, parts.answer_within, metrics=parts.metrics
    )
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[calm])
    alarms = OwnerAlarms(parts.database, parts.clock, posted=couriers.wake)
    ground = _ground(parts, reception, alarms)
    connections = Connections(ground, answer_within_s=parts.pace.answer)
    app.add_routes(health_routes(parts.database, parts.clock))
    app.add_routes(metrics_routes(parts.metrics, parts.database, parts.clock))
    parts.metrics.watch_lanes(lambda: sum(lane.backlog for lane in lanes))

    async def run_lanes(_app: web.Application) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        for lane in lanes:
            lane.start(loop)
        recovered = await reception.recover()
        if recovered:
            log.info("messages taken up again after a stop", count=recovered)
        checkpoints = asyncio.create_task(_checkpoint(parts.database))
        adopting = asyncio.create_task(reception.adopting(parts.adopt_every))
        yield
        adopting.cancel()
        checkpoints.cancel()
        await asyncio.gather(*(asyncio.to_thread(lane.stop, DRAIN_SECONDS) for lane in lanes))

    async def send_nothing_new(_app: web.Application) -> None:
        connections.begin_to_stop()
        couriers.begin_to_stop()  # while the last requests are answered

    app.on_shutdown.append(send_nothing_new)
    app.cleanup_ctx.append(run_lanes)
    add_dingtalk_door(app, ground, reception.accept, public_url=parts.public_url, answer_s=parts.pace.answer)
    add_wecom_doors(app, ground, reception.accept, answer_s=parts.pace.answer)
    add_pages(app, _page_ground(parts, couriers))
    app.cleanup_ctx.append(connections.running)
    app.cleanup_ctx.append(_delivering(parts, couriers, alarms, ground.line))
    app.cleanup_ctx.append(_watching_links(parts))
    app.cleanup_ctx.append(_looking_at_files(parts, couriers))
    app.cleanup_ctx.append(_keeping_the_timetable(parts, couriers.wake_from_thread))
    return app


def _delivering(
    parts: Parts, couriers: Couriers, alarms: OwnerAlarms, line: Line
) -> Callable[[web.Application], AsyncIterator[None]]:
    # Of the machine's own clock, whatever the bot's is made to say.
    time = PlatformTime(SystemClock(), alarms.clock_off)

    async def run(_app: web.Application) -> AsyncIterator[None]:
        ringing = asyncio.create_task(alarms.run())
        async with open_session(parts.pace.answer, time.trace()) as session:
            grounds = Grounds(settings=parts.settings, database=parts.database, clock=parts.clock, line=line)
            couriers.start(build_outlets(grounds, session))
            yield
            await couriers.stop()
        ringing.cancel()

    return run


def _watching_links(parts: Parts) -> Callable[[web.Application], AsyncIterator[None]]:
    watch = LinkWatch(parts.database, parts.plan, parts.catalogue, parts.clock)

    async def run(_app: web.Application) -> AsyncIterator[None]:
        watch.start()
        yield
        await asyncio.to_thread(watch.stop, LINKS_STOP_SECONDS)

    return run


def _looking_at_files(parts: Parts, couriers: Couriers) -> Callable[[web.Application], AsyncIterator[None]]:
    desk = Desk(
        database=parts.database, plan=parts.plan, catalogue=parts.catalogue, secret_key=parts.secret_key
    )
    grounds = Grounds(settings=parts.settings, database=parts.database, clock=parts.clock)
    return looking_at_files(grounds, desk, couriers.wake_from_thread)


def _keeping_the_timetable(
    parts: Parts, wake: Callable[[], None]
) -> Callable[[web.Application], AsyncIterator[None]]:
    """`wake`: called in another thread when something new waits to be sent."""

    async def run(_app: web.Application) -> AsyncIterator[None]:
        if parts.tick is None:
            yield
            return

        def posted() -> None:
            with suppress(RuntimeError):  # the loop is gone; whoever starts next delivers it
                wake()

        work = JobParts(
            database=parts.database,
            plan=parts.plan,
            catalogue=parts.catalogue,
            clock=parts.clock,
            secret_key=parts.secret_key,
        )
        timetable = Timetable(work, parts.tick, posted=posted)
        timetable.start()
        yield
        await asyncio.to_thread(timetable.stop, JOBS_STOP_SECONDS)

    return run


async def _checkpoint(database: Database) -> None:
    while database.is_sqlite:
        await asyncio.sleep(CHECKPOINT_SECONDS)
        try:
            await asyncio.to_thread(database.checkpoint)
        except DBAPIError:
            log.warning("the database's log could not be copied; it will be tried again")
