"""待审 of a leader with 500 submissions waiting, in a county where 5,000 more wait for others."""

import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, update

from bot.clock import SHANGHAI
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.evidence import EvidenceState
from handlers.perform import perform
from handlers.turn import Turn
from messages.commands import Arguments, Command, Understood
from messages.incoming import IncomingMessage, Kind, Platform
from messages.outgoing import Answer
from storage import tables
from storage.database import Database
from storage.evidence_bulk import HandedIn, hand_in_many
from storage.people import find_asker
from tests.bench import county
from tests.bench.report import Table, spread

PEOPLE, SCHOOLS = 5_000, 48
LEADER, GROUP, WAITING = 1, 1, 500
ROUNDS = 40
NOW = datetime(2024, 5, 21, 19, 30, tzinfo=SHANGHAI)


def evening(table: Table, folder: Path) -> None:
    database = Database(f"sqlite:///{folder}/queue.db")
    county.fill(database, PEOPLE, schools=SCHOOLS)
    with database.writing() as connection:
        _settle(connection)
    for name, arguments in (("待审", Arguments()), ("待审 全部", Arguments(filter="全部"))):
        milliseconds = []
        with database.writing() as connection:
            for _ in range(ROUNDS):
                turn = _turn(connection, arguments)
                started = time.perf_counter()
                said = perform(turn)
                milliseconds.append((time.perf_counter() - started) * 1000)
                assert isinstance(said, Answer)
                assert said.plain.startswith(f"等你审的 {WAITING} 份，"), said.plain[:80]
        table.row(f"SQLite: “{name}” of a leader, {WAITING} waiting, ms", spread(milliseconds, 1), "≤ 50")
    database.close()


def _settle(connection: Connection) -> None:
    """A third of the leader's people share their link with somebody else."""
    members = list(range(2, 2 + WAITING // 2))
    connection.execute(insert(tables.teaching_group).values(id=GROUP, school_id=1, name="语文组"))
    connection.execute(
        update(tables.person)
        .where(tables.person.c.id.in_([LEADER, *members]))
        .values(school_id=1, group_id=GROUP)
    )
    connection.execute(
        insert(tables.role),
        [
            {
                "person_id": n,
                "role": word,
                "school_id": n % SCHOOLS + 1,
                "group_id": group,
                "source": "roster",
            }
            | {"granted_at": 0}
            for n, word, group in (
                (LEADER, "leader", GROUP),
                *((n, "school_admin", None) for n in range(1_000, 1_000 + SCHOOLS)),
            )
        ],
    )
    at = int(NOW.timestamp() * 1000)
    papers = [
        HandedIn(
            person_id=person,
            code=code,
            url=f"https://pan.example.com/s/1{person // 3 if person % 3 else 0}{code}",
            note="课堂导入教学设计",
            state=EvidenceState.WAITING,
            submitted_at=at - person * 60_000,
        )
        for person in range(2, PEOPLE)
        for code in (("B6", "C4") if person in members else ("C4",))
    ]
    hand_in_many(connection, papers)


def _turn(connection: Connection, arguments: Arguments) -> Turn:
    message = IncomingMessage(
        platform=Platform.WECOM,
        key="m",
        account="w0",
        chat="",
        kind=Kind.TEXT,
        text=Command.QUEUE.value,
        sent_at=0,
    )
    return Turn(
        connection=connection,
        message=message,
        understood=Understood(command=Command.QUEUE, arguments=arguments),
        asker=find_asker(connection, Platform.WECOM, "w0"),
        plan=load_plan(None),
        catalogue=load_catalogue(None),
        now=NOW,
        real_ms=int(NOW.timestamp() * 1000),
        secret_key="k" * 32,
    )
