"""/livez and /readyz: alive is not the same as in order."""

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from storage.compatibility import oldest_program
from storage.database import Database, is_writable
from storage.schema import HEAD, revision

PATIENCE_SECONDS = 2.0
# A machine that has lost its clock comes up decades ago; signatures then fail and days are wrong.
_EARLIEST_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def health_routes(database: Database, clock: Clock) -> list[web.RouteDef]:
    async def live(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    # A thread of its own, and one look at a time: whoever asks for readiness must not keep messages waiting.
    looking = ThreadPoolExecutor(1, "health")
    under_way: list[asyncio.Task[Found]] = []

    async def ready(_request: web.Request) -> web.Response:
        if not under_way or under_way[0].done():
            under_way[:] = [asyncio.create_task(look(database, clock, looking))]
        found = await asyncio.shield(under_way[0])
        reasons = list(found.reasons)
        body: dict[str, Any] = {"ready": not reasons, "reasons": reasons}
        if found.notes:
            body["notes"] = list(found.notes)
        return web.json_response(body, status=200 if not reasons else 503)

    return [web.get("/livez", live), web.get("/readyz", ready)]


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence each; no reasons = ready."""

    reasons: tuple[str, ...] = ()  # what keeps the bot from working
    notes: tuple[str, ...] = ()  # what does not, and somebody should see to


async def look(database: Database, clock: Clock, looking: Executor) -> Found:
    reasons, notes = [], []
    if clock.real_ms() < _EARLIEST_MS:
        reasons.append("系统时钟不对，请校准时间")
    try:
        seen = asyncio.get_running_loop().run_in_executor(looking, _look, database)
        schema, writable = await asyncio.wait_for(seen, PATIENCE_SECONDS)
    except TimeoutError:
        reasons.append("数据库没有在两秒内回应")
    except DBAPIError:
        reasons.append("连不上数据库")
    else:
        if not writable:
            reasons.append("数据库只能读不能写，请检查它是不是变成了备机，或文件权限")
        if schema.outgrown:
            reasons.append(f"数据库结构 {schema.found} 已经不支持这个程序（{HEAD}），请换上新版程序")
        elif schema.newer:
            notes.append(f"数据库结构 {schema.found} 比程序（{HEAD}）新，仍在照常工作，请尽快换上新版程序")
        elif schema.found != HEAD:
            reasons.append(
                f"数据库结构是 {schema.found or '空的'}，程序要的是 {HEAD}，请运行 python -m bot migrate"
            )
    return Found(tuple(reasons), tuple(notes))


@dataclass(frozen=True, slots=True)
class _Schema:
    """As it stands in the database at this moment."""

    found: str | None
    oldest: str  # the oldest program that can work with it, by its revision

    @property
    def newer(self) -> bool:
        return self.found is not None and self.found > HEAD

    @property
    def outgrown(self) -> bool:
        """Processes of the release before go on while a newer one is rolled out; of older ones they do not."""
        return self.newer and self.oldest > HEAD


def _look(database: Database) -> tuple[_Schema, bool]:
    with database.reading() as connection:
        found = revision(connection)
        oldest = "" if found is None else oldest_program(connection)
        return _Schema(found, oldest), is_writable(connection)
