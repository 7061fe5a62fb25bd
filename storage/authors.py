"""What an author wants to know of their own submissions: who has them, what was said, what is next."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, update

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.people import Role, Whereabouts
from storage.submissions import Link
from storage.tables import person, role
from storage.work_tables import evidence, evidence_event, evidence_link, evidence_version

_LEADS = frozenset({Role.SCHOOL_ADMIN.value, Role.PRINCIPAL.value})
_DECISIONS = tuple(kind.value for kind in (EventKind.PASSED, EventKind.EXCELLENT, EventKind.RETURNED))


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody by id and name."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Who could review an author's evidence, in order of id; never the author."""

    leaders: tuple[Named, ...]  # of the author's group
    leads: tuple[Named, ...]  # 学校管理员 and 校长 of the school
    office: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A submission that one's next step is about."""

    number: int
    code: str
    since: int  # epoch milliseconds: when it was handed in, or sent back
    held: bool  # 逾期, not admitted yet


@dataclass(frozen=True, slots=True)
class Decision:
    """The newest decision about a submission."""

    kind: EventKind
    by: str  # name
    at: int  # epoch milliseconds
    remark: str
    piece: str


def around(connection: Connection, author: Whereabouts) -> Around:
    of_the_group: ColumnElement[bool] = false()
    if author.group_id is not None:
        of_the_group = and_(role.c.role == Role.LEADER.value, role.c.group_id == author.group_id)
    of_the_school: ColumnElement[bool] = and_(role.c.role.in_(_LEADS), role.c.school_id == author.school_id)
    rows = connection.execute(
        select(role.c.role, person.c.id, person.c.name)
        .join(person, person.c.id == role.c.person_id)
        .where(
            role.c.ended_at.is_(None),
            role.c.person_id != author.person_id,
            or_(of_the_group, of_the_school, role.c.role == Role.OFFICE.value),
        )
        .distinct()
        .order_by(person.c.id)
    ).all()

    def those(words: Iterable[str]) -> tuple[Named, ...]:
        found = (Named(person_id, name) for word, person_id, name in rows if word in words)
        return tuple(dict.fromkeys(found))

    return Around(leaders=those({Role.LEADER.value}), leads=those(_LEADS), office=those({Role.OFFICE.value}))


def decided_lately(connection: Connection, school_id: int, most: int = 20) -> tuple[tuple[int, int], ...]:
    """Of the last decisions in a school: when the version was handed in, and when it was decided about."""
    rows = connection.execute(
        select(evidence_version.c.submitted_at, evidence_event.c.at)
        .select_from(person)
        .join(evidence, evidence.c.person_id == person.c.id)
        .join(evidence_event, evidence_event.c.number == evidence.c.number)
        .join(
            evidence_version,
            and_(
                evidence_version.c.number == evidence_event.c.number,
                evidence_version.c.version == evidence_event.c.version,
            ),
        )
        .where(person.c.school_id == school_id, evidence_event.c.kind.in_(_DECISIONS))
        .order_by(evidence_event.c.id.desc())
        .limit(most)
    )
    return tuple((submitted, decided) for submitted, decided in rows)


def first_open(connection: Connection, person_id: int, state: EvidenceState) -> OpenItem | None:
    """The one that has been in this state for longest."""
    columns = evidence.c
    since = columns.decided_at if state is EvidenceState.RETURNED else columns.submitted_at
    row = connection.execute(
        select(columns.number, columns.code, since, columns.late, columns.admitted_at)
        .where(columns.person_id == person_id, columns.state == state.value)
        .order_by(since, columns.number)
        .limit(1)
    ).fetchone()
    if row is None:
        return None
    number, code, at, late, admitted = row
    held = state is EvidenceState.WAITING and late == Lateness.OVERDUE.value and admitted is None
    return OpenItem(number, code, at, held)


def newest_links(connection: Connection, numbers: Iterable[int]) -> dict[int, tuple[Link, ...]]:
    """By number: the links of its newest version, in order."""
    columns = evidence_link.c
    rows = connection.execute(
        select(columns.number, columns.url, columns.fingerprint, columns.extraction, columns.finding)
        .join(evidence, and_(evidence.c.number == columns.number, evidence.c.version == columns.version))
        .where(columns.number.in_(sorted(set(numbers))))
        .order_by(columns.number, columns.position)
    )
    found: dict[int, tuple[Link, ...]] = {}
    for number, url, fingerprint, extraction, finding in rows:
        link = Link(url=url, fingerprint=fingerprint, extraction=extraction, finding=finding)
        found[number] = (*found.get(number, ()), link)
    return found


def newest_decisions(connection: Connection, numbers: Iterable[int]) -> dict[int, Decision]:
    """By number; those that nobody has decided about are left out."""
    columns = evidence_event.c
    rows = connection.execute(
        select(columns.number, columns.kind, person.c.name, columns.at, columns.remark, columns.piece)
        .join(person, person.c.id == columns.actor_id)
        .where(columns.number.in_(sorted(set(numbers))), columns.kind.in_(_DECISIONS))
        .order_by(columns.id)
    )
    return {
        number: Decision(EventKind(kind), name, at, remark, piece)
        for number, kind, name, at, remark, piece in rows
    }


def set_extraction(connection: Connection, number: int, version: int, position: int, code: str) -> None:
    """The 提取码 of one link (`position` from 1), given afterwards."""
    columns = evidence_link.c
    connection.execute(
        update(evidence_link)
        .where(columns.number == number, columns.version == version, columns.position == position)
        .values(extraction=code)
    )
