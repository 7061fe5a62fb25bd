"""Workbooks made from the county of tests/handlers, and read back as a spreadsheet would."""

import io
from dataclasses import dataclass

import openpyxl
import pytest

from bot.policy.export import ExportKind, Order
from bot.workbooks.commission import Commission
from bot.workbooks.csv_file import write_csv
from bot.workbooks.making import BOOKS
from bot.workbooks.xlsx import write_xlsx
from tests.handlers.conftest import catalogue, chosen, county, plan, says

__all__ = ["catalogue", "chosen", "county", "plan", "says"]


@dataclass
class Taken:
    """A workbook that somebody opened."""

    workbook: openpyxl.Workbook

    @property
    def titles(self):
        return self.workbook.sheetnames

    def rows(self, title):
        """By header; empty cells are left out."""
        headers, *rows = self.workbook[title].iter_rows(values_only=True)
        return [
            {header: cell for header, cell in zip(headers, row, strict=True) if cell is not None}
            for row in rows
        ]

    @property
    def cover(self):
        return dict(self.workbook["说明"].iter_rows(values_only=True))


def opened(data: bytes) -> Taken:
    return Taken(openpyxl.load_workbook(io.BytesIO(data)))


def commission(county, **order):
    return Commission(
        connection=county.connection,
        plan=county.plan,
        catalogue=county.catalogue,
        now=county.now,
        maker="戊主任（示例县教育局）",
        order=Order(**order),
    )


@pytest.fixture
def taken(county):
    """`taken("acceptance", school_id=1)`: the workbook as it is now."""

    def make(kind, **order):
        wanted = commission(county, kind=ExportKind(kind), **order)
        target = io.BytesIO()
        write_xlsx(target, BOOKS[wanted.order.kind](wanted))
        return opened(target.getvalue())

    return make


@pytest.fixture
def as_csv(county):
    """The main table as text, without the BOM."""

    def make(kind, **order):
        wanted = commission(county, kind=ExportKind(kind), **order)
        target = io.BytesIO()
        write_csv(target, BOOKS[wanted.order.kind](wanted).main)
        return target.getvalue().decode("utf-8-sig")

    return make
