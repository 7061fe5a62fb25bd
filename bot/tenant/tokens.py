"""Access tokens: issued, told apart when they are unknown or too old, and withdrawn early."""

import secrets
from enum import StrEnum, unique

from bot.tenant.clock import PlatformClock


@unique
class TokenState(StrEnum):
    """What a platform finds when it looks at a token."""

    VALID = "valid"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


class Tokens:
    """Those of one platform; several may be valid at once."""

    def __init__(self, clock: PlatformClock, lifetime_s: int = 7200) -> None:
        self._clock = clock
        self.lifetime_s = lifetime_s
        self.issued = 0
        self._expires: dict[str, int] = {}
        self._newest = ""

    def issue(self, *, same_while_valid: bool, renewed: bool = False) -> tuple[str, int]:
        """A token and the seconds that it will live; `renewed`: asking again lengthens its life (DingTalk)."""
        self.issued += 1
        now = self._clock.ms()
        known = same_while_valid and self.state(self._newest) is TokenState.VALID
        if not known:
            self._newest = secrets.token_urlsafe(96)
        if renewed or not known:
            self._expires[self._newest] = now + self.lifetime_s * 1000
        return self._newest, max(1, (self._expires[self._newest] - now) // 1000)

    def state(self, token: str) -> TokenState:
        expires = self._expires.get(token)
        if expires is None:
            return TokenState.UNKNOWN
        return TokenState.VALID if self._clock.ms() < expires else TokenState.EXPIRED

    def expire(self) -> None:
        """All of them, as if their time were over."""
        now = self._clock.ms()
        self._expires = {token: min(at, now) for token, at in self._expires.items()}

    def withdraw(self) -> None:
        """All of them, as if they had never been (both platforms may do so early)."""
        self._expires.clear()
