"""/livez and /readyz: alive is not the same as in order."""

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
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
    under_way: list[asyncio.Task[list[str]]] = []

    async def ready(_request: web.Request) -> web.Response:
        if not under_way or under_way[0].done():
            under_way[:] = [asyncio.create_task(unready(database, clock, looking))]
        reasons = await asyncio.shield(under_way[0])
        body: dict[str, Any] = {"ready": not reasons, "reasons": reasons}
        return web.json_response(body, status=200 if not reasons else 503)

    return [web.get("/livez", live), web.get("/readyz", ready)]


async def unready(database: Database, clock: Clock, looking: Executor) -> list[str]:
    """What keeps the bot from working, a sentence each; nothing = ready."""
    reasons = []
    if clock.real_ms() < _EARLIEST_MS:
        reasons.append("系统时钟不对，请校准时间")
    try:
        look = asyncio.get_running_loop().run_in_executor(looking, _look, database)
        found, writable = await asyncio.wait_for(look, PATIENCE_SECONDS)
    except TimeoutError:
        reasons.append("数据库没有在两秒内回应")
    except DBAPIError:
        reasons.append("连不上数据库")
    else:
        if not writable:
            reasons.append("数据库只能读不能写，请检查它是不是变成了备机，或文件权限")
        if found != HEAD:
            reasons.append(f"数据库结构是 {found or '空的'}，程序要的是 {HEAD}，请运行 python -m bot migrate")
    return reasons


def _look(database: Database) -> tuple[str | None, bool]:
    with database.reading() as connection:
        return revision(connection), is_writable(connection)
