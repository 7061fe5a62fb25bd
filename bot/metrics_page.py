"""/metrics: what this process has counted, and what waits in the database all processes share."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.metrics import Metrics
from bot.policy.outgoing import Way
from storage.backlog import PEOPLE, Backlog, backlog
from storage.database import Database

PATIENCE_SECONDS = 1.0
FRESH_SECONDS = 1.0  # several who watch ask the database once


def metrics_routes(metrics: Metrics, database: Database, clock: Clock) -> list[web.RouteDef]:
    watch = BacklogWatch(database)

    async def scrape(_request: web.Request) -> web.Response:
        found = await watch.latest()
        body = metrics.exposition() + answering(None if found is None else watch.took)
        if found is not None:
            body += shared(found, clock.real_ms())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return [web.get("/metrics", scrape)]


class BacklogWatch:
    """Looks from a thread of its own, once at a time; whoever asks while the database is silent gets nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, "backlog")
        self._look: asyncio.Future[Backlog] | None = None
        self._begun = 0.0
        self.took = 0.0
        """The last look that came to its end, in seconds."""

    async def latest(self) -> Backlog | None:
        """None: the database is away, or takes too long."""
        loop = asyncio.get_running_loop()
        if self._look is None or (self._look.done() and loop.time() - self._begun > FRESH_SECONDS):
            self._begun = loop.time()
            self._look = loop.run_in_executor(self._thread, self._read)
        try:
            return await asyncio.wait_for(asyncio.shield(self._look), PATIENCE_SECONDS)
        except (TimeoutError, DBAPIError):
            return None

    def _read(self) -> Backlog:
        begun = time.perf_counter()
        with self._database.reading() as connection:
            found = backlog(connection)
        self.took = time.perf_counter() - begun
        return found


def answering(took: float | None) -> bytes:
    """Of this process. `took`: seconds for a look into the database; None = it does not answer in time."""
    registry = CollectorRegistry()
    answers = Gauge(
        "bot_database_answers", "Whether the database answers within a second.", registry=registry
    )
    answers.set(took is not None)
    if took is not None:
        looks = Gauge(
            "bot_database_look_seconds", "How long it took to ask it what waits.", registry=registry
        )
        looks.set(took)
    return generate_latest(registry)


def shared(found: Backlog, now: int) -> bytes:
    """The same from every process: add nothing up over several."""
    registry = CollectorRegistry()
    waiting = Gauge("bot_outbox_waiting", "Messages that wait to be sent.", ["to"], registry=registry)
    oldest = Gauge(
        "bot_outbox_oldest_seconds", "How long the oldest of them has waited.", ["to"], registry=registry
    )
    groups = Gauge("bot_groups", "Groups that are bound.", registry=registry)
    stopped = Gauge("bot_groups_stopped", "Groups to which nothing is sent any more.", registry=registry)
    for to in (PEOPLE, *Way):  # also where nothing waits: a series that comes and goes hides what has changed
        waiting.labels(to).set(0)
        oldest.labels(to).set(0)
    for each in found.waiting:
        waiting.labels(each.to).set(each.count)
        oldest.labels(each.to).set(max(0, now - each.oldest_at) / 1000)
    # Not "job": Prometheus has a label of that name.
    ended = Gauge(
        "bot_job_ended_timestamp_seconds", "When a job last ended so.", ["task", "outcome"], registry=registry
    )
    for end in found.jobs:
        ended.labels(end.job, end.outcome).set(end.at / 1000)
    groups.set(found.groups)
    stopped.set(found.stopped_groups)
    return generate_latest(registry)
