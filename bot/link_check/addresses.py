"""From a name to the addresses that may be connected to: resolved once, and judged before anything is sent."""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from bot.policy.links import Address, is_public

Resolve = Callable[[str, int], list[Address]]
"""Blocks, and raises OSError where there is no such name."""
MayConnect = Callable[[Address, int], bool]

_PORTS = frozenset({80, 443})


def is_open_web(address: Address, port: int) -> bool:
    """What a real bot connects to; only tests have another idea of it."""
    return port in _PORTS and is_public(address)


def look_up(name: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(where[0]).partition("%")[0]) for *_, where in found))


async def resolved(name: str, port: int, resolve: Resolve) -> list[Address]:
    """In a daemon thread: a name server that hangs must not keep the process from ending. Raises OSError."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address]] = loop.create_future()

    def deliver(found: list[Address] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def ask() -> None:
        found: list[Address] | OSError
        try:
            found = resolve(name, port)
        except OSError as error:
            found = error
        except ValueError as error:  # a name that cannot be put into a question at all
            found = OSError(str(error))
        with suppress(RuntimeError):  # the loop is gone, and nobody waits any more
            loop.call_soon_threadsafe(deliver, found)

    threading.Thread(target=ask, name="link-check-name", daemon=True).start()
    return await answer
