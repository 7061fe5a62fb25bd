"""What the doors of both platforms share: how a refusal, an ignored event and an answer look in HTTP."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.platforms.errors import QUOTA_EXHAUSTED, UNDOCUMENTED, Forged, Ignored, Unreadable
from messages.incoming import IncomingMessage
from messages.outgoing import Reply

log = structlog.get_logger()

BODY_LIMIT = 64 * 1024
"""Bytes; larger bodies are answered 413 (contract, section 3)."""


async def whole_body(request: web.Request) -> bytes:
    """Raises Unreadable for a body that is not what its headers say; HTTPRequestEntityTooLarge over the limit."""
    try:
        return await request.read()
    except (web.RequestPayloadError, HttpProcessingError, ClientPayloadError):
        raise Unreadable("body") from None


Accept = Callable[[IncomingMessage], Awaitable[Reply]]


def refused(platform: str, error: Forged | Unreadable) -> web.Response:
    if isinstance(error, Forged):
        log.warning("forged", platform=platform, reason=error.reason, skew_s=error.skew_s)
        return web.Response(status=403, text="forbidden\n")
    log.warning("unreadable", platform=platform, reason=error.reason)
    return web.Response(status=400, text="bad request\n")


def note_ignored(platform: str, ignored: Ignored) -> None:
    """What we have no use for is acknowledged; only what somebody should look at makes noise."""
    if ignored.reason == QUOTA_EXHAUSTED:
        log.error("monthly quota exhausted: messages arrive without text", platform=platform)
    elif ignored.reason == UNDOCUMENTED:
        log.warning("undocumented message or event", platform=platform, name=ignored.name)
    else:
        log.debug("ignored", platform=platform, reason=ignored.reason, name=ignored.name)
