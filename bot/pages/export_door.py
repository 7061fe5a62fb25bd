"""Where a one-time link brings a workbook: one is made after the other, so that the pages stay quick meanwhile."""

import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Final

import structlog
from sqlalchemy.exc import DBAPIError
from xlsxwriter.exceptions import XlsxWriterException

from bot.pages.desk import Desk, Html
from bot.pages.visit import CSV, XLSX, Download
from bot.policy.export import Ending, Order, may_export
from bot.policy.people import Grant
from bot.workbooks.commission import CannotMake
from bot.workbooks.making import make, note
from storage import entry_links
from storage.entry_links import Purpose, Refusal
from storage.people import Asker, find_person
from storage.roles import grants_of

log = structlog.get_logger()

_TYPES: Final = {Ending.XLSX: XLSX, Ending.CSV: CSV}
_PIECE_BYTES: Final = 64 << 10
_IN_MEMORY: Final = 4 << 20  # a file up to so many bytes never touches the disk

Found = tuple[Asker, frozenset[Grant], Order]


class ExportDoor:
    """One for a process; its thread is its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ground = desk.ground
        self._thread = ThreadPoolExecutor(1, "exports")

    async def opened(self, code: str) -> Download | Html | Refusal:
        """Uses the link up."""
        found = await self._desk.in_thread(lambda: self._used(code))
        if not isinstance(found, tuple):
            return found
        person, grants, order = found
        # What somebody may have is decided when they fetch it: a role may be gone since the link was issued.
        if not may_export(grants, order):
            return self._desk.sorry("not_yours", 403)
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: self._made(person, order)
        )

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    # ── in a thread ──

    def _used(self, code: str) -> Found | Html | Refusal:
        database = self._ground.database
        try:
            with database.reading() as connection:
                if not entry_links.is_known(connection, code, Purpose.EXPORT):
                    return Refusal.UNKNOWN
            with database.writing() as connection:
                entered = entry_links.use(connection, code, Purpose.EXPORT, at=self._ground.clock.real_ms())
                if isinstance(entered, Refusal):
                    return entered
                person = find_person(connection, entered.person_id)
                grants = grants_of(connection, entered.person_id)
        except DBAPIError:  # whatever it was: the code must not stand in a log
            log.warning("nobody gets a workbook for the database")
            return self._desk.sorry("outage", 503)
        if person is None:
            return Refusal.UNKNOWN
        return person, grants, Order.of_content(entered.content)

    def _made(self, person: Asker, order: Order) -> Download | Html:
        ground, trace = self._ground, secrets.token_hex(8)
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  closed once it was sent
        try:
            made = make(
                ground.database,
                ground.plan,
                ground.catalogue,
                order,
                file,
                now=ground.clock.now(),
                maker=f"{person.name}（{person.school_name}）",
            )
            actor = f"person:{person.person_id}"
            note(ground.database, order, made, at=ground.clock.real_ms(), actor=actor, trace=trace)
        except CannotMake as reason:
            file.close()
            return self._desk.sorry("cannot_make", 409, words=str(reason))
        except (DBAPIError, OSError, XlsxWriterException):
            file.close()
            log.exception("a workbook has failed", kind=order.kind.value, trace=trace)
            return self._desk.sorry("failed", 503, trace=trace)
        return Download(made.name, _TYPES[order.ending], _pieces(file))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece
