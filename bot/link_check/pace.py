"""At most one request per host and second, whoever handed in the links."""

import asyncio

SECONDS = 1.0
_MANY = 1000


class Pace:
    """Gives out turns; its times are those of `time.monotonic`, so it outlives an event loop."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}

    async def turn(self, *keys: str) -> None:
        """Returns when every one of `keys` (a name, its addresses) has been left alone for a second."""
        now = asyncio.get_running_loop().time()
        at = max(now, *(self._free_at.get(key, now) for key in keys))
        if len(self._free_at) > _MANY:
            self._free_at = {key: free for key, free in self._free_at.items() if free > now}
        self._free_at.update(dict.fromkeys(keys, at + SECONDS))
        await asyncio.sleep(at - now)
