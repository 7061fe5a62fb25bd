"""Bulletins, summaries and cases; a new version is a new row, and the older one is marked as replaced."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select, update

from bot.policy.paper import PaperKind, PaperState
from storage.numbers import next_number
from storage.tables import person, school, teaching_group
from storage.work_tables import evidence, evidence_link, paper

KIND = "paper"
"""What its numbers are called in the series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a paper is for; of each place one paper counts, but of an author's works without a number."""

    kind: PaperKind
    school_id: int
    group_id: int | None = None
    month: str = ""  # of a 简报: "2024-04"
    author_id: int | None = None  # of a work
    evidence_number: int | None = None  # the work, where it was handed in as evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One version of a paper."""

    number: int
    place: Place
    state: PaperState
    school_name: str
    group_name: str  # "" without a group
    author_name: str  # "" of what is no work
    link: str
    note: str
    late: bool
    handed_in_by: int
    handed_in_name: str
    handed_in_at: int  # epoch milliseconds
    answered_at: int | None


def hand_in(  # noqa: PLR0913 - a paper has that many parts
    connection: Connection,
    place: Place,
    *,
    state: PaperState,
    link: str,
    note: str,
    late: bool,
    person_id: int,
    at: int,
) -> int:
    """The number under which it was taken in; `at` in epoch milliseconds."""
    number = next_number(connection, KIND, at=at)
    connection.execute(
        paper.insert().values(
            number=number,
            kind=place.kind.value,
            state=state.value,
            school_id=place.school_id,
            group_id=place.group_id,
            month=place.month,
            author_id=place.author_id,
            evidence_number=place.evidence_number,
            link=link,
            note=note,
            late=late,
            handed_in_by=person_id,
            handed_in_at=at,
        )
    )
    return number


def move(connection: Connection, number: int, state: PaperState, *, answered_at: int | None = None) -> None:
    """Another state; `answered_at` when the author has answered (epoch milliseconds)."""
    values: dict[str, Any] = {"state": state.value}
    if answered_at is not None:
        values["answered_at"] = answered_at
    connection.execute(update(paper).where(paper.c.number == number).values(values))


def find(connection: Connection, number: int) -> Paper | None:
    """None for a number that is no paper."""
    if number >= 2**63:
        return None
    row = connection.execute(_papers().where(paper.c.number == number)).fetchone()
    return None if row is None else _paper(row)


def at_place(connection: Connection, place: Place) -> tuple[Paper, ...]:
    """What was handed in there and not replaced, newest first; of works all of the author's."""
    conditions: list[ColumnElement[bool]] = [paper.c.kind == place.kind.value]
    if place.author_id is not None:
        conditions.append(paper.c.author_id == place.author_id)
    else:
        conditions += [
            paper.c.school_id == place.school_id,
            paper.c.group_id.is_(None) if place.group_id is None else paper.c.group_id == place.group_id,
            paper.c.month == place.month,
        ]
    return _current(connection, *conditions)


def bulletins_of(connection: Connection, group_id: int) -> dict[str, Paper]:
    """The current 简报 of a group by month."""
    found = _current(connection, paper.c.kind == PaperKind.BULLETIN.value, paper.c.group_id == group_id)
    return {one.place.month: one for one in reversed(found)}


def handed_in_by(connection: Connection, person_id: int, kinds: Iterable[PaperKind]) -> tuple[Paper, ...]:
    """Of these kinds, newest first."""
    return _current(
        connection, paper.c.handed_in_by == person_id, paper.c.kind.in_([kind.value for kind in kinds])
    )


def asked_of(connection: Connection, author_id: int) -> tuple[Paper, ...]:
    """The works whose author has not answered yet, newest first."""
    return _current(connection, paper.c.author_id == author_id, paper.c.state == PaperState.ASKED.value)


def works_with_link(connection: Connection, fingerprint: str) -> dict[int, int]:
    """The submissions that hold this document, each with its author; newest first."""
    rows = connection.execute(
        select(evidence.c.number, evidence.c.person_id)
        .join(evidence_link, evidence_link.c.number == evidence.c.number)
        .where(evidence_link.c.fingerprint == fingerprint)
        .distinct()
        .order_by(evidence.c.number.desc())
    )
    return {number: author for number, author in rows}  # noqa: C416 - a row is no pair to mypy


def _current(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Paper, ...]:
    rows = connection.execute(
        _papers()
        .where(paper.c.state != PaperState.REPLACED.value, *conditions)
        .order_by(paper.c.number.desc())
    )
    return tuple(map(_paper, rows))


_author = person.alias("author")
_hand = person.alias("hand")


def _papers() -> Select[Any]:
    return (
        select(
            paper,
            school.c.name.label("school_name"),
            teaching_group.c.name.label("group_name"),
            _author.c.name.label("author_name"),
            _hand.c.name.label("hand_name"),
        )
        .join(school, school.c.id == paper.c.school_id)
        .join(_hand, _hand.c.id == paper.c.handed_in_by)
        .outerjoin(teaching_group, teaching_group.c.id == paper.c.group_id)
        .outerjoin(_author, _author.c.id == paper.c.author_id)
    )


def _paper(row: Row[Any]) -> Paper:
    return Paper(
        number=row.number,
        place=Place(
            kind=PaperKind(row.kind),
            school_id=row.school_id,
            group_id=row.group_id,
            month=row.month,
            author_id=row.author_id,
            evidence_number=row.evidence_number,
        ),
        state=PaperState(row.state),
        school_name=row.school_name,
        group_name=row.group_name or "",
        author_name=row.author_name or "",
        link=row.link,
        note=row.note,
        late=row.late,
        handed_in_by=row.handed_in_by,
        handed_in_name=row.hand_name,
        handed_in_at=row.handed_in_at,
        answered_at=row.answered_at,
    )
