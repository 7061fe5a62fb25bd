"""What schools have handed in, as acceptance asks for it: counted for one school or for all in a few statements."""

from sqlalchemy import Connection, func, select

from bot.policy.acceptance import HandedIn
from bot.policy.filing import Slot, SlotStanding, standing_of
from bot.policy.paper import CASES, PaperKind, PaperState
from bot.policy.people import PersonState
from storage.filings import by_slot, county_slots
from storage.tables import person, teaching_group
from storage.work_tables import paper

_COUNTING = [state.value for state in PaperState if state.counts]
_WITH_PEOPLE = (
    select(person.c.group_id)
    .where(person.c.group_id.is_not(None), person.c.state == PersonState.ACTIVE.value)
    .distinct()
)


def handed_in(connection: Connection, school_id: int | None = None) -> dict[int, HandedIn]:
    """By school; of one school, or of all. A school that has handed in nothing and has no groups is left out."""
    filings = _filings(connection, school_id)
    groups = _groups(connection, school_id)
    bulletins = _bulletins(connection, school_id)
    kinds = _kinds(connection, school_id)
    return {
        one: HandedIn(
            filings=filings.get(one, {}),
            summary=PaperKind.SUMMARY in kinds.get(one, ()),
            bulletins=bulletins.get(one, {}),
            groups=groups.get(one, 0),
            cases=frozenset(kind for kind in CASES if kind in kinds.get(one, ())),
        )
        for one in {*filings, *groups, *bulletins, *kinds}
    }


def _filings(connection: Connection, school_id: int | None) -> dict[int, dict[Slot, SlotStanding]]:
    if school_id is None:
        return {one.school_id: one.slots for one in county_slots(connection)}
    versions = by_slot(connection, school_id)
    return {school_id: {slot: standing_of(versions[slot]) for slot in versions}}


def _groups(connection: Connection, school_id: int | None) -> dict[int, int]:
    """How many groups of a school have anybody active."""
    columns = teaching_group.c
    rows = connection.execute(
        select(columns.school_id, func.count())
        .where(
            columns.id.in_(_WITH_PEOPLE), *(() if school_id is None else (columns.school_id == school_id,))
        )
        .group_by(columns.school_id)
    )
    return {one: count for one, count in rows}  # noqa: C416 - a row is no pair to mypy


def _bulletins(connection: Connection, school_id: int | None) -> dict[int, dict[str, int]]:
    """By school and month, of how many of the groups that have anybody active."""
    rows = connection.execute(
        select(paper.c.school_id, paper.c.month, func.count(paper.c.group_id.distinct()))
        .where(
            paper.c.kind == PaperKind.BULLETIN.value,
            paper.c.state.in_(_COUNTING),
            paper.c.group_id.in_(_WITH_PEOPLE),
            *(() if school_id is None else (paper.c.school_id == school_id,)),
        )
        .group_by(paper.c.school_id, paper.c.month)
    )
    found: dict[int, dict[str, int]] = {}
    for one, month, groups in rows:
        found.setdefault(one, {})[month] = groups
    return found


def _kinds(connection: Connection, school_id: int | None) -> dict[int, set[PaperKind]]:
    rows = connection.execute(
        select(paper.c.school_id, paper.c.kind)
        .where(
            paper.c.state.in_(_COUNTING),
            *(() if school_id is None else (paper.c.school_id == school_id,)),
        )
        .distinct()
    )
    found: dict[int, set[PaperKind]] = {}
    for one, kind in rows:
        found.setdefault(one, set()).add(PaperKind(kind))
    return found
