"""What the office's filters have in their addresses: numbers and days, or nothing where they mean nothing."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from bot.clock import SHANGHAI

_MOST_ID: Final = 2**63 - 1


def number(written: str) -> int | None:
    """A whole number that a database takes for an id."""
    written = written.strip()
    if not (written.isascii() and written.isdecimal() and len(written) < 20):
        return None
    found = int(written)
    return found if 0 < found <= _MOST_ID else None


def day(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


def span(when: date) -> tuple[int, int]:
    """From its first millisecond up to that of the next day."""
    first = datetime.combine(when, time(), SHANGHAI)
    return int(first.timestamp() * 1000), int((first + timedelta(days=1)).timestamp() * 1000)


def address(path: str, filters: Mapping[str, object], **more: object) -> str:
    """`path` with everything in its query that is not empty."""
    said = {name: value for name, value in (dict(filters) | more).items() if value not in {None, ""}}
    return f"{path}?{urlencode(said)}" if said else path
