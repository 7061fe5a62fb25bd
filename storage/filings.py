"""What schools have handed in; a new version is a new row, and what was filed stays in force until then."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.policy.filing import FilingState, Slot
from storage.numbers import next_number
from storage.tables import filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One version of what a school handed in."""

    number: int
    slot: Slot
    content: str
    state: FilingState
    handed_in_at: int  # epoch milliseconds
    decided_at: int | None
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


def scope_of(connection: Connection, school_id: int) -> SchoolScope:
    versions = _versions(connection, school_id, Slot.SCOPE)
    filed = next((f for f in versions if f.state is FilingState.FILED), None)
    return SchoolScope(filed, versions[0] if versions else None)


def hand_in(  # noqa: PLR0913 - a filing has that many parts
    connection: Connection, *, school_id: int, slot: Slot, content: str, person_id: int, at: int
) -> int:
    """The number under which it was taken in; `at` in epoch milliseconds."""
    number = next_number(connection, "filing", at=at)
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


def _versions(connection: Connection, school_id: int, slot: Slot) -> list[Filing]:
    """Newest first."""
    rows = connection.execute(
        select(
            filing.c.number,
            filing.c.content,
            filing.c.state,
            filing.c.handed_in_at,
            filing.c.decided_at,
            filing.c.reason,
        )
        .where(filing.c.school_id == school_id, filing.c.slot == slot.value)
        .order_by(filing.c.number.desc())
    )
    return [
        Filing(
            number=row.number,
            slot=slot,
            content=row.content,
            state=FilingState(row.state),
            handed_in_at=row.handed_in_at,
            decided_at=row.decided_at,
            reason=row.reason,
        )
        for row in rows
    ]
