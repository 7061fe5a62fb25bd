"""A platform's access token: one for all processes, fetched by one of them, kept sealed in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import structlog

from bot.clock import Clock
from bot.sending import Do, SendFailed, stop
from messages.incoming import Platform
from storage import channels
from storage.channels import StoredToken
from storage.database import Database
from storage.sealing import Sealing

log = structlog.get_logger()

MARGIN_MS = 300_000  # so long before its end a token is replaced
FAILURE_HOLDS_MS = 1_000  # for everybody who wanted one at the same moment: wrong secrets shut the door
RENEWAL_MS = 20_000  # longer than fetching one may take; a process that died with it is not waited for
WRONG_SECRET_HOLDS_MS = 60_000  # nobody has mended it within less, and asking on gets an address blocked
_LOOK_AGAIN_S = 0.1
_INSISTS: Final = replace(
    stop("a fresh access token is refused"),
    say="刚取的 access_token 也被拒绝。核对应用的设置，改好后重启机器人。",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as the platform gave it out."""

    token: str = field(repr=False)
    lives_s: int


Fetch = Callable[[], Awaitable[Issued]]


class AccessTokens:
    """Of one platform."""

    def __init__(self, platform: Platform, database: Database, secret_key: str, clock: Clock) -> None:
        self._platform = platform
        self._database = database
        self._sealing = Sealing(secret_key)
        self._purpose = f"token:{platform.value}"
        self._clock = clock
        self._token = ""
        self._until = 0
        self._failure: SendFailed | None = None
        self._failed_at = 0
        self._one_at_a_time = asyncio.Lock()

    async def spend(self, fetch: Fetch, attempt: Callable[[str], Awaitable[T]]) -> T:
        """Makes the attempt with a token, and once more with a fresh one where that is what it takes.

        Raises the SendFailed of the last of them.
        """
        token = await self.current(fetch)
        try:
            return await attempt(token)
        except SendFailed as failed:
            if failed.verdict.do is not Do.RENEW:
                raise
        token = await self.current(fetch, rejected=token)
        try:
            return await attempt(token)
        except SendFailed as failed:
            if failed.verdict.do is Do.RENEW:
                verdict = replace(_INSISTS, code=failed.verdict.code)
                raise SendFailed(verdict, failed.errcode) from None
            raise

    async def current(self, fetch: Fetch, *, rejected: str = "") -> str:
        """One that should be good, and is not the one that was `rejected`. Raises what `fetch` raises."""
        if self._is_good(self._token, self._until, rejected):
            return self._token
        async with self._one_at_a_time:
            while not self._is_good(self._token, self._until, rejected):
                seen = await asyncio.to_thread(self._stored)
                known = self._sealing.unseal(seen.sealed, self._purpose) or ""
                if self._is_good(known, seen.until, rejected):
                    self._token, self._until = known, seen.until
                elif await asyncio.to_thread(self._may_fetch, seen):
                    await self._fetch(fetch)
                    break  # also when it is the same again: the platform insists on it
                else:
                    # Another process is about to.
                    await asyncio.sleep(_LOOK_AGAIN_S)
            return self._token

    def _is_good(self, token: str, until: int, rejected: str) -> bool:
        return token not in ("", rejected) and self._clock.real_ms() < until

    async def _fetch(self, fetch: Fetch) -> None:
        fresh = None
        try:
            issued = await self._asked(fetch)
            lives_ms = issued.lives_s * 1000
            # One that lives for minutes only is used for half of them.
            until = self._clock.real_ms() + max(lives_ms - MARGIN_MS, lives_ms // 2)
            self._token, self._until = issued.token, until
            fresh = StoredToken(self._sealing.seal(issued.token, self._purpose), until)
            log.info("access token renewed", platform=self._platform.value)
        finally:
            await asyncio.to_thread(self._end, fresh)

    async def _asked(self, fetch: Fetch) -> Issued:
        held = self._failure
        if held is not None and self._clock.real_ms() < self._failed_at + _holds_ms(held):
            raise SendFailed(held.verdict, held.errcode, held.detail)
        try:
            issued = await fetch()
        except SendFailed as failure:
            self._failure, self._failed_at = failure, self._clock.real_ms()
            raise
        self._failure = None
        return issued

    # ── in a thread ──

    def _stored(self) -> StoredToken:
        with self._database.reading() as connection:
            return channels.token(connection, self._platform)

    def _may_fetch(self, seen: StoredToken) -> bool:
        now = self._clock.real_ms()
        with self._database.writing() as connection:
            return channels.begin_renewal(connection, self._platform, seen, now=now, until=now + RENEWAL_MS)

    def _end(self, fresh: StoredToken | None) -> None:
        with self._database.writing() as connection:
            channels.end_renewal(connection, self._platform, fresh)


def _holds_ms(failure: SendFailed) -> int:
    return WRONG_SECRET_HOLDS_MS if failure.verdict.do is Do.STOP else FAILURE_HOLDS_MS
