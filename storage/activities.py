"""研修主题 and 活动 of the 教研组: what their bulletins are made of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from storage.tables import person
from storage.work_tables import activity, theme


@dataclass(frozen=True, slots=True)
class Theme:
    """What a group works on, by whom and since when (epoch milliseconds)."""

    text: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that a group has done."""

    day: date
    text: str
    link: str  # "" without one


def theme_of(connection: Connection, group_id: int) -> Theme | None:
    """The newest."""
    row = connection.execute(
        select(theme.c.text, person.c.name, theme.c.set_at)
        .join(person, person.c.id == theme.c.set_by)
        .where(theme.c.group_id == group_id)
        .order_by(theme.c.id.desc())
        .limit(1)
    ).fetchone()
    return None if row is None else Theme(*row)


def set_theme(connection: Connection, group_id: int, text: str, person_id: int, *, at: int) -> None:
    connection.execute(theme.insert().values(group_id=group_id, text=text, set_by=person_id, set_at=at))


def activities_in(connection: Connection, group_id: int, first: date, last: date) -> tuple[Activity, ...]:
    """From the first to the last of these days, oldest first."""
    rows = connection.execute(
        select(activity.c.day, activity.c.text, activity.c.link)
        .where(activity.c.group_id == group_id, activity.c.day.between(first, last))
        .order_by(activity.c.day, activity.c.id)
    )
    return tuple(Activity(*row) for row in rows)


def add_activity(connection: Connection, group_id: int, done: Activity, person_id: int, *, at: int) -> None:
    """`at` in epoch milliseconds."""
    connection.execute(
        activity.insert().values(
            group_id=group_id,
            day=done.day,
            text=done.text,
            link=done.link,
            recorded_by=person_id,
            recorded_at=at,
        )
    )
