"""Somebody of the office with spreadsheets, on DingTalk: bot, worker and platform as they are in production."""

import io

import pytest
import xlsxwriter

from bot.tenant.people import Platform
from bot.tenant.tenant import Said, SaidKind
from tests.kit.fixtures import (
    bot,
    clock,
    county,
    door,
    parts,
    platform,
    pytest_runtest_call,
    somebody,
    tenant,
    two_bots,
)

__all__ = [
    "bot",
    "clock",
    "county",
    "door",
    "parts",
    "platform",
    "pytest_runtest_call",
    "somebody",
    "tenant",
    "two_bots",
]

HOURS = [
    ["统计时间：2024年5月20日"],
    ["姓名", "人员编号", "获得学时"],
    ["示例甲", "T1", 20],
    ["示例乙", "T2", 25],
]


def xlsx(rows) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    return buffer.getvalue()


def spreadsheet(rows, name="线上学时.xlsx") -> Said:
    return Said(kind=SaidKind.FILE, file_name=name, content=xlsx(rows))


@pytest.fixture
def office(tenant, county):
    """示例丁, on DingTalk."""
    return tenant.on(Platform.DINGTALK.value).somebody("T4")
