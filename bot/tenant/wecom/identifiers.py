"""The ids that WeCom gives out."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256


def open_userid(account: str) -> str:
    """What stands for a user id where it is encrypted: opaque, and always the same for one person."""
    digest = sha256(f"open userid\n{account.casefold()}".encode()).digest()
    return "wo" + urlsafe_b64encode(digest[:24]).decode("ascii").rstrip("=")


def message_number() -> str:
    """The MsgId of a callback: a 64-bit integer as text (document 90239)."""
    return str(10**18 + secrets.randbelow(8 * 10**18))


def message_id() -> str:
    """The msgid of something that an app has sent."""
    return secrets.token_urlsafe(32)


def response_code() -> str:
    """What an app may update a card with, once."""
    return secrets.token_urlsafe(36)
