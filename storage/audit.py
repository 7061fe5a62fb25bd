"""The audit log: every change, and every look at another person's data. Rows are only ever added."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from storage.bulk import insert_rows
from storage.tables import audit


def record(  # noqa: PLR0913  the columns of the table
    connection: Connection,
    *,
    at: int,
    actor: str,
    action: str,
    person_id: int | None,
    detail: Mapping[str, Any],
    trace: str = "",
) -> None:
    """`actor` is "person:12", "operator", or "wecom:zhang" for somebody unbound."""
    row = {
        "at": at,
        "actor": actor,
        "action": action,
        "person_id": person_id,
        "detail": detail,
        "trace": trace,
    }
    insert_rows(connection, audit, [row])


def record_each(
    connection: Connection,
    *,
    at: int,
    actor: str,
    action: str,
    details: Iterable[tuple[int | None, Mapping[str, Any]]],
) -> None:
    """One row for each person (None = it concerns nobody in particular), in one statement."""
    rows = [
        {"at": at, "actor": actor, "action": action, "person_id": person_id, "detail": detail, "trace": ""}
        for person_id, detail in details
    ]
    insert_rows(connection, audit, rows)
