"""What waits for whom: queues of submissions, and who else could review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    distinct,
    false,
    func,
    not_,
    or_,
    select,
    true,
    union_all,
)

from bot.policy.calendar import Lateness
from bot.policy.decision import Desk
from bot.policy.evidence import EvidenceState
from bot.policy.people import Role, Whereabouts
from bot.policy.review import Reviewers
from storage.crowd import MOST_PARAMETERS
from storage.roles import LEAD_WORDS
from storage.submissions import Submission, submission, submissions
from storage.tables import filing, number_series, person, role, teaching_group
from storage.work_tables import appeal, evidence, paper

_LEADERS = (Role.LEADER.value,)
_DECIDED = [state.value for state in EvidenceState if state.decided]
Only = Sequence[ColumnElement[bool]]  # conditions on `evidence` and `person`
_HELD = and_(evidence.c.late == Lateness.OVERDUE.value, evidence.c.admitted_at.is_(None))


@unique
class Part(Enum):
    """Of everything that waits and that somebody may review."""

    THEIRS = "theirs"  # it is their turn
    OTHERS = "others"  # still somebody else's turn
    OPEN = "open"  # both of them
    HELD = "held"  # 逾期, not admitted yet: only the office has it


@dataclass(frozen=True, slots=True)
class Waiting:
    """One submission in a queue."""

    submission: Submission
    reviewers: Reviewers
    claimer: str  # the name of whoever has opened it; "" for nobody


def waiting_in(  # noqa: PLR0913  which of them, and from where to where
    connection: Connection,
    desk: Desk,
    part: Part,
    *,
    waited_before: int,
    most: int | None = None,
    skip: int = 0,
    only: Only = (),
) -> tuple[Waiting, ...]:
    """The oldest first. `waited_before` (epoch milliseconds): what was handed in before has waited long."""
    claimer = person.alias("claimer")
    order = (evidence.c.submitted_at, evidence.c.number)
    if most is not None:
        # First which ones, by narrow rows: a county's whole queue is not dressed up to be thrown away.
        waits = _in_part(_NUMBERS, desk, part, waited_before).where(*only).cte("waits")
        # PostgreSQL, hoping to find the few soon, would otherwise look through all leads of schools for every row.
        waits = waits.prefix_with("MATERIALIZED", dialect="postgresql")
        wanted = select(waits.c.number).order_by(waits.c.submitted_at, waits.c.number)
        only = (evidence.c.number.in_(wanted.limit(most).offset(skip or None).subquery().select()),)
    statement = (
        _in_part(submissions().add_columns(_leaders_besides, _leads_besides), desk, part, waited_before)
        .add_columns(claimer.c.name.label("claimer"))
        .outerjoin(claimer, claimer.c.id == evidence.c.claimed_by)
        .where(*only)
        .order_by(*order)
    )
    return tuple(
        Waiting(submission(row), Reviewers(bool(row.leaders), bool(row.leads)), row.claimer or "")
        for row in connection.execute(statement)
    )


def count(connection: Connection, desk: Desk, part: Part, *, waited_before: int, only: Only = ()) -> int:
    statement = select(func.count()).join_from(evidence, person, person.c.id == evidence.c.person_id)
    return int(connection.scalar(_in_part(statement, desk, part, waited_before).where(*only)) or 0)


def count_each(connection: Connection, desk: Desk, *, waited_before: int, only: Only = ()) -> dict[Part, int]:
    """`count` of every part, with one look through what waits."""
    theirs = func.coalesce(func.sum(case((_theirs(desk, waited_before), 1), else_=0)), 0)
    statement = select(theirs, func.count()).join_from(evidence, person, person.c.id == evidence.c.person_id)
    whole = _in_part(statement, desk, Part.OPEN, waited_before).where(*only)
    own, every = connection.execute(whole).one()
    held = count(connection, desk, Part.HELD, waited_before=waited_before, only=only) if desk.office else 0
    return {Part.THEIRS: own, Part.OTHERS: every - own, Part.OPEN: every, Part.HELD: held}


def decided_since(connection: Connection, desk: Desk, at: int) -> dict[EvidenceState, int]:
    """How much of what they may review this person has decided since, as it stands now."""
    rows = connection.execute(
        select(evidence.c.state, func.count())
        .join_from(evidence, person, person.c.id == evidence.c.person_id)
        .where(
            _realm(desk),
            evidence.c.state.in_(_DECIDED),
            evidence.c.decided_by == desk.person_id,
            evidence.c.decided_at >= at,
        )
        .group_by(evidence.c.state)
    )
    return {EvidenceState(state): number for state, number in rows}


def visible_up_to(connection: Connection, desk: Desk, last: int) -> frozenset[int]:
    """The numbers from 1 to `last` of whatever kind that this person may see."""
    if desk.sees_all:
        return frozenset(
            connection.scalars(select(number_series.c.number).where(number_series.c.number <= last))
        )
    mine = seen_from(desk)
    own_school = sorted(desk.schools)
    statement = union_all(
        *(
            select(table.c.number)
            .join_from(table, person, person.c.id == table.c.person_id)
            .where(table.c.number <= last, mine)
            for table in (evidence, appeal)
        ),
        select(filing.c.number).where(filing.c.number <= last, filing.c.school_id.in_(own_school)),
        select(paper.c.number).where(
            paper.c.number <= last,
            or_(paper.c.school_id.in_(own_school), paper.c.group_id.in_(sorted(desk.groups))),
        ),
    )
    return frozenset(connection.scalars(statement))


def reviewers_for(connection: Connection, authors: Iterable[Whereabouts]) -> dict[int, Reviewers]:
    """By author: whether somebody else leads the group, and whether somebody else leads the school."""
    people = {author.person_id: author for author in authors}
    groups = sorted({author.group_id for author in people.values() if author.group_id is not None})
    schools = sorted({author.school_id for author in people.values()})
    leaders: dict[int, set[int]] = {}
    leads: dict[int, set[int]] = {}
    of_these = or_(
        and_(role.c.role.in_(_LEADERS), role.c.group_id.in_(groups)),
        and_(role.c.role.in_(LEAD_WORDS), role.c.school_id.in_(schools)),
    )
    if len(groups) + len(schools) > MOST_PARAMETERS:  # of nearly all then: the others are left aside
        of_these = role.c.role.in_((*_LEADERS, *LEAD_WORDS))
    for holder, word, school_id, group_id in connection.execute(
        select(role.c.person_id, role.c.role, role.c.school_id, role.c.group_id).where(
            role.c.ended_at.is_(None), of_these
        )
    ):
        if word in _LEADERS:
            leaders.setdefault(group_id, set()).add(holder)
        else:
            leads.setdefault(school_id, set()).add(holder)
    return {
        person_id: Reviewers(
            leaders=author.group_id is not None and bool(leaders.get(author.group_id, set()) - {person_id}),
            leads=bool(leads.get(author.school_id, set()) - {person_id}),
        )
        for person_id, author in people.items()
    }


def schools_of(connection: Connection, desk: Desk) -> tuple[int, ...]:
    """The schools that somebody leads, or in which they lead a group."""
    found = connection.scalars(
        select(teaching_group.c.school_id).where(teaching_group.c.id.in_(sorted(desk.groups)))
    )
    return tuple(sorted({*desk.schools, *found}))


def _holders(column: ColumnElement[Any], roles: Sequence[str], name: str) -> Any:
    """Group or school → how many lead it, and one of them; once for a whole statement."""
    return (
        select(
            column.label("place"),
            func.count(distinct(role.c.person_id)).label("many"),
            func.min(role.c.person_id).label("one"),
        )
        .where(role.c.role.in_(roles), role.c.ended_at.is_(None), column.is_not(None))
        .group_by(column)
        .subquery(name)
    )


def _besides(holders: Any) -> ColumnElement[bool]:
    """Whether one of them is not the author."""
    return func.coalesce(or_(holders.c.many > 1, holders.c.one != evidence.c.person_id), false())


_group_leaders = _holders(role.c.group_id, _LEADERS, "group_leaders")
_school_leads = _holders(role.c.school_id, LEAD_WORDS, "school_leads")
_leaders_besides = _besides(_group_leaders).label("leaders")
_leads_besides = _besides(_school_leads).label("leads")
_NUMBERS = select(evidence.c.number, evidence.c.submitted_at).join_from(
    evidence, person, person.c.id == evidence.c.person_id
)


def _in_part(statement: Select[Any], desk: Desk, part: Part, waited_before: int) -> Select[Any]:
    """The part of what waits, on a statement over `evidence` and `person`; never the reviewer's own."""
    # SQLite, without statistics, would go through everything that waits in the county; an expression keeps it
    # from that index where the way by the few authors is the short one.
    state = evidence.c.state if desk.office else evidence.c.state.concat("")
    conditions = [
        state == EvidenceState.WAITING.value,
        evidence.c.person_id != desk.person_id,
        _HELD if part is Part.HELD else not_(_HELD),
    ]
    if part is Part.HELD:
        conditions.append(true() if desk.office else false())
    else:
        conditions.append(_realm(desk))
        if part is not Part.OPEN:
            theirs = _theirs(desk, waited_before)
            conditions.append(theirs if part is Part.THEIRS else not_(theirs))
    return (
        statement.outerjoin(_group_leaders, _group_leaders.c.place == person.c.group_id)
        .outerjoin(_school_leads, _school_leads.c.place == person.c.school_id)
        .where(*conditions)
    )


def seen_from(desk: Desk) -> ColumnElement[bool]:
    """`Desk.sees` in the database's words, on `person`."""
    return true() if desk.sees_all else or_(person.c.id == desk.person_id, _realm(desk))


def _realm(desk: Desk) -> ColumnElement[bool]:
    """The authors whom they review at all, on `person`."""
    if desk.office:
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if desk.groups:
        ways.append(person.c.group_id.in_(sorted(desk.groups)))
    if desk.schools:
        ways.append(person.c.school_id.in_(sorted(desk.schools)))
    return or_(*ways)


def _theirs(desk: Desk, waited_before: int) -> ColumnElement[bool]:
    """`bot.policy.review.turn_of` and `level_of` in the database's words."""
    beyond = or_(evidence.c.submitted_at < waited_before, not_(_besides(_group_leaders)))
    ways = [
        func.coalesce(person.c.group_id.in_(sorted(desk.groups)), false()),
        and_(person.c.school_id.in_(sorted(desk.schools)), beyond),
    ]
    if desk.office:
        ways.append(and_(beyond, not_(_besides(_school_leads))))
    return or_(*ways)
