"""How fast the outbox empties into groups' webhooks, beside a bare client that posts the same to the same server.

The bare client keeps as many calls side by side, and once more with every result committed as durably, in
whatever gathered during the last commit. The server is a process of its own: `python -m tests.bench.outbox PORT`.
"""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import uvloop
from aiohttp import ClientSession, web

from bot.clock import SHANGHAI, SystemClock
from bot.delivery.couriers import drain
from bot.delivery.means import Means
from bot.logs import configure_logs
from bot.plan_file import load_plan
from bot.platforms.calls import open_session
from bot.platforms.wecom.webhook import WeComWebhook
from bot.policy.outgoing import Kind, Way
from bot.sending import Limits, Window
from messages.outgoing import Answer, answer, heading, item, quote
from storage import chat_groups
from storage.database import Database
from storage.outbox import Post, post
from storage.schema import migrate
from storage.sealing import Sealing
from tests.bench import server
from tests.bench.report import Table, spread

MESSAGES, GROUPS = 20_000, 2_000
MANY_MESSAGES = 100_000
SIDE_BY_SIDE = 64
ROUNDS = 3
LIFTED = Window(most=10_000_000, seconds=1)
SEALING = Sealing("benchmark-key-benchmark-key-benchmark")
NOW = datetime(2024, 5, 20, 18, tzinfo=SHANGHAI)


class Unlimited(WeComWebhook):
    limits = Limits(each=LIFTED, together=LIFTED, side_by_side=SIDE_BY_SIDE)


def emptying(table: Table, folder: Path) -> None:
    configure_logs("warning", "json")
    port = server.free_port()
    with server.running(["tests.bench.outbox", str(port)], port, {}, folder / "webhooks.log"):
        base = f"http://127.0.0.1:{port}"
        rates: dict[str, list[float]] = {"bare": [], "durable": [], "outbox": []}
        for number in range(ROUNDS):
            rates["bare"].append(_rate(lambda: _bare(base)))
            rates["durable"].append(_rate(lambda path=folder / f"bare{number}.db": _bare(base, path)))
            database = _filled(folder / f"outbox{number}.db", base, MESSAGES)
            rates["outbox"].append(_rate(lambda database=database: _drained(database, base, MESSAGES)))
            database.close()
        table.row("bare client, messages/s", spread(rates["bare"]))
        table.row("bare client that commits each result, messages/s", spread(rates["durable"]))
        table.row("SQLite outbox, 2,000 groups, messages/s", spread(rates["outbox"]))
        for name, goal in (("durable", "≥ 0.5"), ("bare", "")):
            ratios = [ours / theirs for ours, theirs in zip(rates["outbox"], rates[name], strict=True)]
            table.row(f"outbox over the {name} client", spread(ratios, 2), goal)
        database = _filled(folder / "many.db", base, MANY_MESSAGES)
        early, late = uvloop.run(_memory(database, base))
        database.close()
        table.row("memory after 10,000 and after 100,000 messages, MiB", f"{early:.1f}, {late:.1f}", "+ ≤ 10")


def _rate(work: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    uvloop.run(work())
    return MESSAGES / (time.perf_counter() - started)


def _said(number: int) -> Answer:
    return answer(
        heading(f"整校推进日报 第 {number} 号"),
        item(f"示例第{number % 97}小学 合格率 62.5%，平均完成度 71.3%"),
        quote("数据截至 5月19日，离 6月30日 还有 41 天"),
    )


def _webhook(base: str, number: int) -> str:
    return f"{base}/cgi-bin/webhook/send?key=00000000-0000-4000-8000-{number % GROUPS:012d}"


def _filled(path: Path, base: str, messages: int) -> Database:
    database = Database(f"sqlite:///{path}")
    migrate(database)
    at = SystemClock().real_ms()
    with database.writing() as connection:
        groups = [
            chat_groups.bind(
                connection,
                chat_groups.Binding(way=Way.WECOM_WEBHOOK, address=_webhook(base, number), school_id=None),
                SEALING,
                at=at,
                by="operator",
            ).group.id
            for number in range(GROUPS)
        ]
        post(
            connection,
            (
                Post(key=f"{n}", kind=Kind.RANKING, answer=_said(n), group_id=groups[n % GROUPS])
                for n in range(messages)
            ),
            at=at,
        )
    return database


def _means(database: Database) -> Means:
    plan = load_plan(None)
    return Means(
        database=database,
        plan=replace(plan, groups=replace(plan.groups, messages_per_day=1_000_000)),
        clock=SystemClock(NOW),
        sealing=SEALING,
    )


async def _drained(database: Database, base: str, messages: int) -> None:
    async with open_session(10.0) as session:
        sent = await drain([Unlimited(session, base)], _means(database))
    assert sent == messages, sent


async def _memory(database: Database, base: str) -> tuple[float, float]:
    early = 0.0

    async def watch() -> None:
        nonlocal early
        while True:
            await asyncio.sleep(0.2)
            if not early and _done(database) >= MANY_MESSAGES // 10:
                early = _resident_mb()

    watching = asyncio.create_task(watch())
    await _drained(database, base, MANY_MESSAGES)
    watching.cancel()
    return early, _resident_mb()


def _done(database: Database) -> int:
    with database.reading() as connection:
        return int(
            connection.exec_driver_sql("SELECT COUNT(*) FROM outbox WHERE done_at IS NOT NULL").scalar_one()
        )


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4 / 1024


# ── the bare client ──


async def _bare(base: str, path: Path | None = None) -> None:
    bodies = iter(
        (number, _webhook(base, number), json.dumps(_body(number), ensure_ascii=False).encode())
        for number in range(MESSAGES)
    )
    kept = None if path is None else _Kept(path)
    async with open_session(10.0) as session:

        async def carry() -> None:
            for number, address, body in bodies:
                await _post(session, address, body)
                if kept is not None:
                    kept.done.append(number)

        carriers = asyncio.gather(*(carry() for _ in range(SIDE_BY_SIDE)))
        if kept is not None:
            while not carriers.done() or kept.done:
                await (asyncio.to_thread(kept.commit) if kept.done else asyncio.sleep(0.0005))
        await carriers


async def _post(session: ClientSession, address: str, body: bytes) -> None:
    async with session.post(address, data=body, headers={"Content-Type": "application/json"}) as response:
        assert json.loads(await response.read())["errcode"] == 0


def _body(number: int) -> dict[str, object]:
    said = _said(number)
    return {"msgtype": "markdown_v2", "markdown_v2": {"content": said.plain}}


class _Kept:
    """Results in a table of their own, committed as `storage.database` commits."""

    def __init__(self, path: Path) -> None:
        self.done: list[int] = []
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE sent (id INTEGER PRIMARY KEY, state TEXT)",
        ):
            self._connection.execute(statement)
        self._connection.executemany("INSERT INTO sent VALUES (?, 'queued')", ((n,) for n in range(MESSAGES)))

    def commit(self) -> None:
        done, self.done = self.done, []
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("UPDATE sent SET state = 'sent' WHERE id = ?", ((n,) for n in done))
        self._connection.execute("COMMIT")


# ── the server ──


async def serve(port: int) -> None:
    async def taken(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=b'{"errcode":0,"errmsg":"ok"}', content_type="application/json")

    app = web.Application()
    app.router.add_post("/cgi-bin/webhook/send", taken)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
