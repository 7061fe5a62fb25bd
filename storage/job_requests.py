"""What somebody has asked for on a page: a job for a day, run by whichever process keeps the timetable."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, text, update

from bot.policy.timetable import Outcome
from storage.page_tables import job_request
from storage.tables import person


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One of them; instants in epoch milliseconds of the real clock."""

    id: int
    job: str
    day: date
    asked_by: str  # a name
    asked_at: int
    taken_until: int  # some process is at it; past = nobody is
    done_at: int | None
    outcome: Outcome | None
    detail: str

    @property
    def is_open(self) -> bool:
        return self.done_at is None


_OPEN = job_request.c.done_at.is_(None)


def ask(connection: Connection, job: str, day: date, *, person_id: int, at: int) -> bool:
    """False when the same is asked for already."""
    if connection.dialect.name == "postgresql":
        # Of two who ask at once the second finds what the first has asked.
        connection.execute(text("LOCK TABLE job_request IN SHARE ROW EXCLUSIVE MODE"))
    same = select(job_request.c.id).where(job_request.c.job == job, job_request.c.day == day, _OPEN)
    if connection.scalar(same) is not None:
        return False
    connection.execute(insert(job_request).values(job=job, day=day, asked_by=person_id, asked_at=at))
    return True


def waiting(connection: Connection, *, at: int) -> tuple[Request, ...]:
    """What nobody is at, the oldest first."""
    return _several(connection, _OPEN, job_request.c.taken_until <= at, newest=False, most=20)


def recent(connection: Connection, *, most: int) -> tuple[Request, ...]:
    """The newest first."""
    return _several(connection, newest=True, most=most)


def take(connection: Connection, wanted: Request, *, at: int, until: int) -> bool:
    """False when another process was faster."""
    mine = (job_request.c.id == wanted.id, _OPEN, job_request.c.taken_until <= at)
    return connection.execute(update(job_request).where(*mine).values(taken_until=until)).rowcount == 1


def give_back(connection: Connection, wanted: Request) -> None:
    """To be tried again at the next look."""
    connection.execute(update(job_request).where(job_request.c.id == wanted.id, _OPEN).values(taken_until=0))


def finish(connection: Connection, wanted: Request, outcome: Outcome, detail: str, *, at: int) -> None:
    connection.execute(
        update(job_request)
        .where(job_request.c.id == wanted.id)
        .values(done_at=at, outcome=outcome.value, detail=detail)
    )


def _several(connection: Connection, *conditions: object, newest: bool, most: int) -> tuple[Request, ...]:
    columns = job_request.c
    rows = connection.execute(
        select(
            columns.id, columns.job, columns.day, person.c.name, columns.asked_at,
            columns.taken_until, columns.done_at, columns.outcome, columns.detail,
        )
        .join_from(job_request, person, person.c.id == columns.asked_by)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(columns.id.desc() if newest else columns.id)
        .limit(most)
    )  # fmt: skip
    return tuple(
        Request(
            id=row.id,
            job=row.job,
            day=row.day,
            asked_by=row.name,
            asked_at=row.asked_at,
            taken_until=row.taken_until,
            done_at=row.done_at,
            outcome=Outcome(row.outcome) if row.outcome else None,
            detail=row.detail,
        )
        for row in rows
    )
