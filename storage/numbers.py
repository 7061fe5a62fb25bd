"""编号: one series in the county for evidence, filings, appeals, cases and announcements."""

from sqlalchemy import Connection, insert, select

from storage.tables import number_series

_NEXT = insert(number_series)


def next_number(connection: Connection, kind: str, *, at: int) -> int:
    """A fresh number; `kind` is the word for what it is given to, `at` epoch milliseconds."""
    result = connection.execute(_NEXT, {"kind": kind, "issued_at": at})
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def kind_of(connection: Connection, number: int) -> str | None:
    """The word it was given out for; None for a number that nobody has yet."""
    if number >= 2**63:
        return None
    return connection.scalar(select(number_series.c.kind).where(number_series.c.number == number))
