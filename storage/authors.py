"""What an author wants to know of their own submissions: who has them, what was said, what is next."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.people import Role, Whereabouts
from storage.prepared import Prepared
from storage.roles import LEAD_WORDS
from storage.tables import person, role
from storage.work_tables import evidence, evidence_event, evidence_link

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


_AROUND = Prepared(
    select(role.c.role, person.c.id, person.c.name)
    .join(person, person.c.id == role.c.person_id)
    .where(
        role.c.ended_at.is_(None),
        role.c.person_id != bindparam("author"),
        or_(
            and_(role.c.role == Role.LEADER.value, role.c.group_id == bindparam("group")),
            and_(
                or_(*(role.c.role == word for word in LEAD_WORDS)),
                role.c.school_id == bindparam("school"),
            ),
            role.c.role == Role.OFFICE.value,
        ),
    )
    .distinct()
    .order_by(person.c.id)
)
_AS = {Role.LEADER.value: "leaders", Role.OFFICE.value: "office"} | dict.fromkeys(LEAD_WORDS, "leads")
_NOBODYS = -1  # no group has this id


def around(connection: Connection, author: Whereabouts) -> Around:
    group = _NOBODYS if author.group_id is None else author.group_id
    near: dict[str, dict[int, Named]] = {"leaders": {}, "leads": {}, "office": {}}
    for word, person_id, name in _AROUND.all(
        connection, author=author.person_id, group=group, school=author.school_id
    ):
        near[_AS[word]][person_id] = Named(person_id, name)
    return Around(**{kind: tuple(people.values()) for kind, people in near.items()})


_DECIDED_LATELY = (
    select(evidence.c.submitted_at, evidence.c.decided_at)
    .where(evidence.c.decided_by.in_(bindparam("reviewers", expanding=True)))
    .order_by(evidence.c.decided_at.desc())
    .limit(20)
)


def decided_lately(connection: Connection, reviewers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Of the last decisions of these people: when it was handed in, and when it was decided about."""
    ids = list(reviewers)
    if not ids:
        return ()
    rows = connection.execute(_DECIDED_LATELY, {"reviewers": ids})
    return tuple((submitted, decided) for submitted, decided in rows)


# The state is compared here, not there: SQLite would rather walk through everybody's in that state by time.
_OF_AUTHOR = Prepared(
    select(
        evidence.c.number,
        evidence.c.code,
        evidence.c.state,
        evidence.c.submitted_at,
        evidence.c.decided_at,
        evidence.c.late,
        evidence.c.admitted_at,
    ).where(evidence.c.person_id == bindparam("author"))
)


def first_open(connection: Connection, person_id: int, state: EvidenceState) -> OpenItem | None:
    """The one that has been in this state for longest: 待审 or 退回."""
    found = []
    for number, code, now, submitted, decided, late, admitted in _OF_AUTHOR.all(connection, author=person_id):
        if now == state.value:
            since = decided if state is EvidenceState.RETURNED else submitted
            held = state is EvidenceState.WAITING and late == Lateness.OVERDUE.value and admitted is None
            found.append(OpenItem(number, code, since, held))
    return min(found, key=lambda item: (item.since, item.number), default=None)


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
    """The 提取码 of one link (`position` from 1), given afterwards; what a look without it has found is void."""
    columns = evidence_link.c
    connection.execute(
        update(evidence_link)
        .where(columns.number == number, columns.version == version, columns.position == position)
        .values(extraction=code, checked_at=None, finding="", unanswered=0)
    )
