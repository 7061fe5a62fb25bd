"""Who of several processes keeps the connection: the holder of a lease in the database (one connection per bot)."""

import asyncio
import random
from collections.abc import Callable
from hashlib import blake2b
from typing import Final, Protocol
from uuid import uuid4

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.platforms.wecom.aibot.connection import End
from bot.platforms.wecom.aibot.pace import LinePace
from storage import leases
from storage.database import Database, is_outage

log = structlog.get_logger()

_LONGEST_NAME: Final = 40  # of a lease


class Connects(Protocol):
    """One connection from its opening to its end."""

    async def __call__(self) -> tuple[End, float]:
        """Why it ended, and for how many seconds it had been up; 0 = it never was. To be cancelled."""
        ...


class Lease:
    """As this process sees it."""

    def __init__(self, bot_id: str, database: Database, clock: Clock, pace: LinePace) -> None:
        self._name = lease_name(bot_id)
        self._holder = uuid4().hex
        self._database = database
        self._clock = clock
        self._pace = pace
        self._until = 0

    @property
    def ran_out(self) -> bool:
        """It may be somebody else's by now."""
        return self._clock.real_ms() >= self._until

    async def take(self) -> bool | None:
        """Takes or prolongs it. False: somebody else holds it. None: the database is away."""
        now = self._clock.real_ms()
        until = now + round(self._pace.lease * 1000)

        def write() -> bool:
            with self._database.writing() as connection:
                return leases.take(connection, self._name, self._holder, at=now, until=until)

        try:
            taken = await asyncio.to_thread(write)
        except DBAPIError as error:
            if not is_outage(error):
                log.exception("the lease of the long connection cannot be taken")
            return None
        if taken:
            self._until = until
        return taken

    async def release(self) -> None:
        def write() -> None:
            with self._database.writing() as connection:
                leases.release(connection, self._name, self._holder)

        self._until = 0
        try:
            await asyncio.to_thread(write)
        except DBAPIError:
            log.warning("the lease of the long connection will run out by itself")


class Holding:
    """Connects while it holds the lease, for ever."""

    def __init__(
        self,
        lease: Lease,
        connects: Connects,
        pace: LinePace,
        *,
        tell: Callable[[End], None],
        luck: Callable[[], float] = random.random,
    ) -> None:
        """`tell`: called with every end. `luck`: between 0 and 1, keeps processes from coming back in step."""
        self._lease = lease
        self._connects = connects
        self._pace = pace
        self._tell = tell
        self._luck = luck
        self._kicks = 0

    async def run(self) -> None:
        """Until it is cancelled; the lease is released then."""
        try:
            while True:
                if not await self._lease.take():
                    await asyncio.sleep(self._pace.look)
                    continue
                end = await self._held()
                log.warning("the long connection is given up", why=end.value)
                # What is not ours is not released: the row names its holder.
                await self._lease.release()
                await asyncio.sleep(self._pause(end))
        finally:
            await asyncio.shield(self._lease.release())

    async def _held(self) -> End:
        """Why this process does not connect any more."""
        connecting = asyncio.create_task(self._connect_again_and_again())
        renewing = asyncio.create_task(self._renew())
        try:
            await asyncio.wait({connecting, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if renewing.done():
                return End.LOST
            return connecting.result()
        finally:
            await _cancelled(connecting, renewing)

    async def _renew(self) -> None:
        """Until somebody else holds it. While the database is away nobody can, and messages go to the journal."""
        while True:
            await asyncio.sleep(self._pace.renew)
            if await self._lease.take() is False:
                return

    async def _connect_again_and_again(self) -> End:
        breaks = 0
        while True:
            end, lasted_s = await self._connects()
            if lasted_s > self._pace.longest_kicked:
                self._kicks = 0
            if end is End.KICKED and (self._lease.ran_out or await self._lease.take() is False):
                end = End.LOST  # a process of our own that took over what had run out is no stranger
            self._tell(end)
            if end is not End.BROKEN:
                return end
            breaks = 0 if lasted_s > self._pace.longest_again else breaks
            await asyncio.sleep(self._again_in(breaks))
            breaks += 1

    def _again_in(self, breaks: int) -> float:
        delay = _doubled(self._pace.first_again, breaks, self._pace.longest_again)
        return delay * (0.8 + 0.4 * self._luck())

    def _pause(self, end: End) -> float:
        """So long another process is let go first."""
        if end is End.KICKED:
            self._kicks += 1
            return _doubled(self._pace.kicked, self._kicks - 1, self._pace.longest_kicked)
        return self._pace.refused if end is End.REFUSED else self._pace.look


def _doubled(first: float, times: int, most: float) -> float:
    return min(most, first * (1 << min(times, 16)))


async def _cancelled(*tasks: "asyncio.Task[End] | asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def lease_name(bot_id: str) -> str:
    """Whoever holds it keeps the connection of this bot."""
    whole = f"aibot/{bot_id}"
    if len(whole) <= _LONGEST_NAME and whole.isascii():
        return whole
    return f"aibot/{blake2b(bot_id.encode(), digest_size=16).hexdigest()}"
