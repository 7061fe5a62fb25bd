"""A province in a database: 100,000 teachers with hours, points, standings and accounts on both platforms."""

import time
from collections.abc import Iterator
from datetime import date

from sqlalchemy import insert

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from storage import tables
from storage.database import Database
from storage.schema import migrate
from storage.standings import rewrite

CHUNK = 2_000
CODES = ("A1", "A5", "B2", "A3", "B6", "C4")


def fill(database: Database, people: int, *, schools: int = 300) -> None:
    migrate(database)
    plan, catalogue = load_plan(None), load_catalogue(None)
    now = int(time.time() * 1000)
    with database.writing() as connection:
        connection.execute(
            insert(tables.school),
            [{"id": n, "name": f"示例第{n}小学", "kind": "primary"} for n in range(1, schools + 1)],
        )
    for first in range(0, people, CHUNK):
        numbers = range(first, min(first + CHUNK, people))
        with database.writing() as connection:
            for table, rows in _rows(numbers, schools, now):
                connection.execute(insert(table), rows)
            rewrite(connection, [n + 1 for n in numbers], plan, catalogue)


def _rows(numbers: range, schools: int, now: int) -> Iterator[tuple]:
    yield (
        tables.person,
        [
            {
                "id": n + 1,
                "staff_no": f"S{n:07}",
                "name": f"示例{n}",
                "school_id": n % schools + 1,
                "subject": "语文",
                "study_account": f"study{n}",
            }
            for n in numbers
        ],
    )
    for platform in ("wecom", "dingtalk"):
        yield (
            tables.account,
            [
                {
                    "platform": platform,
                    "folded": f"{platform[0]}{n}",
                    "verbatim": f"{platform[0]}{n}",
                    "person_id": n + 1,
                    "source": "roster",
                    "bound_at": now,
                }
                for n in numbers
            ],
        )
    yield (
        tables.online_snapshot,
        [
            {"person_id": n + 1, "as_of": date(2024, 5, 19), "online_hours": n * 37 % 4000, "verdict": ""}
            for n in numbers
        ],
    )
    yield (
        tables.choice,
        [
            {"person_id": n + 1, "code": code, "chosen_at": now}
            for n in numbers
            for code in CODES[n % 4 : n % 4 + 3]
        ],
    )
    certified = [(n, code) for n in numbers for code in CODES[n % 4 : n % 4 + n % 3]]
    yield (
        tables.certification,
        [{"person_id": n + 1, "code": code, "grade": "pass", "certified_at": now} for n, code in certified],
    )
    yield (
        tables.practice_entry,
        [
            {
                "person_id": n + 1,
                "practice_hours": 800,
                "source": "certification",
                "reference": code,
                "entered_at": now,
            }
            for n, code in certified
        ],
    )
