"""`python -m tests.kit.faulty_bot COMMAND …`: the bot, which kills itself with SIGKILL at the n-th coming of a moment.

FAULT=MOMENT:N says which. A moment is the name of a fault point; COMMIT and COMMITTED, before and after any commit of
SQLAlchemy's; STEP, whenever a coroutine of intake or delivery goes on after an `await`. FAULT_SEEN names a file to which
every moment is written as it comes. FAULT_OUTAGE=POINT:N: there the database is away, once. FAULT_OBEYS: as somebody who is
not root. FAULT_PIECE: so many changes are one piece of an import.

Its clocks, the real one and the programme's, are FAULT_AHEAD seconds ahead of the machine's; SIGUSR1 puts them an hour
forward, SIGUSR2 an hour back, as somebody does who sets a machine's clock. SIGHUP puts the programme's alone forward.
"""

import asyncio
import ctypes
import os
import signal
import struct
import sys
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import OperationalError

from bot.cli import server
from bot.cli.context import open_context, operator_settings
from bot.cli.program import main as program
from bot.clock import SystemClock
from bot.imports import applying
from bot.timetable import Tick
from storage.fault_points import EVENT
from tests.kit.quick_bot import LINE, STREAM

_DAC_OVERRIDE = 1 << 1  # CAP_DAC_OVERRIDE
STEPPING = frozenset(
    {
        "RequestHandler.start",  # of aiohttp: a callback from its first byte to its answer
        "Reception._finish",
        "Courier.run",
        "Courier._carry",
        "Answering.run",
        "Answering._answer",
        "Line._answer",
    }
)


class Moments:
    """Counts them, and dies at one."""

    def __init__(self, fault: str, seen: str, outage: str) -> None:
        self._fatal = _moment(fault)
        self._outage = _moment(outage)
        self._counts: Counter[str] = Counter()
        self._seen = os.open(seen, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if seen else None

    def comes(self, moment: str) -> None:
        self._counts[moment] += 1
        if self._seen is not None:
            os.write(self._seen, f"{moment}\n".encode())
        if (moment, self._counts[moment]) == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        if (moment, self._counts[moment]) == self._outage:
            raise OperationalError("", None, ConnectionError(moment), connection_invalidated=True)

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == EVENT:
            self.comes(getattr(arguments[0], "name", ""))


def _moment(named: str) -> tuple[str, int]:
    name, _, number = named.partition(":")
    return name, int(number or 1)


class Stepping(Coroutine):
    """A coroutine whose steps are counted."""

    def __init__(self, inner: Coroutine, moments: Moments) -> None:
        self._inner = inner
        self._moments = moments

    def send(self, value):
        self._moments.comes("STEP")
        return self._inner.send(value)

    def throw(self, *error):
        self._moments.comes("STEP")
        return self._inner.throw(*error)

    def close(self):
        self._inner.close()

    def __await__(self):
        return self._inner.__await__()


def count_commits(moments: Moments) -> None:
    commit = DefaultDialect.do_commit

    def counted(self, connection) -> None:
        moments.comes("COMMIT")
        commit(self, connection)
        moments.comes("COMMITTED")

    DefaultDialect.do_commit = counted


def count_steps(moments: Moments) -> None:
    make = server._loop_factory() or asyncio.new_event_loop

    def task(loop, coroutine, **options):
        code = getattr(coroutine, "cr_code", None)
        if code is not None and code.co_qualname in STEPPING:
            coroutine = Stepping(coroutine, moments)
        return asyncio.Task(coroutine, loop=loop, **options)

    def loop() -> asyncio.AbstractEventLoop:
        made = make()
        made.set_task_factory(task)
        return made

    server._loop_factory = lambda: loop


class Ahead:
    """How far the clocks are from the machine's."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._programme = 0.0
        real_ms, now = SystemClock.real_ms, SystemClock.now
        SystemClock.real_ms = lambda clock: real_ms(clock) + round(self._seconds * 1000)
        SystemClock.now = lambda clock: now(clock) + timedelta(seconds=self._seconds + self._programme)
        signal.signal(signal.SIGUSR1, lambda *_: self.step(3600))
        signal.signal(signal.SIGUSR2, lambda *_: self.step(-3600))
        signal.signal(signal.SIGHUP, lambda *_: self.pass_hour())

    def step(self, seconds: float) -> None:
        self._seconds += seconds

    def pass_hour(self) -> None:
        self._programme += 3600


def serve() -> None:
    """As quick as a test wants it."""
    settings = operator_settings()
    with open_context(settings, quiet=False, judging=True) as context:
        parts = context.parts()
        tick = None if parts.tick is None else Tick(seconds=0.3)
        parts = replace(parts, line_pace=LINE, stream_pace=STREAM, adopt_every=0.2, tick=tick)
        server.run_server(parts, server.listen(settings.host, settings.port))


def obey_permissions() -> None:
    """Also where root runs the tests: what may not be written is not."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    # linux/capability.h: version 3, of this process; effective, permitted, inheritable, twice: of 64 bits the lower half.
    head, data = struct.pack("=Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    assert libc.capget(head, data) == 0, os.strerror(ctypes.get_errno())
    effective, permitted, *others = struct.unpack("=6I", data.raw)
    left = struct.pack("=6I", effective & ~_DAC_OVERRIDE, permitted & ~_DAC_OVERRIDE, *others)
    assert libc.capset(head, left) == 0, os.strerror(ctypes.get_errno())


def main() -> None:
    if os.environ.get("FAULT_OBEYS"):
        obey_permissions()
    moments = Moments(*(os.environ.get(name, "") for name in ("FAULT", "FAULT_SEEN", "FAULT_OUTAGE")))
    applying.PIECE = int(os.environ.get("FAULT_PIECE", applying.PIECE))
    Ahead(float(os.environ.get("FAULT_AHEAD", "0")))
    count_commits(moments)
    count_steps(moments)
    sys.addaudithook(moments.hook)
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        program()


if __name__ == "__main__":
    main()
