"""A small county to ask questions in: 示例县, two schools, a handful of people, two chat platforms."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from handlers.perform import perform
from handlers.turn import Turn
from messages.commands import Arguments, Command, Understood
from messages.incoming import IncomingMessage, Kind, Platform
from messages.outgoing import Answer
from messages.understanding.read import Reader
from storage import ledger, standings
from storage.people import find_asker
from storage.tables import (
    account,
    certification,
    online_snapshot,
    person,
    role,
    school,
    teaching_group,
)
from tests.handlers.tapped import check

NOW = datetime(2024, 5, 21, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Tuesday in stage 2
REAL_MS = int(NOW.timestamp() * 1000)
AS_OF = date(2024, 5, 20)
SECRET = "a key of the tests, thirty-two characters and more"

FIRST_SCHOOL, SECOND_SCHOOL, BUREAU = 1, 2, 3
CHINESE, MATHS = 1, 2  # 教研组 of the first school

TEACHER, LEADER, ADMIN, PRINCIPAL, OFFICE, OVERSEER, NEWCOMER, OTHER_ADMIN = range(1, 9)
NAMES = {
    TEACHER: "甲老师",
    LEADER: "乙组长",
    ADMIN: "丙管理员",
    PRINCIPAL: "丁校长",
    OFFICE: "戊主任",
    OVERSEER: "己领导",
    NEWCOMER: "庚老师",
    OTHER_ADMIN: "辛管理员",
}
UNBOUND = "stranger"


def account_of(person_id: int) -> str:
    return f"User{person_id}"


@dataclass
class County:
    """Asks as somebody, and changes what is on file."""

    connection: Connection
    plan: Plan
    catalogue: Catalogue
    now: datetime = NOW
    real_ms: int = REAL_MS
    secret_key: str = SECRET

    def turn(
        self,
        who: int | str,
        command: Command | None = None,
        *,
        group: bool = False,
        typed: str = "",
        kind: Kind = Kind.TEXT,
        silent: bool = False,
        suggestions: tuple[str, ...] = (),
        hint: str = "",
        **arguments: object,
    ) -> Turn:
        """`who`: a person, or a chat account."""
        name = account_of(who) if isinstance(who, int) else who
        message = IncomingMessage(
            platform=Platform.WECOM,
            key="m",
            account=name,
            chat="group-1" if group else "",
            kind=kind,
            text=typed or (command.value if command else ""),
            sent_at=self.real_ms,
        )
        return Turn(
            connection=self.connection,
            message=message,
            understood=Understood(
                command=command,
                arguments=Arguments(**arguments),
                silent=silent,
                suggestions=suggestions,
                hint=hint,
            ),
            asker=find_asker(self.connection, Platform.WECOM, name),
            plan=self.plan,
            catalogue=self.catalogue,
            now=self.now,
            real_ms=self.real_ms,
            secret_key=self.secret_key,
        )

    def ask(self, *args: object, **kwargs: object) -> str:
        """What is said, whole; "" for silence. Whatever can be tapped below it is looked at as well."""
        said = perform(self.turn(*args, **kwargs))
        check(said)
        return said.plain if isinstance(said, Answer) else said.body

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.real_ms += int(timedelta(**span).total_seconds() * 1000)

    def has_online(self, person_id: int, hours: int, as_of: date = AS_OF, *, counts: bool = True) -> None:
        self.connection.execute(
            online_snapshot.insert().values(
                person_id=person_id, as_of=as_of, online_hours=hours, counts=counts
            )
        )
        self._derive(person_id)

    def certify(self, person_id: int, *codes: str, grade: str = "pass") -> None:
        for code in codes:
            self.connection.execute(
                certification.insert().values(
                    person_id=person_id, code=code, grade=grade, certified_at=REAL_MS - 86_400_000
                )
            )
        self._derive(person_id)

    def _derive(self, person_id: int) -> None:
        ledger.derive(self.connection, [person_id], self.plan, REAL_MS - 86_400_000)
        standings.rewrite(self.connection, [person_id], self.plan, self.catalogue)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan(None)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(None)


@pytest.fixture
def county(database, plan, catalogue) -> Iterator[County]:
    """Everything happens in one transaction, which is never committed."""
    with database.engine.connect() as connection, connection.begin():
        settle(connection, plan, catalogue)
        yield County(connection, plan, catalogue)


@pytest.fixture
def says(county) -> Callable[..., str]:
    """`says("交A5 https://…")`: what is typed goes through the understanding; 甲老师 speaks unless told otherwise."""
    reader = Reader(county.catalogue, today=county.now.date(), programme=county.plan.span)

    def say(text: str, who: int = TEACHER, *, group: bool = False) -> str:
        turn = county.turn(who, typed=text, group=group)
        said = perform(replace(turn, understood=reader.read(text, in_group=group)))
        check(said)
        return said.plain if isinstance(said, Answer) else said.body

    return say


@pytest.fixture
def chosen(county) -> County:
    """甲老师 has chosen A5, B2 and B9."""
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    return county


def settle(connection: Connection, plan: Plan, catalogue: Catalogue) -> None:
    """People, schools, roles and accounts of 示例县."""
    connection.execute(
        school.insert(),
        [
            {"id": FIRST_SCHOOL, "name": "示例县第一小学", "kind": "primary"},
            {"id": SECOND_SCHOOL, "name": "示例县第二小学", "kind": "primary"},
            {"id": BUREAU, "name": "示例县教育局", "kind": "other"},
        ],
    )
    connection.execute(
        teaching_group.insert(),
        [
            {"id": CHINESE, "school_id": FIRST_SCHOOL, "name": "语文组"},
            {"id": MATHS, "school_id": FIRST_SCHOOL, "name": "数学组"},
        ],
    )
    homes = {OFFICE: BUREAU, OVERSEER: BUREAU, OTHER_ADMIN: SECOND_SCHOOL}
    connection.execute(
        person.insert(),
        [
            {
                "id": person_id,
                "staff_no": f"T{person_id:04}",
                "name": name,
                "school_id": homes.get(person_id, FIRST_SCHOOL),
                "group_id": CHINESE if person_id in {TEACHER, LEADER} else None,
                "subject": "语文" if person_id == TEACHER else "",
                "stage": "小学" if person_id == TEACHER else "",
                "study_account": f"study{person_id}",
                "mobile_tail": "5678" if person_id == TEACHER else "",
            }
            for person_id, name in NAMES.items()
        ],
    )
    roles = [
        {"person_id": LEADER, "role": "leader", "school_id": FIRST_SCHOOL, "group_id": CHINESE},
        {"person_id": ADMIN, "role": "school_admin", "school_id": FIRST_SCHOOL, "group_id": None},
        {"person_id": PRINCIPAL, "role": "principal", "school_id": FIRST_SCHOOL, "group_id": None},
        {"person_id": OFFICE, "role": "office", "school_id": None, "group_id": None},
        {"person_id": OVERSEER, "role": "oversight", "school_id": None, "group_id": None},
        {"person_id": OTHER_ADMIN, "role": "school_admin", "school_id": SECOND_SCHOOL, "group_id": None},
    ]
    connection.execute(role.insert(), [{**one, "source": "roster", "granted_at": 0} for one in roles])
    connection.execute(
        account.insert(),
        [
            {
                "platform": "wecom",
                "folded": account_of(person_id).lower(),
                "verbatim": account_of(person_id),
                "person_id": person_id,
                "source": "roster",
                "bound_at": REAL_MS - 86_400_000,
            }
            for person_id in NAMES
            if person_id != NEWCOMER
        ],
    )
    standings.rewrite(connection, NAMES, plan, catalogue)
