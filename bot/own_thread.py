"""A thread beside the bot's event loop, with one piece of work at a time that can be cut off."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class OwnThread:
    """`run` goes on until `stopping` is set; what it has cut off is taken up again by whoever starts next."""

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        self.stopping = threading.Event()
        self.under_way: tuple[asyncio.AbstractEventLoop, asyncio.Task[object]] | None = None
        """What `stop` cuts off."""
        self._thread = threading.Thread(target=run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_alive(self) -> bool:
        """As `threading.Thread` has it."""
        return self._thread.is_alive()

    def stop(self, timeout: float) -> None:
        """In seconds; also before it was started."""
        self.stopping.set()
        if self.under_way is not None:
            loop, task = self.under_way
            with suppress(RuntimeError):  # it has just ended by itself
                loop.call_soon_threadsafe(task.cancel)
        if self.is_alive():
            self._thread.join(timeout)
