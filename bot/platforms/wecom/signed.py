"""Whether a callback of WeCom comes from WeCom, and from now: alike for the application and the AI bot."""

from typing import Final

from bot.platforms.errors import Forged
from bot.platforms.wecom.crypto import is_signed

WINDOW_MS: Final = 60 * 60 * 1000
_LATEST_S: Final = 253_402_300_799  # the last second of the year 9999


def check(  # noqa: PLR0913, PLR0917  a signature covers four things
    token: str,
    msg_signature: str | None,
    timestamp: str | None,
    nonce: str | None,
    encrypt: str | None,
    now_ms: int,
) -> None:
    """Raises Forged. `now_ms` is the real clock."""
    if not msg_signature or not timestamp or not nonce or not encrypt:
        raise Forged("unsigned")
    if not is_signed(msg_signature, token, timestamp, nonce, encrypt):
        raise Forged("signature")
    sent = seconds(timestamp)
    if sent is None:
        raise Forged("timestamp")
    skew_ms = now_ms - sent * 1000
    if abs(skew_ms) >= WINDOW_MS:
        raise Forged("stale", skew_ms // 1000)


def seconds(text: str) -> int | None:
    """A moment as the platform writes it; None for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    second = int(text)
    return second if second <= _LATEST_S else None
