"""编号: one series in the county for evidence, filings, appeals, cases and announcements."""

from sqlalchemy import Connection

from storage.tables import number_series


def next_number(connection: Connection, kind: str, *, at: int) -> int:
    """A fresh number; `kind` is the word for what it is given to, `at` epoch milliseconds."""
    result = connection.execute(number_series.insert().values(kind=kind, issued_at=at))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])
