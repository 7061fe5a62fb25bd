"""What the open pages are told besides messages and requests."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum, unique

_QUEUE = 1000


@unique
class Topic(StrEnum):
    """What has happened."""

    BUSY = "busy"  # a delivery in this chat has begun or ended
    NOTICE = "notice"  # a sentence for whoever has this chat open
    CLOCK = "clock"
    FAULTS = "faults"
    SWITCHES = "switches"


@dataclass(frozen=True, slots=True)
class Signal:
    """`chat` is a Chat.key, empty when it is about the whole tenant."""

    topic: Topic
    chat: str = ""
    text: str = ""


class Signals:
    """Whoever watches gets every signal from then on."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Signal]] = set()

    def tell(self, signal: Signal) -> None:
        for queue in tuple(self._watchers):
            try:
                queue.put_nowait(signal)
            except asyncio.QueueFull:
                self._watchers.discard(queue)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Signal]]:
        queue: asyncio.Queue[Signal] = asyncio.Queue(_QUEUE)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
