"""The bot's commands as real processes that need not import the program anew: forked from one that has.

`python -m tests.kit.forkserver SOCKET` is that one. It has one thread and does nothing but fork; a child becomes the
command that was asked for (directory, environment, arguments, standard streams) and ends as any process does.
What is about starting a fresh interpreter starts one instead.
"""

import gc
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp

import bot

REPOSITORY = Path(__file__).parents[2]
_BESIDES = ("alembic.command", "alembic.config", "psycopg", "sqlalchemy.dialects.postgresql.psycopg")
_NUMBER = struct.Struct("!i")  # before the order its length; in return the pid, and in the end the exit code


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to become."""

    module: str
    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]


class Forked:
    """A process of the fork server; as much of `subprocess.Popen` as the tests use."""

    def __init__(self, line: socket.socket, pid: int) -> None:
        self._line = line
        self.pid = pid
        self._ended: int | None = None

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        try:
            return self.wait(0.0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        if self._ended is None:
            self._line.settimeout(timeout)
            try:
                (self._ended,) = _NUMBER.unpack(self._line.recv(_NUMBER.size))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0) from None
            self._line.close()
        return self._ended

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """Of one pytest process; ends with it."""

    def __init__(self) -> None:
        self._nothing = os.open(os.devnull, os.O_RDWR)
        self._address = Path(mkdtemp(prefix="bot-fork-")) / "socket"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.forkserver", str(self._address)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,  # its end is the end of whoever asks
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def start(
        self, order: Order, *, stdin: int | None = None, stdout: int | None = None, stderr: int | None = None
    ) -> Forked:
        """Of file descriptors, which stay open here; None is nothing."""
        streams = [self._nothing if one is None else one for one in (stdin, stdout, stderr)]
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(self._address))
        said = json.dumps(asdict(order)).encode()
        socket.send_fds(line, [_NUMBER.pack(len(said))], streams)
        line.sendall(said)
        (pid,) = _NUMBER.unpack(line.recv(_NUMBER.size))
        return Forked(line, pid)

    def run(self, order: Order, *, stdin: str, timeout: float) -> "subprocess.CompletedProcess[str]":
        """As `subprocess.run` with captured output; raises TimeoutExpired and leaves nothing running."""
        with TemporaryFile() as into, TemporaryFile() as out, TemporaryFile() as err:
            into.write(stdin.encode())
            into.seek(0)
            process = self.start(order, stdin=into.fileno(), stdout=out.fileno(), stderr=err.fileno())
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            for sink in (out, err):
                sink.seek(0)
            return subprocess.CompletedProcess(
                order.arguments, code, out.read().decode(), err.read().decode()
            )

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        self._address.parent.rmdir()
        os.close(self._nothing)


class _Listening:
    """The server's side: forks for whoever connects, and says how the child has ended."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(address)
        self._door.listen(64)
        self._lines: dict[int, socket.socket] = {}
        self._bell, ring = socket.socketpair()
        self._bell.setblocking(False)
        ring.setblocking(False)
        self._ring = ring
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # is meant for whoever started the tests
        signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)

    def until_forked(self) -> Order | None:
        """Returns in the child, with what it is to become; in the server only at its end, with None."""
        with selectors.DefaultSelector() as waiting:
            for what in (self._door, self._bell, sys.stdin):
                waiting.register(what, selectors.EVENT_READ)
            while True:
                for key, _ in waiting.select():
                    if key.fileobj is sys.stdin:
                        self._end()
                        return None
                    if key.fileobj is self._bell:
                        self._bury()
                    elif (order := self._fork()) is not None:
                        return order

    def _fork(self) -> Order | None:
        line, _ = self._door.accept()
        head, streams, _, _ = socket.recv_fds(line, _NUMBER.size, 3)
        with line.makefile("rb") as whole:
            said = whole.read(*_NUMBER.unpack(head))
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for own in (self._door, self._bell, self._ring, line, *self._lines.values()):
                own.close()
            _stand_on(streams)
            return Order(**json.loads(said))
        for stream in streams:
            os.close(stream)
        line.sendall(_NUMBER.pack(pid))
        self._lines[pid] = line
        return None

    def _bury(self) -> None:
        self._bell.recv(4096)
        while self._lines:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self._lines.pop(pid) as line:
                try:
                    line.sendall(_NUMBER.pack(os.waitstatus_to_exitcode(status)))
                except BrokenPipeError:
                    continue  # nobody asks any more

    def _end(self) -> None:
        for pid in self._lines:
            os.kill(pid, signal.SIGKILL)
        Path(self._address).unlink()


def _stand_on(streams: Sequence[int]) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  for life
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # noqa: SIM115
        2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )


def _become(order: Order) -> None:
    os.environ.clear()
    os.environ.update(order.environment)
    time.tzset()
    os.chdir(order.folder)
    sys.argv = [order.module, *order.arguments]
    runpy.run_module(order.module, run_name="__main__", alter_sys=True)


def main() -> None:
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for name in _BESIDES:
        import_module(name)
    gc.collect()
    gc.freeze()
    listening = _Listening(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    order = listening.until_forked()
    if order is not None:
        _become(order)


if __name__ == "__main__":
    main()
