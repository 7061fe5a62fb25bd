"""Two clocks: the real one for protocols and limits, the programme's one for its dates."""

import time
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """The only two places where time comes from."""

    def real_ms(self) -> int:
        """Epoch milliseconds, really now: signatures, limits, leases."""
        ...

    def now(self) -> datetime:
        """The programme's time in Asia/Shanghai: stages, deadlines, as-of dates."""
        ...


class SystemClock:
    """The machine's clock; a rehearsal's programme starts at `start` and runs on from there."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = None if start is None else start - datetime.now(SHANGHAI)

    def real_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def now(self) -> datetime:
        real = datetime.now(SHANGHAI)
        return real if self._shift is None else real + self._shift


class RehearsalClock(SystemClock):
    """The programme's time may be moved while it runs, back as well; the real one stays real."""

    def move_to(self, moment: datetime) -> None:
        self._shift = moment - datetime.now(SHANGHAI)
