"""The right to run a job for a day, and what came of it: a row that somebody holds, until a lease runs out."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, false, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.timetable import Outcome, Record, Run
from storage.delivery_tables import job_run


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it was read; what is decided on it holds only as long as it is still so."""

    job: str
    day: date
    run: Run | None  # None = there was none


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Held by this process; whoever comes back too late settles nothing."""

    job: str
    day: date
    holder: str  # drawn for this claim
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run came to its end."""

    outcome: Outcome
    detail: str
    at: int


def records(connection: Connection, *, first: date) -> Mapping[str, Record]:
    """Of every job that was ever run by the timetable: the runs for `first` and later days."""
    columns = job_run.c
    runs: dict[str, dict[date, Run]] = defaultdict(dict)
    for row in connection.execute(select(job_run).where(columns.day >= first)):
        runs[row.job][row.day] = _as_run(row)
    begun = connection.execute(
        select(columns.job, func.min(columns.day).label("first"))
        .where(columns.by_hand == false())
        .group_by(columns.job)
    )
    since = {row.job: row.first for row in begun}
    return {job: Record(runs=runs[job], since=since.get(job)) for job in {*runs, *since}}


def seen(connection: Connection, job: str, day: date) -> Seen:
    row = connection.execute(select(job_run).where(job_run.c.job == job, job_run.c.day == day)).first()
    return Seen(job, day, None if row is None else _as_run(row))


def ended(connection: Connection, job: str, day: date) -> Ended | None:
    """How the last run of it that came to an end did so."""
    columns = job_run.c
    row = connection.execute(
        select(columns.outcome, columns.detail, columns.finished_at).where(
            columns.job == job, columns.day == day, columns.finished_at.is_not(None)
        )
    ).first()
    return None if row is None else Ended(outcome=Outcome(row.outcome), detail=row.detail, at=row.finished_at)


def ends(connection: Connection, *, first: date) -> tuple[tuple[str, date, Ended], ...]:
    """How runs for `first` and later days came to their end, the newest day first; also that there was nothing to do."""
    columns = job_run.c
    rows = connection.execute(
        select(columns.job, columns.day, columns.outcome, columns.detail, columns.finished_at)
        .where(columns.day >= first, columns.finished_at.is_not(None))
        .order_by(columns.day.desc(), columns.finished_at.desc(), columns.job)
    )
    return tuple(
        (job, day, Ended(outcome=Outcome(outcome), detail=detail, at=at))
        for job, day, outcome, detail, at in rows
    )


def take(connection: Connection, wanted: Seen, *, at: int, until: int, by_hand: bool = False) -> Claim | None:
    """None when somebody else was faster.

    By hand what had come to its end stays on record until there is something new to say.
    """
    before, holder = wanted.run, secrets.token_hex(8)
    tries = (0 if before is None else before.tries) + (not by_hand)
    values: dict[str, object] = {"holder": holder, "leased_until": until, "started_at": at, "tries": tries}
    if before is None:
        values["by_hand"] = by_hand
    if not by_hand:
        values |= {"finished_at": None, "by_hand": False}
        if before is not None and before.finished:
            values["detail"] = ""
    taken = _write(connection, wanted, values)
    return Claim(job=wanted.job, day=wanted.day, holder=holder, tries=tries) if taken else None


def prolong(connection: Connection, job: str, day: date, *, at: int, until: int) -> None:
    """Of a run that takes longer than any lease; nothing where it has run out already."""
    held = (job_run.c.job == job, job_run.c.day == day, job_run.c.leased_until > at)
    connection.execute(update(job_run).where(*held).values(leased_until=until))


def finish(connection: Connection, claim: Claim, end: Ended, *, again_at: int = 0) -> bool:
    """False when somebody else has taken it since."""
    return _settle(connection, claim, leased_until=0, again_at=again_at, **_end(end))


def put_off(connection: Connection, claim: Claim, *, detail: str, again_at: int, counts: bool = True) -> bool:
    """Given back, to be tried again; not `counts`: as though it had not been tried."""
    tries = claim.tries if counts else claim.tries - 1
    return _settle(connection, claim, detail=detail, leased_until=0, again_at=again_at, tries=tries)


def give_back(connection: Connection, claim: Claim) -> bool:
    """What was on record stays."""
    return _settle(connection, claim, leased_until=0)


def pass_over(connection: Connection, lost: Seen, end: Ended) -> bool:
    """Brings a run to its end that nobody runs any more; False when somebody else was faster."""
    values: dict[str, object] = {"holder": "", "leased_until": 0, "by_hand": False, **_end(end)}
    if lost.run is None:
        values["started_at"] = end.at
    return _write(connection, lost, values)


def _write(connection: Connection, over: Seen, values: dict[str, object]) -> bool:
    """Where it is still as it was seen."""
    columns = job_run.c
    if over.run is None:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        row = {"job": over.job, "day": over.day, **values}
        wanted = insert(job_run).values(row).on_conflict_do_nothing(index_elements=["job", "day"])
        # Not `rowcount`: there is none where SQLAlchemy has the key returned, as on PostgreSQL.
        return connection.execute(wanted.returning(job_run.c.job)).first() is not None
    still = (
        columns.job == over.job,
        columns.day == over.day,
        columns.holder == over.run.holder,
        columns.leased_until == over.run.leased_until,
    )
    return connection.execute(update(job_run).where(*still).values(values)).rowcount == 1


def _end(end: Ended) -> dict[str, object]:
    return {"finished_at": end.at, "outcome": end.outcome.value, "detail": end.detail}


def _settle(connection: Connection, claim: Claim, **values: object) -> bool:
    columns = job_run.c
    mine = (columns.job == claim.job, columns.day == claim.day, columns.holder == claim.holder)
    return connection.execute(update(job_run).where(*mine).values(values)).rowcount == 1


def _as_run(row: Row[Any]) -> Run:
    return Run(
        holder=row.holder,
        leased_until=row.leased_until,
        tries=row.tries,
        again_at=row.again_at,
        finished=row.finished_at is not None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        detail=row.detail,
        by_hand=row.by_hand,
    )
