"""deploy/bot.service: what it starts is there, and it may do little."""

from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.app import DRAIN_SECONDS

UNIT = Path(__file__).parents[2] / "deploy/bot.service"


@pytest.fixture
def unit():
    parser = RawConfigParser(strict=True)
    parser.optionxform = str
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser


def test_a_stop_is_given_the_time_that_it_takes(unit):
    # delivery 13.5 seconds, then the lanes; see bot/app.py
    assert int(unit["Service"]["TimeoutStopSec"]) > 13.5 + DRAIN_SECONDS


def test_it_comes_back_whatever_ended_it(unit):
    assert unit["Service"]["Restart"] == "always"
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_nothing_is_promised_that_the_program_does_not_do(unit):
    assert unit["Service"]["Type"] == "exec"  # it does not speak to systemd: no notify, no watchdog
    assert "WatchdogSec" not in unit["Service"]


def test_it_writes_into_its_own_folder_only(unit):
    service = unit["Service"]

    assert service["User"] == "yanxiu"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert service["ProtectSystem"] == "strict"
    assert not [name for name in service if name.startswith("ReadWrite")]
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "MemoryDenyWriteExecute"):
        assert service[name] == "yes"
    assert service["CapabilityBoundingSet"] == ""
