"""Work that goes on until it is cancelled: a bug in it is logged, and it begins anew."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

log = structlog.get_logger()

BREATH_S: Final = 5.0


async def unending(name: str, work: Callable[[], Awaitable[None]], breath_s: float = BREATH_S) -> None:
    """`work` is not expected to return; `name` is for the log."""
    while True:
        try:
            await work()
        except Exception:  # the border of what nobody waits for
            log.exception("what should never end has ended", work=name)
        await asyncio.sleep(breath_s)
