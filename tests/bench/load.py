"""A load generator that is cheaper than what it measures: raw HTTP over kept-alive connections."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import uvloop

CONNECTIONS = 32


@dataclass
class Measured:
    """What came back. Latencies in seconds."""

    rate: float
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    sample: bytes = b""

    def quantile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Connection(asyncio.Protocol):
    """Sends one request at a time; the next one when the answer is complete."""

    def __init__(self, finished: Callable[["_Connection", int, bytes], None]) -> None:
        self._finished = finished
        self._buffer = b""
        self.started = 0.0
        self.busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport) -> None:
        self._transport = transport

    def connection_lost(self, error) -> None:
        self.busy = False

    def send(self, request: bytes, started: float) -> None:
        self.busy = True
        self.started = started
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self._buffer = b""
        self.busy = False
        self._finished(self, int(head[9:12]), body)


Ports = int | Sequence[int]
"""One server's, or those of several, over which the connections are spread."""


def closed_loop(port: Ports, requests: Iterator[bytes], seconds: float) -> Measured:
    """Every connection sends its next request as soon as it has its answer."""
    return uvloop.run(_closed_loop(port, requests, seconds))


def fixed_rate(port: Ports, requests: Iterator[bytes], seconds: float, rate: float) -> Measured:
    """Requests start at their appointed times; a latency counts from there, so that waiting is not hidden."""
    return uvloop.run(_fixed_rate(port, requests, seconds, rate))


async def _connect(port: Ports, finished, count: int) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    ports = [port] if isinstance(port, int) else port
    made = [
        await loop.create_connection(lambda: _Connection(finished), "127.0.0.1", ports[number % len(ports)])
        for number in range(count)
    ]
    return [protocol for _, protocol in made]


async def _closed_loop(port: Ports, requests: Iterator[bytes], seconds: float) -> Measured:
    result = Measured(0.0)
    end = time.perf_counter() + seconds
    left = CONNECTIONS
    done = asyncio.get_running_loop().create_future()

    def finished(connection: _Connection, status: int, body: bytes) -> None:
        nonlocal left
        now = time.perf_counter()
        result.latencies.append(now - connection.started)
        result.statuses[status] = result.statuses.get(status, 0) + 1
        request = next(requests, None) if now < end else None
        if request is None:
            left -= 1
            result.sample = body
            if left == 0 and not done.done():
                done.set_result(None)
            return
        connection.send(request, now)

    connections = await _connect(port, finished, CONNECTIONS)
    started = time.perf_counter()
    end = started + seconds
    for connection in connections:
        connection.send(next(requests), time.perf_counter())
    await asyncio.wait_for(done, seconds + 30)
    result.rate = len(result.latencies) / (time.perf_counter() - started)
    return result


async def _fixed_rate(port: Ports, requests: Iterator[bytes], seconds: float, rate: float) -> Measured:
    result = Measured(rate)
    waiting: list[tuple[float, bytes]] = []
    idle: list[_Connection] = []

    def finished(connection: _Connection, status: int, body: bytes) -> None:
        result.latencies.append(time.perf_counter() - connection.started)
        result.statuses[status] = result.statuses.get(status, 0) + 1
        result.sample = body
        if waiting:
            due, request = waiting.pop(0)
            connection.send(request, due)
        else:
            idle.append(connection)

    idle += await _connect(port, finished, CONNECTIONS * 2)
    started = time.perf_counter()
    sent = 0
    total = int(seconds * rate)
    while sent < total:
        now = time.perf_counter()
        while sent < total and started + sent / rate <= now:
            due, request = started + sent / rate, next(requests)
            sent += 1
            if idle:
                idle.pop().send(request, due)
            else:
                waiting.append((due, request))
        await asyncio.sleep(0.001)
    for _ in range(300):
        if len(result.latencies) >= sent:
            break
        await asyncio.sleep(0.1)
    return result
