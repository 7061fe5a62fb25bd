"""Processes under measurement: the shipped `serve`, and the ceilings."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.wire import AES_KEY, CLIENT_SECRET, CORP_ID, TOKEN

SETTINGS = {
    "BOT_SECRET_KEY": "benchmark-key-benchmark-key-benchmark",
    "BOT_WECOM__CORP_ID": CORP_ID,
    "BOT_WECOM__AGENT_ID": "1",
    "BOT_WECOM__SECRET": "unused",
    "BOT_WECOM__TOKEN": TOKEN,
    "BOT_WECOM__ENCODING_AES_KEY": AES_KEY,
    "BOT_DINGTALK__CLIENT_ID": "bench",
    "BOT_DINGTALK__CLIENT_SECRET": CLIENT_SECRET,
    "BOT_DINGTALK__ROBOT_CODE": "dingrobot",
    "BOT_LOG_FORMAT": "json",
    "BOT_CLOCK_START": "2024-05-20T09:00:00+08:00",
}


@dataclass
class Server:
    port: int
    process: subprocess.Popen
    start_seconds: float

    def memory_mb(self) -> float:
        """Peak resident memory in MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        return float("nan")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(arguments: list[str], port: int, environment: dict[str, str], log: Path) -> Iterator[Server]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    with log.open("ab") as sink:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], env=clean | environment, stdout=sink, stderr=sink
        )
        try:
            _wait(port, process)
            yield Server(port, process, time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen) -> None:
    for _ in range(3000):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("the server never listened")


def bot(database_url: str, folder: Path, *, module: str = "bot") -> "object":
    port = free_port()
    environment = SETTINGS | {"BOT_DATABASE_URL": database_url, "BOT_PORT": str(port)}
    return running([module, "serve"], port, environment, folder / "serve.log")


def ceiling(folder: Path, *, loop: str = "asyncio") -> "object":
    port = free_port()
    return running(["tests.bench.ceiling", str(port), loop], port, {}, folder / "ceiling.log")


def peer(database_url: str, folder: Path) -> "object":
    """Two processes, as gunicorn's own advice for a small machine has it."""
    port = free_port()
    arguments = [
        "gunicorn",
        "--workers",
        "2",
        "--threads",
        "4",
        "--keep-alive",
        "60",
        "--log-level",
        "warning",
    ]
    return running(
        [*arguments, "--bind", f"127.0.0.1:{port}", "tests.bench.peer:app"],
        port,
        {"PEER_DATABASE": database_url.removeprefix("sqlite:///")},
        folder / "peer.log",
    )


def cores() -> int:
    return os.cpu_count() or 1
