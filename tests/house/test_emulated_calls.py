"""The document of what is emulated is what the code says, and every line of it is complete."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import TITLES, Effect
from bot.tenant.installation import Installation
from bot.tenant.listing import listing
from bot.tenant.people import Directory
from bot.tenant.switches import Switches
from bot.tenant.tenant import Tenant

DOCUMENT = Path(__file__).parents[2] / "docs" / "emulated-calls.md"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def sides():
    tenant = Tenant(installation=Installation(), directory=Directory([]), clock=PlatformClock(SystemClock()))
    app = TenantApp(tenant)
    return [app.wecom, app.dingtalk]


def test_the_document_says_what_the_code_does():
    assert DOCUMENT.read_text(encoding="utf-8") == listing(), "run: make docs"


def test_every_call_and_frame_is_explained_in_chinese_with_its_source(sides):
    entries = [entry for side in sides for entry in (*side.calls(), *side.frames())]
    assert entries
    for entry in entries:
        assert CHINESE.search(entry.title), entry.name
        assert entry.source, entry.name
        assert all(limit.strip() for limit in entry.limits), entry.name


def test_names_are_unique_and_begin_with_their_platform(sides):
    names = []
    for side in sides:
        of_side = [entry.name for entry in (*side.calls(), *side.frames())]
        assert all(name.startswith(("aibot.", f"{side.platform}.")) for name in of_side)
        names += of_side
    assert len(set(names)) == len(names)


def test_no_address_is_answered_by_two_calls(sides):
    addresses = [(call.method, call.path) for side in sides for call in side.calls()]
    assert len(set(addresses)) == len(addresses)


def test_every_switch_has_its_default_among_its_choices():
    for switch in fields(Switches):
        assert switch.default in [value for _label, value in switch.metadata["choices"]], switch.name
        assert CHINESE.search(switch.metadata["title"]), switch.name


def test_every_fault_has_a_title():
    assert set(TITLES) == set(Effect)


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    width = 0
    for line in listing().splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1
        width = width or cells
        assert cells == width, line
