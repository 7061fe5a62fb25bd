"""Bots that listen on a port: started, stopped, started again, and two of them behind one address."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestClient, TestServer
from sqlalchemy import text
from yarl import URL

from bot.app import Parts, build_app
from storage.database import Database
from tests.kit.patience import PATIENCE_SECONDS

_HOPS = frozenset({"host", "content-length", "transfer-encoding", "connection"})


class Served(TestServer):
    """As in production, where a handler goes on when the other side has hung up."""

    async def _make_runner(self, **options: Any) -> web.AppRunner:
        return web.AppRunner(self.app, **options | {"handler_cancellation": False})


class Bot:
    """One process's worth of bot, on a port of its own."""

    client: TestClient[web.Request, web.Application]
    """For requests that do not come from a platform."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    @property
    def url(self) -> str:
        return address(self.client.server)

    async def start(self) -> None:
        self.client = TestClient(Served(build_app(self.parts)))
        await self.client.start_server()

    async def stop(self) -> None:
        """Finishes what is in flight."""
        await self.client.close()

    async def has_promised(self) -> None:
        """Returns when a message lies in the journal: its answer is promised, though nobody may have heard it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not any(self.parts.journal_folder.glob("*.json")):  # noqa: ASYNC110  a folder tells nobody
                await asyncio.sleep(0.01)

    async def has_caught_up(self) -> None:
        """Returns when every answer that was promised for later lies ready."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            # Not `Journal.waiting`, which is for a start: it reads files that may be dropped at this moment.
            while any(self.parts.journal_folder.glob("*.json")):  # noqa: ASYNC110  a folder tells nobody
                await asyncio.sleep(0.01)


class Balancer:
    """A reverse proxy that hands requests to several bots in turn."""

    def __init__(self, bots: Sequence[Bot] = ()) -> None:
        self._urls = cycle([bot.url for bot in bots])
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._server = Served(app)
        self._session: ClientSession | None = None

    @property
    def url(self) -> str:
        return address(self._server)

    async def start(self) -> None:
        self._session = ClientSession(auto_decompress=False)
        await self._server.start_server()

    async def stop(self) -> None:
        await self._server.close()
        if self._session is not None:
            await self._session.close()

    async def _forward(self, request: web.Request) -> web.Response:
        return await self._ask(next(self._urls), request, await request.read())

    async def _ask(self, url: str, request: web.Request, body: bytes) -> web.Response:
        assert self._session is not None
        kept = {name: value for name, value in request.headers.items() if name.lower() not in _HOPS}
        # The query is signed as it stands.
        whole = URL(url + request.path_qs, encoded=True)
        async with self._session.request(
            request.method, whole, headers=kept, data=body, allow_redirects=False
        ) as answered:
            back = {name: value for name, value in answered.headers.items() if name.lower() not in _HOPS}
            return web.Response(status=answered.status, body=await answered.read(), headers=back)


def address(server: BaseTestServer) -> str:
    return str(server.make_url("/")).rstrip("/")


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Within it nobody else gets at the database, as during a long import."""
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        yield
