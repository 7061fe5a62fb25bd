"""What the doors of both platforms share: how a refusal, an ignored event and an answer look in HTTP."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.metrics import Metrics, Refusal
from bot.owner_alarms import OwnerAlarms
from bot.platforms.errors import QUOTA_EXHAUSTED, UNDOCUMENTED, Forged, Ignored, Unreadable
from messages.incoming import IncomingMessage, Platform
from messages.outgoing import Reply

log = structlog.get_logger()

BODY_LIMIT = 64 * 1024
"""Bytes; larger bodies are answered 413 (contract, section 3)."""
_BROKEN_BODY: Final = "body"


async def whole_body(request: web.Request, platform: Platform, metrics: Metrics) -> bytes:
    """Raises Unreadable for a body that is not what its headers say; HTTPRequestEntityTooLarge over the limit."""
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        metrics.refused(platform, Refusal.TOO_LARGE)
        raise
    except (web.RequestPayloadError, HttpProcessingError, ClientPayloadError):
        raise Unreadable(_BROKEN_BODY) from None


Accept = Callable[[IncomingMessage], Awaitable[Reply]]


def refused(
    platform: Platform, error: Forged | Unreadable, metrics: Metrics, alarms: OwnerAlarms
) -> web.Response:
    if isinstance(error, Forged):
        alarms.refused(platform, error)
        log.warning("forged", platform=platform.value, reason=error.reason, skew_s=error.skew_s)
        metrics.refused(platform, Refusal.FORGED if error.skew_s is None else Refusal.STALE)
        return web.Response(status=403, text="forbidden\n")
    note_unreadable(platform, error, metrics, alarms)
    response = web.Response(status=400, text="bad request\n")
    if error.reason == _BROKEN_BODY:
        response.force_close()  # nobody can tell where the next request would begin
    return response


def note_unreadable(platform: Platform, error: Unreadable, metrics: Metrics, alarms: OwnerAlarms) -> None:
    """What came over a connection has no status, but is noted as well."""
    alarms.refused(platform, error)
    log.warning("unreadable", platform=platform.value, reason=error.reason)
    metrics.refused(platform, Refusal.UNREADABLE)


def note_ignored(platform: Platform, ignored: Ignored, alarms: OwnerAlarms) -> None:
    """What we have no use for is acknowledged; only what somebody should look at makes noise."""
    alarms.ignored(platform, ignored)
    if ignored.reason == QUOTA_EXHAUSTED:
        log.error("monthly quota exhausted: messages arrive without text", platform=platform.value)
    elif ignored.reason == UNDOCUMENTED:
        log.warning("undocumented message or event", platform=platform.value, name=ignored.name)
    else:
        log.debug("ignored", platform=platform.value, reason=ignored.reason, name=ignored.name)
