"""One run of one job: whatever happens in it, there is something to put on record."""

from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy.exc import DBAPIError

from bot.jobs.job import JobFunction, JobParts, Ran, Slot
from bot.policy.timetable import Outcome
from messages.texts.timetable import crashed
from storage import job_runs
from storage.database import is_outage
from storage.fault_points import FaultPoint, reached
from storage.job_runs import Ended

log = structlog.get_logger()

LEASE_MS = 300_000
"""Far longer than any job takes; a process that died with one is not waited for any longer."""


def attempt(parts: JobParts, function: JobFunction, slot: Slot) -> Ran:
    """Raises DBAPIError while the database is away, nothing else."""
    try:
        reached(FaultPoint.JOB_BEGINS)
        ran = function(parts, slot)
        reached(FaultPoint.JOB_HAS_RUN)
    except Exception as error:  # the border of every job: one that is broken must not silence the others
        if isinstance(error, DBAPIError) and is_outage(error):
            raise
        log.exception("a job has failed", job=slot.job, day=slot.day.isoformat())
        return Ran(outcome=Outcome.FAILED, detail=crashed(type(error).__name__))
    # Some look every minute, and mostly there is nothing to do.
    say = log.debug if ran.outcome is Outcome.NOTHING else log.info
    say(
        "a job has run",
        job=slot.job,
        day=slot.day.isoformat(),
        outcome=ran.outcome.value,
        messages=ran.messages,
    )
    return ran


@dataclass(frozen=True, slots=True)
class ByHand:
    """A run that somebody has asked for."""

    ran: Ran
    before: Ended | None  # how the last one for that day had come to its end


def run_by_hand(parts: JobParts, name: str, function: JobFunction, day: date) -> ByHand | None:
    """Any day up to today, any hour; None while somebody else runs it. Raises as `attempt`."""
    at = parts.clock.real_ms()
    with parts.database.writing() as connection:
        seen, before = job_runs.seen(connection, name, day), job_runs.ended(connection, name, day)
        held = seen.run is not None and seen.run.leased_until > at
        claim = None if held else job_runs.take(connection, seen, at=at, until=at + LEASE_MS, by_hand=True)
        reached(FaultPoint.HAND_SLOT_COMMITS)
    reached(FaultPoint.HAND_SLOT_COMMITTED)
    if claim is None:
        return None
    ran = attempt(parts, function, Slot(job=name, day=day, now=parts.clock.now(), real_ms=at, by_hand=True))
    with parts.database.writing() as connection:
        done = before is not None and before.outcome is Outcome.DONE
        nothing_new = ran.outcome is Outcome.FAILED or (ran.outcome is not Outcome.DONE and done)
        if nothing_new and seen.run is not None:  # what is on record says more
            job_runs.give_back(connection, claim)
        else:
            end = Ended(outcome=ran.outcome, detail=ran.detail, at=parts.clock.real_ms())
            job_runs.finish(connection, claim, end)
        reached(FaultPoint.HAND_END_COMMITS)
    reached(FaultPoint.HAND_END_COMMITTED)
    return ByHand(ran, before)
