"""Carries callbacks to the bot, as real HTTP requests, and says what came back."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from bot.tenant.faults import Effect
from bot.tenant.tenant import Tenant
from bot.tenant.wire import Exchange, Towards, readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One request to the bot. `opened` is what its body says, where it is encrypted."""

    name: str  # "wecom.callback": faults are aimed at it
    method: str
    path_qs: str  # below the bot's address, encoded
    headers: Mapping[str, str]
    body: bytes
    opened: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The bot's answer. `exchange` is its number in the wire view."""

    status: int
    body: bytes
    exchange: int


class Courier:
    """One session for all callbacks; to be closed."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._session: ClientSession | None = None

    async def deliver(self, letter: Letter, seconds: float) -> Delivered | None:
        """None when no answer came within `seconds`: too late, cut, or nobody listening."""
        faults = self._tenant.faults
        if slow := faults.strike(letter.name, letter.target, only=Effect.SLOW):
            await self._tenant.be_slow(slow.seconds)
            if self._tenant.closing.is_set():
                return None
        if faults.strike(letter.name, letter.target, only=Effect.TWICE):
            first, _second = await asyncio.gather(self._post(letter, seconds), self._post(letter, seconds))
            return first
        delivered = await self._post(letter, seconds)
        if faults.strike(letter.name, letter.target, only=Effect.UNHEARD):
            return None
        return delivered

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, letter: Letter, seconds: float) -> Delivered | None:
        if self._session is None:
            self._session = ClientSession(auto_decompress=False)
        tenant = self._tenant
        exchange = tenant.wire.record(
            Exchange(
                at_ms=tenant.clock.ms(),
                towards=Towards.BOT,
                name=letter.name,
                method=letter.method,
                url=letter.path_qs,
                headers=letter.headers,
                body=readable(letter.body),
                opened=letter.opened,
            )
        )
        started = time.perf_counter()
        status, answer = 0, b""
        try:
            async with self._session.request(
                letter.method,
                # The query is signed as it stands, so yarl must not quote it a second time.
                URL(tenant.bot_url + letter.path_qs, encoded=True),
                headers=letter.headers,
                data=letter.body,
                timeout=ClientTimeout(total=seconds),
                allow_redirects=False,
            ) as response:
                answer = await response.read()
                status = response.status
        except (ClientError, TimeoutError, OSError) as error:
            answer = type(error).__name__.encode()
        tenant.wire.finish(exchange, status, answer, (time.perf_counter() - started) * 1000)
        return Delivered(status, answer, exchange.number) if status else None
