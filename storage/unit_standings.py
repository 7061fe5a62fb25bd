"""How far whole units are: people counted and listed in one statement each, live or as they were frozen.

Every statement here stands on one row per person, `live_rows` or `frozen_rows`, which have the same columns.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Integer, Subquery, case, cast, false, func, literal, select
from sqlalchemy.sql.selectable import Select

from bot.policy.calendar import Lateness
from bot.policy.evidence import EvidenceState
from bot.policy.people import PersonState
from bot.policy.school import STEPS, Listed, Tally
from bot.policy.standing import Grade, Step
from storage.crowd import pieces
from storage.tables import certification, person, standing, teaching_group
from storage.work_tables import evidence, frozen_standing

_EXCELLENT = (
    select(func.count())
    .select_from(certification)
    .where(
        certification.c.person_id == person.c.id,
        certification.c.grade == Grade.EXCELLENT.value,
        certification.c.ended_at.is_(None),
    )
    .correlate(person)
    .scalar_subquery()
)
UNDECIDED = (
    evidence.c.state == EvidenceState.WAITING.value,
    (evidence.c.late != Lateness.OVERDUE.value) | evidence.c.admitted_at.is_not(None),
)


def live_rows() -> Select[tuple[object, ...]]:
    """Everybody as they stand now. Without a standing row (an import is under way) nothing is done yet."""
    return select(
        person.c.id.label("person_id"),
        person.c.school_id,
        person.c.state,
        standing.c.online_hours,
        standing.c.online_as_of,
        func.coalesce(standing.c.practice_hours, 0).label("practice_hours"),
        func.coalesce(standing.c.certified, "").label("certified"),
        _EXCELLENT.label("excellent"),
        func.coalesce(standing.c.done, false()).label("done"),
        func.coalesce(standing.c.completion, 0).label("completion"),
        func.coalesce(standing.c.next_step, Step.NO_ACCOUNT.value).label("next_step"),
    ).join_from(person, standing, standing.c.person_id == person.c.id, isouter=True)


def frozen_rows(freeze_id: int) -> Select[tuple[object, ...]]:
    columns = [column for column in frozen_standing.c if column.name != "freeze_id"]
    return select(*columns).where(frozen_standing.c.freeze_id == freeze_id)


def by_school(
    connection: Connection, school_ids: Sequence[int] | None = None, *, freeze_id: int | None = None
) -> dict[int, tuple[Tally, ...]]:
    """Of these schools, or of all; units without anybody are left out."""
    if freeze_id is None:
        wanted = () if school_ids is None else (person.c.school_id.in_(school_ids),)
        rows = live_rows().where(*wanted).subquery("everybody")
    else:
        wanted = () if school_ids is None else (frozen_standing.c.school_id.in_(school_ids),)
        rows = frozen_rows(freeze_id).where(*wanted).subquery("everybody")
    return _tallies(connection, rows, rows.c.school_id)


def by_group(connection: Connection, group_ids: Sequence[int]) -> dict[int, tuple[Tally, ...]]:
    """Groups without anybody are left out."""
    found: dict[int, tuple[Tally, ...]] = {}
    for piece in pieces(group_ids):
        rows = live_rows().add_columns(person.c.group_id).where(person.c.group_id.in_(piece))
        everybody = rows.subquery("everybody")
        found |= _tallies(connection, everybody, everybody.c.group_id)
    return found


def listed(
    connection: Connection,
    *,
    school_ids: Sequence[int] | None = None,
    group_ids: Sequence[int] | None = None,
    steps: Sequence[Step] = STEPS,
    freeze_id: int | None = None,
) -> tuple[Listed, ...]:
    """Active people at these steps, by school, step, group (without one: last) and name.

    Of these schools, of these groups, or of all.
    """
    if group_ids is not None:
        school_ids = connection.scalars(
            select(teaching_group.c.school_id).where(teaching_group.c.id.in_(group_ids)).distinct()
        ).all()
    source = live_rows() if freeze_id is None else frozen_rows(freeze_id)
    everybody = _named(source.subquery("everybody"), school_ids)
    wanted = [everybody.c.next_step.in_([step.value for step in steps])]
    if group_ids is not None:
        wanted.append(everybody.c.group_id.in_(group_ids))
    found = [
        Listed(
            person_id=row.person_id,
            name=row.name,
            school_id=row.school_id,
            group=row.group_name,
            step=Step(row.next_step),
            tail=row.mobile_tail or row.staff_no_tail or row.staff_no[-4:],
            alike=row.alike > 1,
            alike_in_group=row.alike_in_group > 1,
        )
        for row in connection.execute(select(everybody).where(*wanted))
    ]
    # Not by the database, whose collation would decide about Chinese names.
    return tuple(sorted(found, key=_place))


def _place(one: Listed) -> tuple[int, int, bool, str, str, int]:
    return one.school_id, STEPS.index(one.step), not one.group, one.group, one.name, one.person_id


def _tallies(
    connection: Connection, rows: Subquery, unit: ColumnElement[int]
) -> dict[int, tuple[Tally, ...]]:
    statement = select(
        unit.label("unit"),
        rows.c.state,
        rows.c.next_step,
        func.count().label("people"),
        func.sum(rows.c.completion).label("completion"),
        func.sum(_words(rows.c.certified)).label("certified"),
        func.sum(rows.c.excellent).label("excellent"),
        func.sum(case((rows.c.online_hours.is_(None), 1), else_=0)).label("without_online"),
        func.max(rows.c.online_as_of).label("as_of"),
    ).group_by(unit, rows.c.state, rows.c.next_step)
    found: dict[int, list[Tally]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.unit, []).append(
            Tally(
                state=PersonState(row.state),
                step=Step(row.next_step),
                people=row.people,
                completion=int(row.completion),
                certified=int(row.certified),
                excellent=int(row.excellent),
                without_online=int(row.without_online),
                as_of=_day(row.as_of),
            )
        )
    return {unit_id: tuple(tallies) for unit_id, tallies in found.items()}


def _named(everybody: Subquery, school_ids: Sequence[int] | None) -> Subquery:
    """Active people with name and group, and how many there are of the same name."""
    group_name = func.coalesce(teaching_group.c.name, "")
    same = [everybody.c.school_id, person.c.name]
    return (
        select(
            everybody.c.person_id,
            everybody.c.school_id,
            everybody.c.next_step,
            person.c.group_id,
            person.c.name,
            person.c.mobile_tail,
            person.c.staff_no_tail,
            person.c.staff_no,
            group_name.label("group_name"),
            func.count().over(partition_by=same).label("alike"),
            func.count().over(partition_by=[*same, person.c.group_id]).label("alike_in_group"),
        )
        .join_from(everybody, person, person.c.id == everybody.c.person_id)
        .outerjoin(teaching_group, teaching_group.c.id == person.c.group_id)
        .where(
            everybody.c.state == PersonState.ACTIVE.value,
            *(() if school_ids is None else (everybody.c.school_id.in_(school_ids),)),
        )
        .subquery("named")
    )


def _words(joined: ColumnElement[str]) -> ColumnElement[int]:
    """How many codes are joined by single spaces in it."""
    gaps = func.length(joined) - func.length(func.replace(joined, " ", ""))
    return case((joined == "", literal(0)), else_=cast(gaps, Integer) + 1)


def _day(value: date | str | None) -> date | None:
    """SQLite forgets the type of what an expression was made of."""
    return date.fromisoformat(value) if isinstance(value, str) else value
