"""From an order to a file: the database is read as it is at one moment, row by row."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

from sqlalchemy import Connection

from bot.policy.export import Ending, ExportKind, Order
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.workbooks.acceptance import acceptance
from bot.workbooks.audit import audit
from bot.workbooks.commission import Commission
from bot.workbooks.cover import file_name
from bot.workbooks.csv_file import write_csv
from bot.workbooks.ranking import ranking
from bot.workbooks.roster import roster
from bot.workbooks.sheet import Book
from bot.workbooks.unfinished import unfinished
from bot.workbooks.xlsx import Progress, write_xlsx
from storage.audit import record
from storage.database import Database

BOOKS: Final[Mapping[ExportKind, Callable[[Commission], Book]]] = {
    ExportKind.ACCEPTANCE: acceptance,
    ExportKind.UNFINISHED: unfinished,
    ExportKind.RANKING: ranking,
    ExportKind.ROSTER: roster,
    ExportKind.AUDIT: audit,
}


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was written: what it should be called, and how many rows its tables have."""

    name: str
    rows: Mapping[str, int]


def make(  # noqa: PLR0913  what a workbook is made from
    database: Database,
    plan: Plan,
    catalogue: Catalogue,
    order: Order,
    target: IO[bytes],
    *,
    now: datetime,
    maker: str,
    progress: Progress | None = None,
) -> Made:
    """Raises CannotMake. `progress` is told every now and then how many rows were written."""
    with one_state(database) as connection:
        wanted = Commission(
            connection=connection, plan=plan, catalogue=catalogue, now=now, maker=maker, order=order
        )
        school = wanted.one_school
        book = BOOKS[order.kind](wanted)
        rows = (
            write_csv(target, book.main, progress)
            if order.ending is Ending.CSV
            else write_xlsx(target, book, progress)
        )
        name = file_name(order, plan.county, "" if school is None else school.name, book.title, wanted.today)
    return Made(name, rows)


def note(  # noqa: PLR0913  what the log keeps
    database: Database, order: Order, made: Made, *, at: int, actor: str, trace: str = ""
) -> None:
    """Into the audit log: who took what away, and how many rows. `at`: the real clock."""
    with database.writing() as connection:
        record(
            connection,
            at=at,
            actor=actor,
            action="export.made",
            person_id=None,
            detail={**order.as_content(), "rows": sum(made.rows.values())},
            trace=trace,
        )


@contextmanager
def one_state(database: Database) -> Iterator[Connection]:
    """A transaction in which all statements see the same: totals and names must not contradict each other."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:  # there a transaction that reads sees one state anyway
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection
        connection.rollback()
