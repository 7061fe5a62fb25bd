"""One GET request to one vetted host: no cookies, no proxy, no redirect, and only the beginning is read."""

import asyncio
import errno
import socket
import ssl
import zlib
from collections.abc import Sequence
from ipaddress import ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http import HttpProcessingError
from yarl import URL

from bot.link_check.verdict import Response
from bot.policy.links import Address

MOST_BYTES = 64 * 1024
_LINE_BYTES = 16 * 1024
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; yanxiu-assistant link check)",
    "Accept": "text/html,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "identity",
    "Range": f"bytes=0-{MOST_BYTES - 1}",
}

Unanswered = (aiohttp.ClientError, HttpProcessingError, OSError, TimeoutError, ValueError)
"""Whatever can go wrong between here and a server that means harm or well."""


class _Known(AbstractResolver):
    """Knows the addresses that were judged, and asks nobody."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - the library's signature
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """There is nothing to let go of."""


async def ask(url: URL, addresses: Sequence[Address], tls: ssl.SSLContext, deadline: float) -> Response:
    """`deadline` by the loop's clock; a body that is not there by then is taken as far as it came.

    Raises one of `Unanswered`.
    """
    async with (
        aiohttp.ClientSession(
            connector=connector_to(addresses, tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            trust_env=False,
            auto_decompress=False,
            read_bufsize=MOST_BYTES,
            max_line_size=_LINE_BYTES,
            max_field_size=_LINE_BYTES,
        ) as session,
        asyncio.timeout_at(deadline + 1),  # until everything is closed
    ):
        async with asyncio.timeout_at(deadline):
            response = await session.get(url, allow_redirects=False)
        try:
            body = await _beginning(response, deadline)
        finally:
            response.close()
        headers = response.headers
        return Response(
            status=response.status,
            location=_text(headers.get("Location", "")),
            content_type=_text(headers.get("Content-Type", "")),
            body=_unpacked(body, headers.get("Content-Encoding", "").strip().lower()),
        )


def connector_to(addresses: Sequence[Address], tls: ssl.SSLContext) -> aiohttp.TCPConnector:
    """For one request to one of these, whatever the name in it would lead to."""
    return aiohttp.TCPConnector(
        resolver=_Known(addresses),
        use_dns_cache=False,
        ssl=tls,
        force_close=True,
        limit=1,
        socket_factory=_only(addresses),
    )


def _only(addresses: Sequence[Address]) -> aiohttp.SocketFactoryType:
    """The last door: whatever the library has made of the address, it leads to one of these or nowhere."""

    def open_socket(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, where = info
        if ip_address(str(where[0]).partition("%")[0]) not in addresses:
            raise OSError(errno.EACCES, "nobody has judged this address")
        return socket.socket(family, kind, protocol)

    return open_socket


async def _beginning(response: aiohttp.ClientResponse, deadline: float) -> bytes:
    body = b""
    try:
        async with asyncio.timeout_at(deadline):
            while len(body) < MOST_BYTES and (piece := await response.content.readany()):
                body += piece
    except Unanswered:
        pass  # what has come says enough, or nothing
    return body[:MOST_BYTES]


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Never more than `MOST_BYTES`, whatever is packed; nothing where the packing is not understood."""
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        return b""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, MOST_BYTES)
    except zlib.error:
        return b""


def _text(header: str) -> str:
    """Bytes that are no UTF-8 come out of the library as lone surrogates, which nothing can print."""
    return header.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
