"""Questions over the two long connections: how soon they are answered, what drops cost, what a day leaves behind."""

import asyncio
import json
import os
import random
import shutil
import sqlite3
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from tests.bench import county
from tests.bench.platforms import AibotSide, Heard, Side, StreamSide, listening
from tests.bench.report import Table, spread

PEOPLE = 5_000
QUESTION = "我的学时"
ROUNDS = 5
AT_ONCE = 200  # people in one second
WARM = 50
DROPS = 100
ASKED_EVERY_S = 0.05
PINGS_A_DAY = 2_880  # one in 30 s
RECONNECTS_A_DAY = 300
DAY_S = 72.0  # so long the simulated day takes: 25 ms a ping
CONNECTED_WITHIN_S = 60.0
STOPPED_WITHIN_S = 30.0


@dataclass(frozen=True)
class Way:
    """One long connection: the platform's end, how the bot is told of it, and its paces for storm and day."""

    name: str
    kind: str
    side: Callable[[], Side]
    settings: Callable[[int], dict[str, str]]
    stormy: dict[str, dict[str, float]]
    daily: dict[str, dict[str, float]]


def _aibot_settings(port: int) -> dict[str, str]:
    return {
        "BOT_WECOM_AIBOT__BOT_ID": "AIBOT01",
        "BOT_WECOM_AIBOT__SECRET": "bench",
        "BOT_WECOM_AIBOT__NAME": "研修助手",
        "BOT_WECOM_AIBOT__WS_URL": f"ws://127.0.0.1:{port}/aibot",
    }


def _stream_settings(port: int) -> dict[str, str]:
    return {
        "BOT_DINGTALK__CLIENT_ID": "bench",
        "BOT_DINGTALK__CLIENT_SECRET": "bench",
        "BOT_DINGTALK__ROBOT_CODE": "dingrobot",
        "BOT_DINGTALK__API_BASE": f"http://127.0.0.1:{port}",
        "BOT_DINGTALK__OAPI_BASE": f"http://127.0.0.1:{port}",
        "BOT_DINGTALK__MODE": "stream",
    }


_AIBOT_PACE = "bot.platforms.wecom.aibot.pace:LinePace"
_STREAM_PACE = "bot.platforms.dingtalk.stream.connection:Pace"
WAYS = (
    Way(
        "AI bot",
        "aibot",
        AibotSide,
        _aibot_settings,
        stormy={_AIBOT_PACE: {"first_again": 0.1, "longest_again": 0.4}},
        daily={_AIBOT_PACE: {"ping": 0.025, "pings": 40, "first_again": 0.01, "longest_again": 0.05}},
    ),
    Way(
        "DingTalk Stream",
        "stream",
        lambda: StreamSide(again_s=3.0),
        _stream_settings,
        stormy={_STREAM_PACE: {"first": 0.1, "cut_most": 0.4}},
        daily={_STREAM_PACE: {"first": 0.01, "cut_most": 0.05, "silent": 5.0}},
    ),
)


def everything(table: Table, folder: Path) -> None:
    """Storm and day with shorter waits between tries; `soon` is what is shipped, to the letter."""
    filled = folder / "connections.db"
    database = Database(f"sqlite:///{filled}")
    county.fill(database, PEOPLE)
    database.close()
    for way in WAYS:
        asyncio.run(_soon(table, folder, way))
        asyncio.run(_storm(table, folder, way))
        asyncio.run(_day(table, folder, way))


# ── how soon ──


async def _soon(table: Table, folder: Path, way: Way) -> None:
    """Each round 200 people within one second, then 200 others in the same instant."""
    measured: dict[float, list[tuple[list[float], list[float]]]] = {1.0: [], 0.0: []}
    async with (
        _running(folder, way, ["tests.bench.echo", way.kind]) as (echo, _),
        _serving(folder, way, {}) as (bot, _process, _database),
    ):
        await _latencies(bot, range(WARM), 0.5)
        first = WARM
        for _ in range(ROUNDS):
            for within, pairs in measured.items():
                people = range(first, first + AT_ONCE)
                bare = await _latencies(echo, people, within)
                pairs.append((bare, await _latencies(bot, people, within)))
                first += AT_ONCE
    _print_soon(table, f"{way.name}, {AT_ONCE} in one second", measured[1.0], goal="≤ 50")
    _print_soon(table, f"{way.name}, {AT_ONCE} in one instant", measured[0.0])


def _print_soon(
    table: Table, name: str, pairs: Sequence[tuple[list[float], list[float]]], goal: str = ""
) -> None:
    """`goal`: of the median, in milliseconds."""
    for share, label in ((0.5, "median"), (0.99, "p99")):
        bare = [_quantile(one, share) * 1000 for one, _ in pairs]
        ours = [_quantile(one, share) * 1000 for _, one in pairs]
        ratios = [a / b for a, b in zip(ours, bare, strict=True)]
        table.row(f"{name}: bare, {label}, ms", spread(bare, 1))
        table.row(f"{name}: {label}, ms", spread(ours, 1), goal if share == 0.5 else "")
        table.row(f"{name}: {label} over bare", spread(ratios, 1))


async def _latencies(side: Side, people: range, within: float) -> list[float]:
    """Of everybody's answer, asked evenly within that many seconds."""
    side.forget()
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number, person in enumerate(people):
        await asyncio.sleep(max(0.0, start + within * number / len(people) - loop.time()))
        assert await side.ask(person, QUESTION)
    await side.heard.until_answered(30)
    assert not side.heard.unanswered(), side.heard.unanswered()
    return side.heard.latencies()


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


# ── a storm ──


async def _storm(table: Table, folder: Path, way: Way) -> None:
    """People write all the time, and five of them in the very moment of every drop."""
    people = iter(range(PEOPLE))
    async with _serving(folder, way, way.stormy) as (side, _, database):
        began = time.perf_counter()
        writing = asyncio.create_task(_write(side, people))
        for _ in range(DROPS):
            await asyncio.wait_for(side.up.wait(), CONNECTED_WITHIN_S)
            await asyncio.sleep(random.uniform(0.1, 0.3))
            for _ in range(5):
                await side.ask(next(people), QUESTION)
            await asyncio.sleep(random.uniform(0.0, 0.006))  # as long as an answer takes
            side.cut()
        took = time.perf_counter() - began
        writing.cancel()
        await asyncio.wait({writing})
        await side.heard.until_answered(20)
        taken = _taken_in(database)
    _print_storm(table, f"{way.name}, {DROPS} drops in {took:.0f} s", side.heard, taken)


def _print_storm(table: Table, name: str, heard: Heard, taken: set[int]) -> None:
    left = taken & heard.unanswered()
    numbers = (len(heard.asked), len(taken), len(heard.answered))
    table.row(f"{name}: asked; arrived; answered", "; ".join(f"{number:,}" for number in numbers))
    table.row(f"{name}: arrived, not answered", f"{len(left)}", "0")
    table.row(f"{name}: see two answers", f"{heard.twice()}", "0")
    table.row(f"{name}: said again, same id", f"{heard.repeated}")
    waits = [wait * 1000 for wait in heard.latencies()]
    table.row(f"{name}: median; longest, ms", f"{_quantile(waits, 0.5):,.0f}; {max(waits):,.0f}")


async def _write(side: Side, people: Iterator[int]) -> None:
    for person in people:
        await side.ask(person, QUESTION)
        await asyncio.sleep(ASKED_EVERY_S)


def _taken_in(database: Path) -> set[int]:
    """The people whose message the bot has stored."""
    connection = sqlite3.connect(database)
    try:
        return {int(folded[1:]) for (folded,) in connection.execute("SELECT folded FROM inbox")}
    finally:
        connection.close()


# ── a day ──


async def _day(table: Table, folder: Path, way: Way) -> None:
    """Everything happens as often as in 24 hours: pings, drops and one question after each."""
    async with _serving(folder, way, way.daily) as (side, process, _):
        await _latencies(side, range(WARM), 0.5)
        noon, memory = WARM + RECONNECTS_A_DAY // 2, [_resident_mb(process)]
        side.forget()
        pinging = asyncio.create_task(_ping(side))
        for person in range(WARM, WARM + RECONNECTS_A_DAY):
            await asyncio.wait_for(side.up.wait(), CONNECTED_WITHIN_S)
            await side.ask(person, QUESTION)
            await asyncio.sleep(DAY_S / RECONNECTS_A_DAY)
            side.cut()
            if person == noon:
                memory.append(_resident_mb(process))
        await asyncio.wait_for(side.up.wait(), CONNECTED_WITHIN_S)
        await side.heard.until(lambda: side.heard.pings >= PINGS_A_DAY, DAY_S)
        pinging.cancel()
        await side.heard.until_answered(20)
        memory.append(_resident_mb(process))
    heard = side.heard
    table.row(f"{way.name}, a day: pings; connections", f"{heard.pings:,}; {heard.connections}")
    table.row(
        f"{way.name}, a day: memory at first; at noon; last, MiB",
        "; ".join(f"{one:.1f}" for one in memory),
        "the second half ≤ + 2",
    )


async def _ping(side: Side) -> None:
    while isinstance(side, StreamSide):  # the AI bot pings of its own accord
        await side.ping()
        await asyncio.sleep(DAY_S / PINGS_A_DAY / 2)


def _resident_mb(process: Process) -> float:
    for line in Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


# ── processes ──


@asynccontextmanager
async def _serving(
    folder: Path, way: Way, paces: dict[str, dict[str, float]]
) -> AsyncIterator[tuple[Side, Process, Path]]:
    """The shipped `serve`, connected, over a county of its own."""
    with TemporaryDirectory(dir=folder) as own:
        database = Path(own) / "bot.db"
        shutil.copy(folder / "connections.db", database)
        environment = {
            "BOT_SECRET_KEY": "benchmark-key-benchmark-key-benchmark",
            "BOT_DATABASE_URL": f"sqlite:///{database}",
            "BOT_LOG_FORMAT": "json",
            "BOT_PORT": "0",
            "BOT_CLOCK_START": "2024-05-20T09:00:00+08:00",
        }
        arguments = ["tests.bench.paced", json.dumps(paces)] if paces else ["bot", "serve"]
        async with _running(folder, way, arguments, environment) as (side, process):
            yield side, process, database


@asynccontextmanager
async def _running(
    folder: Path, way: Way, arguments: list[str], environment: dict[str, str] | None = None
) -> AsyncIterator[tuple[Side, Process]]:
    """A process that connects to a platform of its own; the echo learns the port as its last argument."""
    side = way.side()
    runner, port = await listening(side)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    told = arguments if environment is not None else [*arguments, str(port)]
    settings = {} if environment is None else environment | way.settings(port)
    with (folder / f"{way.kind}.log").open("ab") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *told, env=clean | settings, stdout=sink, stderr=sink
        )
        try:
            await asyncio.wait_for(side.up.wait(), CONNECTED_WITHIN_S)
            yield side, process
        finally:
            await _stop(process)
            await runner.cleanup()


async def _stop(process: Process) -> None:
    """Nothing is left behind, not even a process that does not stop."""
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOPPED_WITHIN_S)
    except TimeoutError:
        process.kill()
        raise
