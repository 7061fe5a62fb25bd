"""The practice tenant under load: group messages through both platforms' webhooks, each as often as it may.

Run as a process: `python -m tests.bench.tenant PORT`.
"""

import asyncio
import itertools
import json
import sys
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import uvloop
from aiohttp import web

from bot.clock import SystemClock
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.dingtalk.signing import robot_sign
from bot.tenant.installation import Installation
from bot.tenant.people import Directory, Group, Member, Platform
from bot.tenant.tenant import Tenant
from tests.bench import load, server
from tests.bench.report import Table, spread

ROUNDS = 3
SECONDS = 4.0
PER_KEY = 20  # a minute; so every key serves for twenty messages of one run
KEYS = 10_000
SECRET = "SEC-example"
TEXT = "【示例县】整校推进日报：合格率 62.5%，还有 12 天。"


def key(number: int) -> str:
    return str(UUID(int=number))


def wecom(number: int) -> bytes:
    body = json.dumps({"msgtype": "text", "text": {"content": TEXT}}).encode()
    return _post(f"/wecom/cgi-bin/webhook/send?key={key(number)}", body)


def dingtalk(number: int) -> bytes:
    """Signed as a custom robot is, once for all the messages of its minute."""
    body = json.dumps({"msgtype": "text", "text": {"content": TEXT}}).encode()
    timestamp = str(SystemClock().real_ms())
    query = urlencode(
        {"access_token": key(number), "timestamp": timestamp, "sign": robot_sign(SECRET, timestamp)}
    )
    return _post(f"/dingtalk/oapi/robot/send?{query}", body)


def _post(path: str, body: bytes) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def webhooks(table: Table, folder: Path) -> None:
    port = server.free_port()
    with server.running(["tests.bench.tenant", str(port)], port, {}, folder / "tenant.log") as tenant:
        for name, request in (("WeCom", wecom), ("DingTalk", dingtalk)):
            rates, share = [], KEYS // ROUNDS
            for number in range(ROUNDS):
                # Each webhook until its minute is full.
                once = [request(one) for one in range(number * share, (number + 1) * share)]
                every = itertools.chain.from_iterable(itertools.repeat(once, PER_KEY))
                measured = load.closed_loop(tenant.port, every, SECONDS)
                assert set(measured.statuses) == {200}, measured.statuses
                assert json.loads(measured.sample) == {"errcode": 0, "errmsg": "ok"}
                rates.append(measured.rate)
            table.row(f"practice tenant: {name} webhook messages/s", spread(rates), "≥ 2,000")


def application() -> web.Application:
    member = Member(key="t", name="示例甲", accounts=dict.fromkeys(Platform, "t"))
    groups = (
        Group(
            key=f"{platform}-{number}",
            platform=platform,
            name="示例群",
            chat_id=f"chat{number}",
            members=frozenset({"t"}),
            webhook=key(number),
            webhook_secret=SECRET if platform is Platform.DINGTALK else "",
        )
        for platform in Platform
        for number in range(KEYS)
    )
    tenant = Tenant(
        installation=Installation(),
        directory=Directory([member], groups),
        clock=PlatformClock(SystemClock()),
    )
    return TenantApp(tenant).web


async def serve(port: int) -> None:
    runner = web.AppRunner(application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
