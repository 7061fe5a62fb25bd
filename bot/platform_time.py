"""How far the machine's clock is from the platforms', read off the answers to our own calls: their Date header."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Final

from aiohttp import ClientSession, TraceConfig, TraceRequestEndParams, TraceRequestStartParams

from bot.clock import Clock

MOST_SKEW_S: Final = 60
_IN_A_ROW: Final = 2  # one alone may come from a cache in between
_HALF_A_SECOND_MS: Final = 500  # Date is cut to the whole second


def skew_ms(date_header: str, asked_ms: int, answered_ms: int) -> int | None:
    """The machine's clock minus the other side's, in milliseconds; None where the header is no time.

    The other side looked at its clock somewhere between the two moments: in the middle, as far as one can tell.
    """
    try:
        theirs = parsedate_to_datetime(date_header)
    except ValueError:
        return None
    if theirs.tzinfo is None:
        return None
    return (asked_ms + answered_ms) // 2 - round(theirs.timestamp() * 1000) - _HALF_A_SECOND_MS


class PlatformTime:
    """Of one process: tells `found` when two answers in a row were more than a minute away."""

    def __init__(self, clock: Clock, found: Callable[[int], None]) -> None:
        """`clock`: the machine's own. `found` is given our clock minus the platforms', in seconds."""
        self._clock = clock
        self._found = found
        self._in_a_row = 0

    def trace(self) -> TraceConfig:
        """For the session that makes the calls."""
        config = TraceConfig()
        config.on_request_start.append(self._started)
        config.on_request_end.append(self._ended)
        return config

    def heard(self, date_header: str, asked_ms: int, answered_ms: int) -> None:
        skew = skew_ms(date_header, asked_ms, answered_ms)
        if skew is None:
            return
        # What the call itself has taken proves nothing.
        doubt_ms = (answered_ms - asked_ms) // 2
        if abs(skew) - doubt_ms <= MOST_SKEW_S * 1000:
            self._in_a_row = 0
            return
        self._in_a_row += 1
        if self._in_a_row >= _IN_A_ROW:
            self._found(round(skew / 1000))

    async def _started(
        self, _session: ClientSession, context: SimpleNamespace, _params: TraceRequestStartParams
    ) -> None:
        context.asked_ms = self._clock.real_ms()

    async def _ended(
        self, _session: ClientSession, context: SimpleNamespace, params: TraceRequestEndParams
    ) -> None:
        header = params.response.headers.get("Date")
        if header is not None:
            self.heard(header, context.asked_ms, self._clock.real_ms())
