"""What Windows does not have is done without."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot.cli.server import stop_on_signals
from bot.journal import Journal
from messages.incoming import IncomingMessage, Kind, Platform

# What Windows has besides; here any other signal stands for it.
CTRL_BREAK = signal.SIGUSR1


class WithoutSignals(asyncio.SelectorEventLoop):
    """Like those of Windows."""

    def add_signal_handler(self, sig, callback, *args):
        raise NotImplementedError


@pytest.fixture
def handlers_put_back():
    numbers = (signal.SIGTERM, signal.SIGINT, CTRL_BREAK)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def stopped_by(number):
    stop = asyncio.Event()
    stop_on_signals(asyncio.get_running_loop(), stop)
    assert not stop.is_set()
    os.kill(os.getpid(), number)
    await asyncio.wait_for(stop.wait(), 10)


@pytest.mark.parametrize("loop", [WithoutSignals, asyncio.SelectorEventLoop])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, CTRL_BREAK])
def test_it_stops_when_asked_whether_or_not_the_loop_listens_to_signals(
    loop, number, monkeypatch, handlers_put_back
):
    monkeypatch.setattr(signal, "SIGBREAK", CTRL_BREAK, raising=False)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(stopped_by(number))


def test_somebody_impatient_does_not_spoil_the_stop(handlers_put_back):
    with asyncio.Runner(loop_factory=WithoutSignals) as runner:
        runner.run(stopped_by(signal.SIGTERM))
    signal.raise_signal(signal.SIGTERM)  # the loop is closed


def test_a_message_is_kept_where_folders_cannot_be_opened(monkeypatch, tmp_path):
    opens = os.open

    def refuses_folders(path, *arguments, **named):
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return opens(path, *arguments, **named)

    monkeypatch.delattr(os, "O_DIRECTORY")
    monkeypatch.setattr(os, "open", refuses_folders)
    message = IncomingMessage(
        platform=Platform.WECOM, kind=Kind.TEXT, key="m1", account="T1", chat="", text="我的学时", sent_at=1
    )
    journal = Journal(tmp_path / "bot.db-waiting")
    journal.keep(message)
    journal.keep(message)  # delivered again: Windows renames onto nothing that is there, and replaces it

    assert Journal(tmp_path / "bot.db-waiting").waiting() == [message]
