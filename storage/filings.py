"""What schools have handed in; a new version is a new row, and what was filed stays in force until then.

Whoever hands in or decides holds the school first (`storage.schools.hold_school`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, select, update

from bot.policy.filing import FilingState, Slot, SlotStanding, standing_of
from bot.policy.people import PersonState
from storage.numbers import next_number
from storage.tables import filing, person, school, standing

KIND = "filing"
"""What its numbers are called in the series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One version of what a school handed in."""

    number: int
    school_id: int
    school_name: str
    slot: Slot
    content: str
    state: FilingState
    handed_in_at: int  # epoch milliseconds
    handed_in_by: str  # the name
    decided_at: int | None
    decided_by: str  # the name; "" before a decision
    reason: str  # of a return

    @property
    def codes(self) -> tuple[str, ...]:
        """The points of a scope."""
        return tuple(self.content.split())


@dataclass(frozen=True, slots=True)
class SchoolScope:
    """本校范围: the version in force, and the newest one, which may be waiting or returned."""

    filed: Filing | None
    latest: Filing | None

    @property
    def codes(self) -> tuple[str, ...] | None:
        """The points to choose from; None = nothing was laid down yet, any point will do."""
        if self.filed is not None:
            return self.filed.codes
        if self.latest is not None and self.latest.state is FilingState.HANDED_IN:
            return self.latest.codes
        return None

    @property
    def binding(self) -> bool:
        """Whether a point outside is refused, not only warned about."""
        return self.filed is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolSlots:
    """One school with the standing of every slot, and the number of each newest version."""

    school_id: int
    name: str
    slots: dict[Slot, SlotStanding]
    newest: dict[Slot, int]  # of slots that have any version

    @property
    def complete(self) -> bool:
        return all(one.filed for one in self.slots.values())


def scope_of(connection: Connection, school_id: int) -> SchoolScope:
    versions = versions_of(connection, school_id, Slot.SCOPE)
    filed = next((f for f in versions if f.state is FilingState.FILED), None)
    return SchoolScope(filed, versions[0] if versions else None)


def hand_in(  # noqa: PLR0913 - a filing has that many parts
    connection: Connection, *, school_id: int, slot: Slot, content: str, person_id: int, at: int
) -> int:
    """The number under which it was taken in; `at` in epoch milliseconds."""
    number = next_number(connection, KIND, at=at)
    connection.execute(
        filing.insert().values(
            number=number,
            school_id=school_id,
            slot=slot.value,
            content=content,
            state=FilingState.HANDED_IN.value,
            handed_in_by=person_id,
            handed_in_at=at,
        )
    )
    return number


def decide(  # noqa: PLR0913 - a decision has that many parts
    connection: Connection, number: int, state: FilingState, *, person_id: int, at: int, reason: str = ""
) -> None:
    """`at` in epoch milliseconds; the filing was read as 已交 while its school was held."""
    connection.execute(
        update(filing)
        .where(filing.c.number == number)
        .values(state=state.value, decided_by=person_id, decided_at=at, reason=reason)
    )


def find(connection: Connection, number: int) -> Filing | None:
    """None for a number that is no filing."""
    return find_all(connection, [number]).get(number)


def find_all(connection: Connection, numbers: Iterable[int]) -> dict[int, Filing]:
    """By number; those that are no filings are left out."""
    known = sorted({number for number in numbers if number < 2**63})
    rows = connection.execute(_filings().where(filing.c.number.in_(known)))
    return {row.number: _filing(row) for row in rows}


def versions_of(connection: Connection, school_id: int, slot: Slot) -> list[Filing]:
    """Newest first."""
    rows = connection.execute(
        _filings()
        .where(filing.c.school_id == school_id, filing.c.slot == slot.value)
        .order_by(filing.c.number.desc())
    )
    return [_filing(row) for row in rows]


def by_slot(connection: Connection, school_id: int) -> dict[Slot, list[Filing]]:
    """Every slot with its versions, newest first."""
    found: dict[Slot, list[Filing]] = {slot: [] for slot in Slot}
    rows = connection.execute(
        _filings().where(filing.c.school_id == school_id).order_by(filing.c.number.desc())
    )
    for row in rows:
        found[Slot(row.slot)].append(_filing(row))
    return found


def newest_numbers(connection: Connection, school_ids: Sequence[int]) -> dict[tuple[int, Slot], int]:
    """The newest version of each slot of these schools."""
    rows = connection.execute(
        select(filing.c.school_id, filing.c.slot, func.max(filing.c.number))
        .where(filing.c.school_id.in_(school_ids))
        .group_by(filing.c.school_id, filing.c.slot)
    )
    return {(school_id, Slot(slot)): number for school_id, slot, number in rows}


def county_slots(connection: Connection) -> tuple[SchoolSlots, ...]:
    """The schools of the county's total, by name: those with anybody active, without units that stand apart."""
    active = exists().where(person.c.school_id == school.c.id, person.c.state == PersonState.ACTIVE.value)
    schools = connection.execute(
        select(school.c.id, school.c.name).where(school.c.ranked, active).order_by(school.c.name, school.c.id)
    ).all()
    versions: dict[tuple[int, Slot], list[_Version]] = {}
    rows = connection.execute(
        select(filing.c.school_id, filing.c.slot, filing.c.number, filing.c.state).order_by(
            filing.c.number.desc()
        )
    )
    for school_id, slot, number, state in rows:
        versions.setdefault((school_id, Slot(slot)), []).append(_Version(number, FilingState(state)))
    return tuple(
        SchoolSlots(
            school_id=school_id,
            name=name,
            slots={slot: standing_of(versions.get((school_id, slot), ())) for slot in Slot},
            newest={
                slot: versions[school_id, slot][0].number for slot in Slot if (school_id, slot) in versions
            },
        )
        for school_id, name in schools
    )


def outside_of(connection: Connection, school_id: int, codes: Iterable[str]) -> tuple[str, ...]:
    """The names of active people who have chosen a point outside, and are not certified in it."""
    inside = frozenset(codes)
    rows = connection.execute(
        select(person.c.name, standing.c.chosen, standing.c.certified)
        .join(standing, standing.c.person_id == person.c.id)
        .where(person.c.school_id == school_id, standing.c.active, standing.c.chosen != "")
        .order_by(person.c.id)
    )
    return tuple(
        name for name, chosen, certified in rows if set(chosen.split()) - inside - set(certified.split())
    )


@dataclass(frozen=True, slots=True)
class _Version:
    number: int
    state: FilingState


_author = person.alias("author")
_decider = person.alias("decider")


def _filings() -> Select[Any]:
    return (
        select(
            filing.c.number,
            filing.c.school_id,
            school.c.name.label("school_name"),
            filing.c.slot,
            filing.c.content,
            filing.c.state,
            filing.c.handed_in_at,
            _author.c.name.label("author"),
            filing.c.decided_at,
            _decider.c.name.label("decider"),
            filing.c.reason,
        )
        .join(school, school.c.id == filing.c.school_id)
        .join(_author, _author.c.id == filing.c.handed_in_by)
        .outerjoin(_decider, _decider.c.id == filing.c.decided_by)
    )


def _filing(row: Row[Any]) -> Filing:
    return Filing(
        number=row.number,
        school_id=row.school_id,
        school_name=row.school_name,
        slot=Slot(row.slot),
        content=row.content,
        state=FilingState(row.state),
        handed_in_at=row.handed_in_at,
        handed_in_by=row.author,
        decided_at=row.decided_at,
        decided_by=row.decider or "",
        reason=row.reason,
    )
