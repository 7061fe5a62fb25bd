"""The import of a roster of 100,000 rows, beside reading, validating and writing the same rows bare."""

import csv
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.report import Table, spread
from tests.bench.server import SETTINGS

ROWS = 100_000
SCHOOLS = 300
ROUNDS = 3
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")  # names have no digits
HEADERS = ("姓名", "人员编号", "学校", "教研组", "学科", "职务/角色", "手机号", "学习账号")

_BARE = """
import sqlite3, sys
from pydantic import BaseModel, TypeAdapter
from python_calamine import CalamineWorkbook

class Row(BaseModel):
    name: str
    number: str
    school: str
    group: str
    subject: str
    role: str
    mobile: str
    account: str

rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()[1:]
checked = TypeAdapter(list[Row]).validate_python([dict(zip(Row.model_fields, row)) for row in rows])
connection = sqlite3.connect(sys.argv[2])
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = FULL")
connection.execute("CREATE TABLE roster (" + ", ".join(f'"{name}"' for name in Row.model_fields) + ", UNIQUE (number))")
connection.executemany(
    "INSERT INTO roster VALUES (" + ",".join("?" * 8) + ") ON CONFLICT (number) DO NOTHING",
    [tuple(row.__dict__.values()) for row in checked],
)
connection.commit()
"""


def make_files(folder: Path, *, first: int = 0) -> tuple[Path, Path]:
    """A schools file and a roster workbook of ROWS rows; made once."""
    schools, roster = folder / "schools.csv", folder / f"roster-{first}.xlsx"
    if not schools.exists():
        with schools.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("学校名称", "学段"))
            writer.writerows((f"示例第{number}小学", "小学") for number in range(1, SCHOOLS + 1))
    if not roster.exists():
        _write_roster(roster, first)
    return schools, roster


def _write_roster(path: Path, first: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, HEADERS)
    for number in range(ROWS):
        teacher = first + number
        sheet.write_row(
            number + 1,
            0,
            (
                "示" + str(teacher).translate(_DIGITS),
                f"N{teacher:07}",
                f"示例第{teacher % SCHOOLS + 1}小学",
                f"第{teacher % 7}组",
                "语文",
                "教师",
                f"139{teacher:08}",
                f"learn{teacher}",
            ),
        )
    book.close()


def run(arguments: list[str], database_url: str) -> float:
    """Seconds of one operator's command, as a whole process."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        env=clean | SETTINGS | {"BOT_DATABASE_URL": database_url},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def compare(table: Table, folder: Path) -> None:
    schools, roster = make_files(folder)
    ours, bare = [], []
    for number in range(ROUNDS):
        url = f"sqlite:///{folder}/import-{number}.db"
        run(["-m", "bot", "import", "schools", str(schools), "--yes"], url)
        ours.append(run(["-m", "bot", "import", "roster", str(roster), "--yes"], url))
        bare.append(run(["-c", _BARE, str(roster), str(folder / f"bare-{number}.db")], url))
    table.row("100,000 roster rows: calamine + pydantic + executemany, s", spread(bare, 2))
    table.row("100,000 roster rows: import, s", spread(ours, 2))
    ratios = [a / b for a, b in zip(ours, bare, strict=True)]
    table.row("100,000 roster rows: over bare", spread(ratios, 2), "≤ 4 (stretch 2)")
