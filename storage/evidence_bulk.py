"""Many submissions at once, as they stood: for counties that are generated or moved here from elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.links import fingerprint
from storage.bulk import insert_rows
from storage.evidence import KIND
from storage.tables import number_series
from storage.work_tables import evidence, evidence_event, evidence_link, evidence_version

_DECIDED = {
    EvidenceState.PASSED: EventKind.PASSED,
    EvidenceState.EXCELLENT: EventKind.EXCELLENT,
    EvidenceState.RETURNED: EventKind.RETURNED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """One submission in its first version; decided ones name who decided and when."""

    person_id: int
    code: str
    url: str
    note: str
    state: EvidenceState
    submitted_at: int
    decided_by: int | None = None
    decided_at: int | None = None
    remark: str = ""


def hand_in_many(connection: Connection, papers: Sequence[HandedIn]) -> None:
    """In this order, with consecutive numbers. Certifications, ledger and standings are the caller's."""
    newest = connection.scalar(select(func.max(number_series.c.number))) or 0
    numbered = list(enumerate(papers, start=newest + 1))
    insert_rows(
        connection,
        number_series,
        [{"number": number, "kind": KIND, "issued_at": paper.submitted_at} for number, paper in numbered],
    )
    insert_rows(connection, evidence, [_submission(number, paper) for number, paper in numbered])
    insert_rows(
        connection,
        evidence_version,
        [
            {
                "number": number,
                "version": 1,
                "note": paper.note,
                "late": Lateness.IN_TIME.value,
                "submitted_at": paper.submitted_at,
                "received_at": paper.submitted_at,
            }
            for number, paper in numbered
        ],
    )
    insert_rows(
        connection,
        evidence_link,
        [
            {
                "number": number,
                "version": 1,
                "position": 1,
                "url": paper.url,
                "fingerprint": fingerprint(paper.url),
            }
            for number, paper in numbered
        ],
    )
    insert_rows(
        connection, evidence_event, [event for number, paper in numbered for event in _events(number, paper)]
    )


def _submission(number: int, paper: HandedIn) -> dict[str, Any]:
    return {
        "number": number,
        "person_id": paper.person_id,
        "code": paper.code,
        "state": paper.state.value,
        "version": 1,
        "submitted_at": paper.submitted_at,
        "late": Lateness.IN_TIME.value,
        "decided_by": paper.decided_by,
        "decided_at": paper.decided_at,
    }


def _events(number: int, paper: HandedIn) -> Iterator[dict[str, Any]]:
    yield _event(number, EventKind.SUBMITTED, paper.person_id, paper.submitted_at, "")
    if paper.decided_by is not None and paper.decided_at is not None:
        yield _event(number, _DECIDED[paper.state], paper.decided_by, paper.decided_at, paper.remark)


def _event(number: int, kind: EventKind, actor_id: int, at: int, remark: str) -> dict[str, Any]:
    return {
        "number": number,
        "version": 1,
        "kind": kind.value,
        "actor_id": actor_id,
        "at": at,
        "remark": remark,
    }
