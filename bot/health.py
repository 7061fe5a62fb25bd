"""/livez and /readyz: alive is not the same as in order."""

import asyncio
from typing import Any

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from storage.database import Database
from storage.schema import HEAD, revision

PATIENCE_SECONDS = 2.0
# A machine that has lost its clock comes up decades ago; signatures then fail and days are wrong.
_EARLIEST_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def health_routes(database: Database, clock: Clock) -> list[web.RouteDef]:
    async def live(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_request: web.Request) -> web.Response:
        reasons = await unready(database, clock)
        body: dict[str, Any] = {"ready": not reasons, "reasons": reasons}
        return web.json_response(body, status=200 if not reasons else 503)

    return [web.get("/livez", live), web.get("/readyz", ready)]


async def unready(database: Database, clock: Clock) -> list[str]:
    """What keeps the bot from working, a sentence each; nothing = ready."""
    reasons = []
    if clock.real_ms() < _EARLIEST_MS:
        reasons.append("系统时钟不对，请校准时间")
    try:
        found = await asyncio.wait_for(asyncio.to_thread(_revision, database), PATIENCE_SECONDS)
    except TimeoutError:
        reasons.append("数据库没有在两秒内回应")
    except DBAPIError:
        reasons.append("连不上数据库")
    else:
        if found != HEAD:
            reasons.append(f"数据库结构是 {found or '空的'}，程序要的是 {HEAD}，请运行 python -m bot migrate")
    return reasons


def _revision(database: Database) -> str | None:
    with database.reading() as connection:
        connection.execute(text("SELECT 1"))
        return revision(connection)
