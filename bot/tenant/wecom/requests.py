"""Reading the body of a call, and the ways in which WeCom says that it cannot (error table, document 90313)."""

from collections.abc import Mapping
from typing import Any

from bot.tenant.calls import Ask, Refused

OK: Mapping[str, object] = {"errcode": 0, "errmsg": "ok"}


def body_of(ask: Ask) -> dict[str, Any]:
    """The JSON object. Raises Refused(40008) when there is none, or when it is not UTF-8."""
    found = ask.object() if _is_utf8(ask.body) else None
    if found is None:
        raise Refused(40008, "invalid message type: the body is not a JSON object")
    return found


def _is_utf8(body: bytes) -> bool:
    """The parser alone would take UTF-16 as well, and halves of surrogate pairs."""
    if b"\0" in body:
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def text_of(fields: Mapping[str, object], name: str, *, missing: int = 40058, limit: int = 0) -> str:
    """A required string. `limit` in bytes; longer is refused with 40058."""
    found = fields.get(name)
    if not isinstance(found, str) or not found:
        raise Refused(missing, f"missing or empty {name}")
    if limit and len(found.encode()) > limit:
        raise Refused(40058, f"{name} exceed max length {limit}")
    return found


def optional_text(fields: Mapping[str, object], name: str) -> str:
    """Empty when it is absent or null."""
    found = fields.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Refused(40058, f"{name} must be a string")
    return found


def texts_of(fields: Mapping[str, object], name: str) -> list[str]:
    """An optional list of strings."""
    found = fields.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise Refused(40058, f"{name} must be a list of strings")
    return found


def number_of(fields: Mapping[str, object], name: str, default: int) -> int:
    """An optional integer; digits in a string are taken too, as clients send them."""
    found = fields.get(name)
    return default if found is None or found == "" else _number(found, name)


def numbers_of(fields: Mapping[str, object], name: str) -> list[int]:
    """An optional list of integers."""
    found = fields.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Refused(40058, f"{name} must be a list of integers")
    return [_number(item, name) for item in found]


def _number(found: object, name: str) -> int:
    if isinstance(found, int):
        return int(found)
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 12:
        return int(found)
    raise Refused(40058, f"{name} must be an integer")
