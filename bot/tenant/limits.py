"""How often somebody may call, counted as the platforms count."""

from collections import defaultdict, deque

from bot.tenant.clock import PlatformClock


class Window:
    """At most `limit` in any `seconds`, for each key on its own."""

    def __init__(self, clock: PlatformClock, limit: int, seconds: float) -> None:
        self._clock = clock
        self.limit = limit
        self.seconds = seconds
        self._taken: defaultdict[str, deque[int]] = defaultdict(deque)

    def take(self, key: str) -> bool:
        """False when there is none left; a refused call does not count."""
        now = self._clock.ms()
        taken = self._taken[key]
        while taken and taken[0] <= now - self.seconds * 1000:
            taken.popleft()
        if len(taken) >= self.limit:
            return False
        taken.append(now)
        return True


class Muting:
    """A window that, once exceeded, stays shut for `shut_seconds` (DingTalk's custom robots)."""

    def __init__(self, clock: PlatformClock, limit: int, seconds: float, shut_seconds: float) -> None:
        self._clock = clock
        self._window = Window(clock, limit, seconds)
        self._shut_seconds = shut_seconds
        self._shut_until: dict[str, int] = {}

    def take(self, key: str) -> bool:
        now = self._clock.ms()
        if now < self._shut_until.get(key, 0):
            return False
        if self._window.take(key):
            return True
        self._shut_until[key] = now + round(self._shut_seconds * 1000)
        return False
