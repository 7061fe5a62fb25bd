"""The worker by itself: what dies, comes late, breaks, or is not allowed any more."""

import asyncio
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.received_files.fetching import Fetched, NotFetched, Why
from bot.received_files.looking import Desk
from bot.received_files.working import LEASE_MS, FileWatch
from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import load_answer
from storage import received_files
from storage.delivery_tables import outbox
from storage.received_files import State, Wishes
from storage.sealing import Sealing
from storage.tables import online_snapshot, role
from tests.kit.county import settle_county
from tests.kit.fixtures import StoryClock
from tests.received_files.conftest import HOURS, xlsx

SECRET = "k" * 40
SEALING = Sealing(SECRET)
OFFICE = 4


class Town:
    """示例县 with one file in it, and as many processes at work as a test wants."""

    def __init__(self, database):
        self.database = database
        self.clock = StoryClock()
        self.desk = Desk(
            database=database, plan=load_plan(None), catalogue=load_catalogue(None), secret_key=SECRET
        )
        settle_county(SimpleNamespace(database=database, plan=self.desk.plan, catalogue=self.desk.catalogue))
        self.fetched = 0
        self.handed_out = Fetched("", xlsx(HOURS))
        self.watch = self.process()

    def process(self, desk=None):
        return FileWatch(desk or self.desk, self._source, SEALING, self.clock, lambda: None)

    async def _source(self, file, way):
        self.fetched += 1
        if isinstance(self.handed_out, Exception):
            raise self.handed_out
        assert way.at == "a-code"
        return self.handed_out

    def sends(self, name="线上学时.xlsx"):
        message = IncomingMessage(
            platform=Platform.DINGTALK, key="m1", account="T4", chat="", kind=Kind.FILE, text="", sent_at=1,
            door=Door.CALLBACK, file_name=name, file_at="a-code",
        )  # fmt: skip
        with self.database.writing() as connection:
            received_files.note(
                connection, message, person_id=OFFICE, sealing=SEALING, at=self.clock.real_ms()
            )

    def works(self, watch=None):
        """Whether there was anything to do."""
        with asyncio.Runner() as runner:
            return (watch or self.watch).turn(runner)

    def confirms(self):
        with self.database.writing() as connection:
            assert received_files.confirm(connection, received_files.find(connection, 1))

    def claims(self):
        """What a process does before it dies."""
        now = self.clock.real_ms()
        with self.database.writing() as connection:
            return received_files.claim(connection, at=now, until=now + LEASE_MS)

    @property
    def file(self):
        with self.database.reading() as connection:
            return received_files.find(connection, 1)

    @property
    def content(self):
        with self.database.reading() as connection:
            return received_files.content_of(connection, self.file, SEALING)

    def told(self):
        with self.database.reading() as connection:
            rows = connection.scalars(select(outbox.c.content).order_by(outbox.c.id))
            return [load_answer(content).lines[0].plain for content in rows]

    def hours(self):
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(online_snapshot)) - 1


@pytest.fixture
def town(database):
    return Town(database)


@pytest.fixture
def shown(town):
    town.sends()
    assert town.works()
    assert town.file.state is State.SHOWN
    return town


def test_it_is_fetched_once_and_kept_sealed_until_it_has_ended(shown):
    assert shown.content == shown.handed_out.content  # a workbook that is made again has another time in it
    assert not shown.works()
    shown.confirms()
    assert shown.works()

    assert shown.fetched == 1
    assert shown.content is None
    assert shown.told() == ["《线上学时.xlsx》看过了，还没有导入。", "已导入《线上学时.xlsx》。"]


def test_a_process_that_is_killed_between_confirmation_and_import_is_replaced(shown):
    shown.confirms()
    shown.claims()  # and no more is heard of it

    assert not shown.works(), "it may still be at work"
    assert shown.hours() == 0
    shown.clock.waits(LEASE_MS / 1000 + 1)
    assert shown.works(shown.process())
    assert (shown.file.state, shown.hours()) == (State.IMPORTED, 2)
    assert shown.told()[-1] == "已导入《线上学时.xlsx》。"


def test_a_process_that_is_killed_after_it_has_written_is_not_repeated(shown):
    shown.confirms()
    held = shown.claims()
    assert shown.desk.apply(held, shown.content, shown.clock.now()).standing is State.IMPORTED
    assert shown.hours() == 2

    shown.clock.waits(LEASE_MS / 1000 + 1)
    assert shown.works(shown.process())
    assert (shown.file.state, shown.hours()) == (State.IMPORTED, 2)
    assert shown.told()[-1] == "已导入《线上学时.xlsx》。中间机器人重启过，已经接着导完了。"


def test_who_comes_too_late_changes_nothing_and_says_nothing(shown):
    shown.confirms()
    late = shown.claims()
    shown.clock.waits(LEASE_MS / 1000 + 1)
    assert shown.works()
    with shown.database.writing() as connection:
        assert not received_files.settle(connection, late, State.REFUSED, at=1)
    assert shown.file.state is State.IMPORTED
    assert len(shown.told()) == 2


def test_what_has_become_something_else_is_shown_again_instead_of_imported(shown):
    with shown.database.writing() as connection:
        connection.execute(
            online_snapshot.insert().values(person_id=2, as_of=shown.clock.now().date(), online_hours=2500)
        )
    shown.confirms()
    assert shown.works()
    assert shown.file.state is State.SHOWN
    assert shown.told()[-1] == "《线上学时.xlsx》：数据在你确认以后变了，还没有导入，请再看一次。"

    shown.confirms()
    assert shown.works()
    assert shown.file.state is State.IMPORTED


def test_it_is_fetched_three_times_and_then_given_up(town):
    town.handed_out = NotFetched(Why.LATER)
    town.sends()
    for _ in range(3):
        assert town.works()
        town.clock.waits(60)
    assert not town.works()
    assert town.fetched == 3
    assert town.file.state is State.LOST
    assert town.told() == ["《线上学时.xlsx》没有取到，什么都没有导入。请再发一次文件。"]


@pytest.mark.parametrize(
    ("why", "state", "said"),
    [
        (Why.GONE, State.LOST, "《线上学时.xlsx》没有取到，什么都没有导入。请再发一次文件。"),
        (
            Why.TOO_LARGE,
            State.REFUSED,
            "《线上学时.xlsx》超过 20 MB，没有收。请去掉图片和多余的工作表，或分成几个文件再发；也可以在电脑上导入。",
        ),
    ],
)
def test_what_can_never_be_fetched_is_said_at_once(town, why, state, said):
    town.handed_out = NotFetched(why)
    town.sends()
    assert town.works()
    assert (town.file.state, town.told()) == (state, [said])


def test_a_file_that_breaks_the_bot_is_given_up_after_three_tries(town):
    class Broken:
        database = town.database
        plan = town.desk.plan
        catalogue = town.desk.catalogue
        secret_key = SECRET

        def look(self, *_):
            raise KeyError("a cell that nobody has thought of")

    watch = town.process(Broken())
    town.sends()
    for _ in range(4):
        assert town.works(watch)
        town.clock.waits(60)
    assert not town.works(watch)
    assert town.file.state is State.LOST
    assert town.told() == [
        "《线上学时.xlsx》试了三次都没有看成，什么都没有导入。请在电脑上用 python -m bot import 导入，或者告诉维护机器人的人。"
    ]


def test_somebody_who_is_not_of_the_office_any_more_is_told_nothing(shown):
    shown.confirms()
    with shown.database.writing() as connection:
        connection.execute(role.update().where(role.c.person_id == OFFICE).values(ended_at=2))
    assert shown.works()
    assert (shown.file.state, shown.content, shown.hours()) == (State.EXPIRED, None, 0)
    assert len(shown.told()) == 1


def test_a_day_later_its_bytes_are_gone(shown):
    shown.clock.waits(24 * 3600 + 61)
    assert not shown.works()
    assert (shown.file.state, shown.content) == (State.EXPIRED, None)


def test_the_ai_bot_s_file_gets_its_name_when_it_is_fetched(town):
    town.handed_out = Fetched("线上学时.xlsx", xlsx(HOURS))
    town.sends(name="")
    assert town.works()
    assert town.file.name == "线上学时.xlsx"

    with town.database.writing() as connection:
        assert received_files.look_again(connection, town.file, Wishes(kind="roster"))
    assert town.works()
    assert town.told()[-1] == "《线上学时.xlsx》没有导入。"


def test_a_name_that_turns_out_to_be_no_spreadsheet_s_is_refused(town):
    town.handed_out = Fetched("材料.pdf", b"%PDF-1.7")
    town.sends(name="")
    assert town.works()
    assert town.file.state is State.REFUSED
    assert town.told()[0].startswith("《材料.pdf》不是我能导入的表格。")
