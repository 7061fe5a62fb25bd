"""Runs what is due. APScheduler is only the clock: what is due is asked of a rule, the right to run is a row.

So it does not matter how many processes there are, which of them dies, or where the programme's clock jumps to.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

import structlog
from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.clock import SHANGHAI
from bot.jobs.job import JobFunction, JobParts, Ran, Slot
from bot.jobs.registry import HOUSE, JOBS, LOOKS_AT_NOW, RUNS_BY_ITSELF
from bot.jobs.requested import run_requested
from bot.jobs.running import LEASE_MS, attempt
from bot.policy.plan import Plan
from bot.policy.timetable import LOOK_BACK_DAYS, MOST_TRIES, Due, Entry, Outcome, Record, due
from messages.outgoing import Answer
from messages.texts.timetable import STOPPED_HALFWAY, failed, missed
from storage import job_runs
from storage.alarms import alarm
from storage.database import is_outage
from storage.fault_points import FaultPoint, reached
from storage.job_runs import Claim, Ended, Seen

log = structlog.get_logger()

PAUSES_MS = (60_000, 300_000)  # after the first and the second try that failed
_NOTHING_YET = Record(runs={}, since=None)
_OFF, _BEFORE = "方案里关着，没有运行。", "定时任务从这以后开始。"
_MISSED = "过了时间，没有运行。"


def _nobody() -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """How often is asked, and of what; a test has jobs of its own."""

    seconds: float = 5.0
    lease_ms: int = LEASE_MS
    pauses_ms: Sequence[int] = PAUSES_MS
    jobs: Mapping[str, JobFunction] = field(default_factory=lambda: JOBS)
    house: Sequence[Entry] = HOUSE


@dataclass(frozen=True, slots=True)
class _Slot:
    entry: Entry
    day: date
    due: Due
    seen: Seen

    @property
    def tries(self) -> int:
        return 0 if self.seen.run is None else self.seen.run.tries

    @property
    def why(self) -> str:
        """Of one that was begun and has not come to an end."""
        return (self.seen.run.detail if self.seen.run else "") or STOPPED_HALFWAY


def entries(plan: Plan, tick: Tick) -> tuple[Entry, ...]:
    """The plan's jobs and the house's own, as far as there is a function for them."""
    of_the_plan = (
        Entry(job=job, present=job.name in LOOKS_AT_NOW)
        for job in plan.jobs
        if job.name not in RUNS_BY_ITSELF
    )
    return tuple(entry for entry in (*of_the_plan, *tick.house) if entry.job.name in tick.jobs)


class Timetable:
    """Of one process: `start` it, and `stop` it."""

    def __init__(
        self, parts: JobParts, tick: Tick | None = None, *, posted: Callable[[], None] = _nobody
    ) -> None:
        """`posted`: called in the timetable's thread when new messages wait in the outbox."""
        self._parts = parts
        self._tick = tick or Tick()
        self._entries = entries(parts.plan, self._tick)
        self._posted = posted
        self._stopping = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._waiting = False  # for the database; said once
        # Everything runs in the scheduler's own thread, one after the other; it ends with the process.
        self._scheduler = BackgroundScheduler(
            timezone=SHANGHAI, executors={"default": DebugExecutor()}, daemon=True
        )

    def start(self) -> None:
        self._scheduler.add_job(
            self._ask_in_turn,
            IntervalTrigger(seconds=self._tick.seconds, timezone=SHANGHAI),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self, timeout: float) -> None:
        """A job that does not come to an end is cut off with the process, and made up later."""
        self._stopping.set()
        self._scheduler.pause()
        if self._idle.wait(timeout):
            self._scheduler.shutdown()

    # ── in the thread ──

    def _ask_in_turn(self) -> None:
        if self._stopping.is_set():
            return
        self._idle.clear()
        try:
            self.ask()
            self._waiting = False
        except DBAPIError as error:
            if not is_outage(error):
                raise
            if not self._waiting:
                log.warning("the timetable waits for the database", error=type(error.orig).__name__)
            self._waiting = True
        finally:
            self._idle.set()

    def ask(self) -> None:
        """Does everything that is due now."""
        clock = self._parts.clock
        now, real_ms = clock.now(), clock.real_ms()
        with self._parts.database.reading() as connection:
            records = job_runs.records(connection, first=now.date() - timedelta(days=LOOK_BACK_DAYS))
        slots = [
            _Slot(entry, day, what, Seen(entry.job.name, day, record.runs.get(day)))
            for entry in self._entries
            for record in (records.get(entry.job.name, _NOTHING_YET),)
            for day, what in due(entry, self._parts.plan, now, real_ms, record)
        ]
        self._pass_over([slot for slot in slots if slot.due is not Due.RUN], real_ms)
        for slot in slots:
            if slot.due is Due.RUN and not self._stopping.is_set():
                self._run(slot)
        if run_requested(self._parts, self._tick.jobs, self._stopping.is_set):
            self._posted()

    def _run(self, slot: _Slot) -> None:
        parts, name = self._parts, slot.entry.job.name
        at = parts.clock.real_ms()
        with parts.database.writing() as connection:
            claim = job_runs.take(connection, slot.seen, at=at, until=at + self._tick.lease_ms)
            reached(FaultPoint.SLOT_COMMITS)
        reached(FaultPoint.SLOT_COMMITTED)
        if claim is None:
            return
        which = Slot(job=name, day=slot.day, now=parts.clock.now(), real_ms=at, by_hand=False)
        try:
            ran = attempt(parts, self._tick.jobs[name], which)
        except DBAPIError as error:
            log.warning("a job waits for the database", job=name, error=type(error.orig).__name__)
            with parts.database.writing() as connection:  # else its lease runs out
                again_at = parts.clock.real_ms() + self._tick.pauses_ms[0]
                job_runs.put_off(connection, claim, detail="", again_at=again_at, counts=False)
                reached(FaultPoint.PUT_OFF_COMMITS)
            reached(FaultPoint.PUT_OFF_COMMITTED)
            return
        self._settle(slot, claim, ran)

    def _settle(self, slot: _Slot, claim: Claim, ran: Ran) -> None:
        entry, at = slot.entry, self._parts.clock.real_ms()
        again_at = at if entry.again is None else at + entry.again // timedelta(milliseconds=1)
        told = False
        with self._parts.database.writing() as connection:
            if ran.outcome is Outcome.FAILED and claim.tries < MOST_TRIES:
                again_at = at + self._tick.pauses_ms[claim.tries - 1]
                job_runs.put_off(connection, claim, detail=ran.detail, again_at=again_at)
            else:
                mine = job_runs.finish(connection, claim, _end(slot, ran, at), again_at=again_at)
                if mine and ran.outcome is Outcome.FAILED:
                    said = _failed(entry, claim.day, tries=claim.tries, why=ran.detail)
                    told = self._alarm(connection, entry, claim.day, said, at)
            reached(FaultPoint.RUN_END_COMMITS)
        reached(FaultPoint.RUN_END_COMMITTED)
        if told or ran.messages:
            self._posted()

    def _pass_over(self, slots: Sequence[_Slot], at: int) -> None:
        """Puts on record what is not run any more, and tells the office of what should have been."""
        if not slots:
            return
        told = False
        with self._parts.database.writing() as connection:
            gone = [slot for slot in slots if _passed_over(connection, slot, at)]
            lost = [slot for slot in gone if slot.due is Due.MISSED]
            for entry, of_entry in groupby(lost, key=lambda slot: slot.entry):
                told |= self._tell(connection, entry, list(of_entry), at)
            reached(FaultPoint.PASSED_OVER_COMMITS)
        reached(FaultPoint.PASSED_OVER_COMMITTED)
        if told:
            self._posted()

    def _tell(self, connection: Connection, entry: Entry, lost: Sequence[_Slot], at: int) -> bool:
        job = entry.job
        log.error("a job has not run", job=job.name, days=[slot.day.isoformat() for slot in lost])
        never_begun = [slot.day for slot in lost if not slot.tries]
        told = False
        if never_begun and not entry.present:
            said = missed(job.name, never_begun, job.at, job.until)
            told = self._alarm(connection, entry, never_begun[-1], said, at)
        for slot in lost:
            if slot.tries:
                said = _failed(entry, slot.day, tries=slot.tries, why=slot.why)
                told |= self._alarm(connection, entry, slot.day, said, at)
        return told

    def _alarm(self, connection: Connection, entry: Entry, day: date, said: Answer, at: int) -> bool:
        # A day that the clock comes by again may go wrong again; what runs every few minutes is told of once.
        key = f"job/{entry.job.name}/{day}"
        return alarm(connection, key if entry.again else f"{key}/{at}", said, at=at)


def _passed_over(connection: Connection, slot: _Slot, at: int) -> bool:
    if slot.due is Due.MISSED:
        outcome = Outcome.FAILED if slot.tries else Outcome.SKIPPED
        detail = slot.why if slot.tries else _MISSED
    else:
        outcome, detail = Outcome.NOTHING, _OFF if slot.due is Due.OFF else _BEFORE
    return job_runs.pass_over(connection, slot.seen, Ended(outcome=outcome, detail=detail, at=at))


def _end(slot: _Slot, ran: Ran, at: int) -> Ended:
    """What was done by hand stays on record where nothing was left to do."""
    before = slot.seen.run
    done = before is not None and before.by_hand and before.outcome is Outcome.DONE
    if before is not None and done and ran.outcome is Outcome.NOTHING:
        return Ended(outcome=Outcome.DONE, detail=before.detail, at=at)
    return Ended(outcome=ran.outcome, detail=ran.detail, at=at)


def _failed(entry: Entry, day: date, *, tries: int, why: str) -> Answer:
    return failed(entry.job.name, day, entry.job.at, tries=tries, why=why)
