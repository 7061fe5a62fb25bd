"""Three processes on one PostgreSQL beside one: questions a second, waiting at half of that, and who has the cores."""

import itertools
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench import disk, load, server, wire
from tests.bench.doors import PEOPLE, QUESTION, ROUNDS, SECONDS
from tests.bench.report import Table, spread

PROCESSES = 3
_TICKS = os.sysconf("SC_CLK_TCK")


def several(table: Table, url: str, folder: Path, cluster: Path) -> None:
    """`cluster`: where the database server keeps its data, to find its processes by."""
    with ExitStack() as stack:
        bots = [stack.enter_context(server.bot(url, folder)) for _ in range(PROCESSES)]
        sides = {"one process": bots[:1], f"{PROCESSES} processes": bots}
        rates: dict[str, list[float]] = {name: [] for name in sides}
        cores: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
        for _, name in itertools.product(range(ROUNDS), sides):
            with _cores(sides[name], cluster) as used:
                rate = _rate(_ports(sides[name]))
            rates[name].append(rate)
            cores[name].append(used)
        for name, measured in rates.items():
            table.row(f"PostgreSQL, {name}: {QUESTION}, requests/s", spread(measured))
        together = sorted(rates[f"{PROCESSES} processes"])[ROUNDS // 2]
        ratios = [b / a for a, b in zip(*rates.values(), strict=True)]
        table.row(f"{PROCESSES} processes over one", spread(ratios, 2), "≥ 2, or see the cores below")
        for name, used_each in cores.items():
            _cores_rows(table, name, used_each, rates[name])
        late, slowest_writes = [], []
        for _ in range(ROUNDS):
            with disk.watched(folder) as writes:
                late.append(_late(_ports(bots), together / 2))
            slowest_writes.append(max(writes))
        table.row(f"PostgreSQL, {PROCESSES} processes: p99 at half of that, ms", spread(late, 1), "≤ 50")
        table.row("  the disk meanwhile: its slowest write, ms", spread(slowest_writes, 1))
    table.row(
        "SIGKILL to the first answer of the next start, s", spread(list(_recoveries(url, folder)), 2), "≤ 3"
    )


def _cores_rows(
    table: Table, name: str, measured: Sequence[dict[str, float]], rates: Sequence[float]
) -> None:
    """What a request costs whom says how many cores it would take to answer more of them."""
    for who in measured[0]:
        a_request = [used[who] / rate * 1000 for used, rate in zip(measured, rates, strict=True)]
        cores = spread([used[who] for used in measured], 2)
        table.row(f"  {name}: cores of {who}", cores)
        table.row(f"  {name}: core-ms a request, {who}", spread(a_request, 2))
    in_use = [sum(used.values()) for used in measured]
    table.row(f"  {name}: cores in use, of {server.cores()}", spread(in_use, 2))


def _ports(bots: Sequence[server.Server]) -> list[int]:
    return [bot.port for bot in bots]


def _rate(ports: Sequence[int]) -> float:
    measured = load.closed_loop(ports, wire.dingtalk(QUESTION, PEOPLE), SECONDS)
    assert set(measured.statuses) == {200}, measured.statuses
    return measured.rate


def _late(ports: Sequence[int], rate: float) -> float:
    """Milliseconds."""
    measured = load.fixed_rate(ports, wire.dingtalk(QUESTION, PEOPLE), SECONDS, rate)
    return measured.quantile(0.99) * 1000


def _recoveries(url: str, folder: Path) -> Iterator[float]:
    """What the supervisor needs to notice is its own."""
    for _ in range(ROUNDS):
        with server.bot(url, folder) as bot:
            load.closed_loop([bot.port], wire.dingtalk(QUESTION, PEOPLE), 0.5)
            os.kill(bot.process.pid, signal.SIGKILL)
            killed = time.perf_counter()
            bot.process.wait()
            with server.bot(url, folder) as again:
                load.closed_loop([again.port], itertools.islice(wire.dingtalk(QUESTION, PEOPLE), 32), 1.0)
                yield time.perf_counter() - killed


@contextmanager
def _cores(bots: Sequence[server.Server], cluster: Path) -> Iterator[dict[str, float]]:
    """Filled at the end: processor seconds a second, by who used them."""
    groups = {
        "the bot": [bot.process.pid for bot in bots],
        "PostgreSQL": _database_processes(cluster),
        "whoever asks": [os.getpid()],
    }
    used: dict[str, float] = {}
    before = {who: _seconds(pids) for who, pids in groups.items()}
    began = time.perf_counter()
    yield used
    took = time.perf_counter() - began
    used.update({who: (_seconds(pids) - before[who]) / took for who, pids in groups.items()})


def _database_processes(cluster: Path) -> list[int]:
    parent = (cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
    children = (Path("/proc") / parent / "task" / parent / "children").read_text(encoding="utf-8")
    return [int(parent), *map(int, children.split())]


def _seconds(pids: Sequence[int]) -> float:
    """Of those that are still there."""
    ticks = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime, stime: proc(5)
    return ticks / _TICKS
