"""The duties of stage 1 that a school has ticked off; taking a tick away ends its row."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.policy.duties import Duty
from storage.tables import person
from storage.work_tables import tick


@dataclass(frozen=True, slots=True)
class Tick:
    """By whom, and when (epoch milliseconds)."""

    by: str
    at: int


def ticks_of(connection: Connection, school_id: int) -> dict[Duty, Tick]:
    rows = connection.execute(
        select(tick.c.duty, person.c.name, tick.c.ticked_at)
        .join(person, person.c.id == tick.c.ticked_by)
        .where(tick.c.school_id == school_id, tick.c.ended_at.is_(None))
    )
    return {Duty(duty): Tick(name, at) for duty, name, at in rows}


def set_tick(connection: Connection, school_id: int, duty: Duty, person_id: int, *, at: int) -> None:
    """The school is held, and has no such tick."""
    connection.execute(
        tick.insert().values(school_id=school_id, duty=duty.value, ticked_by=person_id, ticked_at=at)
    )


def end_tick(connection: Connection, school_id: int, duty: Duty, person_id: int, *, at: int) -> None:
    connection.execute(
        update(tick)
        .where(tick.c.school_id == school_id, tick.c.duty == duty.value, tick.c.ended_at.is_(None))
        .values(ended_by=person_id, ended_at=at)
    )
