"""How far the machine's clock is from the platforms', by the Date header of what they have answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Final

from aiohttp import ClientSession, TraceConfig, TraceRequestEndParams, TraceRequestStartParams

from bot.clock import Clock
from bot.doctor.finding import Area, Finding, bad, careful, good
from bot.platform_time import MOST_SKEW_S, skew_ms

_TOO_FAR_S: Final = 50 * 60  # at an hour messages are refused on both sides
_SET_THE_CLOCK: Final = "校准服务器的时间，打开自动对时（NTP）。"


@dataclass(frozen=True, slots=True)
class Skew:
    """The machine's clock minus the other's; the call itself took up to twice `doubt_ms`."""

    ms: int
    doubt_ms: int


@dataclass(slots=True)
class Dates:
    """Collects them from all calls of a session."""

    clock: Clock
    seen: list[Skew] = field(default_factory=list)

    def trace(self) -> TraceConfig:
        config = TraceConfig()
        config.on_request_start.append(self._started)
        config.on_request_end.append(self._ended)
        return config

    async def _started(
        self, _session: ClientSession, context: SimpleNamespace, _params: TraceRequestStartParams
    ) -> None:
        context.asked_ms = self.clock.real_ms()

    async def _ended(
        self, _session: ClientSession, context: SimpleNamespace, params: TraceRequestEndParams
    ) -> None:
        answered_ms = self.clock.real_ms()
        header = params.response.headers.get("Date")
        skew = None if header is None else skew_ms(header, context.asked_ms, answered_ms)
        if skew is not None:
            self.seen.append(Skew(skew, (answered_ms - context.asked_ms) // 2))


def judge(seen: Sequence[Skew], *, asked: bool) -> list[Finding]:
    """`asked`: whether any platform is set up. The nearest of several counts: the others may come from a cache."""
    if not asked:
        return []
    if not seen:
        say = "没有一个平台回答，服务器的时间没法核对。"
        return [careful(Area.MACHINE, "clock", say, "先解决连不上平台的问题。")]
    nearest = min(seen, key=lambda one: abs(one.ms))
    off_s = max(0, abs(nearest.ms) - nearest.doubt_ms) // 1000
    if off_s <= MOST_SKEW_S:
        return [good(Area.MACHINE, "clock", "服务器的时间和平台一致。")]
    ahead = "快" if nearest.ms > 0 else "慢"
    span = f"{off_s} 秒" if off_s < 2 * MOST_SKEW_S else f"{(off_s + 30) // 60} 分钟"
    say = f"服务器的时间比平台{ahead} {span}；差到一小时，消息就收不进来，也发不出去。"
    return [(bad if off_s >= _TOO_FAR_S else careful)(Area.MACHINE, "clock", say, _SET_THE_CLOCK)]
