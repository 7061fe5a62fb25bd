"""The background work: one thread that looks at links while the bot runs, and writes down what it found."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.link_check.conclusions import Conclusion, conclude
from bot.link_check.looking import Looker
from bot.link_check.rounds import Round, current_round, job_of, round_from
from bot.link_check.verdict import NOTHING_LEARNED, Verdict
from bot.own_thread import OwnThread
from bot.policy.links import Finding
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from messages.texts.link_findings import told
from messages.texts.wording import code_label
from storage import leases, link_checks, notices
from storage.database import Database
from storage.link_checks import HandedInLink

log = structlog.get_logger()

EVERY_SECONDS = 30.0
"""How often it is asked whether there is anything new: what is handed in is looked at within two minutes."""
DOUBT_SECONDS = 600.0
"""How long it rests when nobody at all answers, which is more likely this machine than all the others."""
_BATCH = 16  # links; at ten seconds each, four at once, a batch is done long before the lease runs out
_AT_ONCE = 4
_LEASE = "link-check"
_LEASE_MS = 300_000
_LATELY_MS = 600_000


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look, or several, came to; in links."""

    looked: int = 0
    kept: int = 0  # of which something was learned
    told: int = 0  # whose author is told something

    def __add__(self, other: "Looked") -> "Looked":
        return Looked(self.looked + other.looked, self.kept + other.kept, self.told + other.told)


class LinkWatch:
    """`start` it, and `stop` it: nothing is left behind, and a look that was cut off is made again."""

    def __init__(
        self, database: Database, plan: Plan, catalogue: Catalogue, clock: Clock, looker: Looker | None = None
    ) -> None:
        self._database = database
        self._plan = plan
        self._job = job_of(plan)
        self._catalogue = catalogue
        self._clock = clock
        self._looker = looker
        self._holder = secrets.token_hex(8)
        self._heard_at = 0  # when any server answered; real clock
        self._thread = OwnThread("link-check", self._run)

    def start(self) -> None:
        """Does nothing while the plan's switch is off."""
        if self._job.on:
            self._thread.start()

    def stop(self, timeout: float) -> None:
        self._thread.stop(timeout)

    def look_once(self) -> Looked | None:
        """A round that begins now, in the caller's thread; None while another process is looking."""
        looker, sum_ = self._looker or Looker(), Looked()
        with asyncio.Runner() as runner:
            while links := self._of_a_round_from_now():
                if not self._is_ours():
                    return None if sum_ == Looked() else sum_
                one = self._batch(runner, looker, links)
                sum_ += one
                if not one.kept:  # nobody answers, which is more likely this machine
                    break
        self._release()
        return sum_

    # ── in the thread ──

    def _run(self) -> None:
        looker = self._looker or Looker()
        with asyncio.Runner() as runner, suppress(asyncio.CancelledError):
            pause = 0.0
            while not self._thread.stopping.wait(pause):
                try:
                    pause = self._turn(runner, looker)
                except DBAPIError as error:
                    log.warning("links wait for the database", error=type(error.orig).__name__)
                    pause = EVERY_SECONDS
        with suppress(DBAPIError):
            self._release()

    def _release(self) -> None:
        with self._database.writing() as connection:
            leases.release(connection, _LEASE, self._holder)

    def _turn(self, runner: asyncio.Runner, looker: Looker) -> float:
        """One batch; how many seconds to rest."""
        with self._database.reading() as connection:
            links = self._due(connection)
        if not links or not self._is_ours():
            return EVERY_SECONDS
        return 0.0 if self._batch(runner, looker, links).kept else DOUBT_SECONDS

    def _batch(self, runner: asyncio.Runner, looker: Looker, links: Sequence[HandedInLink]) -> Looked:
        verdicts = runner.run(self._look_at(looker, links))
        now = self._clock.real_ms()
        if any(verdict.heard for verdict in verdicts):
            self._heard_at = now
        world_heard = now - self._heard_at <= _LATELY_MS
        kept: Counter[str] = Counter()
        authors = 0
        with self._database.writing() as connection:
            for link, verdict in zip(links, verdicts, strict=True):
                conclusion = conclude(
                    link.url, link.finding, link.unanswered, verdict, world_heard=world_heard
                )
                if conclusion is not None:
                    authors += self._keep(connection, link, verdict, conclusion, now)
                    kept[conclusion.finding or "unknown"] += 1
        log.info("links looked at", looked=len(links), found=dict(kept))
        return Looked(len(links), kept.total(), authors)

    def _due(self, connection: Connection) -> Sequence[HandedInLink]:
        now, real_ms = self._clock.now(), self._clock.real_ms()
        return _of_round(connection, current_round(self._job, self._plan.workdays, now, real_ms))

    def _of_a_round_from_now(self) -> Sequence[HandedInLink]:
        with self._database.reading() as connection:
            return _of_round(connection, round_from(self._clock.real_ms()))

    def _is_ours(self) -> bool:
        now = self._clock.real_ms()
        with self._database.writing() as connection:
            return leases.take(connection, _LEASE, self._holder, at=now, until=now + _LEASE_MS)

    async def _look_at(self, looker: Looker, links: Sequence[HandedInLink]) -> list[Verdict]:
        task = asyncio.current_task()
        assert task is not None
        self._thread.under_way = asyncio.get_running_loop(), task
        if self._thread.stopping.is_set():
            raise asyncio.CancelledError
        few = asyncio.Semaphore(_AT_ONCE)

        async def look(link: HandedInLink) -> Verdict:
            async with few:
                return await looker.look(link.url, extraction=link.extraction)

        found = await asyncio.gather(*map(look, links), return_exceptions=True)
        return [_as_verdict(link, one) for link, one in zip(links, found, strict=True)]

    def _keep(
        self, connection: Connection, link: HandedInLink, verdict: Verdict, conclusion: Conclusion, now: int
    ) -> bool:
        """Whether the author is told something new."""
        current = link_checks.record(
            connection, link, finding=conclusion.finding, unanswered=conclusion.unanswered, at=now
        )
        if current and conclusion.tell:
            text = told(
                Finding(conclusion.finding),
                number=link.number,
                label=code_label(link.code, self._catalogue),
                code=link.code,
                position=link.position,
                of=link.of,
                certified=link.state.certifies,
                wants_code=verdict.wants_code,
            )
            if text:
                key = f"link/{link.number}/{link.fingerprint}/{conclusion.finding}"
                notices.note(connection, [link.author_id], key=key, text=text, at=now)
                return conclusion.finding != link.finding
        return False


def _of_round(connection: Connection, round_: Round | None) -> Sequence[HandedInLink]:
    """New ones first; no more than a batch."""
    new = link_checks.not_looked_at(connection, _BATCH)
    if len(new) == _BATCH or round_ is None:
        return new
    return (
        *new,
        *link_checks.to_look_at_again(
            connection,
            well_before=round_.well_before,
            ill_before=round_.ill_before,
            most=_BATCH - len(new),
        ),
    )


def _as_verdict(link: HandedInLink, found: Verdict | BaseException) -> Verdict:
    """A mistake of ours about one link is logged, and that link left alone until next week."""
    if isinstance(found, Verdict):
        return found
    log.error("a look at a link has failed", link=link.link_id, kind=type(found).__name__)
    return NOTHING_LEARNED
