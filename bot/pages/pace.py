"""One browser after the other: whoever asks for much at once waits for themselves, not the others for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

PAGES_PER_MINUTE: Final = 300  # somebody quick with the keyboard makes one a second
AT_ONCE: Final = 2  # of the four threads


class Pace:
    """Of one process; sessions are told apart by their tokens' hashes."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._most = RateLimitItemPerMinute(PAGES_PER_MINUTE)
        self._turns: dict[str, tuple[asyncio.Semaphore, int]] = {}

    def allows(self, session: str) -> bool:
        """Counts this page."""
        return self._limiter.hit(self._most, session)

    @asynccontextmanager
    async def turn(self, session: str) -> AsyncIterator[None]:
        """Within it this session has one of its turns."""
        turns, waiting = self._turns.get(session, (asyncio.Semaphore(AT_ONCE), 0))
        self._turns[session] = (turns, waiting + 1)
        try:
            async with turns:
                yield
        finally:
            turns, waiting = self._turns[session]
            if waiting == 1:
                del self._turns[session]
            else:
                self._turns[session] = (turns, waiting - 1)
