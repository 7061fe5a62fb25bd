"""Jobs that the office has asked for on a page: run by the timetable's thread, one after the other."""

from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError

from bot.jobs.job import JobFunction, JobParts
from bot.jobs.running import LEASE_MS, run_by_hand
from bot.policy.timetable import Outcome
from storage import job_requests
from storage.fault_points import FaultPoint, reached


def run_requested(parts: JobParts, jobs: Mapping[str, JobFunction], is_stopping: Callable[[], bool]) -> bool:
    """Whether new messages wait in the outbox. Raises DBAPIError while the database is away."""
    with parts.database.reading() as connection:
        waiting = job_requests.waiting(connection, at=parts.clock.real_ms())
    posted = False
    for one in waiting:
        if is_stopping():
            break
        if one.job in jobs:  # one of another version's stays for it
            posted |= _run(parts, jobs, one)
    return posted


def _run(parts: JobParts, jobs: Mapping[str, JobFunction], one: job_requests.Request) -> bool:
    at = parts.clock.real_ms()
    with parts.database.writing() as connection:
        if not job_requests.take(connection, one, at=at, until=at + LEASE_MS):
            return False
        reached(FaultPoint.REQUEST_SLOT_COMMITS)
    reached(FaultPoint.REQUEST_SLOT_COMMITTED)
    try:
        done = run_by_hand(parts, one.job, jobs[one.job], one.day)
    except DBAPIError:
        with parts.database.writing() as connection:  # else its lease runs out
            job_requests.give_back(connection, one)
        raise
    with parts.database.writing() as connection:
        if done is None:  # the timetable of another process is at the same
            job_requests.give_back(connection, one)
            return False
        detail = done.ran.detail
        if done.before is not None and done.before.outcome is Outcome.DONE and not done.ran.messages:
            detail = f"这一天已经做过：{done.before.detail}"
        job_requests.finish(connection, one, done.ran.outcome, detail, at=parts.clock.real_ms())
        reached(FaultPoint.REQUEST_END_COMMITS)
    reached(FaultPoint.REQUEST_END_COMMITTED)
    return done.ran.messages > 0
