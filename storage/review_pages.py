"""The queue of reviews as pages show it: narrowed, in pieces, and what comes after a submission."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_

from bot.policy.decision import Desk
from storage.review import Part, Waiting, count_each, waiting_in
from storage.submissions import Submission
from storage.tables import person
from storage.work_tables import evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which part of a queue; nothing said = all of it."""

    part: Part = Part.THEIRS
    code: str = ""
    school_id: int | None = None

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        found: list[ColumnElement[bool]] = []
        if self.code:
            found.append(evidence.c.code == self.code)
        if self.school_id is not None:
            found.append(person.c.school_id == self.school_id)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Whose queue it is, and what was handed in before which instant (epoch milliseconds) has waited long."""

    desk: Desk
    waited_before: int


def piece(
    connection: Connection, sight: Sight, which: Narrowed, *, skip: int, most: int
) -> tuple[Waiting, ...]:
    """The oldest first."""
    return waiting_in(
        connection,
        sight.desk,
        which.part,
        waited_before=sight.waited_before,
        most=most,
        skip=skip,
        only=which.conditions,
    )


def counted(connection: Connection, sight: Sight, which: Narrowed) -> dict[Part, int]:
    """How many there are in every part, narrowed otherwise as said."""
    return count_each(connection, sight.desk, waited_before=sight.waited_before, only=which.conditions)


def following(connection: Connection, sight: Sight, which: Narrowed, after: Submission) -> int | None:
    """The 编号 that stands behind this one, or first where nothing does; None where nothing waits."""
    columns = evidence.c
    behind = or_(
        columns.submitted_at > after.submitted_at,
        (columns.submitted_at == after.submitted_at) & (columns.number > after.number),
    )
    for only in ((*which.conditions, behind), (*which.conditions, columns.number != after.number)):
        found = waiting_in(
            connection, sight.desk, which.part, waited_before=sight.waited_before, most=1, only=only
        )
        if found:
            return found[0].submission.number
    return None
