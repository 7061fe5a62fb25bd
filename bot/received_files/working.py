"""The background work: one thread that fetches what was sent, looks at it, and imports what was confirmed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.imports.kinds import ImportBusy
from bot.own_thread import OwnThread
from bot.policy.outgoing import Kind
from bot.policy.people import Role
from bot.received_files.fetching import MOST_BYTES, Fetched, NotFetched, Why
from bot.received_files.looking import Desk, Seen
from bot.received_files.page_looking import look_for_page, on_page
from bot.received_files.page_telling import tell_others
from bot.received_files.saying import offered
from bot.received_files.sources import Source
from bot.received_files.taking_back import end_reversal, take_back
from messages.outgoing import Answer
from messages.texts import received_file as texts
from storage import import_reversals, page_files, received_files
from storage.fault_points import FaultPoint, reached
from storage.outbox import Post, post
from storage.received_files import ReceivedFile, State
from storage.roles import grants_of
from storage.sealing import Sealing

log = structlog.get_logger()

EVERY_SECONDS = 1.0
"""How often it is asked whether there is anything to do."""
MOST_TRIES: Final = 3
LEASE_MS = 120_000
"""Whoever has died with a file is waited for so long. Nothing is imported twice if somebody only seemed to."""
AGAIN_MS = 5_000
"""After the first try in vain; after the second twice as long."""
_SWEEP_MS = 60_000


class _Lost(Exception):
    """Somebody else is at work on it by now."""


class FileWatch:
    """`start` it, and `stop` it: what was cut off is taken up again, here or by another process."""

    def __init__(
        self, desk: Desk, source: Source, sealing: Sealing, clock: Clock, posted: Callable[[], None]
    ) -> None:
        """`posted`: called in this thread when something new waits to be sent."""
        self._desk = desk
        self._database = desk.database
        self._source = source
        self._sealing = sealing
        self._clock = clock
        self._posted = posted
        self._swept_at = 0
        self._thread = OwnThread("received-files", self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """An import that takes longer than that is cut off, and finished by whoever starts next."""
        self._thread.stop(timeout)

    # ── in the thread ──

    def _run(self) -> None:
        with asyncio.Runner() as runner, suppress(asyncio.CancelledError):
            pause = 0.0
            while not self._thread.stopping.wait(pause):
                try:
                    pause = 0.0 if self.turn(runner) else EVERY_SECONDS
                except DBAPIError as error:
                    log.warning("received files wait for the database", error=type(error.orig).__name__)
                    pause = EVERY_SECONDS

    def turn(self, runner: asyncio.Runner) -> bool:
        """One file; False where there is nothing to do."""
        now = self._clock.real_ms()
        if now - self._swept_at >= _SWEEP_MS:
            self._swept_at = now
            with self._database.writing() as connection:
                received_files.forget_old(connection, now)
                page_files.forget_workbooks(connection, now)
        with self._database.reading() as connection:
            due = received_files.is_due(connection, now)
        if not due:
            return self._take_back()
        with self._database.writing() as connection:
            file = received_files.claim(connection, at=now, until=now + LEASE_MS)
            reached(FaultPoint.FILE_CLAIM_COMMITS)
        reached(FaultPoint.FILE_CLAIM_COMMITTED)
        if file is None:
            return False
        with suppress(_Lost):
            self._carefully(runner, file)
        return True

    def _carefully(self, runner: asyncio.Runner, file: ReceivedFile) -> None:
        if not self._is_office(file):
            self._end(file, State.EXPIRED, None)
        elif file.tries > MOST_TRIES:
            self._give_up(file)
        else:
            try:
                if not self._survives(lambda: self._work(runner, file), file=file.file_id):
                    self._let_go(file, counts=True)
            except ImportBusy:
                self._let_go(file, counts=False)

    def _take_back(self) -> bool:
        with self._database.reading() as connection:
            reversal = import_reversals.next_asked(connection)
        if reversal is None:
            return False
        at = self._clock.real_ms()
        done: list[import_reversals.State] = []
        try:
            self._survives(
                lambda: done.append(take_back(self._desk, reversal, self._clock.now())),
                run=reversal.import_id,
            )
        except ImportBusy:
            return False
        end_reversal(self._database, reversal, done[0] if done else import_reversals.State.STALE, at)
        self._posted()
        return True

    @staticmethod
    def _survives(work: Callable[[], None], *, file: int | None = None, run: int | None = None) -> bool:
        """Whether it was done; raises what is no bug."""
        try:
            work()
        except (DBAPIError, _Lost, ImportBusy):
            raise
        except Exception as error:  # whatever somebody may put into a spreadsheet
            log.exception("an import has broken the bot", kind=type(error).__name__, file=file, run=run)
            return False
        return True

    def _work(self, runner: asyncio.Runner, file: ReceivedFile) -> None:
        """Raises ImportBusy."""
        with self._database.reading() as connection:
            content = received_files.content_of(connection, file, self._sealing)
        if content is None:
            file, content = self._fetched(runner, file)
            if content is None:
                return
        now = self._clock.now()
        if file.state is State.CONFIRMED:
            seen = self._desk.apply(file, content, now)
            self._tell(file, self._look(file, content, now) if seen is None else seen)
        else:
            self._tell(file, self._look(file, content, now))

    def _look(self, file: ReceivedFile, content: bytes, now: datetime) -> Seen:
        if page_files.is_on_page(file):
            return look_for_page(self._desk, file, content, now)
        return self._desk.look(file, content, now)

    def _fetched(self, runner: asyncio.Runner, file: ReceivedFile) -> tuple[ReceivedFile, bytes | None]:
        """The bytes, kept; None where they are not to be had, now or ever."""
        with self._database.reading() as connection:
            way = received_files.way_to(connection, file, self._sealing)
        if way is None:
            self._end(file, State.LOST, texts.not_fetched(file.name, ""))
            return file, None
        try:
            fetched = runner.run(self._cancellable(file, way))
        except NotFetched as failure:
            self._not_fetched(file, failure)
            return file, None
        name = file.name or fetched.name
        if "." in name and not name.lower().endswith(texts.ENDINGS):
            self._end(file, State.REFUSED, texts.wrong_ending(name))
            return file, None
        with self._database.writing() as connection:
            if not received_files.keep(connection, file, name, fetched.content, self._sealing):
                raise _Lost
            kept = received_files.find(connection, file.file_id)
            reached(FaultPoint.FILE_KEPT_COMMITS)
        reached(FaultPoint.FILE_KEPT_COMMITTED)
        assert kept is not None, "it was just written"
        return kept, fetched.content

    def _not_fetched(self, file: ReceivedFile, failure: NotFetched) -> None:
        match failure.why:
            case Why.LATER if file.tries < MOST_TRIES:
                self._let_go(file, counts=True)
            case Why.TOO_LARGE:
                self._end(file, State.REFUSED, texts.too_large(file.name, MOST_BYTES >> 20))
            case _:
                self._end(file, State.LOST, texts.not_fetched(file.name, failure.say))

    async def _cancellable(self, file: ReceivedFile, way: received_files.Way) -> Fetched:
        task = asyncio.current_task()
        assert task is not None
        self._thread.under_way = asyncio.get_running_loop(), task
        if self._thread.stopping.is_set():
            raise asyncio.CancelledError
        return await self._source(file, way)

    def _is_office(self, file: ReceivedFile) -> bool:
        with self._database.reading() as connection:
            return any(grant.role is Role.OFFICE for grant in grants_of(connection, file.person_id))

    def _give_up(self, file: ReceivedFile) -> None:
        begun = file.state is State.CONFIRMED
        said = texts.import_given_up(file.name) if begun else texts.given_up(file.name)
        self._end(file, State.LOST, said)

    def _end(self, file: ReceivedFile, state: State, said: Answer | None) -> None:
        self._tell(file, Seen(standing=state, said=said or Answer()))

    def _tell(self, file: ReceivedFile, seen: Seen) -> None:
        """What has come of it, and what is said about it, in one transaction. Raises _Lost."""
        now = self._clock.real_ms()
        with self._database.writing() as connection:
            moved = received_files.settle(
                connection, file, seen.standing, at=now, kind=seen.kind, counts=seen.counts
            )
            if not moved:
                raise _Lost
            if page_files.is_on_page(file):
                self._show(connection, file, seen, now)
            else:
                self._say(connection, file, seen, now)
            reached(FaultPoint.FILE_TOLD_COMMITS)
        reached(FaultPoint.FILE_TOLD_COMMITTED)
        log.info("a received file", file=file.file_id, state=seen.standing.value, kind=seen.kind)
        self._posted()

    def _show(self, connection: Connection, file: ReceivedFile, seen: Seen, now: int) -> None:
        """On the page that waits for it."""
        if seen.findings is not None:
            page_files.keep_preview(connection, file, seen.findings, seen.workbook, self._sealing)
        if seen.standing is State.SHOWN:
            tell_others(connection, file, self._desk.plan, at=now)
        elif seen.standing not in received_files.OPEN and seen.findings is None:
            sentence = "" if seen.standing is State.IMPORTED else on_page(seen.said.plain)
            page_files.ended(connection, file.file_id, import_id=seen.run_id, sentence=sentence[:200])

    def _say(self, connection: Connection, file: ReceivedFile, seen: Seen, now: int) -> None:
        again = file.state is State.CONFIRMED and seen.standing is State.SHOWN
        said = offered(connection, file, seen, self._desk, self._clock, again=again)
        if said.silent:
            return
        if file.state is State.CONFIRMED and seen.standing is not State.SHOWN:
            waits = received_files.newest_open(connection, file.person_id)
            if waits is not None and waits.state in {State.SHOWN, State.ASKED}:
                said += texts.another_waits(waits.name)
        key = f"file/{file.file_id}/{file.round}/{file.state.value}/{seen.standing.value}"
        post(connection, [Post(key=key, kind=Kind.REPLY, answer=said, person_id=file.person_id)], at=now)

    def _let_go(self, file: ReceivedFile, *, counts: bool) -> None:
        until = self._clock.real_ms() + AGAIN_MS * (file.tries if counts else 1)
        with self._database.writing() as connection:
            received_files.let_go(connection, file, until=until, counts=counts)
            reached(FaultPoint.FILE_LET_GO_COMMITS)
        reached(FaultPoint.FILE_LET_GO_COMMITTED)
