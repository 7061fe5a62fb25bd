"""The practice tenant under load: group messages through WeCom's webhooks, each key as often as it may.

Run as a process: `python -m tests.bench.tenant PORT`.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import uvloop
from aiohttp import web

from bot.clock import SystemClock
from bot.tenant.clock import PlatformClock
from bot.tenant.dispatch import route
from bot.tenant.installation import Installation
from bot.tenant.people import Directory, Group, Member, Platform
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.webhook import Webhooks
from tests.bench import load, server
from tests.bench.report import Table, spread

ROUNDS = 3
SECONDS = 4.0
PER_KEY = 20  # a minute; so every key serves for twenty messages of one run
KEYS = 10_000
TEXT = "【示例县】整校推进日报：合格率 62.5%，还有 12 天。"


def key(number: int) -> str:
    return str(UUID(int=number))


def requests(first: int, count: int) -> Iterator[bytes]:
    """`count` keys from `first` on, each used until its minute is full."""
    body = json.dumps({"msgtype": "text", "text": {"content": TEXT}}).encode()
    for number in itertools.chain.from_iterable(itertools.repeat(range(first, first + count), PER_KEY)):
        yield (
            f"POST /wecom/cgi-bin/webhook/send?key={key(number)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def webhooks(table: Table, folder: Path) -> None:
    rates, share = [], KEYS // ROUNDS
    port = server.free_port()
    with server.running(["tests.bench.tenant", str(port)], port, {}, folder / "tenant.log") as tenant:
        for number in range(ROUNDS):
            measured = load.closed_loop(tenant.port, requests(number * share, share), SECONDS)
            assert set(measured.statuses) == {200}, measured.statuses
            assert json.loads(measured.sample) == {"errcode": 0, "errmsg": "ok"}
            rates.append(measured.rate)
    table.row("practice tenant: webhook messages/s", spread(rates), "≥ 2,000")


def application() -> web.Application:
    member = Member(key="t", name="示例甲", accounts={Platform.WECOM: "t"})
    groups = (
        Group(
            key=key(number),
            platform=Platform.WECOM,
            name="示例群",
            chat_id=f"wr{number}",
            members=frozenset({"t"}),
            webhook=key(number),
        )
        for number in range(KEYS)
    )
    tenant = Tenant(
        installation=Installation(),
        directory=Directory([member], groups),
        clock=PlatformClock(SystemClock()),
    )
    app = web.Application()
    app.add_routes([route(tenant, call) for call in Webhooks(tenant).calls()])
    return app


async def serve(port: int) -> None:
    runner = web.AppRunner(application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
