"""The one way out: what is due is claimed in one transaction, sent outside any, and settled in another.

Each platform has a courier of its own, so that a dead one keeps nobody waiting on the other.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.policy.plan import Plan
from bot.policy.quiet import may_disturb
from bot.sending import IN_DOUBT, LATER, LEFT, LOST_AGAIN, Do, Sender, SendFailed, Verdict
from messages.incoming import Platform
from messages.rendering import pages_unasked
from messages.texts.notices import told
from storage import channels, parcels
from storage.database import Database, is_outage
from storage.notices import Outcome, has_noted
from storage.parcels import Parcel, Settlement
from storage.recipients import Route

log = structlog.get_logger()

SEND_WITHIN_S = 45.0  # a parcel with all its calls: well within its lease
STOPPED_MS = 600_000  # so long nothing is tried after a refusal that somebody has to mend
REPEATED_AFTER_MS = 60_000  # where the platform does not know a repetition (contract, section 9)
LONGEST_REST_MS = 60_000
LONGEST_BACKOFF_MS = 600_000
_GRACE_S = 2.0  # at a stop, for what is on the wire
_SETTLE_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """In seconds; a test is less patient."""

    poll: float = 3.0  # for what other processes have noted, and for what was put off
    apart: float = 4.0  # between two messages to one person: WeCom drops more than 30 a minute in silence
    answer: float = 10.0  # how long a platform may take for one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a courier works with."""

    database: Database
    plan: Plan
    clock: Clock
    pace: Pace


def fate(parcel: Parcel, verdict: Verdict | None, sender: Sender, now: int) -> Settlement:
    """What becomes of a parcel; None = it was taken."""
    since = parcel.doubt_since
    if verdict is None:
        return Settlement(parcel=parcel, outcome=Outcome.PUSHED)
    if verdict.do is Do.LEAVE:
        return Settlement(parcel=parcel, outcome=Outcome.LEFT)
    again_at = now + (verdict.after_s * 1000 or _backoff_ms(parcel.tries))
    if verdict.do is not Do.DOUBT:
        return Settlement(parcel=parcel, outcome=Outcome.WAITING, again_at=again_at, doubt_since=since)
    if since is not None and not _knows(sender, since, now):
        return Settlement(parcel=parcel, outcome=Outcome.UNCERTAIN)
    if not sender.knows_repetitions_for_s:
        again_at = now + REPEATED_AFTER_MS
    first = parcel.claimed_at if since is None else since
    return Settlement(parcel=parcel, outcome=Outcome.WAITING, again_at=again_at, doubt_since=first)


def _knows(sender: Sender, since: int, now: int) -> bool:
    return now - since < sender.knows_repetitions_for_s * 1000


def _backoff_ms(tries: int) -> int:
    """1, 2, 4 … seconds."""
    return min(LONGEST_BACKOFF_MS, 1000 << min(tries - 1, 10))


class Courier:
    """Carries to one platform until it is told to stop."""

    def __init__(self, sender: Sender, among: tuple[Platform, ...], means: Means) -> None:
        """`among`: all platforms that anything can be sent to."""
        self._sender = sender
        self._route = Route(platform=sender.platform, among=among, apart_ms=round(means.pace.apart * 1000))
        self._database = means.database
        self._plan = means.plan
        self._clock = means.clock
        self._pace = means.pace
        self._awake = asyncio.Event()
        self._stopping = False
        self._on_the_wire: set[asyncio.Task[Verdict | None]] = set()
        self._rests_until = 0
        self._bad_rounds = 0

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        while not self._stopping:
            self._awake.clear()
            if not await self._round_or_not():
                await self._until_woken()

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """What is on the wire may arrive; what has not within a moment is in doubt."""
        self._stopping = True
        self._awake.set()
        await asyncio.wait({running}, timeout=_GRACE_S)
        for task in self._on_the_wire:
            task.cancel()
        await asyncio.wait({running}, timeout=_GRACE_S)
        running.cancel()  # the database is away: the leases will run out

    async def _until_woken(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), self._pace.poll)
        except TimeoutError:
            return

    async def _round_or_not(self) -> bool:
        try:
            return await self._round()
        except Exception as error:  # the border on the way out: a bug must not silence the bot for good
            if isinstance(error, DBAPIError) and is_outage(error):
                log.warning("delivery waits for the database", error=type(error.orig).__name__)
            else:
                log.exception("delivery has failed", platform=self._route.platform.value)
            return False

    async def _round(self) -> bool:
        """Whether anything was sent."""
        if self._clock.real_ms() < self._rests_until or not self._allowed(self._clock.now()):
            return False
        claimed = await asyncio.to_thread(self._claim)
        if not claimed:
            return False
        started = asyncio.get_running_loop().time()
        tasks = [asyncio.create_task(self._send(parcel)) for parcel in claimed]
        self._on_the_wire.update(tasks)
        await asyncio.wait(tasks)
        self._on_the_wire.clear()
        verdicts = [_verdict(task) for task in tasks]
        self._learn(verdicts)
        await self._settle(claimed, verdicts)
        if len(claimed) == self._sender.rate.width:
            await asyncio.sleep(self._sender.rate.round_s - asyncio.get_running_loop().time() + started)
        return True

    def _allowed(self, now: datetime) -> bool:
        return may_disturb(now, self._plan.quiet, self._plan.workdays)

    async def _send(self, parcel: Parcel) -> Verdict | None:
        """None when it was taken."""
        if self._stopping:
            return LATER
        if parcel.lost_again and not self._is_known(parcel):
            return LOST_AGAIN
        since = parcel.doubt_since
        first_tried_s = None if since is None else max(0, parcel.claimed_at - since) // 1000
        begun = False
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                for page in pages_unasked(told(parcel.texts), self._route.platform):
                    await self._sender.send(parcel.account, page, first_tried_s=first_tried_s)
                    begun = True
        except TimeoutError:
            return IN_DOUBT
        except SendFailed as failed:
            self._tell_the_operator(parcel, failed)
            return replace(failed.verdict, do=Do.DOUBT) if begun else failed.verdict
        except DBAPIError as error:  # where the token lies
            if not is_outage(error):
                raise
            return LATER
        return None

    def _tell_the_operator(self, parcel: Parcel, failed: SendFailed) -> None:
        say = log.error if failed.verdict.do is Do.STOP else log.warning
        say(
            "a message was not taken",
            platform=self._route.platform.value,
            parcel=parcel.key,
            verdict=failed.verdict.do.value,
            errcode=failed.errcode,
            detail=failed.detail,
            mend=failed.verdict.mend,
        )

    def _is_known(self, parcel: Parcel) -> bool:
        return parcel.doubt_since is None or _knows(self._sender, parcel.doubt_since, parcel.claimed_at)

    def _learn(self, verdicts: Sequence[Verdict | None]) -> None:
        """After a bad round a growing rest and a single try, so that a dead platform is not asked by many."""
        now = self._clock.real_ms()
        if any(verdict is not None and verdict.do is Do.STOP for verdict in verdicts):
            self._rests_until = now + STOPPED_MS
        if not any(verdict is not None and verdict.everybody for verdict in verdicts):
            self._bad_rounds = 0
            return
        rest = min(LONGEST_REST_MS, 1000 << min(self._bad_rounds, 6))
        self._rests_until = max(self._rests_until, now + rest)
        self._bad_rounds += 1

    # ── in a thread ──

    def _claim(self) -> list[Parcel]:
        now = self._clock.real_ms()
        with self._database.reading() as connection:
            paused = channels.paused_until(connection, self._route.platform)
            if now < paused or not parcels.is_due(connection, self._route, now):
                return []
        most = 1 if self._bad_rounds else self._sender.rate.width
        with self._database.writing() as connection:
            return parcels.claim(connection, self._route, most=most, now=now)

    async def _settle(self, claimed: Sequence[Parcel], verdicts: Sequence[Verdict | None]) -> None:
        """Tries until the leases end: what was told must not be told again because a database was away."""
        while True:
            try:
                await asyncio.to_thread(self._write_down, claimed, verdicts)
            except DBAPIError as error:
                late = self._stopping or self._clock.real_ms() > claimed[0].leased_until
                if not is_outage(error) or late:
                    raise
                await asyncio.sleep(_SETTLE_AGAIN_S)
            else:
                return

    def _write_down(self, claimed: Sequence[Parcel], verdicts: Sequence[Verdict | None]) -> None:
        now = self._clock.real_ms()
        fates = [
            fate(parcel, verdict, self._sender, now)
            for parcel, verdict in zip(claimed, verdicts, strict=True)
        ]
        pauses = [v.after_s for v in verdicts if v is not None and v.everybody and v.after_s]
        with self._database.writing() as connection:
            settled = parcels.settle(connection, fates, at=now)
            if pauses:
                channels.pause(connection, self._route.platform, now + max(pauses) * 1000)
        outcomes = [one.outcome.value for one in fates]
        log.info(
            "told",
            platform=self._route.platform.value,
            parcels=settled,
            outcomes={outcome: outcomes.count(outcome) for outcome in set(outcomes)},
        )


def _verdict(task: "asyncio.Task[Verdict | None]") -> Verdict | None:
    if task.cancelled():
        return IN_DOUBT
    error = task.exception()
    if error is None:
        return task.result()
    log.error("a message could not be sent", exc_info=error)
    return LEFT


class Couriers:
    """All couriers of this process."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._running: dict[Courier, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, senders: Sequence[Sender]) -> None:
        """One courier each; on the running loop."""
        self._loop = asyncio.get_running_loop()
        among = tuple(sender.platform for sender in senders)
        for sender in senders:
            courier = Courier(sender, among, self._means)
            self._running[courier] = asyncio.create_task(courier.run())

    def committed(self, connection: Connection) -> None:
        """In a lane's thread, after its commit: whoever was told something there hears it now."""
        if has_noted(connection) and self._loop is not None:
            self._loop.call_soon_threadsafe(self.wake)

    def wake(self) -> None:
        for courier in self._running:
            courier.wake()

    async def stop(self) -> None:
        await asyncio.gather(*(courier.stop(task) for courier, task in self._running.items()))
        self._running.clear()
