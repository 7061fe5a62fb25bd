"""The look at a spreadsheet of 10,000 rows on a page: what would change, for totals and the ranking, and the workbook."""

import io
import time
from datetime import datetime
from pathlib import Path

import xlsxwriter

from bot.clock import SHANGHAI
from bot.imports.files import SourceFile, read_content
from bot.imports.kinds import Kind, Options
from bot.imports.running import run_import
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.received_files.looking import Desk
from bot.received_files.page_looking import look_for_page
from storage.database import Database
from storage.received_files import ReceivedFile, State, Wishes
from storage.schema import migrate
from tests.bench.report import Table, spread

ROWS = 10_000
SCHOOLS = 100
ROUNDS = 3
NOW = datetime(2024, 5, 21, 9, 0, tzinfo=SHANGHAI)
_SECRET = "k" * 40
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")  # names have no digits


def looks(folder: Path) -> list[float]:
    """Seconds of each look."""
    database = Database(f"sqlite:///{folder}/preview.db")
    migrate(database)
    desk = Desk(database=database, plan=load_plan(None), catalogue=load_catalogue(None), secret_key=_SECRET)
    _settle(desk)
    content = _hours()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        seen = look_for_page(desk, _file(), content, NOW)
        taken.append(time.perf_counter() - started)
        assert seen.standing is State.SHOWN
    database.close()
    return taken


def compare(table: Table, folder: Path) -> None:
    table.row(
        "10,000 rows of hours on a page: shown, with effect and workbook, s", spread(looks(folder), 2), "≤ 5"
    )


def _settle(desk: Desk) -> None:
    schools = [["学校名称", "学段"], *([f"示例第{number}小学", "小学"] for number in range(SCHOOLS))]
    people = [
        ["姓名", "人员编号", "学校"],
        *([_name(n), f"N{n:06}", f"示例第{n % SCHOOLS}小学"] for n in range(ROWS)),
    ]
    for kind, rows in ((Kind.SCHOOLS, schools), (Kind.ROSTER, people)):
        source: SourceFile = read_content(f"{kind}.xlsx", _workbook(rows))
        options = Options(yes=True)
        run_import(desk.database, desk.plan, desk.catalogue, _SECRET, kind, source, options, NOW)


def _hours() -> bytes:
    rows = [["姓名", "人员编号", "获得学时"], *([_name(n), f"N{n:06}", n % 25 + 1] for n in range(ROWS))]
    return _workbook([["统计时间：2024年5月20日"], *rows])


def _name(number: int) -> str:
    return "示" + str(number).translate(_DIGITS)


def _workbook(rows: list[list[object]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def _file() -> ReceivedFile:
    return ReceivedFile(
        file_id=1,
        person_id=1,
        platform="page",
        door="page",
        folded="1",
        name="线上学时.xlsx",
        wishes=Wishes(),
        counts={},
        round=1,
        state=State.WAITING,
        held_until=0,
        tries=0,
    )
