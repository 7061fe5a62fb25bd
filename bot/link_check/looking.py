"""A look at one link: name, address, request, redirect, until there is a verdict."""

import asyncio
import ssl

from yarl import URL

from bot.link_check.addresses import MayConnect, Resolve, is_open_web, look_up, resolved
from bot.link_check.asking import Unanswered, ask
from bot.link_check.pace import Pace
from bot.link_check.verdict import Response, Verdict, Walk, begin, step
from bot.policy.links import Address, Finding, host_of, is_public

SECONDS = 10.0
"""For a whole look with all its redirects; waiting for one's turn at a host does not count."""


class _Refused(Exception):
    """Nothing was sent."""

    def __init__(self, finding: Finding | None) -> None:
        super().__init__(finding)
        self.finding = finding


class Looker:
    """Cannot be used to reach what `may_connect` refuses, whatever a link, a name server or a server says."""

    def __init__(
        self,
        *,
        may_connect: MayConnect = is_open_web,
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._may_connect = may_connect
        self._resolve = resolve
        self._tls = ssl.create_default_context() if tls is None else tls
        self._seconds = seconds
        self._pace = Pace()

    async def look(self, url: str, *, extraction: str = "") -> Verdict:
        """Never raises for anything that a server does."""
        left = self._seconds
        at: Walk | Verdict = begin(url, extraction=extraction)
        while isinstance(at, Walk):
            try:
                response, took = await self._ask(at.url, left)
            except _Refused as refusal:
                return Verdict(refusal.finding, heard=at.redirects > 0)
            except Unanswered:
                return Verdict(Finding.NO_ANSWER, heard=at.redirects > 0)
            left = max(left - took, 0.1)
            at = step(at, response)
        return at

    async def _ask(self, url: str, left: float) -> tuple[Response, float]:
        """Also how many seconds it took. Raises _Refused, or one of `Unanswered`."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        target = _as_judged(url)
        name, port = target.raw_host or "", target.port or 0
        async with asyncio.timeout(left):
            addresses = await self._addresses(name, port)
        looked_up = loop.time() - started
        await self._pace.turn(name, *map(str, addresses))
        started = loop.time()
        response = await ask(target, addresses, self._tls, started + left - looked_up)
        return response, looked_up + loop.time() - started

    async def _addresses(self, name: str, port: int) -> list[Address]:
        """Resolved here and nowhere else; one bad address among good ones is enough to refuse the name."""
        host = host_of(f"http://[{name}]/" if ":" in name else f"http://{name}/")
        if host is None:
            raise _Refused(None)
        found = [host.address] if host.address else await resolved(name, port, self._resolve)
        if not found:
            raise OSError("no such name")
        if not all(self._may_connect(address, port) for address in found):
            raise _Refused(None if all(map(is_public, found)) else Finding.INWARD)
        return found


def _as_judged(url: str) -> URL:
    """The address to ask, with the host that was judged, so that no two parsers read it differently."""
    host = host_of(url)
    if host is None:
        raise _Refused(None)
    name = host.name if host.address is None else str(host.address)
    try:
        return URL(url).with_user(None).with_host(name).with_fragment(None)
    except ValueError:
        raise _Refused(None) from None
