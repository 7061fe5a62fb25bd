"""What a door says when there is no message to hand on: forged, unreadable, or nothing to do.

None of them carries a secret or a message's text, so each may be logged as it is.
"""

from dataclasses import dataclass


class Forged(Exception):
    """The request does not come from the platform, or not from now: answer 403."""

    def __init__(self, reason: str, skew_s: int | None = None) -> None:
        super().__init__(reason if skew_s is None else f"{reason} ({skew_s:+d} s)")
        self.reason = reason
        self.skew_s = skew_s  # only when stale: our clock minus the platform's, in seconds


class Unreadable(Exception):
    """Genuine as far as one can tell, but it cannot be decrypted or parsed: answer 400."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Ignored:
    """Acknowledged with 200 and nothing else.

    `reason` is a fixed word. `name` is the platform's name of what came, cleaned for a log line.
    """

    reason: str
    name: str = ""


DECLARED = "declared"  # an event that we know and have no use for
UNDOCUMENTED = "undocumented"  # nobody has described it yet: worth a line in the log
OWN_MESSAGE = "own-message"  # the bot hears itself
QUOTA_EXHAUSTED = "quota-exhausted"  # the month's calls are used up: the office must be told
