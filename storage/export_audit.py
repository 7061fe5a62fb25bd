"""The audit log as a stream, the oldest first."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, cast, func, null, select

from storage.columns import ID
from storage.export_people import ROWS_AT_ONCE
from storage.tables import audit, person

_PERSON = "person:"


class Record(NamedTuple):
    """A row of the log; tuples, because there may be millions."""

    number: int
    at: int  # epoch milliseconds of the real clock
    actor: str  # "person:12", "operator", "wecom:zhang"
    actor_name: str  # "" for whoever is no person of the roster
    action: str
    concerns: str  # the name of whom it concerns; "" = nobody in particular
    detail: Mapping[str, Any]
    trace: str


def records(connection: Connection) -> Iterator[Record]:
    actors, concerned = person.alias("actors"), person.alias("concerned")
    # CASE is what keeps PostgreSQL from casting what is no number.
    actor_id = case(
        (audit.c.actor.startswith(_PERSON), cast(func.substr(audit.c.actor, len(_PERSON) + 1), ID)),
        else_=null(),
    )
    statement = (
        select(
            audit.c.id,
            audit.c.at,
            audit.c.actor,
            func.coalesce(actors.c.name, ""),
            audit.c.action,
            func.coalesce(concerned.c.name, ""),
            audit.c.detail,
            audit.c.trace,
        )
        .outerjoin(actors, actors.c.id == actor_id)
        .outerjoin(concerned, concerned.c.id == audit.c.person_id)
        .order_by(audit.c.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in connection.execute(statement):
        yield Record(*row)
