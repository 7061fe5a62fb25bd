"""What every emulated call shares: reading what comes, however broken it is, and faults that end."""

import asyncio
import time

import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.tenant.calls import Call, Dialect, Refused
from bot.tenant.clock import PlatformClock
from bot.tenant.dispatch import route
from bot.tenant.faults import Effect, Fault
from bot.tenant.installation import Installation
from bot.tenant.people import Directory
from bot.tenant.tenant import Tenant

REFUSAL = {"errcode": 40008, "errmsg": "no json"}


@pytest.fixture
async def tenant():
    return Tenant(installation=Installation(), directory=Directory([]), clock=PlatformClock(SystemClock()))


def echo(ask):
    if ask.uploads or ask.form:
        return {"uploads": {name: len(file.content) for name, file in ask.uploads.items()}, **ask.form}
    if (body := ask.object()) is None:
        raise Refused(40008, "no json")
    return body


@pytest.fixture
async def http(tenant, aiohttp_client):
    call = Call(
        name="demo.echo",
        method="POST",
        path="/echo",
        dialect=Dialect.QYAPI,
        title="",
        limits=(),
        source="",
        handle=echo,
    )
    app = web.Application()
    app.add_routes([route(tenant, call)])
    return await aiohttp_client(app)


@pytest.mark.parametrize(
    ("content_type", "encoding", "body"),
    [
        ("application/json", "gzip", b"no gzip at all"),
        ("application/json", "deflate", b"no deflate at all"),
        ("application/json", "", b"{"),
        ("application/json", "", b"\xff\xfe"),
        ("multipart/form-data; boundary=B", "", b"--B\r\na part without a head\r\n\r\nabc\r\n--B--"),
        ("multipart/form-data; boundary=B", "", b"--B\r\nName: \x00\r\n\r\nabc\r\n--B--"),
        ("multipart/form-data; boundary=B", "", b"--B\r\nName: " + b"n" * 9000 + b"\r\n\r\nabc\r\n--B--"),
        ("multipart/form-data", "", b"without a boundary"),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_refused_as_any_other(http, content_type, encoding, body):
    headers = {"Content-Type": content_type} | ({"Content-Encoding": encoding} if encoding else {})

    answer = await http.post("/echo", data=body, headers=headers)

    assert (answer.status, await answer.json()) == (200, REFUSAL)


async def test_whoever_hangs_up_in_the_middle_harms_nobody(http, caplog):
    _reader, writer = await asyncio.open_connection(http.host, http.port)
    writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.transport.abort()

    assert await (await http.post("/echo", json={"a": 1})).json() == {"a": 1}
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_slow_answer_comes_at_once_when_the_fault_is_switched_off(http, tenant):
    tenant.faults.switch_on(Fault(call="demo.echo", effect=Effect.SLOW, seconds=600, left=1))
    waiting = asyncio.ensure_future(http.post("/echo", json={"a": 1}))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    start = time.monotonic()

    tenant.faults.clear()

    assert await (await waiting).json() == {"a": 1}
    assert time.monotonic() - start < 60  # of ten minutes


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, ""),
        (4, ""),
        (70, "平台的钟快了 70 分钟，签名的时间不对。"),
        (-70, "平台的钟慢了 70 分钟，签名的时间不对。"),
    ],
)
def test_a_wrong_clock_says_how_wrong_it_is(minutes, words):
    clock = PlatformClock(SystemClock())
    clock.skew_ms = minutes * 60_000

    assert clock.wrong_by() == words
