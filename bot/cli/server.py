"""Runs the web application until somebody asks it to stop."""

import asyncio
import errno
import gc
import importlib
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog
from aiohttp import web

from bot.app import Parts, build_app
from bot.cli.faults import OperatorFault
from bot.presence import present

log = structlog.get_logger()

# Together with the lanes' own limit (bot.app.DRAIN_SECONDS) a stop takes less than 20 seconds.
_FINISH_REQUESTS_SECONDS = 3.0
_BACKLOG = 1024
_YOUNG_OBJECTS = (
    20_000  # made and not gone, before the collector looks; CPython's 700 are reached every two messages
)

# How long a thread that computes (an import, a summary, a workbook) keeps the interpreter while callbacks wait for it.
# A callback asks for it a dozen times; with CPython's 5 ms each time it would take ten times as long as now.
_SWITCH_SECONDS = 0.0005

Listening = Callable[[str], None]


def listen(host: str, port: int) -> socket.socket:
    """Takes the port; connections wait until the server runs. Raises OperatorFault."""
    fault = OSError()
    try:
        for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                return socket.create_server(where[:2], family=family, backlog=_BACKLOG)
            except OSError as error:
                fault = error
    except OSError as error:
        fault = error
    match fault.errno:
        case errno.EADDRINUSE:
            reason = f"{host}:{port} 已经被别的程序占用，请先停掉它，或用 BOT_PORT 换一个端口"
        case errno.EACCES:
            reason = f"没有权限监听 {host}:{port}，请用 BOT_PORT 换一个 1024 以上的端口"
        case _:
            reason = f"不能监听 {host}:{port}，请检查 BOT_HOST"
    raise OperatorFault(reason)


def address_of(listener: socket.socket, host: str) -> str:
    """With the real port, also where port 0 let the system choose."""
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run_server(
    parts: Parts,
    listener: socket.socket,
    *,
    extend: Callable[[web.Application], None] | None = None,
    listening: Listening | None = None,
) -> None:
    """Returns after SIGTERM or SIGINT, when everything taken in is done.

    `extend` may add to the application before it starts. `listening` is told the address as soon as
    connections are accepted.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    parts = replace(parts, address=address_of(listener, parts.settings.host))
    app = build_app(parts)
    if extend is not None:
        extend(app)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(app, parts, listener, listening or (lambda _address: None)))


async def _serve(app: web.Application, parts: Parts, listener: socket.socket, listening: Listening) -> None:
    stop, ended = asyncio.Event(), threading.Event()
    stop_on_signals(asyncio.get_running_loop(), stop)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_FINISH_REQUESTS_SECONDS)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        address = address_of(listener, parts.settings.host)
        _announce(address, parts.settings.log_format)
        listening(address)
        _leave_the_living()
        finishing = threading.Thread(target=_finish_imports, args=(parts, ended), name="imports", daemon=True)
        finishing.start()
        with present(parts.database, parts.clock):
            await stop.wait()
            log.info("stopping")
    finally:
        ended.set()
        await runner.cleanup()


def stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Windows: Ctrl+C and Ctrl+Break, which are also what stops a service; its loops do not listen to signals."""

    def stop_from_handler(_number: int, _frame: object) -> None:
        with suppress(RuntimeError):  # stopped already: somebody was impatient
            loop.call_soon_threadsafe(stop.set)

    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            signal.signal(number, stop_from_handler)


def _leave_the_living() -> None:
    """What lives now lives to the end: the collector need not look through it again (a twentieth of the work)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)


def _announce(address: str, log_format: str) -> None:
    if log_format == "json":
        log.info(f"listening on {address}")  # noqa: G004  whoever waits for it looks for this line
    else:
        print(f"listening on {address}", file=sys.stderr, flush=True)


def _finish_imports(parts: Parts, ended: threading.Event) -> None:
    """What somebody has confirmed, and a death or an outage has cut off; in pieces, while messages are answered."""
    # Takes its time to load, and nobody should wait for it at the start.
    from sqlalchemy.exc import DBAPIError

    from bot.imports.applying import resume_imports

    while not ended.is_set():
        try:
            for name in resume_imports(parts.database, parts.plan, parts.catalogue, parts.clock.now()):
                log.info("an unfinished import was finished", file=name)
        except DBAPIError as error:
            log.warning("unfinished imports wait for the database", error=type(error.orig).__name__)
        ended.wait(parts.adopt_every)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """That of uvloop where it exists (it does not on Windows)."""
    try:
        uvloop = importlib.import_module("uvloop")
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
