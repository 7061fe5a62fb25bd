"""Workbooks as an operator makes them, each in a process of its own: how long, and how much memory at most."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from storage.database import Database
from storage.tables import audit
from tests.bench import county
from tests.bench.report import Table, spread
from tests.bench.server import SETTINGS

PEOPLE = 5_000
ROWS = 1_000_000
ROUNDS = 3
_CHUNK = 20_000

# The same cells as the audit's, out of nowhere: what XlsxWriter takes by itself.
_BARE = f"""
import sys, xlsxwriter
book = xlsxwriter.Workbook(sys.argv[1], {{"constant_memory": True}})
sheet = book.add_worksheet()
for row in range({ROWS}):
    sheet.write_number(row, 0, row)
    sheet.write_number(row, 1, 45433.5)
    for column, text in enumerate(("示例甲", "person:1", "figures.viewed", "示例乙", '{{"list": "acceptance"}}', "0a1b2c3d"), 2):
        sheet.write_string(row, column, text)
book.close()
"""


def both(table: Table, folder: Path) -> None:
    _acceptance(table, folder)
    _long(table, folder)


def _acceptance(table: Table, folder: Path) -> None:
    url = _filled(folder / "acceptance.db", PEOPLE)
    runs = [_export(url, "acceptance", folder / "acceptance.xlsx") for _ in range(ROUNDS)]
    table.row("验收表 of 5,000 people, s", spread([seconds for seconds, _ in runs], 2), "≤ 3")
    table.row("  at most, MiB", spread([memory for _, memory in runs]))


def _long(table: Table, folder: Path) -> None:
    url = _filled(folder / "audit.db", 100)
    database = Database(url)
    for first in range(0, ROWS, _CHUNK):
        with database.writing() as connection:
            connection.execute(insert(audit), list(_looks(first)))
    database.close()
    bare, memory = _ran([sys.executable, "-c", _BARE, str(folder / "bare.xlsx")], url)
    table.row("1,000,000 rows: XlsxWriter alone, s", spread([bare], 1))
    table.row("  at most, MiB", spread([memory]))
    for ending in ("xlsx", "csv"):
        seconds, memory = _export(url, "audit", folder / f"audit.{ending}")
        table.row(f"1,000,000 rows of the audit as .{ending}, s", spread([seconds], 1), "≤ 60")
        table.row("  at most, MiB", spread([memory]), "≤ 200")


def _looks(first: int) -> Iterator[dict[str, object]]:
    for number in range(first, first + _CHUNK):
        yield {
            "at": 1_716_255_000_000 + number,
            "actor": f"person:{number % 100 + 1}",
            "action": "figures.viewed",
            "person_id": number % 97 + 1,
            "detail": {"list": "acceptance", "school": number % 300},
            "trace": f"{number:016x}",
        }


def _filled(path: Path, people: int) -> str:
    url = f"sqlite:///{path}"
    database = Database(url)
    county.fill(database, people)
    database.close()
    return url


def _export(url: str, kind: str, file: Path) -> tuple[float, float]:
    return _ran([sys.executable, "-m", "bot", "export", kind, str(file)], url)


def _ran(command: list[str], url: str) -> tuple[float, float]:
    """Seconds and MiB at most of a child."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    started = time.perf_counter()
    child = subprocess.Popen(
        command, env=clean | SETTINGS | {"BOT_DATABASE_URL": url}, stdout=subprocess.DEVNULL
    )
    most = 0.0
    while child.poll() is None:
        # Not ru_maxrss, which starts with what the parent had.
        most = max(most, _peak(child.pid))
        time.sleep(0.02)
    assert child.returncode == 0, command
    return time.perf_counter() - started, most


def _peak(pid: int) -> float:
    """MiB at most so far; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0
    )
