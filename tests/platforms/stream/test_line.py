"""One socket of the stream, with a platform at the other end that does exactly what a test tells it."""

import asyncio

from aiohttp import ClientSession, web

from bot.platforms.dingtalk.stream.line import Line
from tests.kit.servers import Served, address


async def nothing(_frame):
    raise AssertionError("no frame has come")


async def test_a_socket_that_answers_pings_and_brings_no_frame_is_given_up():
    """A gateway may be alive while nobody stands behind it."""

    async def serve(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.add_routes([web.get("/", serve)])
    server = Served(app)
    await server.start_server()
    async with ClientSession() as session:
        socket = await session.ws_connect(address(server), heartbeat=0.2)
        line = Line(socket, nothing, silent_s=0.6)
        listening = asyncio.create_task(line.listen())
        await asyncio.wait({listening}, timeout=3.0)
        given_up = line.over.is_set()
        listening.cancel()
        await line.close()
    await server.close()
    assert given_up
