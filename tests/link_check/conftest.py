"""A web server on this machine that says exactly the bytes it is told to, and a looker that may reach it."""

import asyncio
from contextlib import suppress
from ipaddress import ip_address

import pytest

from bot.link_check.addresses import is_open_web
from bot.link_check.looking import Looker

HERE = ip_address("127.0.0.1")


class Site:
    """`says` is sent to whoever connects; a function gets the request and the writer."""

    def __init__(self):
        self.says = b""
        self.requests = []
        self.port = 0
        self.served = 0

    @property
    def url(self):
        return f"http://school.example:{self.port}/a.html?b=c"

    async def serve(self, reader, writer):
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(request)
            says = self.says
            if callable(says):
                says = says(request, writer)
            if asyncio.iscoroutine(says):
                says = await says
            writer.write(says or b"")
            self.served += len(says or b"")
            await writer.drain()
        writer.close()

    def headers(self, number=-1):
        lines = self.requests[number].split("\r\n")[1:-2]
        return dict(line.split(": ", 1) for line in lines)


@pytest.fixture
async def site():
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, limit=1 << 20)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch, request):
    """A second between requests is tested where the pace is."""
    if "pace" not in request.node.name and "test_pace" not in request.node.nodeid:
        monkeypatch.setattr("bot.link_check.pace.SECONDS", 0.0)


class Names:
    """A name server: everything is on this machine, but for what is told."""

    def __init__(self):
        self.known = {}
        self.asked = []

    def __call__(self, name, port):
        self.asked.append(name)
        found = self.known.get(name, ["127.0.0.1"])
        if isinstance(found, Exception):
            raise found
        if callable(found):
            found = found()
        return [ip_address(one) for one in found]


@pytest.fixture
def names():
    return Names()


@pytest.fixture
def looker(site, names):
    """Allowed to reach that one server; for everything else what holds for a real bot."""

    def may_connect(address, port):
        return (address, port) == (HERE, site.port) or is_open_web(address, port)

    return Looker(may_connect=may_connect, resolve=names, seconds=1.0)
