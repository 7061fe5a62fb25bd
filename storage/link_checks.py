"""Which links of submissions are to be looked at, and what a look has found."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from bot.policy.evidence import EvidenceState
from bot.policy.links import Finding
from storage.work_tables import evidence, evidence_link

_CONTENT = tuple(finding.value for finding in (Finding.REACHABLE, Finding.MOVED, Finding.INWARD))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedInLink:
    """A link of the newest version of a submission that is not withdrawn."""

    link_id: int
    number: int  # of the submission
    author_id: int
    code: str
    state: EvidenceState
    position: int  # from 1
    of: int  # links of this version
    url: str
    fingerprint: str
    extraction: str
    finding: str  # policy.links.Finding; "" = nothing is known
    unanswered: int


def not_looked_at(connection: Connection, most: int) -> tuple[HandedInLink, ...]:
    """Newest first: what was just handed in does not wait behind what piled up while checks were off."""
    return _read(
        connection,
        _links().where(evidence_link.c.checked_at.is_(None)).order_by(evidence_link.c.id.desc()).limit(most),
    )


def to_look_at_again(
    connection: Connection, *, well_before: int, ill_before: int, most: int
) -> tuple[HandedInLink, ...]:
    """Longest ago first.

    `well_before` is for links that were in order or of which nothing is known, `ill_before` for those that
    were not; epoch milliseconds, real clock.
    """
    columns = evidence_link.c
    ill = or_(and_(columns.finding != "", columns.finding.not_in(_CONTENT)), columns.unanswered > 0)
    return _read(
        connection,
        _links()
        .where(
            columns.checked_at <= max(well_before, ill_before),
            or_(columns.checked_at <= well_before, and_(ill, columns.checked_at <= ill_before)),
        )
        .order_by(columns.checked_at, columns.id)
        .limit(most),
    )


def record(connection: Connection, link: HandedInLink, *, finding: str, unanswered: int, at: int) -> bool:
    """False, and nothing is written, where the link is no longer the one that was read.

    It was withdrawn, replaced by a newer version, or has been given a 提取码 meanwhile. `at`: real clock.
    """
    current = select(evidence.c.number).where(
        evidence.c.number == evidence_link.c.number,
        evidence.c.version == evidence_link.c.version,
        evidence.c.state != EvidenceState.WITHDRAWN.value,
    )
    result = connection.execute(
        update(evidence_link)
        .where(
            evidence_link.c.id == link.link_id,
            evidence_link.c.extraction == link.extraction,
            current.exists(),
        )
        .values(finding=finding, unanswered=unanswered, checked_at=at)
    )
    return result.rowcount == 1


def _links() -> Select[Any]:
    columns, others = evidence_link.c, evidence_link.alias()
    of = (
        select(func.count())
        .where(others.c.number == columns.number, others.c.version == columns.version)
        .scalar_subquery()
    )
    return (
        select(
            columns.id,
            columns.number,
            evidence.c.person_id,
            evidence.c.code,
            evidence.c.state,
            columns.position,
            of.label("of"),
            columns.url,
            columns.fingerprint,
            columns.extraction,
            columns.finding,
            columns.unanswered,
        )
        .join_from(
            evidence_link,
            evidence,
            and_(evidence.c.number == columns.number, evidence.c.version == columns.version),
        )
        .where(evidence.c.state != EvidenceState.WITHDRAWN.value)
    )


def _read(connection: Connection, statement: Select[Any]) -> tuple[HandedInLink, ...]:
    return tuple(
        HandedInLink(
            link_id=row.id,
            number=row.number,
            author_id=row.person_id,
            code=row.code,
            state=EvidenceState(row.state),
            position=row.position,
            of=row.of,
            url=row.url,
            fingerprint=row.fingerprint,
            extraction=row.extraction,
            finding=row.finding,
            unanswered=row.unanswered,
        )
        for row in connection.execute(statement)
    )
