"""Whom an audience reaches: people in private, each once, and groups as groups."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, false, func, or_, select, true

from bot.policy.audience import Audience
from bot.policy.outgoing import MANNERS, Kind
from bot.policy.people import PersonState, Role
from storage.chat_groups import ChatGroup, bound
from storage.delivery_tables import chat_group, outbox
from storage.outbox import State
from storage.recalls import WITHDRAWN
from storage.tables import account, person, role, school, standing, teaching_group

NAMED = 5
"""So many are shown by name."""

_holder = person.alias("holder")
_BUDGETED = [kind.value for kind in Kind if MANNERS[kind].budget]
_GONE = (PersonState.TRANSFERRED.value, PersonState.RETIRED.value)
_SEEN = [state.value for state in (State.SENT, State.UNCERTAIN, State.QUEUED, State.LEASED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Either people or groups."""

    people: int = 0
    unbound: int = 0  # of the people: no chat account leads to them; they hear it once they have bound one
    groups: int = 0
    stopped: int = 0  # of the groups: nothing is sent there before they are bound anew
    schools: int = 0  # that the people, or the groups, belong to
    names: tuple[str, ...] = ()  # of the first `NAMED` in order of id


def reach(connection: Connection, audience: Audience) -> Reach:
    """At this moment."""
    if not audience.to_groups:
        return _people_reached(connection, audience)
    groups = groups_of(connection, audience)
    return Reach(
        groups=len(groups),
        stopped=sum(group.stopped_at is not None for group in groups),
        schools=len({group.school_id for group in groups} - {None}),
        names=tuple(group.name for group in groups[:NAMED]),
    )


def who(audience: Audience) -> Select[int]:
    """The ids of the people: without a role those who are 在册, with one its holders.

    暂缓 and 免训 hear what is said to their role, never what is said about progress: they have none to make.
    Without a standing (an import is under way) nobody is at any step.
    """
    return select(person.c.id).where(_people(audience))


def which(audience: Audience) -> Select[int]:
    """The ids of the bound groups; those that are stopped get their row as well, and delivery says why it failed."""
    return select(chat_group.c.id).where(_groups(audience))


def groups_of(connection: Connection, audience: Audience) -> tuple[ChatGroup, ...]:
    """In order of id; none of an audience of people."""
    wanted = frozenset(connection.scalars(which(audience)))
    return tuple(group for group in bound(connection) if group.id in wanted)


def used_up(connection: Connection, group_ids: Collection[int], budget: int, since: int) -> int:
    """How many of these groups have been told `budget` messages since then (epoch ms); 0 = there is no budget."""
    if not budget or not group_ids:
        return 0
    told = (
        select(outbox.c.group_id)
        .where(
            outbox.c.group_id.in_(group_ids),
            outbox.c.tried_at >= since,
            outbox.c.calls > 0,
            outbox.c.kind.in_(_BUDGETED),
            outbox.c.state.in_([State.SENT.value, State.UNCERTAIN.value]),
        )
        .group_by(outbox.c.group_id)
        .having(func.count() >= budget)
    )
    return connection.scalar(select(func.count()).select_from(told.subquery())) or 0


def _people_reached(connection: Connection, audience: Audience) -> Reach:
    """In one statement, so that the people are looked for once."""
    found = select(person.c.id, person.c.school_id).where(_people(audience)).cte("found")
    first = select(found.c.id).order_by(found.c.id).limit(NAMED).subquery("first")
    has_account = found.c.id.in_(select(account.c.person_id))
    rows = connection.execute(
        select(
            person.c.name,
            select(func.count()).select_from(found).scalar_subquery(),
            select(func.count()).select_from(found).where(has_account).scalar_subquery(),
            select(func.count(found.c.school_id.distinct())).scalar_subquery(),
        )
        .join_from(first, person, person.c.id == first.c.id)
        .order_by(first.c.id)
    ).all()
    if not rows:
        return Reach()
    _, people, reached, schools = rows[0]
    return Reach(
        people=people, unbound=people - reached, schools=schools, names=tuple(row.name for row in rows)
    )


def _people(audience: Audience) -> ColumnElement[bool]:
    if audience.to_groups:
        return false()
    if audience.saw is not None:
        return person.c.id.in_(
            select(outbox.c.person_id).where(*_copies_of(audience.saw, outbox.c.person_id))
        )
    held = audience.roles - {Role.TEACHER}
    active = person.c.state == PersonState.ACTIVE.value
    if not held:
        of_roster = and_(active, _in_schools(audience, person.c.school_id))
        return and_(of_roster, _at_steps(audience))
    whoever = and_(person.c.state.not_in(_GONE), person.c.id.in_(_holders(audience, held)))
    if Role.TEACHER in audience.roles:
        whoever = or_(whoever, and_(active, _in_schools(audience, person.c.school_id)))
    return and_(whoever, active, _at_steps(audience)) if audience.steps else whoever


def _at_steps(audience: Audience) -> ColumnElement[bool]:
    if not audience.steps:
        return true()
    steps = sorted(step.value for step in audience.steps)
    return person.c.id.in_(
        select(standing.c.person_id).where(standing.c.active, standing.c.next_step.in_(steps))
    )


def _holders(audience: Audience, roles: frozenset[Role]) -> CompoundSelect[int]:
    """Narrowed by what the role covers; one for the whole county by where its holder belongs."""
    held = role.c.ended_at.is_(None), role.c.role.in_(sorted(one.value for one in roles))
    scope = func.coalesce(role.c.school_id, teaching_group.c.school_id)
    of_a_unit = (
        select(role.c.person_id)
        .outerjoin(teaching_group, teaching_group.c.id == role.c.group_id)
        .where(*held, scope.is_not(None), _in_schools(audience, scope))
    )
    of_the_county = (
        select(role.c.person_id)
        .join(_holder, _holder.c.id == role.c.person_id)
        .where(
            *held,
            role.c.school_id.is_(None),
            role.c.group_id.is_(None),
            _in_schools(audience, _holder.c.school_id),
        )
    )
    return of_a_unit.union_all(of_the_county)


def _in_schools(audience: Audience, column: ColumnElement[int]) -> ColumnElement[bool]:
    if not audience.of_schools:
        return true()
    kinds = sorted(kind.value for kind in audience.kinds)
    ids = sorted(audience.school_ids)
    return column.in_(select(school.c.id).where(or_(school.c.kind.in_(kinds), school.c.id.in_(ids))))


def _groups(audience: Audience) -> ColumnElement[bool]:
    if not audience.to_groups:
        return false()
    bound_now = chat_group.c.ended_at.is_(None)
    if audience.saw is not None:
        copies = select(outbox.c.group_id).where(*_copies_of(audience.saw, outbox.c.group_id))
        return and_(bound_now, chat_group.c.id.in_(copies))
    if not audience.of_schools:
        return and_(bound_now, chat_group.c.school_id.is_(None)) if audience.county else bound_now
    of_schools = _in_schools(audience, chat_group.c.school_id)
    of_county = chat_group.c.school_id.is_(None) if audience.county else false()
    return and_(bound_now, or_(of_schools, of_county))


def _copies_of(number: int, whose: ColumnElement[int | None]) -> tuple[ColumnElement[bool], ...]:
    """Of whoever has read one, may yet, or would have read it but for its correction; not those that failed."""
    would_have = and_(outbox.c.state == State.DEAD.value, outbox.c.reason == WITHDRAWN)
    seen = or_(outbox.c.state.in_(_SEEN), would_have)
    return outbox.c.announcement == number, seen, whose.is_not(None)
