"""A county or a province as it stands in May: `python -m tests.bench generate --people N --schools M`.

The same every time, and of any size: what is on file about a teacher is one of `archetypes`; who they are and
where comes from their number. The database itself multiplies what is there once for each archetype.
"""

import argparse
import itertools
import math
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, insert, text

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.links import fingerprint
from bot.policy.outgoing import Way
from bot.policy.people import PersonState, SchoolKind
from storage import tables
from storage.chat_groups import Binding, bind
from storage.database import Database
from storage.initials import initials
from storage.schema import migrate
from storage.sealing import Sealing
from storage.standings import differences
from tests.bench import generated
from tests.bench.archetypes import NOW, PERIOD, Archetype, archetypes

KEY: Final = "benchmark-key-benchmark-key-benchmark"
OFFICE: Final = 1
"""Who belongs to the project office; leads school 1 as well."""
MOST_CHATS: Final = 500
_KINDS: Final = (SchoolKind.PRIMARY, SchoolKind.KINDERGARTEN, SchoolKind.JUNIOR, SchoolKind.PRIMARY)
_LEVELS: Final = {
    SchoolKind.PRIMARY: "小学",
    SchoolKind.KINDERGARTEN: "幼儿园",
    SchoolKind.JUNIOR: "初级中学",
    SchoolKind.SENIOR: "高级中学",
}
_SUBJECTS: Final = ("语文", "数学", "英语", "科学", "体育", "音乐", "美术", "道德与法治")
# No names of people: a word for "example" and what things are counted with.
_SURNAMES: Final = "示例样范式"
_GIVEN: Final = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Unit:
    """A school with the people of one range of ids, in groups of about fifteen."""

    school_id: int
    first: int
    people: int
    first_group: int
    groups: int


def generate(database: Database, people: int, schools: int) -> None:
    """Into an empty database, migrated here; afterwards its statistics are up to date."""
    migrate(database)
    plan, catalogue = load_plan(None), load_catalogue(None)
    kinds = archetypes(plan, catalogue)
    units = tuple(_units(people, schools))
    with _unchecked(database) as connection:
        _schools(connection, units)
        put(connection, "person", _PERSON, _people(units, kinds))
        standings = [kind.standing(plan, catalogue) for kind in kinds]
        generated.progress(connection, kinds, standings, plan.practice.grants, _heads(units))
        put(connection, "evidence_link", _LINK, _links(connection))
        generated.history(connection, people)
    with database.writing() as connection:
        _chats(connection, schools)
        generated.set_sequences(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench generate")
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--schools", type=int, default=60)
    parser.add_argument("--database", default="", help="an empty one; otherwise a new file below /tmp")
    parser.add_argument("--check", action="store_true", help="derive every standing anew and compare")
    chosen = parser.parse_args(arguments)
    url = chosen.database or f"sqlite:///{tempfile.mkdtemp(prefix='province-')}/bot.db"
    database = Database(url)
    started = time.perf_counter()
    generate(database, chosen.people, chosen.schools)
    taken = time.perf_counter() - started
    print(f"{chosen.people:,} people in {chosen.schools:,} schools, {taken:.0f} s: {url}")
    if chosen.check:
        print(f"standings that are not what the rules say: {faults(database)}")
    database.close()


def faults(database: Database) -> int:
    """How many stored standings are not what the rules say of everything else that is on file."""
    with database.reading() as connection:
        return len(differences(connection, load_plan(None), load_catalogue(None)))


def put(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """As fast as the database takes them from outside."""
    raw: Any = connection.connection.driver_connection
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in columns)
        raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


_PERSON: Final = (
    "id", "staff_no", "name", "initials", "school_id", "group_id", "stage", "subject", "state", "study_account",
)  # fmt: skip
_LINK: Final = ("number", "version", "position", "url", "fingerprint", "checked_at", "finding")


@contextmanager
def _unchecked(database: Database) -> Iterator[Connection]:
    """One transaction in which references are taken on trust: looking each up takes most of the time."""
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if database.is_sqlite:
            raw.execute("PRAGMA foreign_keys = OFF")
            connection.execution_options(writing=True)
        with connection.begin():
            if not database.is_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                connection.execute(text("SET LOCAL work_mem = '128MB'"))
            yield connection
        if database.is_sqlite:
            raw.execute("PRAGMA foreign_keys = ON")


def _units(people: int, schools: int) -> Iterator[Unit]:
    """From a village school to five times the average, all in all exactly so many people."""
    random = Random(schools)
    weights = [min(5.0, math.exp(random.gauss(0, 0.7))) for _ in range(schools)]
    ends = [round(people * part / sum(weights)) for part in itertools.accumulate(weights)]
    first, group = 1, 1
    for school_id, end in enumerate(ends, start=1):
        size = end + 1 - first
        groups = max(1, size // 15)
        yield Unit(school_id, first, size, group, groups)
        first, group = end + 1, group + groups


def _schools(connection: Connection, units: Sequence[Unit]) -> None:
    connection.execute(
        insert(tables.school),
        [
            {"id": unit.school_id, "name": _school_name(unit.school_id), "kind": _kind(unit.school_id).value}
            for unit in units
        ],
    )
    connection.execute(
        insert(tables.teaching_group),
        [
            {
                "id": unit.first_group + place,
                "school_id": unit.school_id,
                "name": f"{_SUBJECTS[place % len(_SUBJECTS)]}{place // len(_SUBJECTS) + 1}组",
            }
            for unit in units
            for place in range(unit.groups)
        ],
    )
    granted = [(OFFICE, "office", None, None)]
    for unit in units:
        if unit.people > 1:
            granted += [(unit.first, "principal", unit.school_id, None)]
            granted += [(unit.first + 1, "school_admin", unit.school_id, None)]
        leading = range(min(unit.groups, unit.people))
        granted += [
            (unit.first + place, "leader", unit.school_id, unit.first_group + place) for place in leading
        ]
    put(
        connection,
        "role",
        ("person_id", "role", "school_id", "group_id", "source", "granted_at"),
        ((*one, "roster", NOW) for one in granted),
    )


def _heads(units: Sequence[Unit]) -> list[tuple[int, int, int]]:
    return [
        (unit.school_id, unit.first, unit.first + 1 if unit.people > 1 else OFFICE + (unit.first == OFFICE))
        for unit in units
    ]


def _kind(school_id: int) -> SchoolKind:
    return SchoolKind.SENIOR if school_id % 25 == 0 else _KINDS[school_id % len(_KINDS)]


def _school_name(school_id: int) -> str:
    return f"示例第{school_id}{_LEVELS[_kind(school_id)]}"


def name_of(number: int) -> str:
    """So that as many share a name as elsewhere: about one in five does in a county."""
    number = number * 7_919
    several = len(_GIVEN)
    return (
        _SURNAMES[number % len(_SURNAMES)]
        + _GIVEN[number // len(_SURNAMES) % several]
        + _GIVEN[number // (len(_SURNAMES) * several) % several]
    )


def staff_no(number: int) -> str:
    return f"S{number:07}"


def _people(units: Sequence[Unit], kinds: Sequence[Archetype]) -> Iterator[tuple[Any, ...]]:
    letters: dict[str, str] = {}
    for unit in units:
        stage = _LEVELS[_kind(unit.school_id)]
        for place in range(unit.people):
            number, group = unit.first + place, place % unit.groups
            kind, name = kinds[number % PERIOD], name_of(number)
            if name not in letters:
                letters[name] = initials(name)
            yield (
                number,
                staff_no(number),
                name,
                letters[name],
                unit.school_id,
                unit.first_group + group if kind.facts.state is not PersonState.TRANSFERRED else None,
                stage,
                _SUBJECTS[group % len(_SUBJECTS)],
                kind.facts.state.value,
                f"study{number}" if kind.facts.has_study_account else None,
            )


def _links(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Asked for before the first row is put: the connection does one thing at a time."""
    statement = "SELECT number, version FROM evidence_version ORDER BY number, version"
    versions = connection.execute(text(statement)).all()
    return (
        (number, version, 1, url, fingerprint(url), NOW, "reachable")
        for number, version in versions
        for url in [f"https://pan.example.com/s/1{number}v{version}"]
    )


def _chats(connection: Connection, schools: int) -> None:
    sealing = Sealing(KEY)
    for school_id in range(1, min(schools, MOST_CHATS) + 1):
        chat = Binding(
            way=Way.WECOM_WEBHOOK,
            address=f"https://example.org/{school_id}",
            school_id=school_id,
            title=f"示例群{school_id}",
        )
        bind(connection, chat, sealing, at=NOW, by="operator")
