"""Changing submissions: versions and events are added, the submission itself says what holds now.

Whoever changes one holds its author first (`storage.crowd.hold`), so that two telephones and two reviewers
come one after the other; standings and ledger are rewritten by `storage.settling`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, null, update

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from storage.bulk import insert_rows
from storage.numbers import next_number
from storage.prepared import Prepared
from storage.submissions import Link, Submission
from storage.work_tables import evidence, evidence_event, evidence_link, evidence_version

KIND = "evidence"
"""What its numbers are called in the series."""

_AGAIN = Prepared(
    update(evidence)
    .where(evidence.c.number == bindparam("of"))
    .values(
        state=EvidenceState.WAITING.value,
        version=bindparam("newest"),
        submitted_at=bindparam("now"),
        late=bindparam("lateness"),
        decided_by=null(),
        decided_at=null(),
        claimed_by=null(),
        claimed_at=null(),
    )
)


def hand_in(  # noqa: PLR0913 - a submission has that many parts
    connection: Connection,
    *,
    person_id: int,
    code: str,
    note: str,
    links: Sequence[Link],
    late: Lateness,
    at: int,
    real_ms: int,
) -> int:
    """A first version, waiting for review; its number."""
    number = next_number(connection, KIND, at=at)
    insert_rows(
        connection,
        evidence,
        [
            {
                "number": number,
                "person_id": person_id,
                "code": code,
                "state": EvidenceState.WAITING.value,
                "version": 1,
                "submitted_at": at,
                "late": late.value,
            }
        ],
    )
    _add_version(connection, number, 1, note, links, late, at, real_ms)
    record(
        connection,
        number=number,
        version=1,
        kind=EventKind.SUBMITTED,
        actor_id=person_id,
        at=at,
    )
    return number


def hand_in_again(  # noqa: PLR0913 - as `hand_in`
    connection: Connection,
    before: Submission,
    *,
    note: str,
    links: Sequence[Link],
    late: Lateness,
    at: int,
    real_ms: int,
) -> int:
    """A further version under the same number, waiting for review again; which one it is."""
    version = before.version + 1
    _add_version(connection, before.number, version, note, links, late, at, real_ms)
    _AGAIN.changed(connection, of=before.number, newest=version, now=at, lateness=late.value)
    record(
        connection,
        number=before.number,
        version=version,
        kind=EventKind.RESUBMITTED,
        actor_id=before.author.person_id,
        at=at,
    )
    return version


def move(  # noqa: PLR0913 - an event has that many parts
    connection: Connection,
    before: Submission,
    state: EvidenceState,
    kind: EventKind,
    *,
    actor_id: int,
    at: int,
    remark: str = "",
    piece: str = "",
    on_behalf: bool = False,
) -> None:
    """Another state with the event that led to it. `before` was read while its author was held."""
    decided = state.decided
    values: dict[str, Any] = {
        "state": state.value,
        "decided_by": actor_id if decided else None,
        "decided_at": at if decided else None,
        "claimed_by": None,
        "claimed_at": None,
    }
    if kind is EventKind.REOPENED:
        values["admitted_at"] = at
    connection.execute(update(evidence).where(evidence.c.number == before.number).values(values))
    record(
        connection,
        number=before.number,
        version=before.version,
        kind=kind,
        actor_id=actor_id,
        at=at,
        remark=remark,
        piece=piece,
        on_behalf=on_behalf,
    )


def record(  # noqa: PLR0913 - as `move`
    connection: Connection,
    *,
    number: int,
    version: int,
    kind: EventKind,
    actor_id: int,
    at: int,
    remark: str = "",
    piece: str = "",
    on_behalf: bool = False,
) -> None:
    event = {
        "number": number,
        "version": version,
        "kind": kind.value,
        "actor_id": actor_id,
        "at": at,
        "remark": remark,
        "piece": piece,
        "on_behalf": on_behalf,
    }
    insert_rows(connection, evidence_event, [event])


def claim(connection: Connection, number: int, person_id: int, *, real_ms: int) -> None:
    """Somebody has opened it to review it: others see that, and may decide all the same."""
    connection.execute(
        update(evidence).where(evidence.c.number == number).values(claimed_by=person_id, claimed_at=real_ms)
    )


def _add_version(  # noqa: PLR0913, PLR0917 - the columns of the table
    connection: Connection,
    number: int,
    version: int,
    note: str,
    links: Sequence[Link],
    late: Lateness,
    at: int,
    real_ms: int,
) -> None:
    row = {
        "number": number,
        "version": version,
        "note": note,
        "late": late.value,
        "submitted_at": at,
        "received_at": real_ms,
    }
    insert_rows(connection, evidence_version, [row])
    insert_rows(
        connection,
        evidence_link,
        [
            {
                "number": number,
                "version": version,
                "position": position,
                "url": link.url,
                "fingerprint": link.fingerprint,
                "extraction": link.extraction,
            }
            for position, link in enumerate(links, 1)
        ],
    )
