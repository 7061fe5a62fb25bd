"""The platforms' own clock: real time, which a test may run ahead and a fault may set wrong."""

from bot.clock import Clock

_WORTH_SAYING = 5  # minutes


class PlatformClock:
    """Two readings, because a wrong clock does not make tokens expire."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead_ms = 0
        self.skew_ms = 0
        """How wrong the time is that the platform writes on what it sends and checks signatures against."""

    def ms(self) -> int:
        """Epoch milliseconds for lifetimes and limits."""
        return self._clock.real_ms() + self._ahead_ms

    def stamp_ms(self) -> int:
        """Epoch milliseconds as they stand on the wire."""
        return self._clock.real_ms() + self.skew_ms

    def wrong_by(self) -> str:
        """Why a bot may refuse what is sent now, for a person; empty while the clock is nearly right."""
        minutes = round(self.skew_ms / 60_000)
        if abs(minutes) < _WORTH_SAYING:
            return ""
        return f"平台的钟{'快' if minutes > 0 else '慢'}了 {abs(minutes)} 分钟，签名的时间不对。"

    def run_ahead(self, seconds: float) -> None:
        """Lets tokens, windows and media age; signatures stay valid."""
        self._ahead_ms += round(seconds * 1000)
