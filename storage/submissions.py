"""Submissions as they stand: what was handed in, version by version, and everything that happened to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.people import Whereabouts
from bot.policy.standing import Evidence
from storage.crowd import among
from storage.prepared import Prepared
from storage.tables import person
from storage.work_tables import evidence, evidence_event, evidence_link, evidence_version

_OPEN = {EvidenceState.WAITING: Evidence.WAITING, EvidenceState.RETURNED: Evidence.RETURNED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One submission as it stands, with its author."""

    number: int
    author: Whereabouts
    author_name: str
    code: str
    state: EvidenceState
    version: int  # the newest, from 1
    submitted_at: int  # epoch milliseconds, of the newest version
    late: Lateness  # of the newest version
    admitted: bool  # the office has reopened what was overdue
    decided_by: int | None
    decided_at: int | None
    claimed_by: int | None
    claimed_at: int | None  # real clock

    @property
    def held(self) -> bool:
        """逾期: taken in, and not counted before the office reopens it."""
        return self.state is EvidenceState.WAITING and self.late is Lateness.OVERDUE and not self.admitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of a version; `fingerprint` is the same for what is the same document."""

    url: str
    fingerprint: str
    extraction: str = ""  # 提取码
    finding: str = ""  # policy.links.Finding; "" = not looked at


@dataclass(frozen=True, slots=True)
class Version:
    """What was handed in at one time."""

    version: int
    note: str
    late: Lateness
    submitted_at: int
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    version: int
    kind: EventKind
    actor_id: int
    actor_name: str
    at: int
    remark: str
    piece: str
    on_behalf: bool


def submissions() -> Select[Any]:
    """What `submission` reads; callers add their conditions on `evidence` and `person`."""
    columns = evidence.c
    return select(
        columns.number,
        columns.person_id,
        person.c.school_id,
        person.c.group_id,
        person.c.name,
        columns.code,
        columns.state,
        columns.version,
        columns.submitted_at,
        columns.late,
        columns.admitted_at,
        columns.decided_by,
        columns.decided_at,
        columns.claimed_by,
        columns.claimed_at,
    ).join_from(evidence, person, person.c.id == columns.person_id)


_BY_NUMBER = Prepared(submissions().where(evidence.c.number == bindparam("number")))
_BY_AUTHOR = Prepared(
    submissions().where(evidence.c.person_id == bindparam("author")).order_by(evidence.c.number)
)


def submission(row: Sequence[Any]) -> Submission:
    """`row`: as `submissions` selects it, with or without columns behind."""
    (
        number, person_id, school_id, group_id, name, code, state, version, submitted_at, late, admitted_at,
        decided_by, decided_at, claimed_by, claimed_at,
    ) = row[:15]  # fmt: skip
    return Submission(
        number=number,
        author=Whereabouts(person_id, school_id, group_id),
        author_name=name,
        code=code,
        state=EvidenceState(state),
        version=version,
        submitted_at=submitted_at,
        late=Lateness(late),
        admitted=admitted_at is not None,
        decided_by=decided_by,
        decided_at=decided_at,
        claimed_by=claimed_by,
        claimed_at=claimed_at,
    )


def find(connection: Connection, number: int) -> Submission | None:
    """None for a number that is no receipt."""
    rows = _BY_NUMBER.all(connection, number=number)
    return submission(rows[0]) if rows else None


def find_all(connection: Connection, numbers: Iterable[int]) -> dict[int, Submission]:
    """By number; those that are no receipts are left out."""
    rows = connection.execute(submissions().where(evidence.c.number.in_(sorted(set(numbers)))))
    return {row.number: submission(row) for row in rows}


def of_author(connection: Connection, person_id: int) -> tuple[Submission, ...]:
    """Everything one person has handed in, in order of number."""
    return tuple(map(submission, _BY_AUTHOR.all(connection, author=person_id)))


def open_states(connection: Connection, person_ids: Sequence[int]) -> dict[tuple[int, str], Evidence]:
    """By person and code: what waits and what was returned. `person_ids` as `storage.crowd.chunks` gives them."""
    # The state is compared here: SQLite would rather walk through everybody's that are open.
    rows = connection.execute(
        select(evidence.c.person_id, evidence.c.code, evidence.c.state).where(
            among(evidence.c.person_id, person_ids)
        )
    )
    return {(person_id, code): _OPEN[state] for person_id, code, state in rows if state in _OPEN}


def versions_of(connection: Connection, number: int) -> tuple[Version, ...]:
    """Oldest first, each with its links."""
    links: dict[int, list[Link]] = {}
    columns = evidence_link.c
    for row in connection.execute(
        select(columns.version, columns.url, columns.fingerprint, columns.extraction, columns.finding)
        .where(columns.number == number)
        .order_by(columns.version, columns.position)
    ):
        links.setdefault(row.version, []).append(link(row))
    rows = connection.execute(
        select(
            evidence_version.c.version,
            evidence_version.c.note,
            evidence_version.c.late,
            evidence_version.c.submitted_at,
        )
        .where(evidence_version.c.number == number)
        .order_by(evidence_version.c.version)
    )
    return tuple(
        Version(version, note, Lateness(late), at, tuple(links.get(version, ())))
        for version, note, late, at in rows
    )


def link(row: Any) -> Link:
    """Out of a row of `evidence_link`."""
    return Link(url=row.url, fingerprint=row.fingerprint, extraction=row.extraction, finding=row.finding)


def event(row: Any) -> Event:
    """Out of a row of `evidence_event`, with the actor's name."""
    return Event(
        version=row.version,
        kind=EventKind(row.kind),
        actor_id=row.actor_id,
        actor_name=row.name,
        at=row.at,
        remark=row.remark,
        piece=row.piece,
        on_behalf=row.on_behalf,
    )


_NEWEST_LINKS = (
    select(
        evidence_link.c.number,
        evidence_link.c.url,
        evidence_link.c.fingerprint,
        evidence_link.c.extraction,
        evidence_link.c.finding,
    )
    .join(
        evidence,
        and_(evidence.c.number == evidence_link.c.number, evidence.c.version == evidence_link.c.version),
    )
    .where(evidence_link.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(evidence_link.c.number, evidence_link.c.position)
)


def newest_links(connection: Connection, numbers: Iterable[int]) -> dict[int, tuple[Link, ...]]:
    """By number: the links of its newest version, in order."""
    wanted = sorted(set(numbers))
    found: dict[int, tuple[Link, ...]] = {}
    rows = connection.execute(_NEWEST_LINKS, {"numbers": wanted}) if wanted else ()
    for row in rows:
        found[row.number] = (*found.get(row.number, ()), link(row))
    return found


def events_of(connection: Connection, number: int) -> tuple[Event, ...]:
    """Oldest first."""
    columns = evidence_event.c
    rows = connection.execute(
        select(
            columns.version,
            columns.kind,
            columns.actor_id,
            person.c.name,
            columns.at,
            columns.remark,
            columns.piece,
            columns.on_behalf,
        )
        .join(person, person.c.id == columns.actor_id)
        .where(columns.number == number)
        .order_by(columns.id)
    )
    return tuple(map(event, rows))
