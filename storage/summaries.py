"""What summaries are made of, read for whole schools at once, and what their readers were last told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Integer, and_, cast, exists, false, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.calendar import Lateness
from bot.policy.duties import Duty
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.people import LEADS, Grant, PersonState, Role, Whereabouts
from bot.policy.summary import NOTHING, Figures, Happened, from_json, happened, to_json
from bot.policy.timetable import Outcome
from messages.incoming import Platform
from storage.announcement_tables import summary_told
from storage.crowd import among, chunks
from storage.delivery_tables import job_run, outbox
from storage.outbox import State
from storage.tables import account, person, role, standing
from storage.unit_standings import UNDECIDED
from storage.work_tables import evidence, evidence_event, tick

_CHATS = (Platform.WECOM.value, Platform.DINGTALK.value)
# On leave, gone or retired: nobody is written to about work that is not theirs now. 免训 is no leave.
_AT_WORK = (PersonState.ACTIVE.value, PersonState.EXEMPT.value)
_READING_ROLES = tuple(sorted({Role.LEADER.value, Role.OFFICE.value, *(lead.value for lead in LEADS)}))
_LOST = (State.DEAD.value, State.FAILED.value)


@dataclass(frozen=True, slots=True)
class Active:
    """Somebody of the active roster."""

    person_id: int
    school_id: int
    group_id: int | None
    done: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A submission that waits for review."""

    number: int
    author: Whereabouts
    submitted_at: int  # epoch milliseconds


@dataclass(frozen=True, slots=True)
class Told:
    """What a summary said to somebody of one unit."""

    day: date
    figures: Figures


def summary_key(day: date, person_id: int) -> str:
    """Of the message: one for a day and person, whatever they lead."""
    return f"summary/{day.isoformat()}/{person_id}"


def readers(connection: Connection) -> dict[int, frozenset[Grant]]:
    """What everybody leads who is at work and can be written to; in order of id."""
    bound = exists().where(account.c.person_id == role.c.person_id, account.c.platform.in_(_CHATS))
    rows = connection.execute(
        select(role.c.person_id, role.c.role, role.c.school_id, role.c.group_id)
        .join(person, person.c.id == role.c.person_id)
        .where(
            role.c.ended_at.is_(None),
            role.c.role.in_(_READING_ROLES),
            person.c.state.in_(_AT_WORK),
            bound,
        )
        .order_by(role.c.person_id)
    )
    found: dict[int, set[Grant]] = {}
    for person_id, word, school_id, group_id in rows:
        found.setdefault(person_id, set()).add(Grant(Role(word), school_id, group_id))
    return {person_id: frozenset(grants) for person_id, grants in found.items()}


def active_people(connection: Connection, school_ids: Sequence[int] | None = None) -> tuple[Active, ...]:
    """Of these schools, or of all; in order of id."""
    rows = connection.execute(
        select(person.c.id, person.c.school_id, person.c.group_id, func.coalesce(standing.c.done, false()))
        .join_from(person, standing, standing.c.person_id == person.c.id, isouter=True)
        .where(person.c.state == PersonState.ACTIVE.value, *_in(school_ids))
        .order_by(person.c.id)
    )
    return tuple(Active(person_id, school, group, bool(done)) for person_id, school, group, done in rows)


def waiting_items(connection: Connection, school_ids: Sequence[int] | None = None) -> tuple[Item, ...]:
    """The oldest first; 逾期 that the office has not reopened is nobody's to review."""
    rows = connection.execute(
        select(
            evidence.c.number,
            evidence.c.person_id,
            person.c.school_id,
            person.c.group_id,
            evidence.c.submitted_at,
        )
        .join(person, person.c.id == evidence.c.person_id)
        .where(*UNDECIDED, *_in(school_ids))
        .order_by(evidence.c.submitted_at, evidence.c.number)
    )
    return tuple(
        Item(number, Whereabouts(author, school, group), at) for number, author, school, group, at in rows
    )


def overdue_items(connection: Connection) -> tuple[int, ...]:
    """The numbers of 逾期 that waits for the office to reopen it."""
    held = and_(
        evidence.c.state == EvidenceState.WAITING.value,
        evidence.c.late == Lateness.OVERDUE.value,
        evidence.c.admitted_at.is_(None),
    )
    return tuple(connection.scalars(select(evidence.c.number).where(held).order_by(evidence.c.number)))


def newest_event(connection: Connection) -> int:
    """Of all evidence; 0 before there is any."""
    return int(connection.scalar(select(func.max(evidence_event.c.id))) or 0)


def happened_since(
    connection: Connection, event: int, school_ids: Sequence[int] | None = None
) -> dict[tuple[int, int | None], Happened]:
    """After that event, by school and group (None = without one) of where the active authors are now."""
    rows = connection.execute(
        select(
            person.c.school_id,
            person.c.group_id,
            evidence_event.c.kind,
            func.count(),
            func.sum(cast(evidence_event.c.on_behalf, Integer)),
        )
        .join_from(evidence_event, evidence, evidence.c.number == evidence_event.c.number)
        .join(person, person.c.id == evidence.c.person_id)
        .where(evidence_event.c.id > event, person.c.state == PersonState.ACTIVE.value, *_in(school_ids))
        .group_by(person.c.school_id, person.c.group_id, evidence_event.c.kind)
    )
    found: dict[tuple[int, int | None], Happened] = {}
    for school_id, group_id, kind, times, on_behalf in rows:
        place = (school_id, group_id)
        one = happened(EventKind(kind), times, on_behalf=int(on_behalf))
        found[place] = found.get(place, NOTHING) + one
    return found


def ticked(connection: Connection) -> dict[int, frozenset[Duty]]:
    """By school; those without any tick are left out."""
    found: dict[int, set[Duty]] = {}
    for school_id, duty in connection.execute(
        select(tick.c.school_id, tick.c.duty).where(tick.c.ended_at.is_(None))
    ):
        found.setdefault(school_id, set()).add(Duty(duty))
    return {school_id: frozenset(duties) for school_id, duties in found.items()}


def failed_runs(connection: Connection, since: int) -> tuple[tuple[str, date], ...]:
    """Jobs that were missed or failed after this instant (real clock) and have not been made up, by day."""
    rows = connection.execute(
        select(job_run.c.job, job_run.c.day)
        .where(
            job_run.c.outcome.in_((Outcome.SKIPPED.value, Outcome.FAILED.value)),
            job_run.c.finished_at > since,
        )
        .order_by(job_run.c.day, job_run.c.job)
    )
    return tuple((job, day) for job, day in rows)


def undelivered_since(connection: Connection, since: int) -> int:
    """Messages noted after this instant (real clock) that nobody has received."""
    lost = (outbox.c.state.in_(_LOST), outbox.c.noted_at > since)
    return int(connection.scalar(select(func.count()).where(*lost)) or 0)


def told(connection: Connection, person_ids: Iterable[int]) -> dict[tuple[int, str], Told]:
    """By person and unit. What never reached its reader was not told."""
    found: dict[tuple[int, str], Told] = {}
    for some in chunks(person_ids):
        rows = connection.execute(
            select(
                summary_told.c.person_id, summary_told.c.unit, summary_told.c.day, summary_told.c.figures
            ).where(among(summary_told.c.person_id, some))
        ).all()
        lost = _lost(connection, {summary_key(row.day, row.person_id) for row in rows})
        for person_id, unit, day, figures in rows:
            if summary_key(day, person_id) not in lost:
                found[person_id, unit] = Told(day, from_json(figures))
    return found


def remember(connection: Connection, told_now: Mapping[tuple[int, str], Told]) -> None:
    """In the transaction that posts the summaries."""
    if not told_now:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(summary_told)
    statement = statement.on_conflict_do_update(
        index_elements=["person_id", "unit"],
        set_={"day": statement.excluded.day, "figures": statement.excluded.figures},
    )
    connection.execute(
        statement,
        [
            {"person_id": person_id, "unit": unit, "day": one.day, "figures": to_json(one.figures)}
            for (person_id, unit), one in told_now.items()
        ],
    )


def _lost(connection: Connection, keys: set[str]) -> frozenset[str]:
    if not keys:
        return frozenset()
    return frozenset(
        connection.scalars(
            select(outbox.c.key).where(outbox.c.key.in_(sorted(keys)), outbox.c.state.in_(_LOST))
        )
    )


def _in(school_ids: Sequence[int] | None) -> tuple[ColumnElement[bool], ...]:
    return () if school_ids is None else (person.c.school_id.in_(school_ids),)
