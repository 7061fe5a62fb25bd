"""What was answered to messages that somebody asks for again and again, out of the memory that all processes share."""

import asyncio
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from messages.outgoing import Reply
from storage import inbox
from storage.database import Database, is_outage

log = structlog.get_logger()

WITHIN_S: Final = 0.7  # a busy database must not keep the platform waiting


class Replies:
    """Looks them up together, with one look at a time, however many are asked for."""

    def __init__(self, database: Database, within_s: float = WITHIN_S) -> None:
        self._database = database
        self._within_s = within_s
        self._wanted: dict[str, asyncio.Future[Reply | None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def to(self, key: str) -> Reply | None:
        """By the key of `storage.inbox`; None where there is none, or not yet, or it cannot be told in time."""
        coming = self._wanted.setdefault(key, asyncio.get_running_loop().create_future())
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.wait({coming}, timeout=self._within_s)
        return coming.result() if coming.done() else None

    async def _look(self) -> None:
        while self._wanted:
            wanted, self._wanted = self._wanted, {}
            found: dict[str, Reply] = {}
            try:
                found = await asyncio.to_thread(self._read, list(wanted))
            except DBAPIError as error:
                if not is_outage(error):
                    log.exception("answers could not be read")
            for key, coming in wanted.items():
                coming.set_result(found.get(key))

    def _read(self, keys: list[str]) -> dict[str, Reply]:
        with self._database.reading() as connection:
            return inbox.answered(connection, keys)
