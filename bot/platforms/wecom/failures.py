"""What to do about WeCom's error codes when the app sends a message: the whole table, and nothing else.

Meanings: official error table, document 90313; classes as the official pages 90236, 90454 and 91039 have them.
"""

from collections.abc import Mapping
from typing import Final

from bot.sending import IN_DOUBT, LATER, LEFT, PLATFORM_DOWN, RENEW, Verdict, stop, wait

_CREDENTIALS: Final = "BOT_WECOM__CORP_ID and BOT_WECOM__SECRET"
_AGENT: Final = "BOT_WECOM__AGENT_ID and BOT_WECOM__SECRET belong to different apps"
_RIGHTS: Final = "the app's rights in the administration"

FAILURES: Final[Mapping[int, Verdict]] = {
    # Soon again.
    -1: PLATFORM_DOWN,  # busy
    6000: LATER,  # version conflict
    45033: wait(2),  # too many at the same time
    # A block lasts as long as the window that was exceeded, which is a minute at least.
    45009: wait(60),
    45011: wait(60),  # of official accounts; not in the table, and it can only mean the same
    # With another token.
    40014: RENEW,  # invalid
    41001: RENEW,  # missing
    42001: RENEW,  # expired
    # Somebody has to mend something.
    40001: stop(_CREDENTIALS),
    40013: stop(_CREDENTIALS),
    41002: stop(_CREDENTIALS),
    41004: stop(_CREDENTIALS),
    40056: stop(_AGENT),
    41011: stop(_AGENT),
    301002: stop(_AGENT),
    48002: stop(_RIGHTS),
    48004: stop(_RIGHTS),
    48006: stop(_RIGHTS),
    50001: stop("the app's trusted domain"),
    50003: stop("the app is disabled in the administration"),
    60020: stop("the app's trusted IP addresses (企业可信IP): add the one that is named"),
    # This person cannot be reached.
    40003: LEFT,  # invalid userid
    40031: LEFT,  # no userid is valid
    46004: LEFT,  # no such member
    60011: LEFT,  # outside what the app may see
    60111: LEFT,  # no such userid
    81012: LEFT,
    81013: LEFT,  # all recipients invalid
    82001: LEFT,  # nobody named
    301021: LEFT,
    2000002: LEFT,
    # These words cannot be sent.
    40008: LEFT,
    40032: LEFT,
    40033: LEFT,
    40035: LEFT,
    40058: LEFT,
    40063: LEFT,
    44004: LEFT,  # empty
    45002: LEFT,  # too long
    85002: LEFT,  # a forbidden word
}


def judge(errcode: int) -> Verdict:
    """A code that stands nowhere is a refusal, and is not tried again."""
    return FAILURES.get(errcode, LEFT)


def judge_without_code(status: int) -> Verdict:
    """An answer in which WeCom itself does not speak, or not yet again.

    A repetition costs nothing here, so whatever may have been taken counts as taken.
    """
    if status >= 500 or status == 200:
        return IN_DOUBT
    return PLATFORM_DOWN
