"""Spreadsheets that the office uploads on a page: the same rows as those out of a chat, with what the page shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from messages.incoming import Platform
from storage.connection_tables import received_file
from storage.import_tables import file_preview
from storage.received_files import KEPT_MS, LONGEST_NAME, OPEN, ReceivedFile, State, Wishes
from storage.sealing import Sealing
from storage.tables import person

_FINDINGS: Final = "file_preview.findings"
_WORKBOOK: Final = "file_preview.workbook"
_CONTENT: Final = "received_file.content"  # as storage.received_files seals it


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is known of one file; the names are those of its sender and of whoever has decided."""

    sender: str
    received_at: int  # epoch milliseconds of the real clock
    findings: Mapping[str, Any]  # {} before the first look, and under another key
    has_workbook: bool
    decided_by: int | None
    decider: str
    decided_at: int | None
    reason: str
    import_id: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of files."""

    file_id: int
    name: str
    kind: str
    state: State
    sender: str
    received_at: int


def take(  # noqa: PLR0913  the columns of the table
    connection: Connection,
    *,
    key: str,
    person_id: int,
    name: str,
    content: bytes,
    wishes: Wishes,
    sealing: Sealing,
    at: int,
) -> int:
    """A file that is here already; returns its id. `key`: of the request."""
    file_id = connection.scalar(
        insert(received_file)
        .values(
            key=f"{Platform.PAGE.value}/{key}",
            person_id=person_id,
            platform=Platform.PAGE.value,
            door=Platform.PAGE.value,
            folded=str(person_id),
            name=name[-LONGEST_NAME:],
            source="",
            **wishes.columns,
            state=State.WAITING.value,
            received_at=at,
            content=sealing.seal_bytes(content, _CONTENT),
        )
        .returning(received_file.c.id)
    )
    assert file_id is not None
    return int(file_id)


def is_on_page(file: ReceivedFile) -> bool:
    return file.platform == Platform.PAGE.value


def keep_preview(
    connection: Connection,
    file: ReceivedFile,
    findings: Mapping[str, Any],
    workbook: bytes | None,
    sealing: Sealing,
) -> None:
    """What the last look has found, instead of what any look before has."""
    _put(
        connection,
        file.file_id,
        round=file.round,
        findings=sealing.seal_bytes(json.dumps(dict(findings), ensure_ascii=False).encode(), _FINDINGS),
        workbook=None if workbook is None else sealing.seal_bytes(workbook, _WORKBOOK),
    )


def decided(connection: Connection, file_id: int, *, by: int, at: int, reason: str = "") -> None:
    _put(connection, file_id, decided_by=by, decided_at=at, reason=reason)


def ended(connection: Connection, file_id: int, *, import_id: int | None, sentence: str) -> None:
    """What has come of it. `sentence`: why it was not imported after all; "" where it was."""
    _put(connection, file_id, import_id=import_id, reason=sentence)


def preview_of(connection: Connection, file_id: int, sealing: Sealing) -> Preview | None:
    """None where there is no such file on a page."""
    decider = person.alias("decider")
    shown = file_preview.c
    query = (
        select(
            person.c.name.label("sender"),
            received_file.c.received_at,
            shown.findings,
            shown.workbook.is_not(None).label("has_workbook"),
            shown.decided_by,
            decider.c.name.label("decider"),
            shown.decided_at,
            shown.reason,
            shown.import_id,
        )
        .join_from(received_file, person, person.c.id == received_file.c.person_id)
        .outerjoin(file_preview, shown.file_id == received_file.c.id)
        .outerjoin(decider, decider.c.id == shown.decided_by)
        .where(received_file.c.id == file_id, received_file.c.platform == Platform.PAGE.value)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    opened = sealing.unseal_bytes(row["findings"], _FINDINGS) if row["findings"] else None
    return Preview(
        **{
            **row,
            "findings": json.loads(opened) if opened else {},
            "has_workbook": bool(row["has_workbook"]),
            "decider": row["decider"] or "",
            "reason": row["reason"] or "",
        }
    )


def workbook_of(connection: Connection, file_id: int, sealing: Sealing) -> bytes | None:
    sealed = connection.scalar(select(file_preview.c.workbook).where(file_preview.c.file_id == file_id))
    return None if sealed is None else sealing.unseal_bytes(sealed, _WORKBOOK)


def newest(connection: Connection, *, most: int, open_only: bool = False) -> tuple[Listed, ...]:
    """Newest first."""
    columns = received_file.c
    query = (
        select(columns.id, columns.name, columns.kind, columns.state, person.c.name, columns.received_at)
        .join_from(received_file, person, person.c.id == columns.person_id)
        .where(columns.platform == Platform.PAGE.value)
        .order_by(columns.id.desc())
        .limit(most)
    )
    if open_only:
        query = query.where(columns.state.in_([state.value for state in OPEN]))
    return tuple(
        Listed(file_id, name, kind, State(state), sender, at)
        for file_id, name, kind, state, sender, at in connection.execute(query)
    )


def forget_workbooks(connection: Connection, at: int) -> None:
    """Of what has ended a day ago; what it has said in short is kept."""
    over = select(received_file.c.id).where(received_file.c.ended_at < at - KEPT_MS)
    connection.execute(
        update(file_preview)
        .where(file_preview.c.workbook.is_not(None), file_preview.c.file_id.in_(over))
        .values(workbook=None)
    )


def _put(connection: Connection, file_id: int, **values: Any) -> None:
    upsert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = upsert(file_preview).values(file_id=file_id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["file_id"], set_=values))
