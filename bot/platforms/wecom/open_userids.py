"""Whose veiled ids are: asked of WeCom in the application's name (official document 101521), together and once."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.platforms.wecom.access import WeComAccess
from bot.platforms.wecom.failures import APP
from bot.policy.veiled import is_veiled
from bot.sending import SendFailed
from storage import open_userids
from storage.database import Database

log = structlog.get_logger()

MOST: Final = 1000  # of one call
DENIED_MS: Final = 24 * 3_600_000  # so long a denial holds; somebody may be made visible meanwhile
_TOLD_MS: Final = 30 * DENIED_MS
_LOOK_AGAIN_MS: Final = 3_600_000  # at what the database knows of a denial
_FAILED_MS: Final = 60_000  # after the platform or the database was away
_KEPT: Final = 20_000  # ids, in memory
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class _Known:
    userid: str  # "" = it stays veiled
    until: int


class OpenUserIds:
    """Of one process."""

    def __init__(
        self, access: WeComAccess, database: Database, clock: Clock, *, gather_s: float, within_s: float
    ) -> None:
        """`gather_s`: ids that are wanted within it are asked for together. `within_s`: then it stays veiled."""
        self._access = access
        self._database = database
        self._clock = clock
        self._gather_s = gather_s
        self._within_s = within_s
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._wanted: dict[str, asyncio.Future[str]] = {}
        self._asking: set[asyncio.Task[None]] = set()

    async def account(self, given: str) -> str:
        """The user id behind it; the same again where it is none of the veiled, or nobody tells."""
        if not is_veiled(given) or len(given) > _LONGEST:
            return given
        known = self._known.get(given)
        if known is not None and self._clock.real_ms() < known.until:
            return known.userid or given
        coming = self._wanted.get(given)
        if coming is None:
            coming = self._wanted[given] = asyncio.get_running_loop().create_future()
        if not self._asking:
            task = asyncio.create_task(self._ask())
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        try:
            return await asyncio.wait_for(asyncio.shield(coming), self._within_s) or given
        except TimeoutError:
            return given

    async def _ask(self) -> None:
        """For all that is wanted by now."""
        await asyncio.sleep(self._gather_s)
        while self._wanted:
            batch = dict(list(self._wanted.items())[:MOST])
            try:
                found = await self._told(list(batch))
                now = self._clock.real_ms()
                fresh = {
                    one: _Known(userid, now + (_TOLD_MS if userid else _LOOK_AGAIN_MS))
                    for one, userid in found.items()
                }
            except (SendFailed, DBAPIError) as error:
                log.warning("veiled ids stay veiled for now", count=len(batch), why=_why(error))
                later = self._clock.real_ms() + _FAILED_MS
                fresh = {one: _Known("", later) for one in batch}
            for one, coming in batch.items():
                self._remember(one, fresh[one])
                del self._wanted[one]
                if not coming.done():
                    coming.set_result(fresh[one].userid)

    async def _told(self, ids: Sequence[str]) -> Mapping[str, str]:
        """By the database, else by WeCom."""
        stored = await asyncio.to_thread(self._stored, ids)
        missing = [one for one in ids if one not in stored]
        if not missing:
            return stored
        body = {"open_userid_list": missing}
        fields = await self._access.ask("batch/openuserid_to_userid", body, APP)
        answered = _userids(fields, missing)
        await asyncio.to_thread(self._note, answered)
        return {**stored, **answered}

    def _stored(self, ids: Sequence[str]) -> dict[str, str]:
        with self._database.reading() as connection:
            return open_userids.known(connection, ids, denied_since=self._clock.real_ms() - DENIED_MS)

    def _note(self, found: Mapping[str, str]) -> None:
        with self._database.writing() as connection:
            open_userids.note(connection, found, self._clock.real_ms())

    def _remember(self, veiled: str, known: _Known) -> None:
        self._known[veiled] = known
        self._known.move_to_end(veiled)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)


def _userids(fields: Mapping[str, Any], asked: Sequence[str]) -> dict[str, str]:
    """Nothing ("") for those that WeCom does not tell."""
    listed = fields.get("userid_list")
    found = dict.fromkeys(asked, "")
    for row in listed if isinstance(listed, list) else ():
        if isinstance(row, dict):
            veiled, userid = row.get("open_userid"), row.get("userid")
            if veiled in found and isinstance(userid, str) and 0 < len(userid) <= _LONGEST:
                found[veiled] = userid
    return found


def _why(error: Exception) -> str:
    return str(error.errcode) if isinstance(error, SendFailed) else type(error).__name__
