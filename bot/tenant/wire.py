"""The wire view: every request in both directions, as it was signed or encrypted, and what was inside."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum, unique
from itertools import count

_KEPT = 500
_LONGEST = 8_000  # characters of a body; a picture of two megabytes helps nobody here


@unique
class Towards(StrEnum):
    """Which way a request went."""

    BOT = "bot"
    PLATFORM = "platform"


@dataclass(slots=True, kw_only=True)
class Exchange:
    """A request and its answer; a frame of a long connection has no answer."""

    number: int = 0
    at_ms: int
    towards: Towards
    name: str  # of the call, or of the callback
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    opened: str = ""  # the body as plain text, where it was encrypted
    status: int = 0  # 0: no answer yet, or none that is HTTP
    answer: str = ""
    answer_opened: str = ""
    took_ms: float = 0.0
    fault: str = ""  # which fault was at work


class Wire:
    """The last exchanges, oldest first."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._exchanges: deque[Exchange] = deque(maxlen=_KEPT)
        self._watchers: set[asyncio.Queue[Exchange]] = set()

    def record(self, exchange: Exchange) -> Exchange:
        """The start of an exchange; it gets its number, and `finish` ends it."""
        exchange.number = next(self._numbers)
        self._exchanges.append(exchange)
        return exchange

    def finish(self, exchange: Exchange, status: int, answer: str | bytes, took_ms: float) -> None:
        exchange.status = status
        exchange.answer = readable(answer)
        exchange.took_ms = took_ms
        self.changed(exchange)

    def changed(self, exchange: Exchange) -> None:
        for queue in tuple(self._watchers):
            try:
                queue.put_nowait(exchange)
            except asyncio.QueueFull:
                self._watchers.discard(queue)

    def exchanges(self) -> Sequence[Exchange]:
        return tuple(self._exchanges)

    def numbered(self, number: int) -> Exchange | None:
        return next((e for e in self._exchanges if e.number == number), None)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Exchange]]:
        """A queue of everything that is finished from now on."""
        queue: asyncio.Queue[Exchange] = asyncio.Queue(1000)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)


def readable(body: str | bytes) -> str:
    """What can be shown of it; bytes that are no text are counted instead."""
    if isinstance(body, bytes):
        if b"\0" in body[:_LONGEST]:
            return f"（{len(body)} 字节，不是文字）"
        body = body[: 4 * _LONGEST].decode("utf-8", "replace")
    return body if len(body) <= _LONGEST else f"{body[:_LONGEST]}…（共 {len(body)} 个字符）"
