"""Schools beside each other, ranked or not: how many are done, who leads them, how far their filings are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, Integer, cast, func, select

from bot.policy.filing import FilingState, Slot, SlotStanding, standing_of
from bot.policy.people import Role, SchoolKind
from storage.delivery_tables import chat_group
from storage.roles import LEAD_WORDS
from storage.tables import filing, person, role, school, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One school with what its active people have; nobody may be active."""

    school_id: int
    name: str
    short_name: str
    kind: SchoolKind
    ranked: bool
    active: int
    done: int
    completion: int  # sum of the active people's numerators


@dataclass(frozen=True, slots=True)
class Lead:
    """Somebody who leads a school."""

    person_id: int
    name: str
    role: Role


def all_schools(connection: Connection) -> tuple[Figures, ...]:
    """In order of id; one statement over the index of `standing`."""
    counted = (
        select(
            standing.c.school_id,
            func.count().label("active"),
            cast(func.sum(cast(standing.c.done, Integer)), Integer).label("done"),
            cast(func.sum(standing.c.completion), BigInteger).label("completion"),
        )
        .where(standing.c.active)
        .group_by(standing.c.school_id)
        .subquery("counted")
    )
    rows = connection.execute(
        select(
            school.c.id,
            school.c.name,
            school.c.short_name,
            school.c.kind,
            school.c.ranked,
            counted.c.active,
            counted.c.done,
            counted.c.completion,
        )
        .join_from(school, counted, counted.c.school_id == school.c.id, isouter=True)
        .order_by(school.c.id)
    )
    return tuple(
        Figures(
            school_id=school_id,
            name=name,
            short_name=short_name,
            kind=SchoolKind(kind),
            ranked=ranked,
            active=active or 0,
            done=done or 0,
            completion=completion or 0,
        )
        for school_id, name, short_name, kind, ranked, active, done, completion in rows
    )


def leads(connection: Connection, school_ids: Sequence[int]) -> dict[int, tuple[Lead, ...]]:
    """By school, in order of id; schools that nobody leads are left out."""
    rows = connection.execute(
        select(role.c.school_id, person.c.id, person.c.name, role.c.role)
        .join(person, person.c.id == role.c.person_id)
        .where(role.c.role.in_(LEAD_WORDS), role.c.ended_at.is_(None), role.c.school_id.in_(school_ids))
        .order_by(person.c.id, role.c.id)
    )
    found: dict[int, dict[int, Lead]] = {}
    for school_id, person_id, name, word in rows:
        found.setdefault(school_id, {}).setdefault(person_id, Lead(person_id, name, Role(word)))
    return {school_id: tuple(of.values()) for school_id, of in found.items()}


def leaders(connection: Connection, group_ids: Sequence[int]) -> dict[int, tuple[Lead, ...]]:
    """By 教研组, as `leads`."""
    rows = connection.execute(
        select(role.c.group_id, person.c.id, person.c.name)
        .join(person, person.c.id == role.c.person_id)
        .where(role.c.role == Role.LEADER.value, role.c.ended_at.is_(None), role.c.group_id.in_(group_ids))
        .order_by(person.c.id)
    )
    found: dict[int, dict[int, Lead]] = {}
    for group_id, person_id, name in rows:
        found.setdefault(group_id, {})[person_id] = Lead(person_id, name, Role.LEADER)
    return {group_id: tuple(of.values()) for group_id, of in found.items()}


def bound_groups(connection: Connection, school_ids: Sequence[int]) -> dict[int, int]:
    """How many chat groups are bound to each; without any: left out."""
    rows = connection.execute(
        select(chat_group.c.school_id, func.count())
        .where(chat_group.c.school_id.in_(school_ids), chat_group.c.ended_at.is_(None))
        .group_by(chat_group.c.school_id)
    )
    return {school_id: count for school_id, count in rows}  # noqa: C416  (dict(rows) does not type)


@dataclass(frozen=True, slots=True)
class _Version:
    state: FilingState


def filing_slots(connection: Connection, school_ids: Sequence[int]) -> dict[int, dict[Slot, SlotStanding]]:
    """Of every one of these schools, every slot."""
    versions: dict[tuple[int, str], list[_Version]] = {}
    rows = connection.execute(
        select(filing.c.school_id, filing.c.slot, filing.c.state)
        .where(filing.c.school_id.in_(school_ids))
        .order_by(filing.c.number.desc())
    )
    for school_id, slot, state in rows:
        versions.setdefault((school_id, slot), []).append(_Version(FilingState(state)))
    return {
        school_id: {slot: standing_of(versions.get((school_id, slot.value), ())) for slot in Slot}
        for school_id in school_ids
    }


def points_in(
    connection: Connection, *, school_id: int | None = None, group_id: int | None = None
) -> dict[str, tuple[int, int]]:
    """By code: how many active people of the school, or of the group, have chosen it, and are certified in it."""
    statement = select(standing.c.chosen, standing.c.certified).where(standing.c.active)
    if group_id is not None:
        statement = statement.join(person, person.c.id == standing.c.person_id).where(
            person.c.group_id == group_id
        )
    else:
        statement = statement.where(standing.c.school_id == school_id)
    found: dict[str, tuple[int, int]] = {}
    for chosen, certified in connection.execute(statement):
        have = set(certified.split())
        for code in {*chosen.split(), *have}:
            before = found.get(code, (0, 0))
            found[code] = (before[0] + 1, before[1] + (code in have))
    return found
