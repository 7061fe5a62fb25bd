"""DingTalk's two signatures over HTTP: one for robots in both directions, one for card callbacks."""

from base64 import b64encode
from hmac import compare_digest, digest


def robot_sign(secret: str, timestamp: str) -> str:
    """Raw base64: as it stands in a callback's header, and to be URL-encoded once in a webhook's address.

    Official documents receive-message and customize-robot-security-settings.
    """
    return _signed(secret, f"{timestamp}\n{secret}")


def card_sign(secret: str, timestamp: str) -> str:
    """Official document event-callback-card: only the decimal time stamp is signed."""
    return _signed(secret, timestamp)


def is_robot_sign(received: str, secret: str, timestamp: str) -> bool:
    return compare_digest(robot_sign(secret, timestamp).encode(), received.encode("utf-8", "surrogatepass"))


def _signed(secret: str, message: str) -> str:
    # surrogatepass: a query may carry any code point, and a wrong one must be refused, not raise
    return b64encode(digest(secret.encode(), message.encode("utf-8", "surrogatepass"), "sha256")).decode()
