"""All couriers of a process: one for each outlet, and one that takes back, so that a dead one keeps nobody waiting on the others."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection

from bot.delivery.courier import Courier
from bot.delivery.means import Means
from bot.delivery.recaller import Recaller
from bot.policy.outgoing import Way
from bot.sending import Outlet
from messages.incoming import Platform
from storage.outbox import has_posted

_WAYS = frozenset(way.value for way in Way)


class Couriers:
    """They live from `start` to `stop`."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._running: dict[Courier | Recaller, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Future[list[None]] | None = None

    def start(self, outlets: Sequence[Outlet], *, until_idle: bool = False) -> None:
        """One courier each; on the running loop."""
        self._loop = asyncio.get_running_loop()
        among = _people_on(outlets)
        for outlet in outlets:
            courier = Courier(outlet, among, self._means, self.wake)
            self._running[courier] = asyncio.create_task(courier.run(until_idle=until_idle))
            recaller = Recaller(outlet, self._means)
            self._running[recaller] = asyncio.create_task(recaller.run(until_idle=until_idle))

    def committed(self, connection: Connection) -> None:
        """In whatever thread, after a commit: what was posted in it goes out now."""
        if has_posted(connection):
            self.wake_from_thread()

    def wake_from_thread(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.wake)

    def wake(self) -> None:
        for one in self._running:
            one.wake()

    @property
    def sent(self) -> int:
        """Messages that platforms have taken since the start."""
        return sum(one.sent for one in self._running if isinstance(one, Courier))

    async def idle(self) -> None:
        """Returns when those that were started `until_idle` have come to an end."""
        await asyncio.gather(*self._running.values())

    def begin_to_stop(self) -> None:
        """Nothing new is sent from now on; `stop` waits for the rest."""
        if self._stopping is None:
            stops = (one.stop(task) for one, task in self._running.items())
            self._stopping = asyncio.gather(*stops)

    async def stop(self) -> None:
        self.begin_to_stop()
        if self._stopping is not None:
            await self._stopping


async def drain(outlets: Sequence[Outlet], means: Means, *, within_s: float = 300.0) -> int:
    """Delivers what can be delivered now; how many messages were. What must wait is left to `serve`."""
    couriers = Couriers(means)
    couriers.start(outlets, until_idle=True)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await couriers.idle()
    finally:
        await couriers.stop()
    return couriers.sent


def _people_on(outlets: Sequence[Outlet]) -> tuple[Platform, ...]:
    return tuple(dict.fromkeys(outlet.platform for outlet in outlets if outlet.name not in _WAYS))
