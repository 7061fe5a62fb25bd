"""Looking at files as long as the web application runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from aiohttp import web

from bot.outlets import Grounds
from bot.received_files.fetching import Fetcher
from bot.received_files.looking import Desk
from bot.received_files.sources import Platforms, platform_bases
from bot.received_files.working import FileWatch
from storage.sealing import Sealing

_STOP_SECONDS = 2.0


def looking_at_files(
    grounds: Grounds, desk: Desk, wake: Callable[[], None]
) -> Callable[[web.Application], AsyncIterator[None]]:
    """`wake`: called in another thread when something new waits to be sent."""

    def posted() -> None:
        with suppress(RuntimeError):  # the loop is gone; whoever starts next delivers it
            wake()

    async def run(_app: web.Application) -> AsyncIterator[None]:
        if not desk.secret_key:  # nothing is taken in without one
            yield
            return
        source = Platforms(grounds=grounds, fetcher=Fetcher(bases=platform_bases(grounds.settings)))
        watch = FileWatch(desk, source, Sealing(desk.secret_key), grounds.clock, posted)
        watch.start()
        yield
        await asyncio.to_thread(watch.stop, _STOP_SECONDS)

    return run
