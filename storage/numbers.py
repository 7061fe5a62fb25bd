"""编号: one series in the county for evidence, filings, appeals, cases and announcements."""

from sqlalchemy import Connection, bindparam, insert, select

from storage.prepared import Prepared
from storage.tables import number_series

_NEXT = Prepared(
    insert(number_series)
    .values(kind=bindparam("word"), issued_at=bindparam("now"))
    .returning(number_series.c.number)
)


def next_number(connection: Connection, kind: str, *, at: int) -> int:
    """A fresh number; `kind` is the word for what it is given to, `at` epoch milliseconds."""
    return int(_NEXT.all(connection, word=kind, now=at)[0][0])


def kind_of(connection: Connection, number: int) -> str | None:
    """The word it was given out for; None for a number that nobody has yet."""
    if number >= 2**63:
        return None
    return connection.scalar(select(number_series.c.kind).where(number_series.c.number == number))
