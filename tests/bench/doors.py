"""A complete question at both doors, beside the same web framework with nothing behind it."""

import itertools
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import disk, load, server, wire
from tests.bench.report import Table, spread

PEOPLE = 100_000
QUESTION = "我的学时"
ROUNDS = 3
SECONDS = 4.0
WECOM_REQUESTS = 45_000  # more than any server here answers in one round


def _requests(door: str):
    if door == "ding":
        return wire.dingtalk(QUESTION, PEOPLE)
    return wire.wecom(QUESTION, PEOPLE, WECOM_REQUESTS)


def _rate(port: int, door: str) -> float:
    measured = load.closed_loop(port, _requests(door), SECONDS)
    assert set(measured.statuses) == {200}, measured.statuses
    return measured.rate


def rates(table: Table, url: str, folder: Path, *, name: str, doors: tuple[str, ...]) -> dict[str, float]:
    """Requests a second of ours and of the ceiling in turn; returns our medians."""
    ours: dict[str, list[float]] = {door: [] for door in doors}
    bare: dict[str, list[float]] = {door: [] for door in doors}
    with server.ceiling(folder) as ceiling, server.bot(url, folder) as bot:
        for _, door in itertools.product(range(ROUNDS), doors):
            bare[door].append(_rate(ceiling.port, door))
            ours[door].append(_rate(bot.port, door))
    for door in doors:
        table.row(f"{name} {door}: ceiling, requests/s", spread(bare[door]))
        table.row(f"{name} {door}: {QUESTION}, requests/s", spread(ours[door]))
        ratios = [a / b for a, b in zip(ours[door], bare[door], strict=True)]
        must, stretch = {
            "SQLite ding": (0.25, 0.35),
            "SQLite wecom": (0.35, 0.45),
            "PostgreSQL ding": (0.10, 0.18),
            "PostgreSQL wecom": (0.10, 0.18),
        }[f"{name} {door}"]
        table.row(f"{name} {door}: over the ceiling", spread(ratios, 3), f"≥ {must} (stretch {stretch})")
    return {door: sorted(values)[ROUNDS // 2] for door, values in ours.items()}


def beside_a_peer(table: Table, url: str, folder: Path) -> None:
    """Our one process and the peer's two, in turn, at WeCom's door."""
    ours, theirs = [], []
    with server.peer(url, folder) as peer, server.bot(url, folder) as bot:
        for _ in range(ROUNDS):
            theirs.append(_rate(peer.port, "wecom"))
            ours.append(_rate(bot.port, "wecom"))
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    table.row("Flask, gunicorn, wechatpy, two processes, requests/s", spread(theirs))
    table.row(f"wecom: {QUESTION}, requests/s", spread(ours))
    table.row("over the peer", spread(ratios, 2), "≥ 1.1 (stretch 1.5)")


def latency(table: Table, url: str, folder: Path, rates_of_ours: dict[str, float], *, name: str) -> None:
    """p99 at half of our own rate, beside the ceiling's at half of its own; one is asked at a time."""
    with server.ceiling(folder) as ceiling, server.bot(url, folder) as bot:
        for door, rate in rates_of_ours.items():
            bare_rate = _rate(ceiling.port, door)
            pairs, slowest_writes = [], []
            for _ in range(ROUNDS):
                with disk.watched(folder) as writes:
                    ours = load.fixed_rate(bot.port, _requests(door), SECONDS, rate / 2)
                bare = load.fixed_rate(ceiling.port, _requests(door), SECONDS, bare_rate / 2)
                pairs.append((ours.quantile(0.99), bare.quantile(0.99)))
                slowest_writes.append(max(writes))
            table.row(
                f"{name} {door}: p99 at half rate, ms", spread([ours * 1000 for ours, _ in pairs], 2), "≤ 50"
            )
            table.row(f"ceiling {door}: p99 at half rate, ms", spread([bare * 1000 for _, bare in pairs], 2))
            ratio = [ours / bare for ours, bare in pairs]
            goal = "≤ 4 (stretch 2.5)" if name == "SQLite" else ""
            table.row(f"{name} {door}: p99 over the ceiling's", spread(ratio, 2), goal)
            table.row("  the disk meanwhile: its slowest write, ms", spread(slowest_writes, 1))


def forged(table: Table, url: str, folder: Path) -> None:
    """What a stranger costs, and that nothing is written for one."""
    path = url.removeprefix("sqlite:///")
    with server.bot(url, folder) as bot:
        before = _inbox(path)
        good, bad = [], []
        for _ in range(ROUNDS):
            good.append(_rate(bot.port, "ding"))
            measured = load.closed_loop(
                bot.port, wire.dingtalk(QUESTION, PEOPLE, secret="somebody else's"), SECONDS / 2
            )
            assert set(measured.statuses) == {403}, measured.statuses
            bad.append(measured.rate)
        written = _inbox(path) - before
    table.row("forged messages refused, requests/s", spread(bad))
    table.row(
        "forged over our good query",
        spread([a / b for a, b in zip(bad, good, strict=True)], 2),
        "≥ 2 (stretch 3)",
    )
    table.row("rows written, all for good queries", f"{written:,}")


def while_importing(table: Table, url: str, folder: Path, import_file: Callable[[], None]) -> None:
    """Callbacks while another process imports 100,000 rows into the same database."""
    with server.bot(url, folder) as bot:
        alone = _rate(bot.port, "ding")
        importing = threading.Thread(target=import_file)
        importing.start()
        time.sleep(2.5)  # reading and comparing the file comes first
        rates_, slow = [], []
        while importing.is_alive():
            measured = load.closed_loop(bot.port, _requests("ding"), 1.0)
            rates_.append(measured.rate / alone)
            slow.append(measured.quantile(0.99) * 1000)
        importing.join()
    if rates_:
        table.row("during an import: rate over without", spread(rates_, 2), "≥ 0.4 (stretch 0.6)")
        table.row("during an import: p99, ms (saturated)", spread(slow, 1), "≤ 50 (stretch 20)")


def _inbox(path: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    finally:
        connection.close()
