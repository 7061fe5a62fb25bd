"""Files as offices and platforms really send them, and a county to import them into."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import select

from bot.clock import SHANGHAI
from bot.imports.kinds import Kind, Options
from bot.imports.running import run_import
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.plan import PracticeSource
from storage import tables

KEY = "a secret key of more than thirty-two characters"
NOW = datetime(2024, 5, 21, 9, 0, tzinfo=SHANGHAI)
SCHOOLS = [
    ["学校名称", "学校编码", "学段", "简称"],
    ["示例县第一小学", "X01", "小学", "一小"],
    ["示例县第二高级中学", "G02", "高中", ""],
    ["示例县第二高级中学附属幼儿园", "Y02", "幼儿园", ""],
]
ROSTER = [
    ["姓名", "人员编号", "学校", "教研组", "职务", "学习账号", "手机号"],
    ["赵一", "T001", "示例县第一小学", "语文组", "教师", "xy001", "13800001111"],
    ["钱二", "T002", "示例县第一小学", "语文组", "教研组长", "xy002", "13800002222"],
    ["孙三", "T003", "示例县第二高级中学", "", "校长", "xy003", ""],
    ["李四", "T004", "示例县第二高级中学附属幼儿园", "", "园长", "", ""],
]


@pytest.fixture(scope="session")
def plan():
    return replace(load_plan(None), county="示例县")


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue(None)


class Folder:
    """Writes files of every kind into a folder of the test's own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def xlsx(self, name, rows, *, sheets=None):
        target = self.path / name
        with xlsxwriter.Workbook(
            target, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
        ) as workbook:
            for title, content in (sheets or {"Sheet1": rows}).items():
                sheet = workbook.add_worksheet(title)
                for number, row in enumerate(content):
                    for column, cell in enumerate(row):
                        sheet.write(number, column, cell)
        return target

    def csv(self, name, rows, *, encoding="utf-8", delimiter=","):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=delimiter).writerows(rows)
        return self.raw(name, buffer.getvalue().encode(encoding))

    def raw(self, name, data: bytes):
        target = self.path / name
        target.write_bytes(data)
        return target


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "files"
    path.mkdir()
    return Folder(path)


class Office:
    """An operator who imports into one database."""

    schools = SCHOOLS
    roster = ROSTER

    def __init__(self, database, plan, catalogue, folder) -> None:
        self.database = database
        self.plan = plan
        self.catalogue = catalogue
        self.folder = folder
        self.key = KEY
        self.now = NOW

    def use_imported_practice(self):
        practice = replace(self.plan.practice, source=PracticeSource.IMPORTED)
        self.plan = replace(self.plan, practice=practice)

    def run(self, kind, source, *, yes=True, confirm=None, progress=None, **options):
        """`source`: a path, or rows for an .xlsx file."""
        path = source if isinstance(source, Path) else self.folder.xlsx(f"{kind}.xlsx", source)
        return run_import(
            self.database, self.plan, self.catalogue, self.key, Kind(kind), path,
            Options(yes=yes, **options), self.now, confirm=confirm, progress=progress,
        )  # fmt: skip

    def rows(self, table, *columns, order="id"):
        found = getattr(tables, table)
        with self.database.reading() as connection:
            query = select(*(found.c[column] for column in columns)).order_by(found.c[order])
            return [tuple(row) for row in connection.execute(query)]

    def online(self):
        """By name: hours and as-of of the standing."""
        query = select(
            tables.person.c.name, tables.standing.c.online_hours, tables.standing.c.online_as_of
        ).join(tables.standing, tables.standing.c.person_id == tables.person.c.id)
        with self.database.reading() as connection:
            return {
                name: (hours, as_of and as_of.isoformat()) for name, hours, as_of in connection.execute(query)
            }

    def everything(self):
        """All rows of all tables: what an import that changes nothing must leave alone."""
        with self.database.reading() as connection:
            return {
                table.name: sorted(map(str, connection.execute(select(table))))
                for table in tables.metadata.sorted_tables
            }


@pytest.fixture
def office(database, plan, catalogue, folder):
    return Office(database, plan, catalogue, folder)


@pytest.fixture
def county(office):
    """An office with three schools and four people."""
    office.run("schools", SCHOOLS)
    office.run("roster", ROSTER)
    return office
