"""What the disk did meanwhile: an answer waits for a durable write, so no p99 can be better than the disk's."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_APART_S = 0.02
_BYTES = b"\0" * 8_192  # a page of PostgreSQL, two of SQLite


@contextmanager
def watched(folder: Path) -> Iterator[list[float]]:
    """Filled while it lasts: what each small durable write took, in milliseconds; fifty a second at most."""
    took: list[float] = []
    over = threading.Event()
    path = folder / "disk.bin"

    def write() -> None:
        with path.open("wb", buffering=0) as file:
            while not over.wait(_APART_S):
                file.write(_BYTES)
                began = time.perf_counter()
                os.fsync(file.fileno())
                took.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()
        path.unlink()
