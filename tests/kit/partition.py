"""A network between a process and its database that a test can cut: silently, with a reset, or to another server."""

import asyncio
import socket
import struct
from contextlib import suppress

from sqlalchemy import make_url

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: a close sends RST
_PORT = 5432


class Network:
    """`url` is how the process reaches PostgreSQL; everything goes through here."""

    def __init__(self, database_url: str) -> None:
        self._real = make_url(database_url)
        self._open = asyncio.Event()
        self._open.set()
        self._refuses = False
        self._lines: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None, "it has not been started"
        port = self._server.sockets[0].getsockname()[1]
        real = self._real.set(host="127.0.0.1", port=port, query={})
        return real.render_as_string(hide_password=False)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def stop(self) -> None:
        self.heal()
        self.reset()
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def goes_silent(self) -> None:
        """Nothing gets through, and nobody is told."""
        self._open.clear()

    def reset(self) -> None:
        """Every connection breaks; new ones are taken, unless the network is `down`."""
        for line in self._lines:
            with suppress(OSError, AttributeError):
                line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            line.transport.abort()

    def goes_down(self) -> None:
        """Every connection breaks, and so does every new one."""
        self._refuses = True
        self.reset()

    def heal(self) -> None:
        self._refuses = False
        self._open.set()

    def leads_to(self, database_url: str) -> None:
        """Another server has taken over the address."""
        self._real = make_url(database_url)
        self.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self._refuses:
                return
            there_reader, there = await self._reach()
            self._lines.add(there)
            try:
                await asyncio.gather(self._pass(reader, there), self._pass(there_reader, writer))
            finally:
                self._lines.discard(there)
                there.close()
        except (OSError, asyncio.CancelledError):  # the end of the test
            return
        finally:
            self._lines.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        folder = self._real.query.get("host", "")
        if folder:
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{self._real.port or _PORT}")
        return await asyncio.open_connection(self._real.host, self._real.port or _PORT)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
