"""Gets the bytes of a file: of limited size, from the open web or from where the platforms are set up, nowhere else."""

import asyncio
import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

import aiohttp
from yarl import URL

from bot.link_check.addresses import MayConnect, Resolve, is_open_web, look_up, resolved
from bot.link_check.asking import Unanswered, connector_to
from bot.policy.links import Address, host_of

MOST_BYTES: Final = 20 * 1024 * 1024
_SECONDS: Final = 60.0
_OPEN = {"http", "https"}


@unique
class Why(Enum):
    """Why there is nothing."""

    LATER = "later"  # nobody has answered; perhaps later
    GONE = "gone"  # it is not there any more, or was never meant for us
    TOO_LARGE = "too large"


class NotFetched(Exception):
    """`say`: what is to be told about it, in Chinese; mostly nothing."""

    def __init__(self, why: Why, say: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.say = say


@dataclass(frozen=True, slots=True)
class Fetched:
    """`name`: as the server calls it; "" where it does not."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """`bases`: addresses of the platforms as they are set up, which lead wherever they lead."""

    bases: Collection[str]
    may_connect: MayConnect = is_open_web
    resolve: Resolve = look_up
    most_bytes: int = MOST_BYTES

    async def fetch(self, address: str) -> Fetched:
        """Raises NotFetched. Follows nothing: what a platform hands out leads straight to the file."""
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._fetch(address)
        except Unanswered:
            raise NotFetched(Why.LATER) from None

    async def _fetch(self, address: str) -> Fetched:
        url = _parsed(address)
        addresses = await self._addresses(url)
        async with (
            aiohttp.ClientSession(
                connector=connector_to(addresses, ssl.create_default_context()),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            ) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status >= 500 or response.status == 429:
                raise NotFetched(Why.LATER)
            if response.status != 200:
                raise NotFetched(Why.GONE)
            named = response.content_disposition
            return Fetched((named and named.filename) or "", await self._read(response))

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for piece in response.content.iter_any():
            content += piece
            if len(content) > self.most_bytes:
                raise NotFetched(Why.TOO_LARGE)
        return bytes(content)

    async def _addresses(self, url: URL) -> Sequence[Address]:
        """Of the host; one bad address among good ones is enough to refuse it."""
        name, port = url.host or "", url.port or 0
        host = host_of(f"http://[{name}]/" if ":" in name else f"http://{name}/")
        if host is None:
            raise NotFetched(Why.GONE)
        found = [host.address] if host.address else await resolved(name, port, self.resolve)
        ours = url.origin() in {URL(base).origin() for base in self.bases}
        if not found or not (ours or all(self.may_connect(address, port) for address in found)):
            raise NotFetched(Why.GONE)
        return found


def _parsed(address: str) -> URL:
    try:
        url = URL(address, encoded=True)  # it is signed as it stands
    except ValueError:
        raise NotFetched(Why.GONE) from None
    if url.scheme not in _OPEN or not url.host or url.user is not None:
        raise NotFetched(Why.GONE)
    return url
