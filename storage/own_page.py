"""Everything one person has handed in, with all versions and events: a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.policy.calendar import Lateness
from storage.submissions import Event, Submission, Version, event, link, of_author
from storage.tables import person
from storage.work_tables import evidence, evidence_event, evidence_link, evidence_version


@dataclass(frozen=True, slots=True)
class History:
    """One submission; versions and events oldest first."""

    submission: Submission
    versions: tuple[Version, ...]
    events: tuple[Event, ...]


def histories_of(connection: Connection, person_id: int) -> tuple[History, ...]:
    """In order of number."""
    mine = of_author(connection, person_id)
    if not mine:
        return ()
    versions = _by_number(_versions(connection, person_id))
    links = _by_number(_links(connection, person_id))
    events = _by_number(_events(connection, person_id))
    return tuple(
        History(
            one,
            tuple(_version(row, links.get(one.number, ())) for row in versions.get(one.number, ())),
            tuple(map(event, events.get(one.number, ()))),
        )
        for one in mine
    )


def _versions(connection: Connection, person_id: int) -> Sequence[Any]:
    columns = evidence_version.c
    return connection.execute(
        select(columns.number, columns.version, columns.note, columns.late, columns.submitted_at)
        .join(evidence, evidence.c.number == columns.number)
        .where(evidence.c.person_id == person_id)
        .order_by(columns.number, columns.version)
    ).all()


def _links(connection: Connection, person_id: int) -> Sequence[Any]:
    columns = evidence_link.c
    return connection.execute(
        select(
            columns.number,
            columns.version,
            columns.url,
            columns.fingerprint,
            columns.extraction,
            columns.finding,
        )
        .join(evidence, evidence.c.number == columns.number)
        .where(evidence.c.person_id == person_id)
        .order_by(columns.number, columns.version, columns.position)
    ).all()


def _events(connection: Connection, person_id: int) -> Sequence[Any]:
    columns = evidence_event.c
    return connection.execute(
        select(evidence_event, person.c.name)
        .join(evidence, evidence.c.number == columns.number)
        .join(person, person.c.id == columns.actor_id)
        .where(evidence.c.person_id == person_id)
        .order_by(columns.id)
    ).all()


def _by_number(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row)
    return found


def _version(row: Row[Any], links: Iterable[Row[Any]]) -> Version:
    return Version(
        row.version,
        row.note,
        Lateness(row.late),
        row.submitted_at,
        tuple(link(one) for one in links if one.version == row.version),
    )
