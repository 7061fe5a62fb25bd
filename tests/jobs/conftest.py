"""示例县 with three schools that are ranked, groups of every kind, and somebody of the office."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import SHANGHAI, SystemClock
from bot.jobs.job import JobParts, Slot
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.outgoing import Way
from bot.policy.standing import completion_unit
from messages.outgoing import load_answer
from storage import chat_groups, snapshots
from storage.chat_groups import Binding
from storage.database import Database
from storage.delivery_tables import outbox
from storage.sealing import Sealing
from storage.tables import person, role, school, standing

SECRET = "a key of the tests, thirty-two characters and more"
DAY = date(2024, 5, 21)
FIRST, SECOND, THIRD, BUREAU = 1, 2, 3, 4  # with 6, 4 and 2 of ten done; the last one does not take part
OFFICE = 1
REAL_MS = int(datetime(2024, 5, 21, 18, 0, tzinfo=SHANGHAI).timestamp() * 1000)


@dataclass(frozen=True)
class Said:
    """What waits in the outbox."""

    key: str
    kind: str
    group_id: int | None
    person_id: int | None
    text: str
    picture_id: int | None


@dataclass
class Town:
    """What a job works with, and what it has left behind."""

    parts: JobParts

    def changed(self, **values: object) -> "Town":
        """Under another plan."""
        self.parts = replace(self.parts, plan=replace(self.parts.plan, **values))
        return self

    def slot(self, day: date = DAY, *, at: datetime | None = None) -> Slot:
        now = at or datetime(day.year, day.month, day.day, 18, 0, tzinfo=SHANGHAI)
        return Slot(job="daily-ranking", day=day, now=now, real_ms=REAL_MS, by_hand=False)

    def group(self, school_id: int | None, way: Way = Way.DINGTALK_WEBHOOK) -> int:
        with self.parts.database.writing() as connection:
            number = len(chat_groups.listed(connection))
            urls = {
                Way.DINGTALK_WEBHOOK: f"https://oapi.dingtalk.com/robot/send?access_token=example{number}",
                Way.WECOM_WEBHOOK: f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=example{number}",
            }
            binding = Binding(way=way, address=urls.get(way, f"chat-{number}"), school_id=school_id)
            return chat_groups.bind(connection, binding, Sealing(SECRET), at=1, by="operator").group.id

    def staff(self, school_id: int, done: int) -> None:
        """Ten people, of whom so many are done."""
        numbers = range(school_id * 100, school_id * 100 + 10)
        people = [{"id": n, "staff_no": f"S{n}", "name": "示例", "school_id": school_id} for n in numbers]
        blank = {
            "active": True,
            "practice_hours": 0,
            "done": False,
            "completion": 0,
            "next_step": "hours",
            "rule_version": "x",
        }
        standings = [{"person_id": n, "school_id": school_id, **blank} for n in numbers]
        self.write(person.insert().values(people), standing.insert().values(standings))
        self.done(school_id, done)

    def done(self, school_id: int, number: int) -> None:
        """So many of the school's ten are done."""
        unit = completion_unit(self.parts.plan.requirement)
        with self.parts.database.writing() as connection:
            for person_id in range(school_id * 100, school_id * 100 + 10):
                finished = person_id % 100 < number
                connection.execute(
                    standing.update()
                    .where(standing.c.person_id == person_id)
                    .values(done=finished, completion=unit if finished else 0)
                )

    def write(self, *statements: Any) -> None:
        with self.parts.database.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    def read(self, statement: Any) -> list[Any]:
        with self.parts.database.reading() as connection:
            return list(connection.execute(statement).all())

    def said(self) -> list[Said]:
        columns = outbox.c
        return [
            Said(
                row.key, row.kind, row.group_id, row.person_id, load_answer(row.content).plain, row.picture_id
            )
            for row in self.read(
                select(
                    columns.key,
                    columns.kind,
                    columns.group_id,
                    columns.person_id,
                    columns.content,
                    columns.picture_id,
                ).order_by(columns.id)
            )
        ]


@pytest.fixture
def town(database: Database) -> Town:
    plan = replace(load_plan(None), county="示例县")
    parts = JobParts(
        database=database, plan=plan, catalogue=load_catalogue(None), clock=SystemClock(), secret_key=SECRET
    )
    with database.writing() as connection:
        for school_id, name in (
            (FIRST, "示例县第一小学"),
            (SECOND, "示例县第二小学"),
            (THIRD, "示例县第三小学"),
            (BUREAU, "示例县教育局"),
        ):
            connection.execute(
                school.insert().values(id=school_id, name=name, kind="primary", ranked=school_id != BUREAU)
            )
        connection.execute(
            person.insert().values(id=OFFICE, staff_no="O1", name="示例主任", school_id=BUREAU)
        )
        connection.execute(
            role.insert().values(person_id=OFFICE, role="office", source="roster", granted_at=1)
        )
        snapshots.advance_online_as_of(connection, date(2024, 5, 20))
    town = Town(parts)
    for school_id, done in ((FIRST, 6), (SECOND, 4), (THIRD, 2)):
        town.staff(school_id, done)
    return town
